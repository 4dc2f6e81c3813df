/// How AccountQueues writes. Whatever an account's place in its queue depends on is only named where it changes: naming
/// it moves the place.

#include <fmt/format.h>

#include "core/storage/accounts/account_queues.hpp"
#include "core/storage/engine/json_rows.hpp"

namespace dreamina {
namespace {

/// Values are written, not added: the transaction holds the lock since they were read.
std::string update_sql(std::string_view set, std::initializer_list<std::string_view> columns)
{
    return fmt::format("UPDATE accounts SET {} FROM {} AS r WHERE accounts.id = r.account", set, rows_sql(columns));
}

void write_rows(Database& database, const std::string& sql, const JsonRows& rows)
{
    if (!rows.empty()) database.run(sql, rows.text());
}

}  // namespace

void AccountQueues::write(Time now)
{
    static const std::string used_sql = update_sql(
        "last_used_seq = r.sequence, last_used_at = r.at, in_flight = r.in_flight, busy = r.busy, "
        "exhausted = r.exhausted",
        {"account BIGINT", "sequence BIGINT", "at BIGINT", "in_flight BIGINT", "busy BOOLEAN", "exhausted BIGINT"});
    static const std::string settled_sql = update_sql(
        "in_flight = r.in_flight, updated_at = r.at, error_count = r.errors, error_streak = r.streak, "
        "proxy_failures = r.proxy_failures, points_due_at = r.points_due_at",
        {"account BIGINT", "in_flight BIGINT", "at BIGINT", "errors BIGINT", "streak BIGINT", "proxy_failures BIGINT",
         "points_due_at BIGINT"});
    static const std::string bits_sql =
        update_sql("busy = r.busy, exhausted = r.exhausted", {"account BIGINT", "busy BOOLEAN", "exhausted BIGINT"});
    static const std::string state_sql = update_sql(
        "banned = r.banned, ban_until = r.ban_until, session_expired = r.expired, points_doubted = r.doubted, "
        "points_asked_at = CASE WHEN r.unasked THEN NULL ELSE accounts.points_asked_at END, "
        "status_note = CASE WHEN r.noted THEN r.note ELSE accounts.status_note END",
        {"account BIGINT", "banned BOOLEAN", "ban_until BIGINT", "expired BOOLEAN", "doubted BOOLEAN",
         "unasked BOOLEAN", "noted BOOLEAN", "note TEXT"});
    JsonRows used;
    JsonRows settled;
    JsonRows bits;
    JsonRows state;
    for (auto& [id, a] : accounts_) {
        if (a.used) used.add(id, a.last_used_seq, now, a.in_flight, a.busy, a.exhausted);
        if (a.settled)
            settled.add(id, a.in_flight, now, a.error_count, a.error_streak, a.proxy_failures, a.points_due_at);
        if (a.bits_changed && !a.used) bits.add(id, a.busy, a.exhausted);
        if (a.state_changed) {
            const auto note = a.note && !a.note->empty() ? std::optional{to_json_text(*a.note)} : std::nullopt;
            state.add(id, a.banned, a.ban_until, a.session_expired, a.points_doubted, a.points_unasked,
                      a.note.has_value(), note);
        }
        a.used = a.settled = a.bits_changed = a.state_changed = a.points_unasked = false;
        a.note.reset();
    }
    write_rows(database_, used_sql, used);
    write_rows(database_, settled_sql, settled);
    write_rows(database_, bits_sql, bits);
    write_rows(database_, state_sql, state);
}

}  // namespace dreamina
