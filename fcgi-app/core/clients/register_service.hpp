#pragma once
/// The register service: it makes new accounts and fetches new sessions for known ones.
///
/// Error codes of every call: "cancelled", "register_unreachable", "register_timed_out" and "register_cut" (sent, so it
/// may have happened), "register_unavailable" (429, 502, 503, 504), "register_key_refused" (401, 403),
/// "register_refused" (other 4xx), "register_failed" (other 5xx: it tried, and says why), "register_not_understood"
/// (not JSON, a field missing or of a wrong type), "register_misconfigured" (its URL or key cannot be used).
/// No message holds a password, a session id or the key.

#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.hpp"
#include "core/clients/http_client.hpp"
#include "core/domain/account/region_token.hpp"

namespace dreamina {

struct RegisteredAccount {
    std::string email;
    std::string password;
    std::string session_id;        ///< bare
    std::optional<Region> region;  ///< from the session's prefix
};

struct RegistrationTask {
    enum class State {
        pending,
        processing,
        completed,
        failed,
        forgotten,  ///< the service does not know it (any more): it keeps its tasks in memory
    };
    State state = State::pending;
    std::vector<RegisteredAccount> accounts;  ///< completed: those that are whole
    std::vector<Message> errors;              ///< completed: one for each that failed or came broken
    Message error;                            ///< failed: why
};

struct RefreshedSession {
    std::string session_id;        ///< bare
    std::optional<Region> region;  ///< from its prefix
};

/// Stateless but for its transport, which must outlive it. Any thread.
class RegisterService {
public:
    RegisterService(HttpTransport& http, std::string base_url, std::string key);

    Result<void> health(const std::stop_token& stop) const;

    /// Queues the registration of `count` accounts (at least 1); answers the task's id. Never sent twice.
    Result<std::string> start(int count, std::string_view mail_type, const std::stop_token& stop) const;

    Result<RegistrationTask> task(const std::string& task_id, const std::stop_token& stop) const;

    /// Logs in again, which takes the service 10 to 120 s. Never sent twice.
    Result<RefreshedSession> update_session(const std::string& email, const std::string& password,
                                            const std::stop_token& stop) const;

private:
    HttpRequest request(const char* method, const std::string& path) const;

    HttpTransport& http_;
    std::string base_url_;
    std::string key_;
};

}  // namespace dreamina
