#include "api/keys/keys.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "api/api_fixture.hpp"
#include "core/base/secret.hpp"
#include "core/storage/stores/api_key_store.hpp"
#include "core/storage/stores/model_store.hpp"
#include "core/storage/time_zone.hpp"

using namespace dreamina;
using namespace std::chrono_literals;

namespace {

class KeyShelf : public ApiFixture {
public:
    Reply send(const std::string& method, const std::string& target, std::string body = "")
    {
        return reply(key_routes(), request(method, target, std::move(body)));
    }
    Json ask(const std::string& method, const std::string& target, std::string body = "", int status = 200)
    {
        const Reply answer = send(method, target, std::move(body));
        CHECK_MESSAGE(answer.status == status, answer.body);
        return Json::parse(answer.body);
    }
    /// The id of a new key.
    std::string add(const std::string& body) { return std::to_string(ask("POST", "/api/keys", body)["id"].get<int>()); }
    void check(const std::vector<Scenario>& scenarios)
    {
        for (const Scenario& scenario : scenarios) {
            CAPTURE(scenario.name);
            const Reply answer = send(scenario.method, scenario.target, scenario.body);
            CHECK_MESSAGE(answer.status == scenario.status, answer.body);
            CHECK_MESSAGE(answer.body.find(scenario.body_part) != std::string::npos, answer.body);
        }
    }
    ApiKeyStore store() { return ApiKeyStore{database()}; }
};

Json unused() { return {{"today", 0}, {"this_minute", 0}, {"total", 0}, {"in_flight", 0}}; }

}  // namespace

TEST_CASE("a new key is shown once, and kept as a digest")
{
    KeyShelf api;
    const Json made = api.ask("POST", "/api/keys", R"({"name":"the shop"})");
    const std::string key = made["key"];
    CHECK(is_api_key(key));
    CHECK(made == Json{{"id", 1},
                       {"name", "the shop"},
                       {"prefix", key.substr(0, 11)},
                       {"state", "active"},
                       {"models", Json::array()},
                       {"calls_per_day", nullptr},
                       {"calls_per_minute", nullptr},
                       {"concurrency", nullptr},
                       {"keep_alive_blanks", nullptr},
                       {"async_mode", "optional"},
                       {"store_results", "default"},
                       {"storage_gb", nullptr},
                       {"created_at", "2026-11-22T12:00:00.000Z"},
                       {"expires_at", nullptr},
                       {"revoked_at", nullptr},
                       {"last_used_at", nullptr},
                       {"use", unused()},
                       {"key", key}});
    CHECK(api.store().all_by_digest().at(0).first == secret_digest(key));

    Json shown = made;
    shown.erase("key");
    CHECK(api.ask("GET", "/api/keys/1") == shown);
    CHECK(api.ask("GET", "/api/keys") == Json{{"total", 1}, {"page", 1}, {"size", 100}, {"items", {shown}}});
    for (const char* target : {"/api/keys", "/api/keys/1"})
        CHECK(api.send("GET", target).body.find(key.substr(11)) == std::string::npos);
    CHECK(api.ask("POST", "/api/keys", R"({"name":"another"})")["key"] != key);
}

TEST_CASE("models may be given by any of their names, and are kept by their ids")
{
    KeyShelf api;
    ModelStore{api.database()}.add({.id = "seed", .names = {{"seed", every_region}, {"seed-*", every_region}}});
    const Json made = api.ask("POST", "/api/keys", R"({"name":"a","models":
        ["jimeng-video-3.0-pro","jimeng-4.0","video-3.0","seed-5","jimeng-4.0"]})");
    CHECK(made["models"] == Json{"video-3.0", "jimeng-4.0", "seed"});
    ModelStore{api.database()}.remove("seed");
    // What the catalogue has no more can stay, sent back as it was shown, and cannot be added.
    CHECK(api.ask("PUT", "/api/keys/1", R"({"models":["video-3.0","jimeng-4.0","seed"]})")["models"].size() == 3);
    api.check({{"added", "PUT", "/api/keys/1", R"({"models":["seed"]})", 422, "models[0] is seed"},
               {"to all", "PUT", "/api/keys/1", R"({"models":[]})", 200, R"("models":[])"}});
}

