#include "core/storage/stores/session_store.hpp"

#include <algorithm>

#include "core/base/secret.hpp"
#include "core/storage/engine/insert.hpp"

namespace dreamina {

std::string session_digest(std::string_view token, std::string_view stored_password)
{
    // The token's own digest has one length: no token and password can be mistaken for others.
    return secret_digest(secret_digest(token) + std::string{stored_password});
}

Time Session::expires_at() const
{
    return std::min<Time>(created_at + session_age_limit, last_seen_at + session_idle_limit);
}

std::int64_t SessionStore::add(std::string_view digest, Time now, std::string_view address, std::string_view user_agent)
{
    const std::int64_t id = insert_row(
        database_,
        "INSERT INTO sessions (token_digest, created_at, last_seen_at, address, user_agent) VALUES (?, ?, ?, ?, ?) "
        "RETURNING id",
        digest, now, now, address, user_agent.substr(0, max_user_agent_length));
    database_.run(
        "DELETE FROM sessions WHERE id NOT IN (SELECT id FROM sessions ORDER BY last_seen_at DESC, id DESC LIMIT ?)",
        max_sessions);
    return id;
}

std::optional<std::int64_t> SessionStore::find(std::string_view digest, Time now)
{
    Session session;
    {
        auto row = database_.query("SELECT id, created_at, last_seen_at FROM sessions WHERE token_digest = ?", digest);
        if (!row.next()) return std::nullopt;
        session.id = row.integer("id");
        session.created_at = row.time("created_at");
        session.last_seen_at = row.time("last_seen_at");
    }
    if (now > session.expires_at()) return std::nullopt;
    if (now - session.last_seen_at > std::chrono::minutes{1})
        database_.run("UPDATE sessions SET last_seen_at = ? WHERE id = ?", now, session.id);
    return session.id;
}

std::vector<Session> SessionStore::list(Time now)
{
    auto rows = database_.query(
        "SELECT id, created_at, last_seen_at, address, user_agent FROM sessions "
        "WHERE created_at >= ? AND last_seen_at >= ? ORDER BY last_seen_at DESC, id DESC",
        now - session_age_limit, now - session_idle_limit);
    std::vector<Session> found;
    while (rows.next()) {
        found.push_back({.id = rows.integer("id"),
                         .created_at = rows.time("created_at"),
                         .last_seen_at = rows.time("last_seen_at"),
                         .address = rows.text("address"),
                         .user_agent = rows.text("user_agent")});
    }
    return found;
}

void SessionStore::remove(std::string_view digest)
{
    database_.run("DELETE FROM sessions WHERE token_digest = ?", digest);
}

bool SessionStore::remove(std::int64_t id) { return database_.run("DELETE FROM sessions WHERE id = ?", id) > 0; }

int SessionStore::remove_all_but(std::optional<std::int64_t> id)
{
    return database_.run("DELETE FROM sessions WHERE id IS DISTINCT FROM ?", id);
}

void SessionStore::remove_created_before(Time time)
{
    database_.run("DELETE FROM sessions WHERE created_at < ?", time);
}

int SessionStore::remove_expired(Time now)
{
    return database_.run("DELETE FROM sessions WHERE created_at < ? OR last_seen_at < ?", now - session_age_limit,
                         now - session_idle_limit);
}

}  // namespace dreamina
