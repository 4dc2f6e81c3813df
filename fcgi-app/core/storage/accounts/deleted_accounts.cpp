#include "core/storage/accounts/deleted_accounts.hpp"

#include <algorithm>

#include "core/storage/engine/json_rows.hpp"
#include "core/storage/accounts/account_store.hpp"
#include "core/storage/accounts/usage_history.hpp"
#include "core/storage/engine/transaction.hpp"

namespace dreamina {
namespace {

/// Each with its days of usage: milliseconds.
constexpr std::size_t purged_per_piece = 20;

}  // namespace

void DeletedAccounts::begin(std::string_view token, Time undo_until)
{
    database_.run("INSERT INTO account_deletions (token, undo_until) VALUES (?, ?)", token, undo_until);
}

std::vector<AccountId> DeletedAccounts::add(std::string_view token, std::span<const AccountId> ids, Time now)
{
    auto deleted = read_ids(database_.query(
        "UPDATE accounts SET deleted_at = ?3, deletion = ?2 WHERE id IN (SELECT CAST(value AS BIGINT) FROM "
        "json_each(?1)) AND deleted_at IS NULL RETURNING id",
        json_list(ids), token, now));
    const std::string list = json_list(deleted);
    database_.run("DELETE FROM jobs WHERE account_id IN (SELECT CAST(value AS BIGINT) FROM json_each(?))", list);
    database_.run("DELETE FROM job_items WHERE account_id IN (SELECT CAST(value AS BIGINT) FROM json_each(?))", list);
    database_.run("DELETE FROM upstream_failures WHERE account_id IN (SELECT CAST(value AS BIGINT) FROM json_each(?))",
                  list);
    return deleted;
}

void DeletedAccounts::keep_until(std::string_view token, Time undo_until)
{
    database_.run("UPDATE account_deletions SET undo_until = ?2 WHERE token = ?1", token, undo_until);
}

std::int64_t DeletedAccounts::count(std::string_view token)
{
    auto row = database_.query("SELECT count(*) FROM accounts WHERE deletion = ?", token);
    row.next();
    return row.integer();
}

std::optional<Time> DeletedAccounts::begin_restoring(std::string_view token, Time now, Time work_until)
{
    Transaction transaction{database_};
    std::optional<Time> undo_until;
    {
        auto row = database_.query("SELECT undo_until FROM account_deletions WHERE token = ?1 AND undo_until > ?2",
                                   token, now);
        if (!row.next()) return std::nullopt;
        undo_until = row.time();
    }
    keep_until(token, std::max(*undo_until, work_until));
    transaction.commit();
    return undo_until;
}

std::vector<AccountId> DeletedAccounts::restore_next(std::string_view token, AccountId after, std::int64_t limit)
{
    auto ids = read_ids(
        database_.query("SELECT d.id FROM accounts d WHERE d.deletion = ? AND d.id > ? AND NOT EXISTS "
                        "(SELECT 1 FROM living_accounts a WHERE lower(a.email) = lower(d.email)) ORDER BY d.id LIMIT ?",
                        token, after, limit));
    database_.run(
        "UPDATE accounts SET deleted_at = NULL, deletion = NULL WHERE id IN (SELECT CAST(value AS BIGINT) FROM "
        "json_each(?))",
        json_list(ids));
    return ids;
}

std::vector<std::string> DeletedAccounts::end_restoring(std::string_view token, Time undo_until)
{
    auto left_out = read_texts(database_.query("SELECT email FROM accounts WHERE deletion = ? ORDER BY id", token));
    if (left_out.empty()) {
        database_.run("DELETE FROM account_deletions WHERE token = ?", token);
    } else {
        keep_until(token, undo_until);
    }
    return left_out;
}

int DeletedAccounts::purge(Time now, const std::stop_token& stop)
{
    // The usual case writes nothing.
    if (!database_.query("SELECT 1 FROM account_deletions WHERE undo_until <= ? LIMIT 1", now).next()) return 0;
    int purged = 0;
    while (!stop.stop_requested()) {
        Transaction transaction{database_};
        auto ids = read_ids(database_.query(
            "SELECT a.id FROM account_deletions d JOIN accounts a ON a.deletion = d.token WHERE d.undo_until <= ? "
            "LIMIT ?",
            now, std::int64_t{purged_per_piece}));
        UsageHistory{database_}.forget(ids);
        for (const AccountId id : ids) AccountStore{database_}.remove(id);
        transaction.commit();
        purged += static_cast<int>(ids.size());
        if (ids.size() < purged_per_piece) break;
        let_others_write();
    }
    database_.run(
        "DELETE FROM account_deletions WHERE undo_until <= ? AND NOT EXISTS "
        "(SELECT 1 FROM accounts WHERE deletion = token)",
        now);
    return purged;
}

}  // namespace dreamina
