#include "api/accounts/accounts.hpp"

#include <doctest/doctest.h>

#include "api/accounts/account_json.hpp"
#include "api/api_fixture.hpp"
#include "core/storage/counted_calls.hpp"
#include "core/storage/accounts/account_list.hpp"

using namespace dreamina;

namespace {

class Accounts : public ApiFixture {
public:
    AccountId add(const std::string& email, Region region = Region::us, double points = 10, bool with_session = true)
    {
        return accounts().add({.email = email,
                               .password = "pass-word",
                               .region = region,
                               .session_id = with_session ? std::optional<std::string>{session_a} : std::nullopt,
                               .points = points},
                              now);
    }
    Reply send(const std::string& method, const std::string& target, std::string body = "")
    {
        return reply(account_routes(), request(method, target, std::move(body)));
    }
    Json ask(const std::string& method, const std::string& target, std::string body = "", int status = 200)
    {
        const Reply answer = send(method, target, std::move(body));
        CHECK_MESSAGE(answer.status == status, answer.body);
        return Json::parse(answer.body);
    }
    std::vector<std::string> emails(const std::string& query)
    {
        std::vector<std::string> found;
        const Json page = ask("GET", "/api/accounts?" + query);
        for (const Json& item : page["items"]) found.push_back(item["email"]);
        return found;
    }
    std::int64_t count() { return ask("GET", "/api/accounts")["total"]; }

    void check(const std::vector<Scenario>& scenarios)
    {
        for (const Scenario& scenario : scenarios) {
            CAPTURE(scenario.name);
            const Reply answer = send(scenario.method, scenario.target, scenario.body);
            CHECK_MESSAGE(answer.status == scenario.status, answer.body);
            CHECK_MESSAGE(answer.body.find(scenario.body_part) != std::string::npos, answer.body);
            CHECK(answer.body.find("pass-word") == std::string::npos);
        }
    }
};

using Emails = std::vector<std::string>;

}  // namespace

TEST_CASE("the list: filters, order, pages")
{
    Accounts api;
    const auto a = api.add("Anna@x.example", Region::us, 5);
    const auto b = api.add("bert@x.example", Region::hk, 0);
    const auto c = api.add("carl@y.example", Region::cn, 0);
    const auto d = api.add("dora@y.example", Region::us, 7, false);
    api.accounts().ban(b, api.now + std::chrono::hours{1}, external_text("why"), api.now);
    api.accounts().set_disabled(c, true, api.now);
    count_call(api.database(), c, "jimeng-4.0");
    count_call(api.database(), c, "jimeng-4.0");
    count_call(api.database(), a, "jimeng-4.0");

    const Json all = api.ask("GET", "/api/accounts");
    CHECK(all["total"] == 4);
    CHECK(all["page"] == 1);
    CHECK(all["size"] == 100);
    CHECK(all["items"].size() == 4);
    CHECK(all["items"][2]["jimeng_4_0_count"] == 2);
    CHECK(all["items"][2]["usage"] == Json{{"jimeng-4.0", 2}});

    struct Row {
        std::string query;
        Emails emails;
    };
    const Row rows[] = {
        {"region=us", {"Anna@x.example", "dora@y.example"}},
        {"region=US", {"Anna@x.example", "dora@y.example"}},
        {"region=", {"Anna@x.example", "bert@x.example", "carl@y.example", "dora@y.example"}},
        {"region=jp", {}},
        {"email=anna", {"Anna@x.example"}},
        {"email=%40Y.", {"carl@y.example", "dora@y.example"}},
        {"email=%25", {}},
        {"email=_", {}},
        {"email=' OR 1=1 --", {}},
        {"email=x&region=hk", {"bert@x.example"}},
        {"status=active", {"Anna@x.example"}},
        {"status=banned", {"bert@x.example"}},
        {"status=disabled", {"carl@y.example"}},
        {"status=no_session", {"dora@y.example"}},
        {"status=session_expired", {}},
        {"sort=email&order=desc", {"dora@y.example", "carl@y.example", "bert@x.example", "Anna@x.example"}},
        {"sort=email", {"Anna@x.example", "bert@x.example", "carl@y.example", "dora@y.example"}},
        {"sort=points&order=desc", {"dora@y.example", "Anna@x.example", "bert@x.example", "carl@y.example"}},
        {"sort=jimeng_4_0_count&order=desc&size=2", {"carl@y.example", "Anna@x.example"}},
        {"order=desc&size=1", {"dora@y.example"}},
        {"size=2&page=2", {"carl@y.example", "dora@y.example"}},
        {"size=3&page=2", {"dora@y.example"}},
        {"size=3&page=3", {}},
        {"page=1000000000&size=1000", {}},
    };
    for (const Row& row : rows) {
        CAPTURE(row.query);
        CHECK(api.emails(row.query) == row.emails);
    }
    CHECK(api.ask("GET", "/api/accounts?region=us&size=1")["total"] == 2);
    for (const std::string_view key : account_sort_keys()) api.ask("GET", "/api/accounts?sort=" + std::string{key});
    CHECK(d > c);
}

