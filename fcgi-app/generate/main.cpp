#include <exception>
#include <filesystem>
#include <string>

#include <fmt/format.h>

#include "base/file.hpp"
#include "generate/openapi_file.hpp"
#include "generate/settings_table.hpp"

namespace dreamina {
namespace {

constexpr std::string_view usage =
    "Usage: dreamina-generate CHECKOUT FOLDER\n\n"
    "Writes README.md and openapi.json of a checkout into FOLDER as they should be by the tables that this program\n"
    "was built with. The target \"generated\" of the build runs it; see fcgi-app/generate/generated.sh.\n";

using Renew = Result<std::string> (*)(std::string_view present);

Result<void> renew_file(const std::filesystem::path& from, const std::filesystem::path& to, Renew renew)
{
    const auto present = read_file(from);
    if (!present) return tl::unexpected(present.error());
    const auto renewed = renew(*present);
    if (!renewed) return failure(renewed.error().code, from.string() + ": " + renewed.error().message);
    return write_file_atomically(to, *renewed, 0644);
}

Result<void> run(const std::filesystem::path& checkout, const std::filesystem::path& folder)
{
    if (auto readme = renew_file(checkout / "README.md", folder / "README.md", renewed_readme); !readme) return readme;
    return renew_file(checkout / "fcgi-app/api/openapi.json", folder / "openapi.json",
                      [](std::string_view present) { return renewed_openapi(present, generated_members()); });
}

}  // namespace
}  // namespace dreamina

int main(int argc, char** argv)
try {
    if (argc != 3) {
        fmt::print(stderr, "{}", dreamina::usage);
        return 64;
    }
    const auto done = dreamina::run(argv[1], argv[2]);
    if (!done) fmt::print(stderr, "dreamina-generate: {}\n", done.error().message);
    return done ? 0 : 1;
} catch (const std::exception& error) {
    fmt::print(stderr, "dreamina-generate: {}\n", error.what());
    return 1;
}
