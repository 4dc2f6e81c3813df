/// Generations: OpenAI's Videos API.
///
///     POST   /v1/videos                create: begin_video
///     GET    /v1/videos                list_videos
///     GET    /v1/videos/{id}           show_video
///     GET    /v1/videos/{id}/content   give_video
///     DELETE /v1/videos/{id}           remove
///
/// The upstream's own /v1/videos/generations is none of these, and is forwarded as ever.

#include <array>
#include <utility>

#include "core/base/log.hpp"
#include "core/base/text.hpp"
#include "core/storage/results/stored_result_link.hpp"
#include "proxy/answer/headers.hpp"
#include "proxy/error_replies.hpp"
#include "proxy/generations/generation_filter.hpp"
#include "proxy/generations/generation_json.hpp"
#include "proxy/generations/generation_replies.hpp"
#include "proxy/generations/generations.hpp"
#include "proxy/openai_error.hpp"
#include "proxy/proxy_context.hpp"
#include "proxy/videos/video_content.hpp"
#include "proxy/videos/video_json.hpp"
#include "proxy/videos/video_request.hpp"

namespace dreamina {
namespace {

constexpr std::string_view own_video_segment = "generations";

/// Of OpenAI's Videos API, what no upstream can do.
constexpr std::array unsupported_creations{"edits", "extensions", "characters"};

/// As OpenAI's libraries read it.
Header poll_after() { return {"OpenAI-Poll-After-Ms", "5000"}; }

bool is_video(const std::optional<Generation>& found, const std::optional<std::int64_t>& key)
{
    return found && found->shape == GenerationShape::openai_video && is_visible_to(*found, key);
}

std::string sentence_of(std::string_view what)
{
    return "the upstream cannot make " + std::string{what} + " of a video: only create, retrieve, list, delete and " +
           "download are there";
}

}  // namespace

bool Generations::answer_video_route(const std::shared_ptr<Exchange>& client, const ApiKey* api_key)
{
    const Request& request = client->request();
    if (!request.path.starts_with(videos_route)) return false;
    std::string_view path = std::string_view{request.path}.substr(videos_route.size());
    const auto key = api_key ? std::optional{api_key->id} : std::nullopt;
    const bool is_get = request.method == "GET" || request.method == "HEAD";
    if (path.empty()) {
        if (request.method == "POST") return false;
        is_get ? list_videos(client, key) : answer(*client, method_not_allowed_reply("GET, POST"));
        return true;
    }
    if (path.front() != '/') return false;
    path.remove_prefix(1);
    const auto slash = path.find('/');
    const std::string_view first = path.substr(0, slash);
    const std::string_view what = slash == std::string_view::npos ? std::string_view{} : path.substr(slash + 1);
    if (first.empty() || equals_ignoring_case(first, own_video_segment)) return false;
    const auto id = parse_generation_id(first);
    if (std::find(unsupported_creations.begin(), unsupported_creations.end(), first) != unsupported_creations.end()) {
        answer(*client, not_supported_reply(sentence_of(first)));
    } else if (!id || (!what.empty() && what != "content" && what != "remix")) {
        answer(*client, unknown_video_reply());
    } else if (what == "remix") {
        answer(*client, not_supported_reply(sentence_of("a remix")));
    } else if (what == "content") {
        is_get ? give_video(client, *id, key) : answer(*client, method_not_allowed_reply("GET"));
    } else if (request.method == "DELETE") {
        remove(client, *id, key, GenerationShape::openai_video);
    } else {
        is_get ? show_video(client, *id, key) : answer(*client, method_not_allowed_reply("GET, DELETE"));
    }
    return true;
}

void Generations::begin_video(const std::shared_ptr<Exchange>& client, std::shared_ptr<const ApiKey> key,
                              GenerationWish wish)
{
    const auto body = std::make_shared<const Body>(std::move(client->mutable_request().body));
    auto read = std::make_shared<tl::expected<VideoRequest, std::string>>();
    auto work = [read, body, type = client->request().content_type, catalog = context_->catalog,
                 settings = parts_.settings.current()] {
        try {
            *read = read_video_request(body, type, *catalog, settings->settings);
        } catch (const std::system_error& error) {
            log_error("the body of a request cannot be read again: {}", error.what());
            *read = tl::unexpected(std::string{"the body cannot be read"});
        }
    };
    auto then = [this, read, client, key = std::move(key), wish = std::move(wish)]() mutable {
        if (client->gone()) return;
        if (!*read) return answer(*client, invalid_parameter_reply(read->error()));
        Request& request = client->mutable_request();
        request.body = Body::same_as((*read)->body);
        request.content_type = (*read)->content_type;
        request.path = video_generations_route;
        request.target = request.path + (request.query.empty() ? "" : "?" + request.query);
        refuse_codings(request);  // the answer is looked into
        wish.video = (*read)->terms;
        begin(client, std::move(key), std::move(wish));
    };
    if (body->in_memory()) {
        work();
        then();
    } else {
        off_the_loop(std::move(work), std::move(then));
    }
}

void Generations::show_as(GenerationShape shape, const std::shared_ptr<Exchange>& client, const std::string& id,
                          std::optional<std::int64_t> key, Headers more)
{
    shape == GenerationShape::openai_video ? show_video(client, id, key, std::move(more))
                                           : show(client, id, key, std::move(more));
}

void Generations::show_video(const std::shared_ptr<Exchange>& client, const std::string& id,
                             std::optional<std::int64_t> key, Headers more)
{
    read_and_answer(client, [this, id, key, more = std::move(more)](Database& database) {
        const auto found = GenerationStore{database}.find(id);
        if (!is_video(found, key)) return unknown_video_reply();
        const Time now = system_now();
        const Outlook seen = outlook(*found, parts_.durations.of(database, found->model, now), 0, now);
        Reply reply = json_reply(200, video_json(*found, seen, parts_.folder));
        if (!has_ended(found->state)) reply.headers.push_back(poll_after());
        reply.headers.insert(reply.headers.end(), more.begin(), more.end());
        return reply;
    });
}

void Generations::give_video(const std::shared_ptr<Exchange>& client, const std::string& id,
                             std::optional<std::int64_t> key)
{
    const auto variant = query_parameter(client->request().query, "variant").value_or("");
    if (variant == "thumbnail" || variant == "spritesheet")
        return answer(*client, not_supported_reply(sentence_of("a " + variant)));
    if (!variant.empty() && variant != "video")
        return answer(*client, invalid_parameter_reply("variant must be video"));
    read_and_answer(client, [this, id, key](Database& database) {
        const auto found = GenerationStore{database}.find(id);
        if (!is_video(found, key)) return unknown_video_reply();
        if (!has_ended(found->state)) return not_finished_reply(retry_after(*found, {}));
        if (found->expires_at <= system_now()) return expired_reply();
        return video_content(*found, parts_.folder, link_to_stored_result(database, id, system_now()));
    });
}

void Generations::list_videos(const std::shared_ptr<Exchange>& client, std::optional<std::int64_t> key)
{
    auto filter = read_generation_filter(client->request().query);
    if (!filter) return answer(*client, filter.error());
    filter->api_key = key;
    filter->shape = GenerationShape::openai_video;
    read_and_answer(client, [this, filter = *filter](Database& database) mutable {
        const auto wanted = static_cast<std::size_t>(filter.limit++);  // one more tells whether there are more
        auto found = GenerationStore{database}.list(filter);
        const bool has_more = found.size() > wanted;
        if (has_more) found.resize(wanted);
        const Time now = system_now();
        std::vector<std::pair<Generation, Outlook>> page;
        for (Generation& each : found) {
            const Outlook seen = outlook(each, parts_.durations.of(database, each.model, now), 0, now);
            page.emplace_back(std::move(each), seen);
        }
        return json_reply(200, video_list_json(page, has_more, parts_.folder));
    });
}

}  // namespace dreamina
