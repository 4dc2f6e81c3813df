#include "core/storage/accounts/deleted_accounts.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/storage/accounts/account_bulk.hpp"
#include "core/storage/accounts/account_secrets.hpp"
#include "core/storage/accounts/account_store.hpp"
#include "core/storage/accounts/encryption_store.hpp"
#include "core/storage/engine/transaction.hpp"
#include "core/storage/accounts/usage_history.hpp"

namespace dreamina {
namespace {

/// Each with its days of usage: milliseconds.
constexpr std::size_t forgotten_per_piece = 20;

/// Those that can be written, by their names: a column that a later schema adds is moved like the others.
std::string column_list_of(Database& database, std::string_view table)
{
    return fmt::format("{}",
                       fmt::join(read_texts(database.query("SELECT name FROM pragma_table_info(?)", table)), ", "));
}

/// What has become of their requests and of the day's limits is found out anew.
void bring_up_to_date(Database& database, const std::string& ids)
{
    database.run(
        "UPDATE removed_accounts AS r SET "
        "in_flight = (SELECT count(*) FROM removed_leases l WHERE l.account_id = r.id), "
        "exhausted = (SELECT coalesce(sum(1 << m.limit_bit), 0) FROM models m LEFT JOIN removed_usage u "
        "ON u.account_id = r.id AND u.model = m.id WHERE m.limit_bit IS NOT NULL AND "
        "coalesce(u.calls, 0) >= m.applied_limit) WHERE id IN (SELECT value FROM json_each(?1))",
        ids);
    database.run(
        "UPDATE removed_accounts SET busy = (SELECT applied_concurrency > 0 AND in_flight >= applied_concurrency FROM "
        "pool_state) WHERE id IN (SELECT value FROM json_each(?1))",
        ids);
}

/// A key that has come meanwhile may have passed by these.
void reencrypt_accounts(Database& database, std::span<const AccountId> ids)
{
    if (!EncryptionStore{database}.find()) return;
    for (const AccountId id : ids) reencrypt_accounts(database, SecretTable::accounts, id - 1, 1);
}

}  // namespace

void DeletedAccounts::begin(std::string_view token, Time restorable_until)
{
    database_.run("INSERT INTO removals (token, restorable_until) VALUES (?, ?)", token, restorable_until);
}

std::vector<AccountId> DeletedAccounts::remove(std::string_view token, std::span<const AccountId> ids)
{
    const std::string list = id_list(ids);
    const std::string columns = column_list_of(database_, "accounts");
    const std::string lease_columns = column_list_of(database_, "leases");
    database_.run(fmt::format("INSERT INTO removed_accounts (removal, {0}) SELECT ?2, {0} FROM accounts "
                              "WHERE id IN (SELECT value FROM json_each(?1))",
                              columns),
                  list, token);
    database_.run(
        "INSERT INTO removed_usage (account_id, model, calls) SELECT account_id, model, calls FROM account_usage "
        "WHERE account_id IN (SELECT value FROM json_each(?))",
        list);
    database_.run(fmt::format("INSERT INTO removed_leases ({0}) SELECT {0} FROM leases "
                              "WHERE account_id IN (SELECT value FROM json_each(?))",
                              lease_columns),
                  list);
    AccountStore accounts{database_};
    std::vector<AccountId> removed;
    for (const AccountId id : ids)
        if (accounts.remove(id)) removed.push_back(id);
    return removed;
}

bool DeletedAccounts::take_back(std::string_view token, Time now, Time until)
{
    return database_.run(
               "UPDATE removals SET restorable_until = max(restorable_until, ?3) WHERE token = ?1 AND "
               "restorable_until > ?2",
               token, now, until) > 0;
}

void DeletedAccounts::keep_until(std::string_view token, Time restorable_until)
{
    database_.run("UPDATE removals SET restorable_until = ?2 WHERE token = ?1", token, restorable_until);
}

std::int64_t DeletedAccounts::count(std::string_view token)
{
    auto row = database_.query("SELECT count(*) FROM removed_accounts WHERE removal = ?", token);
    row.next();
    return row.integer();
}

DeletedAccounts::Restored DeletedAccounts::restore_next(std::string_view token, std::int64_t limit)
{
    Restored restored;
    restored.accounts = read_ids(
        database_.query("SELECT id FROM removed_accounts WHERE removal = ? ORDER BY id LIMIT ?", token, limit));
    if (restored.accounts.empty()) {
        database_.run("DELETE FROM removals WHERE token = ?", token);
        return restored;
    }
    {
        auto rows = database_.query(
            "SELECT r.id, r.email FROM removed_accounts r WHERE r.id IN (SELECT value FROM json_each(?)) AND EXISTS "
            "(SELECT 1 FROM accounts a WHERE a.email = r.email COLLATE NOCASE)",
            id_list(restored.accounts));
        while (rows.next()) {
            std::erase(restored.accounts, rows.integer("id"));
            restored.skipped.push_back(rows.text("email"));
        }
    }
    const std::string ids = id_list(restored.accounts);
    const std::string columns = column_list_of(database_, "accounts");
    const std::string lease_columns = column_list_of(database_, "leases");
    bring_up_to_date(database_, ids);
    database_.run(fmt::format("INSERT INTO accounts ({0}) SELECT {0} FROM removed_accounts "
                              "WHERE id IN (SELECT value FROM json_each(?))",
                              columns),
                  ids);
    database_.run(
        "INSERT INTO account_usage (account_id, model, calls) SELECT account_id, model, calls FROM removed_usage "
        "WHERE account_id IN (SELECT value FROM json_each(?))",
        ids);
    database_.run(fmt::format("INSERT INTO leases ({0}) SELECT {0} FROM removed_leases "
                              "WHERE account_id IN (SELECT value FROM json_each(?))",
                              lease_columns),
                  ids);
    reencrypt_accounts(database_, restored.accounts);
    database_.run(
        "DELETE FROM removed_accounts WHERE id IN (SELECT id FROM removed_accounts WHERE removal = ? ORDER BY id "
        "LIMIT ?)",
        token, std::int64_t(restored.accounts.size() + restored.skipped.size()));
    return restored;
}

void DeletedAccounts::end_lease(std::int64_t lease, bool counts)
{
    auto row =
        database_.query("DELETE FROM removed_leases WHERE id = ? RETURNING account_id, model, count_epoch", lease);
    if (!row.next()) return;
    const AccountId account = row.integer("account_id");
    const std::string model = row.text("model");
    const std::int64_t epoch = row.integer("count_epoch");
    row.finish();
    if (counts) return;
    database_.run(
        "UPDATE removed_usage SET calls = max(calls - 1, 0) WHERE account_id = ? AND model = ? AND "
        "(SELECT count_epoch FROM pool_state) = ?",
        account, model, epoch);
}

int DeletedAccounts::forget(Time now, const std::stop_token& stop)
{
    // The usual case writes nothing.
    if (!database_.query("SELECT 1 FROM removals WHERE restorable_until <= ? LIMIT 1", now).next()) return 0;
    int forgotten = 0;
    while (!stop.stop_requested()) {
        Transaction transaction{database_};
        const auto ids = read_ids(database_.query(
            "SELECT r.id FROM removals m JOIN removed_accounts r ON r.removal = m.token WHERE m.restorable_until <= ? "
            "LIMIT ?",
            now, std::int64_t{forgotten_per_piece}));
        UsageHistory{database_}.forget(ids);
        database_.run("DELETE FROM removed_accounts WHERE id IN (SELECT value FROM json_each(?))", id_list(ids));
        transaction.commit();
        forgotten += static_cast<int>(ids.size());
        if (ids.size() < forgotten_per_piece) break;
        let_others_write();
    }
    database_.run(
        "DELETE FROM removals WHERE restorable_until <= ? AND NOT EXISTS "
        "(SELECT 1 FROM removed_accounts WHERE removal = token)",
        now);
    return forgotten;
}

}  // namespace dreamina
