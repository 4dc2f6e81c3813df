#include "proxy/videos/video_content.hpp"

#include <algorithm>

#include "core/base/encrypted_value.hpp"
#include "core/base/text.hpp"
#include "proxy/generations/generation_json.hpp"
#include "proxy/generations/generation_replies.hpp"
#include "proxy/openai_error.hpp"

namespace dreamina {
namespace {

/// An answer that holds its video is read, parsed and decoded in memory.
constexpr std::int64_t max_answer_in_memory = 64 * 1024 * 1024;

/// A browser, and nginx, get nothing else as an address.
bool is_web_address(std::string_view text)
{
    const bool is_printable = std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < '\x7f'; });
    const std::string scheme = to_lower(text.substr(0, text.find("://")));
    return is_printable && (scheme == "https" || scheme == "http");
}

const std::string* text_of_first(const Json& answer, const char* name)
{
    const auto data = answer.is_object() ? answer.find("data") : answer.end();
    if (!answer.is_object() || data == answer.end() || !data->is_array() || data->empty()) return nullptr;
    const Json& first = data->front();
    const auto found = first.is_object() ? first.find(name) : first.end();
    if (!first.is_object() || found == first.end() || !found->is_string()) return nullptr;
    return &found->get_ref<const std::string&>();
}

Reply sent_to(const std::string& address)
{
    return {.status = 302, .headers = {{"Location", address}, no_store(), any_origin()}, .body = {}};
}

}  // namespace

Reply video_content(const Generation& generation, const std::filesystem::path& folder,
                    const std::optional<std::string>& link_to_stored)
{
    if (generation.state != GenerationState::completed)
        return no_video_reply(generation.state == GenerationState::failed ? "the video failed: see its error"
                                                                          : "the video was cancelled");
    if (link_to_stored) return sent_to(*link_to_stored);
    if (!generation.answer_file) return answer_not_kept_reply();
    if (generation.answer_bytes > max_answer_in_memory)
        return no_video_reply(
            "the video is in the upstream's answer, which is too large for this: read it from "
            "/v1/generations/{id}/result");
    const auto answer = stored_json(generation, folder, max_answer_in_memory);
    if (!answer) return no_video_reply("the upstream's answer cannot be read, or is not kept any longer");
    // Where the answer leads to a stored copy, that is not there any more, or not yet.
    for (const char* name : {"source_url", "url"}) {
        const std::string* address = text_of_first(*answer, name);
        if (address != nullptr && is_web_address(*address)) return sent_to(*address);
    }
    if (const std::string* encoded = text_of_first(*answer, "b64_json")) {
        if (auto bytes = from_base64(*encoded))
            return {.status = 200,
                    .headers = {{"Content-Type", "video/mp4"},
                                {"X-Content-Type-Options", "nosniff"},
                                no_store(),
                                any_origin()},
                    .body = *std::move(bytes)};
    }
    return no_video_reply("the upstream's answer holds no video");
}

}  // namespace dreamina
