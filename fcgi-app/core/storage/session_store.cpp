#include "storage/session_store.hpp"

namespace dreamina {

void SessionStore::add(std::string_view token_digest, Time now)
{
    database_.run("INSERT INTO sessions (token_digest, created_at, last_seen_at) VALUES (?, ?, ?)", token_digest, now,
                  now);
}

bool SessionStore::is_valid(std::string_view token_digest, Time now)
{
    Time created_at;
    Time last_seen_at;
    {
        auto row =
            database_.query("SELECT created_at, last_seen_at FROM sessions WHERE token_digest = ?", token_digest);
        if (!row.next()) return false;
        created_at = row.time(0);
        last_seen_at = row.time(1);
    }
    if (now - created_at > session_age_limit || now - last_seen_at > session_idle_limit) return false;
    if (now - last_seen_at > std::chrono::minutes{1})
        database_.run("UPDATE sessions SET last_seen_at = ? WHERE token_digest = ?", now, token_digest);
    return true;
}

void SessionStore::remove(std::string_view token_digest)
{
    database_.run("DELETE FROM sessions WHERE token_digest = ?", token_digest);
}

void SessionStore::remove_all() { database_.run("DELETE FROM sessions"); }

int SessionStore::remove_expired(Time now)
{
    return database_.run("DELETE FROM sessions WHERE created_at < ? OR last_seen_at < ?", now - session_age_limit,
                         now - session_idle_limit);
}

}  // namespace dreamina