TEST_CASE("what is refused, and why")
{
    KeyShelf api;
    api.add(R"({"name":"known"})");
    const std::string long_name(101, 'x');
    api.check({
        {"no name", "POST", "/api/keys", "{}", 422, "name is required"},
        {"null name", "POST", "/api/keys", R"({"name":null})", 422, "name must not be null"},
        {"empty name", "POST", "/api/keys", R"({"name":""})", 422, "name must not be empty"},
        {"long name", "POST", "/api/keys", R"({"name":")" + long_name + "\"}", 422, "name must have at most 100"},
        {"blank name", "POST", "/api/keys", R"({"name":" a"})", 422, "name must not start or end with a space"},
        {"control character", "POST", "/api/keys", R"({"name":"a\tb"})", 422, "name must not contain control"},
        {"not text", "POST", "/api/keys", R"({"name":7})", 422, "name must be a string"},
        {"known name", "POST", "/api/keys", R"({"name":"known"})", 409, "known_name"},
        {"unknown field", "POST", "/api/keys", R"({"name":"a","nmae":"b"})", 422, "nmae"},
        {"a key of one's own", "POST", "/api/keys", R"({"name":"a","key":"dm-x"})", 422, "key"},
        {"use", "POST", "/api/keys", R"({"name":"a","use":{}})", 422, "use"},
        {"not JSON", "POST", "/api/keys", "{", 400, "malformed_json"},
        {"a list", "POST", "/api/keys", "[]", 422, "invalid_body"},
        {"no limit but 0", "POST", "/api/keys", R"({"name":"a","calls_per_day":0})", 422,
         "calls_per_day must be from 1"},
        {"half a call", "POST", "/api/keys", R"({"name":"a","calls_per_minute":1.5})", 422,
         "calls_per_minute must be a whole number"},
        {"huge", "POST", "/api/keys", R"({"name":"a","concurrency":99999999999999999999})", 422, "concurrency"},
        {"a text", "POST", "/api/keys", R"({"name":"a","concurrency":"2"})", 422, "concurrency must be a whole number"},
        {"a day of silence", "POST", "/api/keys", R"({"name":"a","keep_alive_blanks":86400})", 422,
         "keep_alive_blanks must be from 0 to 3600"},
        {"no such mode", "POST", "/api/keys", R"({"name":"a","async_mode":"never"})", 422,
         "async_mode must be one of optional, always"},
        {"unknown model", "POST", "/api/keys", R"({"name":"a","models":["jimeng-4.0","jimeng-9"]})", 422,
         "models[1] is jimeng-9, which is not a model in the catalogue"},
        {"models null", "POST", "/api/keys", R"({"name":"a","models":null})", 422, "models must not be null"},
        {"models text", "POST", "/api/keys", R"({"name":"a","models":"jimeng-4.0"})", 422, "models must be a list"},
        {"expired already", "POST", "/api/keys", R"({"name":"a","expires_at":"2026-11-22T12:00:00Z"})", 422,
         "expires_at must be in the future"},
        {"no time", "POST", "/api/keys", R"({"name":"a","expires_at":"tomorrow"})", 422, "expires_at must be a time"},
        {"no such key", "GET", "/api/keys/77", "", 404, "unknown_key"},
        {"no number", "GET", "/api/keys/x", "", 404, "unknown_key"},
        {"change none", "PUT", "/api/keys/77", "{}", 404, "unknown_key"},
        {"revoke none", "POST", "/api/keys/77/revoke", "", 404, "unknown_key"},
        {"delete none", "DELETE", "/api/keys/77", "", 404, "unknown_key"},
        {"unknown state", "GET", "/api/keys?state=gone", "", 422, "active, expired, revoked"},
        {"a name cut inside a letter", "GET", "/api/keys?name=%ff", "", 422, "name must be text"},
        {"page 0", "GET", "/api/keys?page=0", "", 422, "page"},
    });
    CHECK(api.ask("GET", "/api/keys")["total"] == 1);
}

TEST_CASE("only the administrator has to do with keys")
{
    KeyShelf api;
    const std::string key = api.ask("POST", "/api/keys", R"({"name":"a"})")["key"];
    for (const std::string& token : {key, std::string{"wrong"}}) {
        api.token = token;
        for (const auto& [method, target] : {std::pair{"GET", "/api/keys"},
                                             {"GET", "/api/keys/1"},
                                             {"POST", "/api/keys"},
                                             {"PUT", "/api/keys/1"},
                                             {"DELETE", "/api/keys/1"},
                                             {"POST", "/api/keys/1/revoke"}})
            CHECK(api.send(method, target, "{}").status == 401);
    }
}

