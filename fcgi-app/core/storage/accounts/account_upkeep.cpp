#include "core/storage/accounts/account_upkeep.hpp"

#include <string>

#include <fmt/format.h>

#include "core/storage/accounts/account_secrets.hpp"
#include "core/storage/accounts/account_store.hpp"

namespace dreamina {
namespace {

/// ?1: not asked since.
std::string askable_sql()
{
    return "(a.points_asked_at IS NULL OR a.points_asked_at <= ?1) AND a.session_id IS NOT NULL AND NOT "
           "a.session_expired AND " +
           points_matter_sql("a");
}

std::string doubted_sql(std::string_view columns)
{
    return fmt::format("SELECT {} FROM living_accounts a WHERE a.points_doubted AND {}", columns, askable_sql());
}

}  // namespace

std::vector<Account> AccountUpkeep::points_due(Time asked_before, std::int64_t limit, PointsDue which)
{
    static const std::string doubted = doubted_sql(account_columns()) + " ORDER BY a.points_due_at LIMIT ?2";
    static const std::string others = fmt::format(
        "SELECT {} FROM living_accounts a WHERE a.points_due_at IS NOT NULL AND NOT a.points_doubted AND {} "
        "ORDER BY a.points_due_at LIMIT ?2",
        account_columns(), askable_sql());
    std::vector<Account> accounts;
    const auto read = [&](const std::string& sql) {
        auto rows = database_.query(sql, asked_before, limit - std::ssize(accounts));
        while (rows.next()) accounts.push_back(read_account(database_, rows));
    };
    read(doubted);
    if (which == PointsDue::all) read(others);
    return accounts;
}

bool AccountUpkeep::has_doubted_points(Time asked_before)
{
    static const std::string sql = doubted_sql("1") + " LIMIT 1";
    return database_.query(sql, asked_before).next();
}

void AccountUpkeep::points_asked(const Account& seen, Time now)
{
    // Settling a request writes updated_at.
    database_.run(
        "UPDATE accounts SET points_asked_at = ?1, points_due_at = CASE WHEN updated_at = ?2 THEN NULL ELSE "
        "points_due_at END WHERE id = ?3 AND deleted_at IS NULL",
        now, seen.updated_at, seen.id);
}

void AccountUpkeep::set_points(AccountId account, double points, Time now)
{
    // Named only where they change: naming them moves the account's place in its queue.
    database_.run(
        "UPDATE accounts SET points = ?1, points_doubted = FALSE, updated_at = ?2 "
        "WHERE id = ?3 AND deleted_at IS NULL AND (points <> ?1 OR points_doubted)",
        points, now, account);
}

void AccountUpkeep::points_answered(const Account& seen, double points, Time now)
{
    database_.run(
        "UPDATE accounts SET points = ?1, points_doubted = points_doubted AND NOT ?2, updated_at = ?3 "
        "WHERE id = ?4 AND deleted_at IS NULL AND (points <> ?1 OR points_doubted)",
        points, seen.points_doubted, now, seen.id);
}

bool AccountUpkeep::expire_session(const Account& asked, const Message& note, Time now)
{
    {
        auto row =
            database_.query("SELECT session_id FROM living_accounts WHERE id = ? AND NOT session_expired", asked.id);
        if (!row.next() || read_secret(database_, row, secret_column::session_id, asked.id) != asked.session_id ||
            !asked.session_id)
            return false;
    }
    return database_.run(
               "UPDATE accounts SET session_expired = TRUE, check_failed_at = NULL, updated_at = ?1, "
               "status_note = CASE WHEN banned THEN status_note ELSE ?2 END WHERE id = ?3",
               now, note, asked.id) > 0;
}

bool AccountUpkeep::session_refreshed(AccountId account, std::string_view session_id, Region region, Time now)
{
    return database_.run(
               "UPDATE accounts SET session_id = ?1, region = ?2, session_updated_at = ?3, session_expired = FALSE, "
               "refresh_failures = 0, refresh_failed_at = NULL, check_failed_at = NULL, updated_at = ?3, "
               "status_note = CASE WHEN banned THEN status_note END WHERE id = ?4 AND deleted_at IS NULL",
               SecretWriter{database_}.stored(account, secret_column::session_id, std::string{session_id}),
               to_string(region), now, account) > 0;
}

void AccountUpkeep::refresh_failed(AccountId account, const Message& note, bool counts, Time now)
{
    database_.run(
        "UPDATE accounts SET refresh_failures = refresh_failures + ?1, refresh_failed_at = ?2, updated_at = ?2, "
        "status_note = CASE WHEN banned THEN status_note ELSE ?3 END WHERE id = ?4 AND deleted_at IS NULL",
        counts, now, note, account);
}

void AccountUpkeep::set_check_failed(AccountId account, std::optional<Time> first, Time now)
{
    database_.run(
        "UPDATE accounts SET check_failed_at = ?1, updated_at = ?2 WHERE id = ?3 AND deleted_at IS NULL AND "
        "check_failed_at IS DISTINCT FROM ?1",
        first, now, account);
}

std::int64_t AccountUpkeep::usable_accounts()
{
    static const std::string sql =
        "SELECT count(*) FROM living_accounts a WHERE NOT disabled AND NOT session_expired AND session_id IS NOT NULL "
        "AND "
        "NOT (banned AND ban_until IS NULL) AND NOT " +
        lacks_points_sql("a");
    auto row = database_.query(sql);
    row.next();
    return row.integer();
}

}  // namespace dreamina