TEST_CASE("the list: what is refused")
{
    Accounts api;
    api.check({
        {"page 0", "GET", "/api/accounts?page=0", "", 422, "page must be"},
        {"page negative", "GET", "/api/accounts?page=-1", "", 422, "page must be"},
        {"page not a number", "GET", "/api/accounts?page=1x", "", 422, "page must be"},
        {"page huge", "GET", "/api/accounts?page=99999999999999999999", "", 422, "page must be"},
        {"size 0", "GET", "/api/accounts?size=0", "", 422, "size must be"},
        {"size 1001", "GET", "/api/accounts?size=1001", "", 422, "size must be"},
        {"size a fraction", "GET", "/api/accounts?size=1.5", "", 422, "size must be"},
        {"an unknown region", "GET", "/api/accounts?region=xx", "", 422, "region must be"},
        {"SQL for a region", "GET", "/api/accounts?region=us'--", "", 422, "region must be"},
        {"an unknown status", "GET", "/api/accounts?status=happy", "", 422, "status must be"},
        {"sort by what is not shown", "GET", "/api/accounts?sort=password", "", 422, "sort must be"},
        {"SQL for a sort", "GET", "/api/accounts?sort=id;DROP%20TABLE%20accounts", "", 422, "sort must be"},
        {"sort by an internal name", "GET", "/api/accounts?sort=usage:x", "", 422, "sort must be"},
        {"a third order", "GET", "/api/accounts?order=up", "", 422, "order must be"},
        {"a NUL in the address", "GET", "/api/accounts?email=%00", "", 422, "email must be"},
        {"an address that is not UTF-8", "GET", "/api/accounts?email=%FF", "", 422, "email must be"},
    });
    CHECK(api.count() == 0);
}

TEST_CASE("add: what is stored")
{
    Accounts api;
    const Json plain = api.ask("POST", "/api/accounts", R"({"email":" a@b.example ","password":"pass-word"})");
    CHECK(plain["email"] == "a@b.example");
    CHECK(plain["region"] == "us");
    CHECK(plain["points"] == 120.0);
    CHECK(plain["status"] == "no_session");
    CHECK(plain["session_id"] == nullptr);
    CHECK(plain["created_at"] == "2026-11-22T12:00:00.000Z");
    CHECK_FALSE(plain.contains("password"));

    const Json whole = api.ask("POST", "/api/accounts",
                               R"({"email":"c@d.example","password":"pass-word","region":"us","points":3.5,
                                   "session_id":"hk-0123456789abcdef0123456789abcdef","proxy_url":"socks5://u:p@h:1"})");
    CHECK(whole["region"] == "hk");
    CHECK(whole["session_id"] == session_a);
    CHECK(whole["points"] == 3.5);
    CHECK(whole["status"] == "active");
    CHECK(whole["session_id_updated_at"] == "2026-11-22T12:00:00.000Z");
    CHECK(whole["proxy_url"] == "socks5://***@h:1");
    const auto stored = api.accounts().find(whole["id"].get<AccountId>());
    REQUIRE(stored.has_value());
    CHECK(stored->password == "pass-word");
    CHECK(stored->proxy_url == "socks5://u:p@h:1");

    const Json cn = api.ask("POST", "/api/accounts",
                            R"({"email":"e@f.example","password":"x","region":"CN","session_id":"cn-abc","points":0})");
    CHECK(cn["region"] == "cn");
    CHECK(cn["session_id"] == "abc");
    CHECK(cn["status"] == "active");
}