TEST_CASE("any subset can be changed, null takes a limit away, and a key as shown can be sent back")
{
    KeyShelf api;
    const std::string target = "/api/keys/" + api.add(R"({"name":"a","models":["jimeng-4.0"],"calls_per_day":5,
        "calls_per_minute":4,"concurrency":3,"expires_at":"2026-11-22T14:00:00+01:00"})");
    Json shown = api.ask("GET", target);
    CHECK(shown["expires_at"] == "2026-11-22T13:00:00.000Z");
    CHECK(api.ask("PUT", target, "{}") == shown);
    CHECK(api.ask("PUT", target, shown.dump()) == shown);

    shown["calls_per_day"] = nullptr;
    CHECK(api.ask("PUT", target, R"({"calls_per_day":null})") == shown);
    shown["name"] = "b";
    shown["concurrency"] = 9;
    shown["keep_alive_blanks"] = 0;
    shown["async_mode"] = "always";
    CHECK(api.ask("PUT", target, R"({"name":"b","concurrency":9,"keep_alive_blanks":0,"async_mode":"always"})") ==
          shown);
    CHECK(api.ask("GET", target) == shown);

    api.now += 2h;
    shown["state"] = "expired";
    CHECK(api.ask("GET", target) == shown);
    CHECK(api.ask("PUT", target, shown.dump()) == shown);  // its expiry was not asked to change
    shown["state"] = "active";
    shown["expires_at"] = nullptr;
    CHECK(api.ask("PUT", target, R"({"expires_at":null})") == shown);

    api.add(R"({"name":"taken"})");
    api.check({{"another's name", "PUT", target, R"({"name":"taken"})", 409, "known_name"},
               {"its own name", "PUT", target, R"({"name":"b"})", 200, R"("name":"b")"},
               {"a field of no key", "PUT", target, R"({"color":1})", 422, "color"},
               {"the key itself", "PUT", target, R"({"key":"dm-x"})", 422, "key"},
               {"the past", "PUT", target, R"({"expires_at":"2026-11-22T13:59:59Z"})", 422, "in the future"}});
}

TEST_CASE("revoked is revoked: it can be deleted and nothing else, and its name is free again")
{
    KeyShelf api;
    const std::string target = "/api/keys/" + api.add(R"({"name":"a"})");
    api.check({{"not revoked", "DELETE", target, "", 409, "revoke it first"}});
    const Json revoked = api.ask("POST", target + "/revoke");
    CHECK(revoked["state"] == "revoked");
    CHECK(revoked["revoked_at"] == "2026-11-22T12:00:00.000Z");
    api.now += 1h;
    CHECK(api.ask("POST", target + "/revoke") == revoked);  // once
    api.check({{"changed", "PUT", target, R"({"name":"b"})", 409, "key_revoked"},
               {"the name is free", "POST", "/api/keys", R"({"name":"a"})", 200, R"("id":2)"},
               {"listed", "GET", "/api/keys?state=revoked&name=A", "", 200, R"("total":1)"},
               {"of another name", "GET", "/api/keys?state=revoked&name=ab", "", 200, R"("total":0)"},
               {"deleted", "DELETE", target, "", 200, "deleted"},
               {"gone", "GET", target, "", 404, "unknown_key"},
               {"gone for good", "DELETE", target, "", 404, "unknown_key"},
               {"not listed", "GET", "/api/keys?state=revoked", "", 200, R"("total":0)"}});
    CHECK(api.store().name_of(1) == "a");  // for what is noted under its id
}

TEST_CASE("what a key has used, by the day and the minute of now")
{
    const TimeZone zone{"UTC"};
    KeyShelf api;
    api.add(R"({"name":"a","calls_per_day":10})");
    const Time counted = api.now - 30s;
    api.store().set_uses({{1, with_call(with_call({}, service_day({0, 0}, counted), counted - 1min),
                                        service_day({0, 0}, counted), counted)}});
    Json shown = api.ask("GET", "/api/keys/1");
    CHECK(shown["use"] == Json{{"today", 2}, {"this_minute", 0}, {"total", 2}, {"in_flight", 0}});
    CHECK(shown["last_used_at"] == "2026-11-22T11:59:30.000Z");
    api.now -= 20s;
    CHECK(api.ask("GET", "/api/keys/1")["use"]["this_minute"] == 1);
    api.now += 12h;
    CHECK(api.ask("GET", "/api/keys/1")["use"]["today"] == 2);
    api.now += 20s;
    CHECK(api.ask("GET", "/api/keys")["items"][0]["use"] ==
          Json{{"today", 0}, {"this_minute", 0}, {"total", 2}, {"in_flight", 0}});
}
