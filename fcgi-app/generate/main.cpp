#include <exception>
#include <filesystem>
#include <functional>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "core/base/file.hpp"
#include "generate/openapi_file.hpp"
#include "generate/settings_table.hpp"

namespace dreamina {
namespace {

constexpr std::string_view usage =
    "Usage: dreamina-generate CHECKOUT FOLDER\n\n"
    "Writes README.md, .github/README.zh-CN.md, fcgi-app/README.md, scheduler/README.md and fcgi-app/api/openapi.json\n"
    "of a checkout below FOLDER, as they should be by the tables that this program was built with. The target\n"
    "\"generated\" of the build runs it; see fcgi-app/generate/generated.sh.\n";

using Renew = std::function<Result<std::string>(std::string_view present)>;

/// `file`: its path below both folders.
Result<void> renew_file(const std::filesystem::path& checkout, const std::filesystem::path& folder,
                        const std::filesystem::path& file, const Renew& renew)
{
    const std::filesystem::path from = checkout / file;
    const auto present = read_file(from);
    if (!present) return tl::unexpected(present.error());
    const auto renewed = renew(*present);
    if (!renewed) return failure(renewed.error().code, from.string() + ": " + renewed.error().message);
    const std::filesystem::path to = folder / file;
    std::filesystem::create_directories(to.parent_path());
    return write_file_atomically(to, *renewed, 0644);
}

Renew with_table(std::string table, std::string_view name = "settings")
{
    return [table = std::move(table), name](std::string_view present) { return renewed_readme(present, table, name); };
}

Result<void> run(const std::filesystem::path& checkout, const std::filesystem::path& folder)
{
    auto often_changed = often_changed_settings_table();
    if (!often_changed) return tl::unexpected(often_changed.error());
    auto readme = renew_file(checkout, folder, "README.md", with_table(std::move(*often_changed)));
    if (!readme) return readme;
    auto in_chinese = often_changed_settings_table(Language::chinese);
    if (!in_chinese) return tl::unexpected(in_chinese.error());
    readme = renew_file(checkout, folder, ".github/README.zh-CN.md", with_table(std::move(*in_chinese)));
    if (!readme) return readme;
    auto manual = renew_file(checkout, folder, "fcgi-app/README.md", with_table(settings_table()));
    if (!manual) return manual;
    auto jobs = renew_file(checkout, folder, "scheduler/README.md", with_table(timed_jobs_table(), "timed-jobs"));
    if (!jobs) return jobs;
    return renew_file(checkout, folder, "fcgi-app/api/openapi.json",
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
