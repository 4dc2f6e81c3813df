#include "core/storage/webhooks/key_webhooks.hpp"

#include "core/storage/accounts/account_secrets.hpp"
#include "core/storage/encrypted_database.hpp"
#include "core/storage/webhooks/webhook_shelf.hpp"

using namespace dreamina;
using namespace std::chrono_literals;

namespace {

const std::string first_secret = make_webhook_secret(std::string(webhook_secret_bytes, 'a'));
const std::string second_secret = make_webhook_secret(std::string(webhook_secret_bytes, 'b'));
const std::string third_secret = make_webhook_secret(std::string(webhook_secret_bytes, 'c'));
using Secrets = std::vector<std::string>;

ApiKeyId add_key_with_secrets(Database& database)
{
    const ApiKeyId key = ApiKeyStore{database}.add({.name = "shop", .prefix = "dm-"}, "digest", start);
    KeyWebhooks{database}.set_secret(key, first_secret, start);
    KeyWebhooks{database}.set_secret(key, second_secret, start);
    return key;
}

}  // namespace

TEST_CASE("a key's webhook is read as it was written")
{
    WebhookShelf shelf;
    shelf.change({.url = "https://a.example/?x=\"1\"", .in_progress = true, .hosts = {"n8n:5678", "b.example"}});
    const KeyWebhook webhook = shelf.webhooks.find(shelf.key).value();
    CHECK(webhook.key == shelf.key);
    CHECK(webhook.url == "https://a.example/?x=\"1\"");
    CHECK(webhook.in_progress);
    CHECK(webhook.hosts == std::vector<std::string>{"n8n:5678", "b.example"});
    CHECK(webhook.has_secret);
    CHECK_FALSE(webhook.off_at);

    const ApiKeyId plain = shelf.add_key("plain");
    CHECK_FALSE(shelf.webhooks.find(plain).value().has_secret);
    CHECK_FALSE(shelf.webhooks.find(plain).value().url);
    CHECK_FALSE(shelf.webhooks.find(plain + 1));
}

TEST_CASE("a secret that was replaced signs for a day more, and only the last one does")
{
    WebhookShelf shelf;
    CHECK(shelf.webhooks.secrets(shelf.key, shelf.now) == Secrets{first_secret});
    CHECK_FALSE(shelf.webhooks.find(shelf.key).value().old_secret_until);
    shelf.webhooks.set_secret(shelf.key, second_secret, shelf.now);
    CHECK(shelf.webhooks.secrets(shelf.key, shelf.now) == Secrets{second_secret, first_secret});
    CHECK(shelf.webhooks.find(shelf.key).value().old_secret_until == shelf.now + 24h);
    CHECK(shelf.webhooks.secrets(shelf.key, shelf.now + 24h - 1ms).size() == 2);
    CHECK(shelf.webhooks.secrets(shelf.key, shelf.now + 24h) == Secrets{second_secret});

    shelf.now += 1h;
    shelf.webhooks.set_secret(shelf.key, third_secret, shelf.now);
    CHECK(shelf.webhooks.secrets(shelf.key, shelf.now) == Secrets{third_secret, second_secret});
}

TEST_CASE("former secrets whose time is over are gone from the database")
{
    WebhookShelf shelf;
    shelf.webhooks.set_secret(shelf.key, second_secret, shelf.now);
    shelf.webhooks.forget_old_secrets(shelf.now + 23h);
    CHECK(number(*shelf, "SELECT count(webhook_secret_old) FROM api_keys") == 1);
    shelf.webhooks.forget_old_secrets(shelf.now + 24h);
    CHECK(number(*shelf, "SELECT count(webhook_secret_old) FROM api_keys") == 0);
    CHECK(shelf.webhooks.secrets(shelf.key, shelf.now) == Secrets{second_secret});
}

TEST_CASE("a revoked key signs nothing, and of a deleted one no secret is left")
{
    WebhookShelf shelf;
    ApiKeyStore{*shelf}.revoke(shelf.key, shelf.now);
    CHECK(shelf.webhooks.secrets(shelf.key, shelf.now).empty());
    ApiKeyStore{*shelf}.remove(shelf.key, shelf.now);
    CHECK(number(*shelf, "SELECT count(webhook_secret) FROM api_keys") == 0);
}

TEST_CASE("an address that is gone is off until it is set again, and only if it still is the key's")
{
    WebhookShelf shelf;
    CHECK_FALSE(shelf.webhooks.switch_off(shelf.key, "https://former.example/", shelf.now));
    CHECK(shelf.webhooks.names_of_off().empty());
    CHECK(shelf.webhooks.switch_off(shelf.key, shop_url, shelf.now));
    CHECK_FALSE(shelf.webhooks.switch_off(shelf.key, shop_url, shelf.now + 1s));
    CHECK(shelf.webhooks.find(shelf.key).value().off_at == shelf.now);
    CHECK(shelf.webhooks.names_of_off() == std::vector<std::string>{"shop"});
    shelf.change({.url = shop_url});
    CHECK_FALSE(shelf.webhooks.find(shelf.key).value().off_at);
}

TEST_CASE("where accounts' secrets are encrypted, so are those of webhooks")
{
    EncryptedDatabase encrypted;
    ApiKeyId key = 0;
    {
        Database database{encrypted.open()};
        key = add_key_with_secrets(database);
        CHECK(count_secrets(database).plain == 2);
    }
    CHECK(encrypted.disk_holds(second_secret));
    encrypted.encrypt();
    CHECK_FALSE(encrypted.disk_holds(first_secret));
    CHECK_FALSE(encrypted.disk_holds(second_secret));
    {
        Database database{encrypted.open()};
        REQUIRE(database.keys().load());
        CHECK(count_secrets(database).encrypted == 2);
        CHECK(KeyWebhooks{database}.secrets(key, start) == Secrets{second_secret, first_secret});
        KeyWebhooks{database}.set_secret(key, third_secret, start);
    }
    CHECK_FALSE(encrypted.disk_holds(third_secret));

    const auto former_key = encrypted.key_id();
    REQUIRE(rotate_key(encrypted.open()));
    CHECK(encrypted.key_id() != former_key);
    Database database{encrypted.open()};
    REQUIRE(database.keys().load());
    CHECK(KeyWebhooks{database}.secrets(key, start) == Secrets{third_secret, second_secret});
    decrypt_all(database);
    CHECK(KeyWebhooks{database}.secrets(key, start) == Secrets{third_secret, second_secret});
    CHECK(count_secrets(database).plain == 2);
}
