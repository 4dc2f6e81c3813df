#include "core/storage/accounts/account_secrets.hpp"

#include <array>
#include <vector>

#include <fmt/format.h>
#include <sqlite3.h>

#include "core/base/log.hpp"
#include "core/storage/accounts/encryption_store.hpp"

namespace dreamina {
namespace {

constexpr std::array secret_columns{secret_column::password, secret_column::session_id, secret_column::proxy_url};

/// Bound to the account.
std::string place_of(AccountId account, std::string_view name) { return fmt::format("accounts/{}/{}", account, name); }

bool has_column(Database& database, std::string_view table, std::string_view name)
{
    return database.query("SELECT 1 FROM pragma_table_info(?) WHERE name = ?", table, name).next();
}

[[noreturn]] void throw_no_key(std::string_view id)
{
    throw DatabaseError(SQLITE_AUTH, fmt::format("the secrets are encrypted with the key {}, which "
                                                 "SECRET_KEY_FILE does not hold",
                                                 id));
}

}  // namespace

std::optional<std::string> read_secret(Database& database, const Query& row, Column column, AccountId account)
{
    return open_secret(database, row.stored_text(column), column, account);
}

std::optional<std::string> open_secret(Database& database, const StoredText& stored, Column column, AccountId account)
{
    return open_secret(database, stored, place_of(account, column.name()));
}

std::optional<std::string> open_secret(Database& database, const StoredText& stored, const std::string& place)
{
    if (!stored.content || !stored.is_blob) return stored.content;
    const std::string& box = *stored.content;
    const auto id = key_id_of(box);
    const auto key = id ? database.keys().find(*id) : std::nullopt;
    if (id && !key) throw_no_key(*id);
    auto text = key ? decrypt(*key, box, place) : std::nullopt;
    if (!text) log_error("the secret {} is damaged: it cannot be opened", place);
    return text;
}

const std::optional<EncryptionKey>& SecretWriter::key()
{
    if (looked_) return key_;
    if (const auto encryption_state = EncryptionStore{database_}.find()) {
        key_ = database_.keys().find(encryption_state->key_id);
        if (!key_) throw_no_key(encryption_state->key_id);
    }
    looked_ = true;
    return key_;
}

bool SecretWriter::encrypts() { return key().has_value(); }

StoredText SecretWriter::stored(AccountId account, Column column, const std::optional<std::string>& secret)
{
    return stored(place_of(account, column.name()), secret);
}

StoredText SecretWriter::stored(const std::string& place, const std::optional<std::string>& secret)
{
    if (!secret || !key()) return {secret, false};
    return {encrypt(*key_, *secret, place), true};
}

std::optional<AccountId> reencrypt_accounts(Database& database, AccountId after, std::int64_t limit)
{
    const auto encryption_state = EncryptionStore{database}.find();
    SecretWriter writer{database};
    struct Found {
        AccountId id;
        Column column;
        StoredText stored;
    };
    std::optional<AccountId> last;
    std::vector<Found> others;
    {
        auto rows = database.query(
            "SELECT id, password, session_id, proxy_url FROM accounts WHERE id > ? ORDER BY id LIMIT ?", after, limit);
        while (rows.next()) {
            const AccountId id = rows.integer("id");
            last = id;
            for (const Column column : secret_columns) {
                if (rows.is_null(column)) continue;
                const auto key = rows.is_blob(column) ? key_id_of(rows.text(column)) : std::nullopt;
                if (encryption_state ? key == encryption_state->key_id : !rows.is_blob(column)) continue;
                const auto secret = read_secret(database, rows, column, id);
                if (secret) others.push_back({id, column, writer.stored(id, column, secret)});  // damaged ones stay
            }
        }
    }
    for (const Found& found : others) {
        // When a row was changed is the business of who changes what it says.
        database.run(fmt::format("UPDATE accounts SET {} = ? WHERE id = ?", found.column.name()), found.stored,
                     found.id);
    }
    return last;
}

SecretCounts count_secrets(Database& database)
{
    const bool has_proxies = has_column(database, "accounts", "proxy_url");
    SecretCounts counts;
    // Before schema 17 those of deleted accounts were in a table of their own.
    for (const std::string_view table : {"accounts", "removed_accounts"}) {
        if (!has_table(database, table)) continue;
        auto row = database.query(fmt::format(
            "SELECT total(p = 'text') + total(s = 'text') + total(x = 'text') AS plain, total(p = 'blob') + "
            "total(s = 'blob') + total(x = 'blob') AS encrypted FROM (SELECT typeof(password) AS p, typeof(session_id) "
            "AS s, typeof({}) AS x FROM {})",
            has_proxies ? "proxy_url" : "NULL", table));
        row.next();
        counts.plain += row.integer("plain");
        counts.encrypted += row.integer("encrypted");
    }
    if (has_column(database, "api_keys", "webhook_secret")) {
        auto row = database.query(
            "SELECT total(typeof(webhook_secret) = 'text') + total(typeof(webhook_secret_old) = 'text') AS plain, "
            "total(typeof(webhook_secret) = 'blob') + total(typeof(webhook_secret_old) = 'blob') AS encrypted FROM "
            "api_keys");
        row.next();
        counts.plain += row.integer("plain");
        counts.encrypted += row.integer("encrypted");
    }
    return counts;
}

}  // namespace dreamina
