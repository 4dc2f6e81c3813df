#include "api/generations/generation_answer.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "core/base/file.hpp"
#include "core/base/text.hpp"
#include "core/storage/generations/generation_files.hpp"
#include "net/header_list.hpp"
#include "net/json_reply.hpp"

namespace dreamina {
namespace {

struct HarmlessType {
    std::string_view type;
    std::string_view extension;
};
constexpr std::array harmless_types{HarmlessType{"application/json", "json"}, HarmlessType{"text/plain", "txt"},
                                    HarmlessType{"image/png", "png"},         HarmlessType{"image/jpeg", "jpg"},
                                    HarmlessType{"image/webp", "webp"},       HarmlessType{"image/gif", "gif"},
                                    HarmlessType{"video/mp4", "mp4"},         HarmlessType{"video/webm", "webm"}};
constexpr HarmlessType any_bytes{"application/octet-stream", "bin"};

/// Those that browsers decode.
constexpr std::array<std::string_view, 3> known_codings{"gzip", "br", "deflate"};

HarmlessType type_of(const Headers& headers)
{
    const std::string* told = find_header(headers, "Content-Type");
    const std::string type = told == nullptr ? std::string{} : to_lower(media_type(*told));
    const auto* found = std::find_if(harmless_types.begin(), harmless_types.end(),
                                     [&](const HarmlessType& harmless) { return harmless.type == type; });
    return found == harmless_types.end() ? any_bytes : *found;
}

}  // namespace

Reply answer_file_reply(const Generation& generation, const std::filesystem::path& folder)
{
    std::string body;
    if (generation.answer_bytes > 0) {
        auto kept = generation.answer_file ? read_file(generation_file(folder, *generation.answer_file))
                                           : failure("not_found", std::string{});
        if (!kept) return error_reply(410, "error.answer_not_kept");
        body = *std::move(kept);
    }
    const Headers headers = parse_header_list(generation.answer_headers);
    const HarmlessType type = type_of(headers);
    Reply reply{.status = 200,
                .headers = {{"Content-Type", std::string{type.type}},
                            {"Content-Disposition", fmt::format("attachment; filename=\"{}.{}\"",
                                                                public_generation_id(generation.id), type.extension)},
                            {"Cache-Control", "no-store"}},
                .body = std::move(body)};
    const std::string* coding = find_header(headers, "Content-Encoding");
    if (coding != nullptr && std::find(known_codings.begin(), known_codings.end(), *coding) != known_codings.end())
        reply.headers.push_back({"Content-Encoding", *coding});
    return reply;
}

}  // namespace dreamina
