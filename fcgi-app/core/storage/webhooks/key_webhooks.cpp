#include "core/storage/webhooks/key_webhooks.hpp"

#include <array>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "core/storage/accounts/account_secrets.hpp"
#include "core/storage/accounts/encryption_store.hpp"

namespace dreamina {
namespace {

constexpr Column new_secret_column{"webhook_secret"};
constexpr Column old_secret_column{"webhook_secret_old"};

std::string place_of(ApiKeyId key, Column column) { return fmt::format("api_keys/{}/{}", key, column.name()); }

std::vector<std::string> read_hosts(const std::string& text)
{
    const auto list = nlohmann::json::parse(text, nullptr, false);
    std::vector<std::string> hosts;
    if (!list.is_array()) return hosts;
    for (const auto& host : list)
        if (host.is_string()) hosts.push_back(host.get<std::string>());
    return hosts;
}

}  // namespace

std::optional<KeyWebhook> KeyWebhooks::find(ApiKeyId key)
{
    auto row = database_.query(
        "SELECT webhook_url, webhook_off_at, webhook_in_progress, webhook_hosts, webhook_secret IS NOT NULL AS "
        "has_secret, webhook_secret_old_until FROM api_keys WHERE id = ? AND deleted_at IS NULL",
        key);
    if (!row.next()) return std::nullopt;
    return KeyWebhook{.key = key,
                      .url = row.optional_text("webhook_url"),
                      .off_at = row.optional_time("webhook_off_at"),
                      .in_progress = row.boolean("webhook_in_progress"),
                      .hosts = read_hosts(row.text("webhook_hosts")),
                      .has_secret = row.boolean("has_secret"),
                      .old_secret_until = row.optional_time("webhook_secret_old_until")};
}

std::vector<std::string> KeyWebhooks::secrets(ApiKeyId key, Time now)
{
    auto row = database_.query(
        "SELECT webhook_secret, webhook_secret_old, webhook_secret_old_until FROM api_keys WHERE id = ? AND deleted_at "
        "IS NULL AND revoked_at IS NULL",
        key);
    std::vector<std::string> found;
    if (!row.next()) return found;
    const auto open = [&](Column column) {
        auto secret = open_secret(database_, row.stored_text(column), place_of(key, column));
        if (secret) found.push_back(std::move(*secret));
    };
    open(new_secret_column);
    if (row.optional_time("webhook_secret_old_until").value_or(now) > now) open(old_secret_column);
    return found;
}

std::vector<std::string> KeyWebhooks::names_of_off()
{
    return read_texts(database_.query(
        "SELECT name FROM api_keys WHERE webhook_off_at IS NOT NULL AND revoked_at IS NULL AND deleted_at IS NULL "
        "ORDER BY name"));
}

void KeyWebhooks::change(const KeyWebhook& webhook, Time now)
{
    database_.run(
        "UPDATE api_keys SET webhook_url = ?2, webhook_hosts = ?3, webhook_in_progress = ?4, webhook_off_at = NULL, "
        "updated_at = ?5 WHERE id = ?1",
        webhook.key, webhook.url, nlohmann::json(webhook.hosts).dump(), webhook.in_progress, now);
}

void KeyWebhooks::set_secret(ApiKeyId key, const std::string& secret, Time now)
{
    SecretWriter writer{database_};
    StoredText former;
    {
        auto row = database_.query("SELECT webhook_secret FROM api_keys WHERE id = ?", key);
        if (!row.next()) return;
        const auto text = open_secret(database_, row.stored_text(new_secret_column), place_of(key, new_secret_column));
        former = writer.stored(place_of(key, old_secret_column), text);
    }
    const auto until = former.content ? std::optional{now + old_webhook_secret_lasts} : std::nullopt;
    database_.run(
        "UPDATE api_keys SET webhook_secret = ?2, webhook_secret_old = ?3, webhook_secret_old_until = ?4, updated_at = "
        "?5 WHERE id = ?1",
        key, writer.stored(place_of(key, new_secret_column), secret), former, until, now);
}

bool KeyWebhooks::switch_off(ApiKeyId key, std::string_view url, Time now)
{
    return database_.run(
               "UPDATE api_keys SET webhook_off_at = ?3, updated_at = ?3 WHERE id = ?1 AND webhook_url = ?2 AND "
               "webhook_off_at IS NULL",
               key, url, now) > 0;
}

void KeyWebhooks::forget_old_secrets(Time now)
{
    database_.run(
        "UPDATE api_keys SET webhook_secret_old = NULL, webhook_secret_old_until = NULL WHERE "
        "webhook_secret_old_until <= ?",
        now);
}

void reencrypt_webhook_secrets(Database& database)
{
    const auto encryption_state = EncryptionStore{database}.find();
    SecretWriter writer{database};
    struct Found {
        ApiKeyId id;
        Column column;
        StoredText stored;
    };
    std::vector<Found> others;
    {
        auto rows = database.query(
            "SELECT id, webhook_secret, webhook_secret_old FROM api_keys WHERE webhook_secret IS NOT NULL");
        while (rows.next()) {
            const ApiKeyId id = rows.integer("id");
            for (const Column column : {new_secret_column, old_secret_column}) {
                const StoredText stored = rows.stored_text(column);
                if (!stored.content) continue;
                const auto key = stored.is_blob ? key_id_of(*stored.content) : std::nullopt;
                if (encryption_state ? key == encryption_state->key_id : !stored.is_blob) continue;
                const auto secret = open_secret(database, stored, place_of(id, column));
                if (secret) others.push_back({id, column, writer.stored(place_of(id, column), secret)});
            }
        }
    }
    for (const Found& found : others)
        database.run(fmt::format("UPDATE api_keys SET {} = ? WHERE id = ?", found.column.name()), found.stored,
                     found.id);
}

}  // namespace dreamina
