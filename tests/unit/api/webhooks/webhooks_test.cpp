#include <doctest/doctest.h>
#include <fmt/format.h>

#include "api/api_fixture.hpp"
#include "api/webhooks/deliveries.hpp"
#include "api/webhooks/key_webhook.hpp"
#include "core/domain/webhook/webhook_signature.hpp"
#include "core/storage/engine/transaction.hpp"
#include "core/storage/log/audit_store.hpp"
#include "core/storage/stores/api_key_store.hpp"
#include "core/storage/webhooks/key_webhooks.hpp"
#include "core/storage/webhooks/webhook_deliveries.hpp"

using namespace dreamina;
using namespace std::chrono_literals;

namespace {

class WebhookApi : public ApiFixture {
public:
    const ApiKeyId key = ApiKeyStore{database()}.add({.name = "shop", .prefix = "dm-shop"}, "digest", now);

    Json ask(const std::string& method, const std::string& target, std::string body = "", int status = 200)
    {
        auto routes = key_webhook_routes();
        for (const Route& route : webhook_delivery_routes()) routes.push_back(route);
        const Reply answer = reply(routes, request(method, target, std::move(body)));
        CHECK_MESSAGE(answer.status == status, answer.body);
        return Json::parse(answer.body);
    }
    Json put(const std::string& body, int status = 200) { return ask("PUT", "/api/keys/1/webhook", body, status); }
    std::string fault_of(const std::string& body)
    {
        const Json refused = put(body, 422);
        return fmt::format("{} {}", refused["fields"][0]["field"].get<std::string>(),
                           refused["fields"][0]["code"].get<std::string>());
    }
    std::vector<AuditRow> audit() { return AuditStore{database()}.list({}, 100); }
};

}  // namespace

TEST_CASE("a key without a webhook says so")
{
    WebhookApi api;
    CHECK(api.ask("GET", "/api/keys/1/webhook") == Json{{"url", nullptr},
                                                        {"hosts", Json::array()},
                                                        {"in_progress", false},
                                                        {"off_at", nullptr},
                                                        {"has_secret", false},
                                                        {"old_secret_until", nullptr}});
    CHECK(api.ask("GET", "/api/keys/2/webhook", "", 404)["code"] == "unknown_key");
}

