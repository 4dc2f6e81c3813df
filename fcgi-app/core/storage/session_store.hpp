#pragma once
/// `sessions`: logged-in browsers, known by a digest of their cookie's token.

#include <string_view>

#include "base/clock.hpp"
#include "storage/database.hpp"

namespace dreamina {

/// A browser that nobody used for so long must log in again …
constexpr std::chrono::hours session_idle_limit{12};
/// … and so must any after this.
constexpr std::chrono::hours session_age_limit{7 * 24};

class SessionStore {
public:
    explicit SessionStore(Database& database) : database_(database) {}

    void add(std::string_view token_digest, Time now);
    /// True if the session is there and not expired; it is then marked as seen (at most once a minute, to spare
    /// writes).
    bool is_valid(std::string_view token_digest, Time now);
    void remove(std::string_view token_digest);
    void remove_all();
    int remove_expired(Time now);

private:
    Database& database_;
};

}  // namespace dreamina
