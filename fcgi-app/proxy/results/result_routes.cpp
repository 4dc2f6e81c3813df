/// Stored results: what clients ask for.
///
///     GET /v1/results/{id}/content                      with an API key: its own only
///     GET /v1/results/{id}.{extension}?exp=…&sig=…      with a signed link, and no key
///
/// Both take ?download=true, which a link must be signed for. What is not there yet is waited for; where it cannot be
/// fetched the client is sent to the provider's copy, while that lives.

#include <charconv>
#include <utility>

#include <fmt/format.h>

#include "core/base/log.hpp"
#include "core/base/text.hpp"
#include "core/domain/results/result_delivery.hpp"
#include "core/storage/results/result_files.hpp"
#include "core/storage/results/result_link_keys.hpp"
#include "proxy/error_replies.hpp"
#include "proxy/openai_error.hpp"
#include "proxy/results/results.hpp"

namespace dreamina {
namespace {

constexpr std::string_view results_path = "/v1/results";
constexpr std::string_view content_suffix = "/content";

/// A browser gives a picture up after a minute or so, and what stands between earlier.
constexpr std::chrono::seconds patience_for_result{30};
constexpr std::chrono::milliseconds look_for_result_every{400};
constexpr std::chrono::seconds come_again_for_result{5};

Reply no_such_result()
{
    return openai_error(404, "invalid_request_error", "not_found", "there is no such result; it may have been deleted");
}

Reply link_refused(std::string_view code, std::string_view message)
{
    Reply reply = openai_error(403, "permission_error", code, message);
    reply.headers.push_back({"Cache-Control", "no-store"});
    return reply;
}

Reply result_gone()
{
    return openai_error(410, "invalid_request_error", "result_gone",
                        "the result is not stored any more, or could not be fetched");
}

Reply result_pending()
{
    Reply reply = openai_error(503, "server_error", "result_pending", "the result has not been fetched yet");
    reply.headers.push_back({"Retry-After", fmt::format("{}", come_again_for_result.count())});
    return reply;
}

Reply sent_elsewhere(const std::string& url)
{
    return {
        .status = 302,
        .headers = {{"Location", url}, {"Cache-Control", "no-store"}, {"Referrer-Policy", "no-referrer"}, any_origin()},
        .body = {}};
}

/// The name behind the last slash: "res_….png".
std::optional<std::string> id_of_link(std::string_view name)
{
    const auto dot = name.find('.');
    return dot == std::string_view::npos ? std::nullopt : parse_result_id(name.substr(0, dot));
}

ResultDisposition disposition_of(const Request& request)
{
    return query_parameter(request.query, "download") == "true" ? ResultDisposition::attachment
                                                                : ResultDisposition::inline_;
}

bool may_read(const Request& request) { return request.method == "GET" || request.method == "HEAD"; }

/// It will not come soon, so it is not waited for.
bool waits_for_room(const StoredResult& result)
{
    return result.state == ResultState::pending && result.last_error.code == "storing.no_room";
}

}  // namespace

bool Results::is_for_result(const Request& request)
{
    const std::string_view path = request.path;
    return path.starts_with(results_path) && (path.size() == results_path.size() || path[results_path.size()] == '/');
}

bool Results::answer_signed(const std::shared_ptr<Exchange>& client)
{
    const Request& request = client->request();
    const std::string_view name = std::string_view{request.path}.substr(results_path.size());
    const auto signature = query_parameter(request.query, "sig");
    if (!signature || !may_read(request) || name.size() < 2) return false;
    const auto id = id_of_link(name.substr(1));
    if (!id) return false;
    const std::string expires = query_parameter(request.query, "exp").value_or("");
    ResultLink link{.id = *id, .disposition = disposition_of(request)};
    const auto [end, error] = std::from_chars(expires.data(), expires.data() + expires.size(), link.expires);
    if (error != std::errc{} || end != expires.data() + expires.size()) {
        answer(*client, link_refused("invalid_link", "the link is not complete"));
        return true;
    }
    serve(std::make_shared<Asked>(Asked{.client = client,
                                        .id = *id,
                                        .key = {},
                                        .link = link,
                                        .signature = *signature,
                                        .disposition = link.disposition,
                                        .until = EventLoop::Clock::now() + patience_for_result}));
    return true;
}

void Results::answer_route(const std::shared_ptr<Exchange>& client, std::optional<std::int64_t> key)
{
    const Request& request = client->request();
    std::string_view name = std::string_view{request.path}.substr(results_path.size());
    if (!name.ends_with(content_suffix)) return answer(*client, no_such_result());
    name.remove_suffix(content_suffix.size());
    const auto id = name.empty() ? std::nullopt : parse_result_id(name.substr(1));
    if (!id) return answer(*client, no_such_result());
    if (!may_read(request)) {
        Reply reply =
            openai_error(405, "invalid_request_error", "method_not_allowed", "the method is not allowed here");
        reply.headers.push_back({"Allow", "GET"});
        return answer(*client, reply);
    }
    serve(std::make_shared<Asked>(Asked{.client = client,
                                        .id = *id,
                                        .key = key,
                                        .link = {},
                                        .signature = {},
                                        .disposition = disposition_of(request),
                                        .until = EventLoop::Clock::now() + patience_for_result}));
}

void Results::serve(const std::shared_ptr<Asked>& asked)
{
    if (asked->client->gone()) return;
    auto reply = std::make_shared<std::optional<Reply>>();
    const bool is_last = EventLoop::Clock::now() >= asked->until;
    off_the_loop(
        [this, reply, asked, is_last] {
            try {
                *reply = look(*asked, is_last);
            } catch (const DatabaseError& error) {
                log_warning("a result could not be read: {}", error.what());
                *reply = database_refuses_reply();
            }
        },
        [this, reply, asked] {
            if (*reply) return answer(*asked->client, **reply);
            parts_.loop.after(look_for_result_every, [this, asked] { serve(asked); });
        });
}

/// Nothing: it is to be waited for. In another thread.
std::optional<Reply> Results::look(const Asked& asked, bool is_last) const
{
    const Time now = system_now();
    const auto settings = parts_.settings.current();
    const ConnectionPool::Lent database = parts_.connections.lend();
    if (asked.link) {
        if (!is_signed(*asked.link, asked.signature, ResultLinkKeys{*database}.all()))
            return link_refused("invalid_link", "the link is not signed by this service");
        if (Time{std::chrono::seconds{asked.link->expires}} <= now)
            return link_refused("link_expired", "the link has expired");
    }
    const auto result = ResultStore{*database}.find(asked.id);
    if (!result || (asked.key && result->api_key != *asked.key)) return no_such_result();
    if (result->state == ResultState::stored) {
        if (has_result_file(result_folder(settings->settings, parts_.database_file), result->sha256)) {
            const auto place = result_place(result->sha256);
            Reply reply{.status = 200, .headers = {any_origin(), {"X-Content-Type-Options", "nosniff"}}, .body = {}};
            for (auto& [name, value] : delivery_headers(*result, place.string(), asked.disposition, now))
                reply.headers.push_back({name, value});
            return reply;
        }
        log_warning("result {}: its file is missing", NotSecret{result->id});
    }
    const bool may_come = result->state == ResultState::pending;
    if (may_come && !is_last && !waits_for_room(*result)) return std::nullopt;
    const std::string elsewhere = other_copy(*result, settings->settings.results_hosts, now);
    if (!elsewhere.empty()) return sent_elsewhere(elsewhere);
    return may_come ? result_pending() : result_gone();
}

}  // namespace dreamina