TEST_CASE("the first address or host makes a secret, which is shown once")
{
    WebhookApi api;
    CHECK_FALSE(api.put(R"({"in_progress":true})").contains("secret"));
    const Json made = api.put(R"({"hosts":["shop.example","n8n:5678"]})");
    CHECK(is_webhook_secret(made["secret"].get<std::string>()));
    CHECK(made["in_progress"] == true);
    CHECK_FALSE(api.put(R"({"url":"https://shop.example/"})").contains("secret"));
    const Json shown = api.ask("GET", "/api/keys/1/webhook");
    CHECK_FALSE(shown.contains("secret"));
    CHECK(shown["url"] == "https://shop.example/");
    CHECK(shown["hosts"] == Json{"shop.example", "n8n:5678"});
    // What was shown may be sent back.
    CHECK(api.put(shown.dump()) == shown);
}

TEST_CASE("what cannot be an address or a host is named")
{
    WebhookApi api;
    CHECK(api.fault_of(R"({"url":"shop.example"})") == "url field.not_webhook_url");
    CHECK(api.fault_of(R"({"url":"http://shop.example"})") == "url field.webhook_not_https");
    CHECK(api.fault_of(R"({"url":"https://192.168.0.1/"})") == "url field.webhook_private");
    CHECK(api.fault_of(R"({"url":""})") == "url field.empty");
    CHECK(api.fault_of(R"({"hosts":["a.example","https://b.example"]})") == "hosts[1] field.not_webhook_host");
    CHECK(api.fault_of(R"({"hosts":null})") == "hosts field.null");
    CHECK(api.fault_of(R"({"in_progress":1})") == "in_progress field.not_boolean");
    CHECK(api.put(R"({"secret":"whsec_mine"})", 422)["code"] == "unknown_field");
    CHECK(api.audit().empty());
}

TEST_CASE("a rotated secret is another one, and the former lasts for a day")
{
    WebhookApi api;
    const Json first = api.ask("POST", "/api/keys/1/webhook/secret");
    CHECK(first["old_secret_until"] == nullptr);
    const Json second = api.ask("POST", "/api/keys/1/webhook/secret");
    CHECK(second["secret"] != first["secret"]);
    CHECK(second["old_secret_until"] == "2026-11-23T12:00:00.000Z");
    api.now += 24h;
    CHECK(api.ask("GET", "/api/keys/1/webhook")["old_secret_until"] == nullptr);
}

TEST_CASE("changes are in the audit trail, secrets as marks")
{
    WebhookApi api;
    api.put(R"({"url":"https://shop.example/"})");
    api.put(R"({"url":"https://shop.example/"})");  // nothing changes
    api.ask("POST", "/api/keys/1/webhook/secret");
    const auto rows = api.audit();
    REQUIRE(rows.size() == 2);
    CHECK(rows[1].action == AuditAction::change);
    CHECK(rows[1].subject_name == "shop");
    CHECK(Json::parse(rows[1].new_fields.value()) ==
          Json{{"webhook_url", "https://shop.example/"}, {"webhook_secret", "set"}});
    CHECK(Json::parse(rows[0].old_fields.value()) == Json{{"webhook_secret", "set"}});
    CHECK(Json::parse(rows[0].new_fields.value()) == Json{{"webhook_secret", "changed"}});
}

TEST_CASE("saving an address that is off switches it on, which is in the audit trail")
{
    WebhookApi api;
    api.put(R"({"url":"https://shop.example/"})");
    KeyWebhooks{api.database()}.switch_off(api.key, "https://shop.example/", api.now);
    CHECK(api.ask("GET", "/api/keys/1/webhook")["off_at"] == "2026-11-22T12:00:00.000Z");
    CHECK(api.put(R"({"url":"https://shop.example/"})")["off_at"] == nullptr);
    CHECK(api.audit().front().action == AuditAction::enable);
}

TEST_CASE("a test is queued, and needs an address")
{
    WebhookApi api;
    CHECK(api.ask("POST", "/api/keys/1/webhook/test", "", 409)["code"] == "no_webhook_url");
    api.put(R"({"url":"https://shop.example/"})");
    const Json queued = api.ask("POST", "/api/keys/1/webhook/test", "", 202);
    CHECK(queued["event"] == "webhook.test");
    CHECK(queued["state"] == "pending");
    CHECK(queued["api_key_name"] == "shop");
    const Json shown = api.ask("GET", "/api/webhook-deliveries/" + queued["id"].get<std::string>());
    CHECK(Json::parse(shown["payload"].get<std::string>())["type"] == "webhook.test");
    CHECK(api.audit().front().action == AuditAction::run);
}

TEST_CASE("what was sent to a former address is sent again to the present one, under its id")
{
    WebhookApi api;
    api.put(R"({"url":"https://former.example/"})");
    const std::string id = api.ask("POST", "/api/keys/1/webhook/test", "", 202)["id"];
    WebhookDeliveries{api.database()}.record_failed(id, {.status = 500, .error = {"delivery.gone"}, .next_at = {}},
                                                    api.now);
    api.put(R"({"url":"https://present.example/"})");
    const Json failed = api.ask("GET", "/api/webhook-deliveries?state=failed")["items"][0];
    CHECK(failed["last_error_message"]["code"] == "delivery.gone");
    CHECK(failed["next_at"] == nullptr);
    const Json again = api.ask("POST", "/api/webhook-deliveries/" + id + "/resend", "", 202);
    CHECK(again["id"] == id);
    CHECK(again["url"] == "https://present.example/");
    CHECK(again["state"] == "pending");
    CHECK(api.audit().front().action == AuditAction::retry);

    api.put(R"({"url":null})");
    CHECK(api.ask("POST", "/api/webhook-deliveries/" + id + "/resend", "", 409)["code"] == "no_delivery_url");
    CHECK(api.ask("POST", "/api/webhook-deliveries/msg_other/resend", "", 404)["code"] == "unknown_delivery");
}

TEST_CASE("nothing is changed and nothing sent of a key that is revoked")
{
    WebhookApi api;
    api.put(R"({"url":"https://shop.example/"})");
    const std::string id = api.ask("POST", "/api/keys/1/webhook/test", "", 202)["id"];
    ApiKeyStore{api.database()}.revoke(api.key, api.now);
    CHECK(api.put(R"({"url":null})", 409)["code"] == "key_revoked");
    CHECK(api.ask("POST", "/api/keys/1/webhook/secret", "", 409)["code"] == "key_revoked");
    CHECK(api.ask("POST", "/api/keys/1/webhook/test", "", 409)["code"] == "key_revoked");
    CHECK(api.ask("POST", "/api/webhook-deliveries/" + id + "/resend", "", 409)["code"] == "key_revoked");
}

TEST_CASE("deliveries are listed by key, state and generation, whichever way that is written")
{
    WebhookApi api;
    api.put(R"({"url":"https://shop.example/"})");
    const std::string id = WebhookDeliveries{api.database()}.add(
        {.generation_id = "g1", .public_id = "gen_g1", .key = api.key, .object = "{}"}, "https://shop.example/",
        api.now);
    const auto total = [&](const std::string& query) {
        return api.ask("GET", "/api/webhook-deliveries?" + query)["total"].get<int>();
    };
    CHECK(total("") == 1);
    CHECK(total("generation=g1") == 1);
    CHECK(total("generation=gen_g1&api_key_id=1&state=pending") == 1);
    CHECK(total("generation=g2") == 0);
    CHECK(total("api_key_id=2") == 0);
    CHECK(total("state=delivered") == 0);
    CHECK(api.ask("GET", "/api/webhook-deliveries?state=lost", "", 422)["code"] == "invalid_parameter");
}
