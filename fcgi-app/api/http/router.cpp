#include "api/http/router.hpp"

#include "api/http/unknown_parameter.hpp"
#include "core/base/log.hpp"
#include "core/base/secret.hpp"
#include "core/domain/address.hpp"
#include "net/client.hpp"
#include "core/storage/stores/session_store.hpp"

namespace dreamina {
namespace {

/// A browser sends this header from our own page only: another origin would need our leave for it.
constexpr std::string_view guard_header = "X-Requested-With";

bool changes_state(std::string_view method) { return method != "GET" && method != "HEAD" && method != "OPTIONS"; }

std::vector<std::string_view> segments(std::string_view path)
{
    std::vector<std::string_view> parts;
    while (!path.empty()) {
        path.remove_prefix(1);  // the slash
        const auto slash = path.find('/');
        parts.push_back(path.substr(0, slash));
        path = slash == std::string_view::npos ? std::string_view{} : path.substr(slash);
    }
    return parts;
}

bool fits(std::string_view pattern, std::string_view path, std::vector<std::string>& captures)
{
    const auto wanted = segments(pattern);
    const auto given = segments(path);
    captures.clear();
    if (wanted.size() != given.size()) return false;
    for (std::size_t i = 0; i < wanted.size(); ++i) {
        if (wanted[i].starts_with('{') && !given[i].empty()) {
            captures.emplace_back(given[i]);
        } else if (wanted[i] != given[i]) {
            return false;
        }
    }
    return true;
}

/// `reason`: of the catalogue's group "unauthorized".
Reply unauthorized(std::string_view reason)
{
    Reply reply = error_reply(401, make_error("unauthorized", std::string{reason}));
    reply.headers.push_back({"WWW-Authenticate", "Bearer"});
    return reply;
}

constexpr std::string_view nothing_sent = "unauthorized.nothing_sent";
constexpr std::string_view wrong_password = "unauthorized.wrong_password";
constexpr std::string_view wrong_metrics_token = "unauthorized.wrong_metrics_token";
constexpr std::string_view session_is_over = "unauthorized.session_is_over";

/// A proxy in front of nginx, on this machine too, speaks for others.
bool comes_from_this_machine(const Request& request)
{
    for (const char* header : {"X-Forwarded-For", "X-Real-IP", "Forwarded", "X-Forwarded-Host", "Via"})
        if (find_header(request.headers, header) != nullptr) return false;
    return is_loopback(request.remote_address);
}

/// The cookie is of no use here: /metrics lies outside of its path.
std::optional<Reply> refuse_password(Call& call, std::string_view password, std::string_view if_wrong)
{
    const LoginResult result = attempt_login(call.services.passwords, call.database, password,
                                             call.settings().admin_password, client_of(call.request), call.now);
    if (result.outcome != LoginResult::Outcome::right) return failed_login_reply(result, unauthorized(if_wrong));
    call.caller.kind = CallerKind::password;
    return std::nullopt;
}

std::optional<Reply> refuse_metrics(Call& call)
{
    const auto token = call.request.bearer_token();
    if (!token) {
        if (find_header(call.request.headers, "Authorization") == nullptr && comes_from_this_machine(call.request))
            return std::nullopt;
        return unauthorized(nothing_sent);
    }
    const auto& wanted = call.settings().metrics_token;
    if (wanted && constant_time_equal(*token, *wanted)) {
        call.caller.kind = CallerKind::token;
        return std::nullopt;
    }
    return refuse_password(call, *token, wrong_metrics_token);
}

/// The logged-in browser's session. A worker that has not heard yet of a password that another one changed looks at
/// the file before it throws out the one who changed it.
std::optional<std::int64_t> session_of(Call& call, std::string_view token)
{
    SessionStore sessions{call.database};
    if (const auto session = sessions.find(session_digest(token, call.settings().admin_password), call.now))
        return session;
    call.services.settings.refresh();
    const auto latest = call.services.settings.current();
    if (latest == call.snapshot) return std::nullopt;
    call.snapshot = latest;
    return sessions.find(session_digest(token, call.settings().admin_password), call.now);
}

}  // namespace

Match find_route(const std::vector<Route>& routes, std::string_view method, std::string_view path)
{
    Match match;
    std::vector<std::string> captures;
    const std::string_view wanted_method = method == "HEAD" ? "GET" : method;
    for (const Route& route : routes) {
        if (!path.starts_with('/') || !fits(route.pattern, path, captures)) continue;
        if (route.method == wanted_method) {
            match.route = &route;
            match.captures = captures;
            return match;
        }
        match.allowed += (match.allowed.empty() ? "" : ", ") + std::string{route.method};
    }
    return match;
}

std::optional<Reply> refuse_access(Call& call, Access access)
{
    call.caller = {.kind = CallerKind::anonymous, .session = {}, .address = client_of(call.request).address};
    if (access == Access::open) return std::nullopt;
    if (access == Access::metrics) return refuse_metrics(call);
    if (const auto token = call.request.bearer_token()) {
        return refuse_password(call, *token, wrong_password);
    }
    const auto cookie = call.request.cookie(session_cookie);
    if (!cookie) return unauthorized(nothing_sent);
    const auto session = session_of(call, *cookie);
    if (!session) return unauthorized(session_is_over);
    if (call.services.passwords.is_default(call.settings().admin_password) && client_of(call.request).is_public)
        return error_reply(403, "error.default_password");
    if (auto refusal = refuse_foreign_page(call.request)) return refusal;
    if (auto refusal = refuse_unguarded(call.request)) return refusal;
    call.session_id = session;
    call.caller.kind = CallerKind::session;
    call.caller.session = std::to_string(*session);
    return std::nullopt;
}

Reply failed_login_reply(const LoginResult& result, Reply wrong)
{
    switch (result.outcome) {
    case LoginResult::Outcome::right:
    case LoginResult::Outcome::wrong: break;
    case LoginResult::Outcome::too_many: {
        Reply reply = error_reply(429, make_error("too_many_attempts", too_many_attempts(result.retry_after)));
        reply.headers.push_back({"Retry-After", std::to_string(result.retry_after.count())});
        return reply;
    }
    case LoginResult::Outcome::default_password: return error_reply(403, "error.default_password");
    }
    return wrong;
}

std::optional<Reply> refuse_unguarded(const Request& request)
{
    if (!changes_state(request.method) || find_header(request.headers, guard_header) != nullptr) return std::nullopt;
    return error_reply(403, "error.missing_guard");
}

HandlerResult run_handler(const Route& route, Call& call)
try {
    if (auto refusal = refuse_access(call, route.access)) return *std::move(refusal);
    // Not where monitoring asks, which may add some against caches.
    if (route.access == Access::admin)
        if (const auto name = unknown_parameter(route, call.request.query))
            return unknown_parameter_reply(route, *name);
    return route.handler(call);
} catch (const DatabaseError& error) {
    log_error("{} {}: {}", route.method, route.pattern, error.what());
    if (error.is_busy()) {
        Reply reply = error_reply(503, "error.database_busy");
        reply.headers.push_back({"Retry-After", "2"});
        return reply;
    }
    return error_reply(500, "error.database");
} catch (const std::exception& error) {
    log_error("{} {}: {}", route.method, route.pattern, error.what());
    return error_reply(500, "error.internal");
}

}  // namespace dreamina
