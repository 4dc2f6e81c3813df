#include "proxy/generations/generation_json.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "core/base/file.hpp"
#include "core/base/json_reader.hpp"
#include "core/base/text.hpp"
#include "core/domain/generation_object.hpp"
#include "core/storage/generations/generation_files.hpp"
#include "net/header_list.hpp"
#include "proxy/generations/generation_replies.hpp"
#include "proxy/openai_error.hpp"

namespace dreamina {
namespace {

/// Larger results are to be fetched by themselves.
constexpr std::int64_t max_shown_result = 1024 * 1024;
constexpr std::int64_t max_read_error = 64 * 1024;
constexpr std::chrono::seconds ask_again{5};
constexpr std::int64_t longest_pause = 60;

/// The upstream's own words, in whichever of its forms.
std::string message_in(const Json& answer)
{
    const auto text_at = [](const Json& object, const char* name) {
        const auto found = object.is_object() ? object.find(name) : object.end();
        return object.is_object() && found != object.end() && found->is_string() ? found->get<std::string>()
                                                                                 : std::string{};
    };
    if (!answer.is_object()) return {};
    if (answer.contains("error") && answer["error"].is_object()) return text_at(answer["error"], "message");
    const std::string message = text_at(answer, "message");
    return message.empty() ? text_at(answer, "error") : message;
}

Json object_of(const Generation& generation) { return Json::parse(generation_object(generation)); }

std::string text_of(const Json& json) { return json.dump(-1, ' ', false, Json::error_handler_t::replace); }

}  // namespace

std::optional<Json> stored_json(const Generation& generation, const std::filesystem::path& folder, std::int64_t most)
{
    if (!generation.answer_file || generation.answer_bytes > most) return std::nullopt;
    const Headers headers = parse_header_list(generation.answer_headers);
    const std::string* type = find_header(headers, "Content-Type");
    if (type == nullptr || media_type(*type) != "application/json" ||
        find_header(headers, "Content-Encoding") != nullptr)
        return std::nullopt;
    const auto text = read_file(generation_file(folder, *generation.answer_file));
    if (!text) return std::nullopt;
    auto parsed = parse_json(*text);
    return parsed ? std::optional{std::move(*parsed)} : std::nullopt;
}

Json generation_error(const Generation& generation, const std::filesystem::path& folder)
{
    std::string message;
    if (const auto answer = stored_json(generation, folder, max_read_error)) message = message_in(*answer);
    if (message.empty()) message = generation_failure(generation);
    return {{"code", generation.error_code},
            {"message", message},
            {"retryable", is_retryable(generation)},
            {"may_have_been_paid", may_have_been_paid(generation)}};
}

/// A tenth of the time that is left, so that a long wait is not asked about every five seconds.
std::chrono::seconds retry_after(const Generation&, const Outlook& outlook)
{
    const std::int64_t tenth = outlook.eta_seconds.value_or(0) / 10;
    return std::chrono::seconds{std::clamp(tenth, std::int64_t{ask_again.count()}, longest_pause)};
}

std::string generation_json(const Generation& generation, const Outlook& outlook, const std::filesystem::path& folder)
{
    Json object = object_of(generation);
    if (!has_ended(generation.state)) {
        object["queue_position"] = outlook.position ? Json(*outlook.position) : Json(nullptr);
        object["eta_seconds"] = outlook.eta_seconds ? Json(*outlook.eta_seconds) : Json(nullptr);
        object["eta_from"] =
            outlook.eta_seconds ? Json(fmt::format("last {} of this model", outlook.sample_size)) : Json(nullptr);
    }
    object["progress"] = outlook.progress;
    if (generation.state == GenerationState::completed) {
        if (auto result = stored_json(generation, folder, max_shown_result)) object["result"] = std::move(*result);
    }
    if (generation.state == GenerationState::failed) object["error"] = generation_error(generation, folder);
    return text_of(object);
}

std::string generation_list_json(const std::vector<Generation>& page, bool has_more)
{
    Json list{{"object", "list"}, {"data", Json::array()}, {"has_more", has_more}};
    for (const Generation& each : page) list["data"].push_back(object_of(each));
    list["first_id"] = page.empty() ? Json(nullptr) : list["data"].front()["id"];
    list["last_id"] = page.empty() ? Json(nullptr) : list["data"].back()["id"];
    return text_of(list);
}

Reply stored_answer(const Generation& generation, const std::filesystem::path& folder)
{
    if (generation.state == GenerationState::cancelled) return cancelled_reply();
    if (!generation.status) return outcome_unknown_reply();
    Reply reply{.status = static_cast<int>(*generation.status),
                .headers = parse_header_list(generation.answer_headers),
                .body = {}};
    if (generation.answer_bytes > 0) {
        auto body = generation.answer_file ? read_file(generation_file(folder, *generation.answer_file))
                                           : failure("not_found", std::string{});
        if (!body) return answer_not_kept_reply();
        reply.body = std::move(*body);
    }
    std::erase_if(reply.headers,
                  [](const Header& header) { return equals_ignoring_case(header.name, "Content-Length"); });
    return reply;
}

}  // namespace dreamina
