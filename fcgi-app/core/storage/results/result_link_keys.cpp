#include "core/storage/results/result_link_keys.hpp"

#include <fmt/format.h>
#include <sodium.h>

#include "core/base/encrypted_value.hpp"
#include "core/base/secret.hpp"
#include "core/base/time_ordered_id.hpp"
#include "core/domain/results/result_link.hpp"
#include "core/storage/accounts/account_secrets.hpp"
#include "core/storage/accounts/encryption_store.hpp"

namespace dreamina {
namespace {

constexpr Column secret_of_links{"secret"};

std::string place_of_link_key(std::string_view id) { return fmt::format("result_link_keys/{}/secret", id); }

/// As text, which an unencrypted secret is.
std::string new_link_secret()
{
    start_sodium();
    std::string bytes(link_key_bytes, '\0');
    randombytes_buf(bytes.data(), bytes.size());
    return to_base64(bytes);
}

std::optional<std::string> open_link_key(Database& database, const Query& row)
{
    const StoredText stored = row.stored_text(secret_of_links);
    const auto text = open_secret(database, stored, place_of_link_key(row.text("id")));
    return text ? from_base64(*text) : std::nullopt;
}

}  // namespace

std::vector<std::string> ResultLinkKeys::all()
{
    std::vector<std::string> keys;
    auto rows = database_.query("SELECT id, secret FROM result_link_keys ORDER BY id DESC");
    while (rows.next())
        if (auto key = open_link_key(database_, rows)) keys.push_back(*std::move(key));
    return keys;
}

std::string ResultLinkKeys::make(Time now)
{
    const std::string id = new_time_ordered_id(now);
    const std::string secret = new_link_secret();
    database_.run("INSERT INTO result_link_keys (id, secret, created_at) VALUES (?, ?, ?)", id,
                  SecretWriter{database_}.stored(place_of_link_key(id), secret), now);
    return from_base64(secret).value_or("");
}

std::string ResultLinkKeys::signing(Time now)
{
    {
        auto row = database_.query("SELECT id, secret, created_at FROM result_link_keys ORDER BY id DESC LIMIT 1");
        if (row.next() && row.time("created_at") > now - link_key_signs)
            if (auto key = open_link_key(database_, row)) return *std::move(key);
    }
    return make(now);
}

void ResultLinkKeys::forget_unused()
{
    // The next key came before the oldest result that is still there: all of this one's are gone.
    database_.run(
        "DELETE FROM result_link_keys WHERE EXISTS (SELECT 1 FROM result_link_keys n WHERE n.id > result_link_keys.id "
        "AND n.created_at <= coalesce((SELECT r.created_at FROM results r ORDER BY r.id LIMIT 1), n.created_at))");
}

void reencrypt_link_keys(Database& database)
{
    const auto encryption_state = EncryptionStore{database}.find();
    SecretWriter writer{database};
    struct LinkKey {
        std::string id;
        StoredText stored;
    };
    std::vector<LinkKey> others;
    {
        auto rows = database.query("SELECT id, secret FROM result_link_keys");
        while (rows.next()) {
            const std::string id = rows.text("id");
            const StoredText stored = rows.stored_text(secret_of_links);
            const auto key = stored.is_blob && stored.content ? key_id_of(*stored.content) : std::nullopt;
            if (encryption_state ? key == encryption_state->key_id : !stored.is_blob) continue;
            const auto secret = open_secret(database, stored, place_of_link_key(id));
            if (secret) others.push_back({id, writer.stored(place_of_link_key(id), secret)});
        }
    }
    for (const LinkKey& each : others)
        database.run("UPDATE result_link_keys SET secret = ?2 WHERE id = ?1", each.id, each.stored);
}

}  // namespace dreamina
