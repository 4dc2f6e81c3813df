#pragma once
/// `sessions`: logged-in browsers, known by a digest of their cookie's token and the password they logged in with.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/clock.hpp"
#include "core/storage/engine/database.hpp"

namespace dreamina {

/// A browser that was idle for so long must log in again …
constexpr std::chrono::hours session_idle_limit{12};
/// … and so must any after this.
constexpr std::chrono::hours session_age_limit{7 * 24};

/// More logged-in browsers than that are a script's: those that were seen last stay.
constexpr int max_sessions = 200;
constexpr std::size_t max_user_agent_length = 256;

/// What stands in the database for a session. The stored password is a part of it, so that no session outlives a
/// change of the password, however it is made; guessing it needs the token, which is random.
std::string session_digest(std::string_view token, std::string_view stored_password);

struct Session {
    std::int64_t id = 0;
    Time created_at{};
    Time last_seen_at{};
    std::string address;     ///< at the login
    std::string user_agent;  ///< its first `max_user_agent_length` bytes

    Time expires_at() const;
};

class SessionStore {
public:
    explicit SessionStore(Database& database) : database_(database) {}

    /// Where the login came from: `address`, `user_agent` (cut to its bound). A part of the caller's transaction.
    std::int64_t add(std::string_view digest, Time now, std::string_view address = "",
                     std::string_view user_agent = "");
    /// The session's id if it is there and not expired; it is then marked as seen (at most once a minute, to spare
    /// writes).
    std::optional<std::int64_t> find(std::string_view digest, Time now);
    /// Those that have not expired, the one seen last first.
    std::vector<Session> list(Time now);
    void remove(std::string_view digest);
    /// False if there is none.
    bool remove(std::int64_t id);
    /// Returns how many went.
    int remove_all_but(std::optional<std::int64_t> id);
    void remove_all() { remove_all_but(std::nullopt); }
    void remove_created_before(Time time);
    int remove_expired(Time now);

private:
    Database& database_;
};

}  // namespace dreamina
