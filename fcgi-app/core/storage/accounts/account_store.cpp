#include "core/storage/accounts/account_store.hpp"

#include <fmt/format.h>

#include "core/storage/accounts/account_secrets.hpp"
#include "core/storage/accounts/usage_store.hpp"
#include "core/storage/engine/insert.hpp"

namespace dreamina {

std::string points_matter_sql(std::string_view table)
{
    return fmt::format("({}.region <> 'cn' OR (SELECT cn_points FROM pool_state))", table);
}

std::string lacks_points_sql(std::string_view table)
{
    return fmt::format("({}.lacks_points AND {})", table, points_matter_sql(table));
}

std::string_view account_columns()
{
    return "a.id, a.email, a.password, a.region, a.session_id, a.proxy_url, a.points, a.session_updated_at, "
           "a.created_at, a.updated_at, a.last_used_at, a.error_count, a.error_streak, a.banned, a.ban_until, "
           "a.disabled, a.session_expired, a.status_note, a.in_flight, a.refresh_failures, a.points_doubted, "
           "(SELECT cn_points FROM pool_state) AS cn_points";
}

Account read_account(Database& database, const Query& row)
{
    Account account;
    account.id = row.integer("id");
    account.email = row.text("email");
    account.password = read_secret(database, row, secret_column::password, account.id).value_or("");
    account.region = parse_region(row.text("region")).value_or(Region::us);  // the table's CHECK lets nothing else in
    account.session_id = read_secret(database, row, secret_column::session_id, account.id);
    account.proxy_url = read_secret(database, row, secret_column::proxy_url, account.id);
    account.points = row.real("points");
    account.session_updated_at = row.optional_time("session_updated_at");
    account.created_at = row.time("created_at");
    account.updated_at = row.time("updated_at");
    account.last_used_at = row.optional_time("last_used_at");
    account.error_count = row.integer("error_count");
    account.error_streak = row.integer("error_streak");
    account.banned = row.boolean("banned");
    account.ban_until = row.optional_time("ban_until");
    account.disabled = row.boolean("disabled");
    account.session_expired = row.boolean("session_expired");
    account.status_note = row.message("status_note");
    account.in_flight = row.integer("in_flight");
    account.refresh_failures = row.integer("refresh_failures");
    account.points_doubted = row.boolean("points_doubted");
    account.cn_points = row.boolean("cn_points");
    return account;
}

std::optional<Account> AccountStore::find(AccountId id)
{
    static const std::string sql =
        "SELECT " + std::string{account_columns()} + " FROM living_accounts a WHERE a.id = ?";
    auto row = database_.query(sql, id);
    if (!row.next()) return std::nullopt;
    Account account = read_account(database_, row);
    account.usage = UsageStore{database_}.of_account(id);
    return account;
}

std::optional<AccountId> AccountStore::id_of(std::string_view email)
{
    auto row = database_.query("SELECT id FROM living_accounts WHERE lower(email) = lower(?) LIMIT 1", email);
    return row.next() ? std::optional{row.integer()} : std::nullopt;
}

AccountId AccountStore::add(const NewAccount& account, Time now)
{
    SecretWriter secrets{database_};
    const bool encrypts = secrets.encrypts();
    const std::optional<std::string> none;
    const AccountId id =
        insert_row(database_,
                   "INSERT INTO accounts (email, password, region, session_id, proxy_url, points, session_updated_at, "
                   "created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id",
                   account.email, StoredText{encrypts ? "" : account.password}, to_string(account.region),
                   StoredText{encrypts ? none : account.session_id}, StoredText{encrypts ? none : account.proxy_url},
                   account.points, account.session_id ? std::optional{now} : std::nullopt, now, now);
    if (encrypts) {
        database_.run("UPDATE accounts SET password = ?, session_id = ?, proxy_url = ? WHERE id = ?",
                      secrets.stored(id, secret_column::password, account.password),
                      secrets.stored(id, secret_column::session_id, account.session_id),
                      secrets.stored(id, secret_column::proxy_url, account.proxy_url), id);
    }
    return id;
}

bool AccountStore::change(AccountId id, const AccountChange& change, Time now)
{
    auto stored = find(id);
    if (!stored) return false;
    Account& account = *stored;

    SecretWriter secrets{database_};
    if (change.email) account.email = *change.email;
    if (change.password) {
        database_.run("UPDATE accounts SET password = ? WHERE id = ?",
                      secrets.stored(id, secret_column::password, change.password), id);
    }
    if (change.region) account.region = *change.region;
    if (change.session_id && *change.session_id != account.session_id) {
        account.session_updated_at = now;
        account.session_expired = false;
        database_.run(
            "UPDATE accounts SET session_id = ?, refresh_failures = 0, refresh_failed_at = NULL, check_failed_at = "
            "NULL WHERE id = ?",
            secrets.stored(id, secret_column::session_id, *change.session_id), id);
    }
    if (change.proxy_url) {
        database_.run("UPDATE accounts SET proxy_url = ?, proxy_failures = 0 WHERE id = ?",
                      secrets.stored(id, secret_column::proxy_url, *change.proxy_url), id);
    }
    if (change.points) {
        account.points = *change.points;
        database_.run("UPDATE accounts SET points_doubted = FALSE WHERE id = ? AND points_doubted", id);
    }
    if (change.ban_until) account.ban_until = *change.ban_until;
    if (change.banned && *change.banned != account.banned) {
        account.banned = *change.banned;
        if (!account.banned) account.ban_until.reset();
        account.status_note = {};
        account.error_streak = 0;
    }
    database_.run(
        "UPDATE accounts SET email = ?, region = ?, points = ?, session_updated_at = ?, session_expired = ?, banned = "
        "?, "
        "ban_until = ?, status_note = ?, error_streak = ?, updated_at = ? WHERE id = ?",
        account.email, to_string(account.region), account.points, account.session_updated_at, account.session_expired,
        account.banned, account.ban_until, account.status_note, account.error_streak, now, id);
    return true;
}

void AccountStore::take_over_state(AccountId id, const Account& like, Time now)
{
    database_.run(
        "UPDATE accounts SET points = ?, session_updated_at = ?, created_at = ?, updated_at = ?, last_used_at = ?, "
        "error_count = ?, error_streak = ?, banned = ?, ban_until = ?, disabled = ?, session_expired = ?, "
        "status_note = ? WHERE id = ?",
        like.points, like.session_updated_at, like.created_at, now, like.last_used_at, like.error_count,
        like.error_streak, like.banned, like.ban_until, like.disabled, like.session_expired, like.status_note, id);
}

bool AccountStore::remove(AccountId id) { return database_.run("DELETE FROM accounts WHERE id = ?", id) > 0; }

bool AccountStore::ban(AccountId id, std::optional<Time> until, const Message& note, Time now)
{
    return database_.run(
               "UPDATE accounts SET banned = TRUE, ban_until = ?, status_note = ?, updated_at = ? "
               "WHERE id = ? AND deleted_at IS NULL",
               until, note, now, id) > 0;
}

bool AccountStore::unban(AccountId id, Time now)
{
    return database_.run(
               "UPDATE accounts SET banned = FALSE, ban_until = NULL, status_note = NULL, error_streak = 0, "
               "updated_at = ? WHERE id = ? AND deleted_at IS NULL",
               now, id) > 0;
}

bool AccountStore::set_disabled(AccountId id, bool disabled, Time now)
{
    return database_.run(
               "UPDATE accounts SET disabled = ?1, session_expired = session_expired AND ?1, updated_at = ?2 "
               "WHERE id = ?3 AND deleted_at IS NULL",
               disabled, now, id) > 0;
}

int AccountStore::end_bans(Time now)
{
    return database_.run(
        "UPDATE accounts SET banned = FALSE, ban_until = NULL, status_note = NULL, error_streak = 0, "
        "updated_at = ?1 WHERE banned AND ban_until <= ?1 AND deleted_at IS NULL",
        now);
}

}  // namespace dreamina
