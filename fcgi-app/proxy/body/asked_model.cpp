#include "proxy/body/asked_model.hpp"

#include <array>
#include <utility>

#include "core/base/text.hpp"
#include "proxy/api_key_errors.hpp"

namespace dreamina {
namespace {

constexpr char before_size = ':';

/// Both upstreams' names of videos begin so, and no other name of theirs does.
constexpr std::string_view video_prefix = "jimeng-video";

/// Jimeng-api-go's for images; that of the setting is jimeng-api's.
constexpr std::string_view default_of_jimeng_api_go = "jimeng-4.0";

/// The names that people use for videos besides.
bool names_video(std::string_view name)
{
    return name.starts_with(video_prefix) || name.starts_with("video-") || name.starts_with("seedance");
}

/// Of `name:WxH` in a chat jimeng-api-go takes what stands before the colon, and its default if nothing does.
std::string name_in_chat(std::string_view name, const DefaultModels& defaults)
{
    const std::string_view taken = trim(name.substr(0, name.find(before_size)));
    return taken.empty() ? defaults.images : std::string{taken};
}

std::string default_model(GenerationKind generation, const DefaultModels& defaults)
{
    switch (generation) {
    case GenerationKind::none: break;
    case GenerationKind::videos: return defaults.videos;
    case GenerationKind::images:
    case GenerationKind::chat: return defaults.images;
    }
    return {};
}

}  // namespace

std::string with_single_slashes(std::string_view path)
{
    std::string single;
    for (const char c : path)
        if (c != '/' || !single.ends_with('/')) single.push_back(c);
    return single;
}

std::string generation_route(std::string_view path)
{
    std::string route = to_lower(with_single_slashes(path));
    while (route.ends_with('/')) route.pop_back();
    return route;
}

GenerationKind generation_of(std::string_view path)
{
    const std::string route = generation_route(path);
    static constexpr std::array<std::pair<std::string_view, GenerationKind>, 6> routes{
        {{"/v1/images/generations", GenerationKind::images},
         {"/v1/images/compositions", GenerationKind::images},
         {"/v1/images/edits", GenerationKind::images},
         {"/v1/video/generations", GenerationKind::videos},
         {"/v1/videos/generations", GenerationKind::videos},
         {"/v1/chat/completions", GenerationKind::chat}}};
    for (const auto& [known, generation] : routes)
        if (route == known) return generation;
    return GenerationKind::none;
}

std::optional<std::string> path_without_doubled_slashes(const Request& request)
{
    const std::string_view target = request.target;
    const bool doubled = target.substr(0, target.find('?')).find("//") != std::string_view::npos;
    if (!doubled || generation_of(request.path) == GenerationKind::none) return std::nullopt;
    return with_single_slashes(request.path);
}

DefaultModels default_models(const ResolvedSettings& settings, UpstreamKind upstream)
{
    const bool is_said = source_of(settings, "DEFAULT_IMAGE_MODEL") != SettingSource::fallback;
    const bool has_another = upstream == UpstreamKind::jimeng_api_go && !is_said;
    return {.images = has_another ? std::string{default_of_jimeng_api_go} : settings.settings.default_image_model,
            .videos = settings.settings.default_video_model};
}

AskedModel asked_model(const ModelReading& reading, const Request& request, const DefaultModels& defaults)
{
    switch (reading.state) {
    case ModelReading::State::named: return {.name = reading.name};
    case ModelReading::State::unreadable: return {};
    case ModelReading::State::missing: break;
    }
    std::string name = request.method == "POST" ? default_model(generation_of(request.path), defaults) : std::string{};
    const bool is_default = !name.empty();
    return {.name = std::move(name), .is_default = is_default};
}

std::optional<Reply> refusal_by_model(const ApiKey& key, const ModelReading& reading, const AskedModel& asked,
                                      const Request& request, const ModelCatalog& catalog, const Settings& settings,
                                      const DefaultModels& defaults, ModelRule& rule)
{
    if (key.models.empty()) return std::nullopt;
    if (!reading.doubt.empty()) return doubtful_model_reply(reading.doubt);
    if (!may_use(key, rule.id)) {
        const std::string shown = rule.id == unnamed_model ? std::string{} : asked.name;
        return asked.is_default ? default_model_not_allowed_reply(shown) : model_not_allowed_reply(shown);
    }
    const auto may_use_too = [&](std::string_view name) { return may_use(key, catalog.resolve(name, settings).id); };
    const std::string& sent = rule.send_as.empty() ? asked.name : rule.send_as;
    const bool has_size = sent.find(before_size) != std::string::npos;
    switch (generation_of(request.path)) {
    case GenerationKind::none: break;
    case GenerationKind::chat:
        if (const std::string taken = name_in_chat(sent, defaults); !may_use_too(taken))
            return model_not_allowed_reply(taken);
        break;
    case GenerationKind::videos:
        // A name that they do not know becomes their default.
        if ((has_size || !sent.starts_with(video_prefix)) && !may_use_too(defaults.videos))
            return default_model_not_allowed_reply(defaults.videos);
        break;
    case GenerationKind::images:
        // Abroad they refuse what they do not know; at home they take their default for it.
        if ((has_size || names_video(sent)) && !may_use_too(defaults.images))
            rule.regions = static_cast<RegionSet>(rule.regions & ~only(Region::cn));
        break;
    }
    return std::nullopt;
}

}  // namespace dreamina
