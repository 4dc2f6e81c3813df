#pragma once
/// The routes of /api. Who may call is part of every row, so that none can be forgotten.

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "core/base/clock.hpp"
#include "core/base/json_reader.hpp"
#include "core/domain/audit.hpp"
#include "core/health/readiness.hpp"
#include "auth/login.hpp"
#include "auth/same_origin.hpp"
#include "net/exchange.hpp"
#include "net/json_reply.hpp"
#include "auth/password_check.hpp"
#include "core/storage/engine/database.hpp"
#include "core/storage/generations/model_durations.hpp"
#include "core/storage/stores/settings_file.hpp"

namespace dreamina {

enum class Access {
    open,   ///< without a login
    admin,  ///< ADMIN_PASSWORD as bearer token, or a logged-in browser's cookie
    /// ADMIN_PASSWORD or METRICS_TOKEN as bearer token; without any from this machine itself, if no proxy stands
    /// between
    metrics,
};

/// What every handler may use. Shared by threads; outlives all calls.
struct Services {
    SettingsFile& settings;
    PasswordCheck& passwords;
    DatabaseFile database_file;
    Readiness& readiness;
    ModelDurations& durations;
};

/// One call of a route, in a thread of the pool, with a database connection of its own.
struct Call {
    const Request& request;
    std::vector<std::string> captures;  ///< what stood for the {…} of the pattern, in order
    Database& database;
    Services& services;
    Time now;

    const Settings& settings() const { return snapshot->settings; }
    std::shared_ptr<const ResolvedSettings> snapshot;
    std::optional<std::int64_t> session_id{};  ///< the logged-in browser's; nothing for a bearer token
    Caller caller{};                           ///< who was let in, by refuse_access
};

/// The answer depends on something that takes its time: it is looked for again and again without holding a thread.
struct Await {
    std::function<std::optional<Reply>(Database&)> look;
    Time until{};
    Reply otherwise;  ///< when the time is over
};
constexpr std::chrono::milliseconds await_interval{500};

using HandlerResult = std::variant<Reply, Await>;
using Handler = HandlerResult (*)(Call&);

/// Which threads run a handler.
enum class ThreadGroup {
    general,
    monitoring,  ///< threads of their own, that answer while the usual ones wait for a database that is locked
};

/// Bodies of /api: all but a few hold some fields, or a list of accounts at most.
constexpr std::uint64_t usual_body = 2 * 1024 * 1024;
/// Of a route that needs no login.
constexpr std::uint64_t small_body = 8 * 1024;
/// nginx lets so much through.
constexpr std::uint64_t large_body = 64 * 1024 * 1024;

struct Route {
    std::string_view method;
    std::string_view pattern;  ///< "/api/accounts/{id}/ban"
    Access access;
    Handler handler;
    ThreadGroup threads = ThreadGroup::general;
    /// Instead of a handler, for an open route: called on the event loop, so it must not wait for anything.
    Reply (*at_once)() = nullptr;
    /// In bytes. A larger body is refused with 413 before it is read.
    std::uint64_t max_body = usual_body;
};

struct Match {
    const Route* route = nullptr;
    std::vector<std::string> captures;
    std::string allowed;  ///< the path's methods, if the path is known but not with this method
};
/// The match points into `routes`.
Match find_route(const std::vector<Route>& routes, std::string_view method, std::string_view path);
Match find_route(std::vector<Route>&& routes, std::string_view method, std::string_view path) = delete;

/// The session cookie's name. Its path is /api, so it never travels to /v1.
constexpr std::string_view session_cookie = "dreamina_session";

/// Finds out who calls. Nothing if the call may go on, otherwise the answer that refuses it: 401; 403 without the CSRF
/// guard's header, for another origin's page and for the default password from a public address; 429 after too many
/// wrong passwords.
std::optional<Reply> refuse_access(Call& call, Access access);

/// The CSRF guard alone, for calls that use the cookie.
std::optional<Reply> refuse_unguarded(const Request& request);

/// The answer to a password that does not let in, `wrong` being the one for a wrong one.
Reply failed_login_reply(const LoginResult& result, Reply wrong);

/// Runs the call; whatever it throws becomes an answer (503 while the database is locked, 500 otherwise) and a line in
/// the log.
HandlerResult run_handler(const Route& route, Call& call);

}  // namespace dreamina
