/// Generations: what clients ask of them.
///
///     GET    /v1/generations               list
///     GET    /v1/generations/{id}          show: 202 while it runs, 200 once it has ended
///     GET    /v1/generations/{id}/result   replay: what the blocking call would have answered
///     GET    /v1/generations/{id}/events   stream_events
///     POST   /v1/generations/{id}/cancel   cancel
///     DELETE /v1/generations/{id}          remove
///
/// What is another key's is not there. The administrator sees all.

#include <array>
#include <charconv>
#include <utility>

#include <fmt/format.h>

#include "core/base/log.hpp"
#include "core/storage/webhooks/generation_webhooks.hpp"
#include "proxy/error_replies.hpp"
#include "proxy/generations/generation_json.hpp"
#include "proxy/generations/generation_replies.hpp"
#include "proxy/generations/generations.hpp"
#include "proxy/openai_error.hpp"

namespace dreamina {
namespace {

constexpr std::string_view routes_prefix = "/v1/generations";
constexpr int accepted_status = 202;
constexpr std::int64_t max_page = 100;
constexpr std::int64_t usual_page = 20;

bool may_see(const Generation& generation, const std::optional<std::int64_t>& key)
{
    return !key || generation.api_key == *key;
}

/// Weak: what only estimates is not part of it.
std::string entity_tag(const Generation& generation) { return fmt::format("W/\"{}\"", generation.version); }

Reply wrong_query(std::string_view message)
{
    return openai_error(400, "invalid_request_error", "invalid_parameter", message);
}

Reply no_such_method(std::string_view allowed)
{
    Reply reply = openai_error(405, "invalid_request_error", "method_not_allowed", "the method is not allowed here");
    reply.headers.push_back({"Allow", std::string{allowed}});
    return reply;
}

tl::expected<GenerationFilter, Reply> read_filter(const std::string& query)
{
    GenerationFilter filter{.limit = usual_page};
    if (const auto status = query_parameter(query, "status"); status && !status->empty()) {
        filter.state = parse_generation_state(*status);
        if (!filter.state)
            return tl::unexpected(
                wrong_query("status must be one of queued, in_progress, completed, failed, cancelled"));
    }
    if (const auto after = query_parameter(query, "after"); after && !after->empty()) {
        const auto id = parse_generation_id(*after);
        if (!id) return tl::unexpected(wrong_query("after must be the id of a generation"));
        filter.after = *id;
    }
    if (const auto limit = query_parameter(query, "limit"); limit && !limit->empty()) {
        const auto [end, error] = std::from_chars(limit->data(), limit->data() + limit->size(), filter.limit);
        if (error != std::errc{} || end != limit->data() + limit->size() || filter.limit < 1 || filter.limit > max_page)
            return tl::unexpected(wrong_query("limit must be 1 to 100"));
    }
    return filter;
}

}  // namespace

bool Generations::answer_route(const std::shared_ptr<Exchange>& client, const ApiKey* api_key)
{
    const Request& request = client->request();
    std::string_view path = request.path;
    if (!path.starts_with(routes_prefix)) return false;
    path.remove_prefix(routes_prefix.size());
    const auto key = api_key ? std::optional{api_key->id} : std::nullopt;
    const bool is_get = request.method == "GET" || request.method == "HEAD";
    if (path.empty() || path == "/") {
        is_get ? list(client, key) : answer(*client, no_such_method("GET"));
        return true;
    }
    if (path.front() != '/') return false;
    path.remove_prefix(1);
    const auto slash = path.find('/');
    const auto id = parse_generation_id(path.substr(0, slash));
    const std::string_view what = slash == std::string_view::npos ? std::string_view{} : path.substr(slash + 1);
    if (!id || (!what.empty() && what != "result" && what != "cancel" && what != "events")) {
        answer(*client, unknown_generation_reply());
    } else if (what == "cancel") {
        request.method == "POST" ? cancel(client, *id, key) : answer(*client, no_such_method("POST"));
    } else if (what == "result") {
        is_get ? replay(client, *id, key, false) : answer(*client, no_such_method("GET"));
    } else if (what == "events") {
        request.method == "GET" ? stream_events(client, *id, key) : answer(*client, no_such_method("GET"));
    } else if (request.method == "DELETE") {
        remove(client, *id, key);
    } else if (!is_get) {
        answer(*client, no_such_method("GET, DELETE"));
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
        [client, reply] {
            if (client->request().method == "HEAD") reply->body.clear();
            answer(*client, *reply);
        });
}

void Generations::show(const std::shared_ptr<Exchange>& client, const std::string& id, std::optional<std::int64_t> key,
                       Headers more)
{
    const std::string* known = find_header(client->request().headers, "If-None-Match");
    read_and_answer(client, [this, id, key, more = std::move(more),
                             known = known ? *known : std::string{}](Database& database) {
        GenerationStore store{database};
        const auto found = store.find(id);
        if (!found || !may_see(*found, key)) return unknown_generation_reply();
        const Time now = system_now();
        const bool is_over = has_ended(found->state);
        const std::int64_t ahead = found->state == GenerationState::queued ? store.position(*found) : 0;
        const Outlook seen = outlook(*found, parts_.durations.of(database, found->model, now), ahead, now);
        const std::string tag = entity_tag(*found);
        Reply reply = known == tag
                          ? json_reply(304, "")
                          : json_reply(is_over ? 200 : accepted_status, generation_json(*found, seen, parts_.folder));
        reply.headers.push_back({"ETag", tag});
        reply.headers.push_back({"Location", fmt::format("/v1/generations/{}{}", generation_id_prefix, id)});
        if (!is_over) reply.headers.push_back({"Retry-After", fmt::format("{}", retry_after(*found, seen).count())});
        reply.headers.insert(reply.headers.end(), more.begin(), more.end());
        return reply;
    });
}

void Generations::replay(const std::shared_ptr<Exchange>& client, const std::string& id,
                         std::optional<std::int64_t> key, bool is_replay)
{
    read_and_answer(client, [this, id, key, is_replay](Database& database) {
        const auto found = GenerationStore{database}.find(id);
        if (!found) return is_replay ? try_again_reply() : unknown_generation_reply();
        if (!may_see(*found, key)) return unknown_generation_reply();
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
            if (!found->before || !may_see(*found->before, key)) return;
            const Time now = system_now();
            found->is_cancelled = store.cancel(id, now);
            if (found->is_cancelled) add_webhook_events(database, std::array{GenerationChange{.id = id}}, now);
            found->is_detached = !found->is_cancelled && store.detach(id, now);
        },
        [this, client, found, id, key](bool is_committed) {
            if (!is_committed) return answer(*client, database_refuses_reply());
            const auto& before = found->before;
            if (!before || !may_see(*before, key)) return answer(*client, unknown_generation_reply());
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

void Generations::remove(const std::shared_ptr<Exchange>& client, const std::string& id,
                         std::optional<std::int64_t> key)
{
    auto found = std::make_shared<std::optional<Generation>>();
    parts_.write_queue.run(
        [found, id, key](Database& database) {
            GenerationStore store{database};
            *found = store.find(id);
            if (*found && may_see(**found, key)) store.remove(id);
        },
        [this, client, found, id, key](bool is_committed) {
            if (!is_committed) return answer(*client, database_refuses_reply());
            if (!*found || !may_see(**found, key)) return answer(*client, unknown_generation_reply());
            if (!has_ended((*found)->state)) return answer(*client, not_finished_reply(retry_after(**found, {})));
            if (const auto& file = (*found)->answer_file) remove_generation_file(parts_.folder, *file);
            if (const auto& file = (*found)->body_file) remove_generation_file(parts_.folder, *file);
            answer(*client, json_reply(200, fmt::format(R"({{"id":"{}{}","object":"generation","deleted":true}})",
                                                        generation_id_prefix, id)));
        });
}

void Generations::list(const std::shared_ptr<Exchange>& client, std::optional<std::int64_t> key)
{
    auto filter = read_filter(client->request().query);
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
