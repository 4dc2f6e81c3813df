#include "proxy/videos/video_json.hpp"

#include "core/base/json_reader.hpp"
#include "proxy/generations/generation_json.hpp"
#include "proxy/videos/video_terms.hpp"

namespace dreamina {
namespace {

Json seconds_since_1970(const std::optional<Time>& time)
{
    return time ? Json(std::chrono::floor<std::chrono::seconds>(time->time_since_epoch()).count()) : Json(nullptr);
}

Json video_object(const Generation& generation, const Outlook& outlook, const std::filesystem::path& folder)
{
    const VideoTerms terms = parse_video_meta(generation.meta);
    const bool has_completed = generation.state == GenerationState::completed;
    Json error = nullptr;
    if (generation.state == GenerationState::failed) {
        const Json all = generation_error(generation, folder);
        error = {{"code", all["code"]}, {"message", all["message"]}};
    }
    return {{"id", public_generation_id(generation.id)},
            {"object", "video"},
            {"model", terms.model.empty() ? generation.model : terms.model},
            {"status", to_string(generation.state)},
            {"progress", outlook.progress},
            {"created_at", seconds_since_1970(generation.created_at)},
            {"completed_at", has_completed ? seconds_since_1970(generation.ended_at) : Json(nullptr)},
            {"expires_at", has_completed ? seconds_since_1970(generation.expires_at) : Json(nullptr)},
            {"prompt", nullptr},  // prompts are not stored
            {"seconds", terms.seconds},
            {"size", terms.size},
            {"remixed_from_video_id", nullptr},
            {"error", std::move(error)}};
}

std::string written_json(const Json& json) { return json.dump(-1, ' ', false, Json::error_handler_t::replace); }

}  // namespace

std::string video_json(const Generation& generation, const Outlook& outlook, const std::filesystem::path& folder)
{
    return written_json(video_object(generation, outlook, folder));
}

std::string video_list_json(const std::vector<std::pair<Generation, Outlook>>& page, bool has_more,
                            const std::filesystem::path& folder)
{
    Json list{{"object", "list"}, {"data", Json::array()}, {"has_more", has_more}};
    for (const auto& [generation, outlook] : page) list["data"].push_back(video_object(generation, outlook, folder));
    list["first_id"] = page.empty() ? Json(nullptr) : list["data"].front()["id"];
    list["last_id"] = page.empty() ? Json(nullptr) : list["data"].back()["id"];
    return written_json(list);
}

}  // namespace dreamina
