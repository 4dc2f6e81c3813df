/// Generations: what clients ask of them.
///
///     GET    /v1/generations               list
///     GET    /v1/generations/{id}          show: 202 while it runs, 200 once it has ended (generation_polls.cpp)
///     GET    /v1/generations/{id}/result   replay: what the blocking call would have answered
///     GET    /v1/generations/{id}/events   stream_events
///     POST   /v1/generations/{id}/cancel   cancel
///     POST   /v1/generations/{id}/retry    retry: a new one, on purpose
///     DELETE /v1/generations/{id}          remove
///
/// What is another key's is not there. The administrator sees all.

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "core/base/log.hpp"
#include "core/storage/engine/transaction.hpp"
#include "core/storage/generations/generation_retry.hpp"
#include "core/storage/webhooks/generation_webhooks.hpp"
#include "proxy/error_replies.hpp"
#include "proxy/generations/generation_filter.hpp"
#include "proxy/generations/generation_json.hpp"
#include "proxy/generations/generation_replies.hpp"
#include "proxy/generations/generations.hpp"
#include "proxy/openai_error.hpp"

namespace dreamina {
namespace {

constexpr std::string_view routes_prefix = "/v1/generations";

/// What may stand behind an id.
bool is_known(std::string_view what)
{
    constexpr std::array<std::string_view, 5> all{"", "result", "cancel", "retry", "events"};
    return std::find(all.begin(), all.end(), what) != all.end();
}

Reply refused_retry(NoRetry reason)
{
    switch (reason) {
    case NoRetry::not_ended: return not_finished_reply(retry_after(Generation{}, Outlook{}));
    case NoRetry::completed: return completed_reply();
    case NoRetry::key_gone: return key_gone_reply();
    case NoRetry::body_gone: return body_not_kept_reply();
    case NoRetry::queue_full: break;
    }
    return queue_full_reply();
}

}  // namespace

bool Generations::answer_route(const std::shared_ptr<Exchange>& client, const ApiKey* api_key)
{
    const Request& request = client->request();
    std::string_view path = request.path;
    if (!path.starts_with(routes_prefix)) return answer_video_route(client, api_key);
    path.remove_prefix(routes_prefix.size());
    const auto key = api_key ? std::optional{api_key->id} : std::nullopt;
    const bool is_get = request.method == "GET" || request.method == "HEAD";
    if (path.empty() || path == "/") {
        is_get ? list(client, key) : answer(*client, method_not_allowed_reply("GET"));
        return true;
    }
    if (path.front() != '/') return false;
    path.remove_prefix(1);
    const auto slash = path.find('/');
    const auto id = parse_generation_id(path.substr(0, slash));
    const std::string_view what = slash == std::string_view::npos ? std::string_view{} : path.substr(slash + 1);
    if (!id || !is_known(what)) {
        answer(*client, unknown_generation_reply());
    } else if (what == "cancel") {
        request.method == "POST" ? cancel(client, *id, key) : answer(*client, method_not_allowed_reply("POST"));
    } else if (what == "retry") {
        request.method == "POST" ? retry(client, *id, key) : answer(*client, method_not_allowed_reply("POST"));
    } else if (what == "result") {
        is_get ? replay(client, *id, key, false) : answer(*client, method_not_allowed_reply("GET"));
    } else if (what == "events") {
        request.method == "GET" ? stream_events(client, *id, key) : answer(*client, method_not_allowed_reply("GET"));
    } else if (request.method == "DELETE") {
        remove(client, *id, key, GenerationShape::native);
    } else if (!is_get) {
        answer(*client, method_not_allowed_reply("GET, DELETE"));
    } else if (const auto wait = preferred_wait(request); wait && wait->count() > 0 && !is_draining_) {
        watch_.wait(*id, client, *wait, GenerationWatch::Patience::until_drain, [this, client, id = *id, key](bool) {
            show(client, id, key, {{"Preference-Applied", "wait"}});
        });
        refresh();  // it may have ended already
    } else {
        show(client, *id, key);
    }
    return true;
}

void Generations::read_and_answer(const std::shared_ptr<Exchange>& client, Answer answer_of)
{
    auto reply = std::make_shared<Reply>();
    off_the_loop(
        [this, reply, answer_of = std::move(answer_of)] {
            try {
                const ConnectionPool::Lent database = parts_.connections.lend();
                *reply = answer_of(*database);
            } catch (const DatabaseError& error) {
                log_warning("a generation could not be read: {}", error.what());
                *reply = database_refuses_reply();
            }
        },
        [client, reply] { answer_about(client, std::move(*reply)); });
}

void Generations::answer_about(const std::shared_ptr<Exchange>& client, Reply reply)
{
    if (client->request().method == "HEAD") reply.body.clear();
    answer(*client, reply);
}

void Generations::replay(const std::shared_ptr<Exchange>& client, const std::string& id,
                         std::optional<std::int64_t> key, bool is_replay)
{
    read_and_answer(client, [this, id, key, is_replay](Database& database) {
        const auto found = GenerationStore{database}.find(id);
        if (!found) return is_replay ? try_again_reply() : unknown_generation_reply();
        if (!is_visible_to(*found, key)) return unknown_generation_reply();
        if (!has_ended(found->state)) return not_finished_reply(retry_after(*found, {}));
        if (found->expires_at <= system_now()) return expired_reply();
        Reply reply = stored_answer(*found, parts_.folder);
        if (find_header(reply.headers, "Cache-Control") == nullptr) reply.headers.push_back(no_store());
        if (find_header(reply.headers, "X-Dreamina-Request-Id") == nullptr)
            reply.headers.push_back({"X-Dreamina-Request-Id", id});
        if (is_replay) reply.headers.push_back(replayed());
        return reply;
    });
}

/// Waits as its own client does, and for as long.
void Generations::join(const std::shared_ptr<Exchange>& client, const std::string& id, std::optional<std::int64_t> key)
{
    const std::chrono::seconds wait{parts_.settings.current()->settings.proxy_timeout};
    watch_.wait(
        id, client, wait, GenerationWatch::Patience::to_the_end,
        [this, client, id, key](bool is_over) {
            if (is_over) return replay(client, id, key, true);
            Reply reply = no_answer_reply(TransferEnd::timed_out, true);
            reply.headers.push_back({"X-Dreamina-Request-Id", id});
            reply.headers.push_back(replayed());
            answer(*client, reply);
            client_is_lost(id);
        },
        [this, id] { client_is_lost(id); });
    refresh();
}

void Generations::cancel(const std::shared_ptr<Exchange>& client, const std::string& id,
                         std::optional<std::int64_t> key)
{
    struct Found {
        std::optional<Generation> before;
        bool is_cancelled = false;
        bool is_detached = false;
    };
    auto found = std::make_shared<Found>();
    parts_.write_queue.run(
        [found, id, key](Database& database) {
            GenerationStore store{database};
            *found = {};
            found->before = store.find(id);
            if (!found->before || !is_visible_to(*found->before, key)) return;
            const Time now = system_now();
            found->is_cancelled = store.cancel(id, now);
            if (found->is_cancelled) add_webhook_events(database, std::array{GenerationChange{.id = id}}, now);
            found->is_detached = !found->is_cancelled && store.detach(id, now);
        },
        [this, client, found, id, key](bool is_committed) {
            if (!is_committed) return answer(*client, database_refuses_reply());
            const auto& before = found->before;
            if (!before || !is_visible_to(*before, key)) return answer(*client, unknown_generation_reply());
            if (!found->is_cancelled && has_ended(before->state)) return answer(*client, already_ended_reply());
            if (found->is_cancelled) {
                if (const auto run = runs_.find(id); run != runs_.end()) {
                    const auto kept = run->second;
                    kept->drop();
                } else if (before->body_file) {
                    remove_generation_file(parts_.folder, *before->body_file);
                }
                watch_.is_over(id);
            }
            show(client, id, key);
        });
}

/// A new one, which any worker takes at its next look. Waits for the disk, so not in the write queue's turn.
void Generations::retry(const std::shared_ptr<Exchange>& client, const std::string& id, std::optional<std::int64_t> key)
{
    read_and_answer(client, [this, id, key, settings = parts_.settings.current()](Database& database) {
        Transaction transaction{database};
        const auto before = GenerationStore{database}.find(id);
        if (!before || !is_visible_to(*before, key)) return unknown_generation_reply();
        const auto again = retry_generation(database, parts_.folder, *before, settings->settings, system_now());
        if (!again) return refused_retry(again.error());
        transaction.commit();
        return shown(database, again->generation, GenerationStore{database}.position(again->generation), {});
    });
}

void Generations::remove(const std::shared_ptr<Exchange>& client, const std::string& id,
                         std::optional<std::int64_t> key, GenerationShape told_as)
{
    const bool is_video = told_as == GenerationShape::openai_video;
    const auto is_meant = [key, is_video](const std::optional<Generation>& found) {
        return found && is_visible_to(*found, key) && (!is_video || found->shape == GenerationShape::openai_video);
    };
    auto found = std::make_shared<std::optional<Generation>>();
    parts_.write_queue.run(
        [found, id, is_meant](Database& database) {
            GenerationStore store{database};
            *found = store.find(id);
            if (is_meant(*found)) store.remove(id);
        },
        [this, client, found, id, is_meant, is_video](bool is_committed) {
            if (!is_committed) return answer(*client, database_refuses_reply());
            if (!is_meant(*found))
                return answer(*client, is_video ? unknown_video_reply() : unknown_generation_reply());
            if (!has_ended((*found)->state)) return answer(*client, not_finished_reply(retry_after(**found, {})));
            if (const auto& file = (*found)->answer_file) remove_generation_file(parts_.folder, *file);
            if (const auto& file = (*found)->body_file) remove_generation_file(parts_.folder, *file);
            answer(*client,
                   json_reply(200, fmt::format(R"({{"id":"{}","object":"{}","deleted":true}})",
                                               public_generation_id(id), is_video ? "video.deleted" : "generation")));
        });
}

void Generations::list(const std::shared_ptr<Exchange>& client, std::optional<std::int64_t> key)
{
    auto filter = read_generation_filter(client->request().query);
    if (!filter) return answer(*client, filter.error());
    filter->api_key = key;
    read_and_answer(client, [filter = *filter](Database& database) mutable {
        const auto wanted = static_cast<std::size_t>(filter.limit++);  // one more tells whether there are more
        auto page = GenerationStore{database}.list(filter);
        const bool has_more = page.size() > wanted;
        if (has_more) page.resize(wanted);
        return json_reply(200, generation_list_json(page, has_more));
    });
}

}  // namespace dreamina