TEST_CASE("add: the page sends back fields that are not its own to set")
{
    Accounts api;
    const Json first = api.ask("POST", "/api/accounts", R"({"email":"a@b.example","password":"p","id":null})");
    Json echo = first;
    echo["email"] = "c@d.example";
    echo["password"] = "p";
    echo["id"] = nullptr;
    const Json second = api.ask("POST", "/api/accounts", echo.dump());
    CHECK(second["id"] != first["id"]);
    CHECK(second["error_count"] == 0);
}

TEST_CASE("add: what is refused, and nothing is written")
{
    Accounts api;
    api.add("known@x.example");
    const auto with = [](const std::string& fields) {
        return R"({"email":"a@b.example","password":"p",)" + fields + "}";
    };
    api.check({
        {"a known address", "POST", "/api/accounts", R"({"email":"known@x.example","password":"p"})", 409,
         "known_email"},
        {"in another case", "POST", "/api/accounts", R"({"email":"KNOWN@X.example","password":"p"})", 409,
         "known_email"},
        {"no address", "POST", "/api/accounts", R"({"password":"p"})", 422, "email is required"},
        {"no password", "POST", "/api/accounts", R"({"email":"a@b.example"})", 422, "password is required"},
        {"a null address", "POST", "/api/accounts", R"({"email":null,"password":"p"})", 422, "email must not be null"},
        {"an empty password", "POST", "/api/accounts", R"({"email":"a@b.example","password":""})", 422,
         "password must"},
        {"no address at all", "POST", "/api/accounts", R"({"email":"abc","password":"p"})", 422, "email must"},
        {"a number for an address", "POST", "/api/accounts", R"({"email":5,"password":"p"})", 422,
         "email must be a string"},
        {"an address with a NUL", "POST", "/api/accounts", R"({"email":"a\u0000@b.c","password":"p"})", 422,
         "email must"},
        {"a huge address", "POST", "/api/accounts",
         R"({"email":")" + std::string(1 << 20, 'a') + R"(@b.c","password":"p"})", 422, "email must"},
        {"a password with a line break", "POST", "/api/accounts", R"({"email":"a@b.c","password":"a\nb"})", 422,
         "password"},
        {"an unknown field", "POST", "/api/accounts", with(R"("colour":"red")"), 422, "colour"},
        {"an unknown region", "POST", "/api/accounts", with(R"("region":"xx")"), 422, "region must"},
        {"points as a text", "POST", "/api/accounts", with(R"("points":"10")"), 422, "points must"},
        {"points below 0", "POST", "/api/accounts", with(R"("points":-1)"), 422, "points must"},
        {"points beyond all", "POST", "/api/accounts", with(R"("points":1e300)"), 422, "points must"},
        {"two sessions", "POST", "/api/accounts", with(R"("session_id":"abc,def")"), 422, "session_id must"},
        {"a session that steers the proxy", "POST", "/api/accounts", with(R"("session_id":"http://x@abc")"), 422,
         "session_id"},
        {"a prefix alone", "POST", "/api/accounts", with(R"("session_id":"us-")"), 422, "session_id must"},
        {"a proxy of another kind", "POST", "/api/accounts", with(R"("proxy_url":"ftp://x")"), 422, "proxy_url must"},
        {"a proxy without a host", "POST", "/api/accounts", with(R"("proxy_url":"http://")"), 422, "proxy_url must"},
        {"a proxy with a blank", "POST", "/api/accounts", with(R"("proxy_url":"http://a b")"), 422, "proxy_url must"},
        {"a list", "POST", "/api/accounts", "[]", 422, "JSON object"},
        {"no JSON", "POST", "/api/accounts", "{\"email\":", 400, "malformed_json"},
        {"nothing", "POST", "/api/accounts", "", 400, "malformed_json"},
        {"invalid UTF-8", "POST", "/api/accounts", "{\"email\":\"\xFF\"}", 400, "malformed_json"},
        {"a number beyond doubles", "POST", "/api/accounts", with("\"points\":1e999"), 400, "malformed_json"},
        {"nested without end", "POST", "/api/accounts", std::string(100'000, '['), 400, "malformed_json"},
    });
    CHECK(api.count() == 1);
}

TEST_CASE("change: only what is named, and an empty password keeps the stored one")
{
    Accounts api;
    const AccountId id = api.add("a@b.example", Region::jp, 4);
    const std::string path = "/api/accounts/" + std::to_string(id);
    const Account before = api.accounts().find(id).value();

    for (const std::string body : {"{}", R"({"password":""})", R"({"password":null})"}) {
        CAPTURE(body);
        api.ask("PUT", path, body);
        const Account after = api.accounts().find(id).value();
        CHECK(after.password == before.password);
        CHECK(after.email == before.email);
        CHECK(after.session_id == before.session_id);
        CHECK(after.points == before.points);
    }
    CHECK(api.ask("PUT", path, R"({"points":9})")["points"] == 9.0);
    CHECK(api.ask("PUT", path, R"({"region":"sg"})")["region"] == "sg");
    CHECK(api.ask("PUT", path, R"({"email":"A@b.example"})")["email"] == "A@b.example");
    api.ask("PUT", path, R"({"password":"new"})");
    CHECK(api.accounts().find(id)->password == "new");
}

TEST_CASE("change: the whole row that the list gave, sent back, changes nothing")
{
    Accounts api;
    const AccountId id = api.add("a@b.example", Region::jp, 4);
    AccountChange proxy;
    proxy.proxy_url = std::optional<std::string>{"http://user:geheim@proxy:8080"};
    api.accounts().change(id, proxy, api.now);
    api.accounts().ban(id, api.now + std::chrono::hours{3}, external_text("why"), api.now);
    const Json row = api.ask("GET", "/api/accounts")["items"][0];
    CHECK(row["proxy_url"] == "http://***@proxy:8080");

    api.now += std::chrono::minutes{1};
    Json changed = api.ask("PUT", "/api/accounts/" + std::to_string(id), row.dump());
    changed["updated_at"] = row["updated_at"];
    CHECK(changed == row);
    CHECK(api.accounts().find(id)->proxy_url == "http://user:geheim@proxy:8080");
    const Reply moved =
        api.send("PUT", fmt::format("/api/accounts/{}", id), R"({"proxy_url":"http://***@proxy:9090"})");
    CHECK(moved.status == 422);
    CHECK(moved.body.find("proxy_url must have its user and password again") != std::string::npos);
    CHECK(api.accounts().find(id)->proxy_url == "http://user:geheim@proxy:8080");
}

TEST_CASE("change: what is stored already needs no judging, however odd the earlier program let it be")
{
    Accounts api;
    const AccountId id = api.add("a@b.example", Region::jp, 4);
    AccountChange odd;
    odd.email = "no address";
    odd.points = -5;
    api.accounts().change(id, odd, api.now);
    Json row = api.ask("GET", "/api/accounts")["items"][0];
    row["region"] = "sg";
    const Json changed = api.ask("PUT", "/api/accounts/" + std::to_string(id), row.dump());
    CHECK(changed["region"] == "sg");
    CHECK(changed["email"] == "no address");
    CHECK(changed["points"] == -5);
}

TEST_CASE("change: sessions, regions, proxies")
{
    Accounts api;
    const AccountId id = api.add("a@b.example", Region::us, 4);
    const std::string path = "/api/accounts/" + std::to_string(id);
    api.database().run("UPDATE accounts SET session_expired = 1");
    api.now += std::chrono::hours{1};

    // The same session_a again says nothing new.
    Json row = api.ask("PUT", path, R"({"session_id":"0123456789abcdef0123456789abcdef"})");
    CHECK(row["status"] == "session_expired");
    CHECK(row["session_id_updated_at"] == "2026-11-22T12:00:00.000Z");

    row = api.ask("PUT", path, R"({"session_id":"jp-fedcba9876543210fedcba9876543210","region":"us"})");
    CHECK(row["session_id"] == "fedcba9876543210fedcba9876543210");
    CHECK(row["region"] == "jp");
    CHECK(row["status"] == "active");
    CHECK(row["session_id_updated_at"] == "2026-11-22T13:00:00.000Z");

    CHECK(api.ask("PUT", path, R"({"session_id":""})")["status"] == "no_session");
    CHECK(api.ask("PUT", path, R"({"session_id":null})")["session_id"] == nullptr);

    CHECK(api.ask("PUT", path, R"({"proxy_url":"https://h"})")["proxy_url"] == "https://h");
    CHECK(api.ask("PUT", path, R"({"proxy_url":null})")["proxy_url"] == nullptr);
    api.ask("PUT", path, R"({"proxy_url":"socks4://h"})");
    CHECK(api.ask("PUT", path, R"({"proxy_url":""})")["proxy_url"] == nullptr);
}

TEST_CASE("one account, as the list shows it")
{
    Accounts api;
    const AccountId id = api.add("a@b.example");
    api.database().run("UPDATE accounts SET refresh_failures = 2");
    const Json row = api.ask("GET", "/api/accounts/" + std::to_string(id));
    CHECK(row == api.ask("GET", "/api/accounts")["items"][0]);
    CHECK(row["email"] == "a@b.example");
    CHECK(row["refresh_failures"] == 2);
    CHECK(api.ask("GET", "/api/accounts/77", "", 404)["code"] == "unknown_account");
    CHECK(api.ask("GET", "/api/accounts/x", "", 404)["code"] == "unknown_account");
    CHECK(api.ask("PUT", "/api/accounts/" + std::to_string(id), row.dump())["refresh_failures"] == 2);
}

TEST_CASE("change: a ban by its fields")
{
    Accounts api;
    const AccountId id = api.add("a@b.example");
    const std::string path = "/api/accounts/" + std::to_string(id);
    Json row = api.ask("PUT", path, R"({"is_banned":true,"ban_until":"2026-11-23T08:00:00+08:00"})");
    CHECK(row["status"] == "banned");
    CHECK(row["ban_until"] == "2026-11-23T00:00:00.000Z");
    row = api.ask("PUT", path, R"({"ban_until":null})");
    CHECK(row["status"] == "banned");
    CHECK(row["ban_until"] == nullptr);
    row = api.ask("PUT", path, R"({"is_banned":false})");
    CHECK(row["status"] == "active");
    row = api.ask("PUT", path, R"({"is_banned":true})");
    CHECK(row["is_banned"] == true);
    CHECK(row["ban_until"] == nullptr);
    row = api.ask("PUT", path, R"({"is_banned":false,"ban_until":"2026-11-23T08:00:00Z"})");
    CHECK(row["is_banned"] == false);
    CHECK(row["ban_until"] == nullptr);
}

TEST_CASE("change: what is refused, and nothing is written")
{
    Accounts api;
    api.add("known@x.example");
    const AccountId id = api.add("a@b.example");
    const std::string path = "/api/accounts/" + std::to_string(id);
    const Json before = api.ask("GET", "/api/accounts");
    api.check({
        {"another's address", "PUT", path, R"({"points":1,"email":"Known@x.example"})", 409, "known_email"},
        {"no such account", "PUT", "/api/accounts/99", "{}", 404, "unknown_account"},
        {"no number", "PUT", "/api/accounts/abc", "{}", 404, "unknown_account"},
        {"a number with a tail", "PUT", path + "x", "{}", 404, "unknown_account"},
        {"a huge number", "PUT", "/api/accounts/99999999999999999999", "{}", 404, "unknown_account"},
        {"a negative number", "PUT", "/api/accounts/-1", "{}", 404, "unknown_account"},
        {"an unknown field", "PUT", path, R"({"points":1,"nick":"x"})", 422, "nick"},
        {"null points", "PUT", path, R"({"points":null})", 422, "points must not be null"},
        {"a null address", "PUT", path, R"({"email":null})", 422, "email must not be null"},
        {"a bad address", "PUT", path, R"({"points":1,"email":"x"})", 422, "email must"},
        {"a ban that is no boolean", "PUT", path, R"({"is_banned":"yes"})", 422, "is_banned must"},
        {"a time that is none", "PUT", path, R"({"ban_until":"soon"})", 422, "ban_until must"},
        {"no JSON", "PUT", path, "points=1", 400, "malformed_json"},
    });
    CHECK(api.ask("GET", "/api/accounts") == before);
}

TEST_CASE("ban: how long")
{
    struct Row {
        std::string name;
        std::string query;
        std::string body;
        std::string until;  ///< empty: until unbanned by hand
    };
    const Row rows[] = {
        {"the default", "", "", "2026-11-23T00:00:00.000Z"},
        {"an empty object", "", "{}", "2026-11-23T00:00:00.000Z"},
        {"in the query", "?duration_hours=2", "", "2026-11-22T14:00:00.000Z"},
        {"a fraction", "?duration_hours=0.5", "", "2026-11-22T12:30:00.000Z"},
        {"in the body", "", R"({"duration_hours":24})", "2026-11-23T12:00:00.000Z"},
        {"in both: the body", "?duration_hours=2", R"({"duration_hours":3})", "2026-11-22T15:00:00.000Z"},
        {"null in the body", "", R"({"duration_hours":null})", ""},
        {"null in the query", "?duration_hours=null", "", ""},
    };
    for (const Row& row : rows) {
        CAPTURE(row.name);
        Accounts api;
        const AccountId id = api.add("a@b.example");
        const Json answer = api.ask("POST", "/api/accounts/" + std::to_string(id) + "/ban" + row.query, row.body);
        CHECK(answer["message"].get<std::string>().starts_with("Account banned"));
        const Json shown = api.ask("GET", "/api/accounts")["items"][0];
        CHECK(shown["status"] == "banned");
        CHECK(shown["ban_until"] == (row.until.empty() ? Json(nullptr) : Json(row.until)));
        CHECK(shown["status_reason"].get<std::string>().find("By an administrator") != std::string::npos);
        CHECK(shown["status_cause"] == "administrator");
        CHECK(shown["status_note"] == nullptr);
        CHECK(shown["status_message"]["code"] == "account.administrator");

        api.ask("POST", "/api/accounts/" + std::to_string(id) + "/unban");
        const Json after = api.ask("GET", "/api/accounts")["items"][0];
        CHECK(after["status"] == "active");
        CHECK(after["ban_until"] == nullptr);
        CHECK(after["status_reason"] == nullptr);
        CHECK(after["status_cause"] == nullptr);
    }
}

TEST_CASE("ban: what is refused")
{
    Accounts api;
    const std::string path = "/api/accounts/" + std::to_string(api.add("a@b.example"));
    api.check({
        {"0 hours", "POST", path + "/ban?duration_hours=0", "", 422, "duration_hours must"},
        {"less than nothing", "POST", path + "/ban?duration_hours=-1", "", 422, "duration_hours must"},
        {"not a number", "POST", path + "/ban?duration_hours=long", "", 422, "duration_hours must"},
        {"infinite", "POST", path + "/ban?duration_hours=inf", "", 422, "duration_hours must"},
        {"NaN", "POST", path + "/ban?duration_hours=nan", "", 422, "duration_hours must"},
        {"beyond all", "POST", path + "/ban?duration_hours=1e300", "", 422, "duration_hours must"},
        {"less than nothing in the body", "POST", path + "/ban", R"({"duration_hours":-1})", 422,
         "duration_hours must be more than 0 and at most 87600 hours, or null"},
        {"0 in the body", "POST", path + "/ban", R"({"duration_hours":0})", 422, "duration_hours must"},
        {"a text in the body", "POST", path + "/ban", R"({"duration_hours":"2"})", 422, "duration_hours must"},
        {"an unknown field", "POST", path + "/ban", R"({"hours":2})", 422, "hours"},
        {"no JSON", "POST", path + "/ban", "2", 422, "JSON object"},
        {"no such account", "POST", "/api/accounts/99/ban", "", 404, "unknown_account"},
        {"no such account to unban", "POST", "/api/accounts/99/unban", "", 404, "unknown_account"},
        {"no such account to enable", "POST", "/api/accounts/99/enable", "", 404, "unknown_account"},
        {"no such account to disable", "POST", "/api/accounts/x/disable", "", 404, "unknown_account"},
        {"no such account to remove", "DELETE", "/api/accounts/99", "", 404, "unknown_account"},
    });
    CHECK(api.ask("GET", "/api/accounts")["items"][0]["status"] == "active");
}

TEST_CASE("disable, enable, remove")
{
    Accounts api;
    const std::string path = "/api/accounts/" + std::to_string(api.add("a@b.example"));
    api.ask("POST", path + "/disable");
    CHECK(api.ask("GET", "/api/accounts")["items"][0]["status"] == "disabled");
    api.ask("POST", path + "/enable");
    CHECK(api.ask("GET", "/api/accounts")["items"][0]["status"] == "active");
    CHECK(api.ask("DELETE", path)["message"] == "Account deleted");
    CHECK(api.count() == 0);
    api.ask("DELETE", path, "", 404);
}
