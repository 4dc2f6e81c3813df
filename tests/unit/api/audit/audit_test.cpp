#include "api/audit/audit.hpp"

#include <sqlite3.h>

#include <doctest/doctest.h>

#include "api/accounts/account_import.hpp"
#include "api/accounts/account_jobs.hpp"
#include "api/accounts/accounts.hpp"
#include "api/api_fixture.hpp"
#include "api/jobs/jobs.hpp"
#include "api/keys/keys.hpp"
#include "api/models/models.hpp"
#include "api/jobs/schedule.hpp"
#include "api/session/session.hpp"
#include "api/settings/settings.hpp"
#include "core/base/file.hpp"
#include "core/storage/stores/schedule_store.hpp"

using namespace dreamina;

namespace {

std::vector<Route> audited_routes()
{
    std::vector<Route> all;
    for (auto routes : {account_import_routes(), account_job_routes(), account_routes(), job_routes(), key_routes(),
                        model_routes(), schedule_routes(), settings_routes(), session_routes(), audit_routes()})
        all.insert(all.end(), routes.begin(), routes.end());
    return all;
}

class Trail : public ApiFixture {
public:
    Trail() : ApiFixture({{"REGISTER_API_URL", "http://r:1"}, {"REGISTER_API_KEY", "Key-Secret"}}) {}

    Reply send(const std::string& method, const std::string& target, const Json& body = nullptr, Headers headers = {})
    {
        Request wanted = request(method, target, body.is_null() ? "" : body.dump());
        wanted.remote_address = "192.168.0.7";
        wanted.headers = std::move(headers);
        return reply(audited_routes(), std::move(wanted));
    }
    Json ask(const std::string& method, const std::string& target, const Json& body = nullptr)
    {
        const Reply answer = send(method, target, body);
        CHECK_MESSAGE(answer.status < 300, answer.body);
        return Json::parse(answer.body);
    }
    Json items(const std::string& query = "") { return ask("GET", "/api/audit" + query)["items"]; }
    Json newest() { return items("?size=1").at(0); }
    std::size_t rows() { return items().size(); }
    std::int64_t add_account(const std::string& email = "a@x.example")
    {
        return ask("POST", "/api/accounts",
                   {{"email", email},
                    {"password", "Account-Secret"},
                    {"session_id", session_a},
                    {"proxy_url", "http://u:Proxy-Secret@p:1"}})["id"];
    }
};

}  // namespace

TEST_CASE("an account from its beginning to its end, never a secret")
{
    Trail api;
    const std::string account = "/api/accounts/" + std::to_string(api.add_account());
    CHECK(api.newest() == Json{{"id", 1},
                               {"at", "2026-11-22T12:00:00.000Z"},
                               {"who", "password"},
                               {"session", nullptr},
                               {"address", "192.168.0.7"},
                               {"action", "create"},
                               {"subject", "account"},
                               {"subject_id", "1"},
                               {"name", "a@x.example"},
                               {"old", nullptr},
                               {"new",
                                {{"email", "a@x.example"},
                                 {"region", "us"},
                                 {"points", 120.0},
                                 {"password", "set"},
                                 {"session_id", "set"},
                                 {"proxy_url", "set"}}},
                               {"count", 1},
                               {"last_at", nullptr}});
    struct Step {
        std::string method;
        std::string path;
        Json body;
        std::string action;
        Json before;
        Json after;
    };
    for (const Step& step : std::vector<Step>{
             {"PUT",
              "",
              {{"points", 7}, {"region", "hk"}},
              "change",
              {{"points", 120.0}, {"region", "us"}},
              {{"points", 7.0}, {"region", "hk"}}},
             {"PUT", "", {{"password", "New-Secret"}}, "change", {{"password", "set"}}, {{"password", "changed"}}},
             {"PUT", "", {{"session_id", session_b}}, "change", {{"session_id", "set"}}, {{"session_id", "changed"}}},
             {"PUT",
              "",
              {{"session_id", nullptr}, {"proxy_url", nullptr}},
              "change",
              {{"session_id", "set"}, {"proxy_url", "set"}},
              {{"session_id", nullptr}, {"proxy_url", nullptr}}},
             {"PUT", "", {{"session_id", session_a}}, "change", nullptr, {{"session_id", "set"}}},
             {"POST",
              "/ban",
              {{"duration_hours", 1}},
              "ban",
              {{"is_banned", false}, {"ban_until", nullptr}},
              {{"is_banned", true}, {"ban_until", "2026-11-22T13:00:00.000Z"}}},
             {"POST",
              "/unban",
              nullptr,
              "unban",
              {{"is_banned", true}, {"ban_until", "2026-11-22T13:00:00.000Z"}},
              {{"is_banned", false}, {"ban_until", nullptr}}},
             {"POST", "/disable", nullptr, "disable", {{"is_disabled", false}}, {{"is_disabled", true}}},
             {"POST", "/enable", nullptr, "enable", {{"is_disabled", true}}, {{"is_disabled", false}}},
         }) {
        CAPTURE(step.action);
        CAPTURE(step.body.dump());
        api.ask(step.method, account + step.path, step.body);
        const Json row = api.newest();
        CHECK(row["action"] == step.action);
        CHECK(row["subject_id"] == "1");
        CHECK(row["old"] == step.before);
        CHECK(row["new"] == step.after);
    }
    api.ask("DELETE", account);
    CHECK(api.newest()["action"] == "delete");
    CHECK(api.newest()["name"] == "a@x.example");
    CHECK(api.newest()["old"]["region"] == "hk");
    CHECK(api.newest()["old"]["password"] == "set");
    CHECK(api.newest()["new"] == nullptr);
    CHECK(api.rows() == 11);

    const std::string all = api.items().dump();
    for (const char* secret : {"Secret", "0123456789", "fedcba", "u:"}) CHECK(all.find(secret) == std::string::npos);
}

TEST_CASE("what changes nothing, or is refused, leaves no row")
{
    Trail api;
    const std::string account = "/api/accounts/" + std::to_string(api.add_account());
    const std::size_t rows = api.rows();
    api.ask("PUT", account, {{"points", 120}, {"password", ""}, {"session_id", session_a}});
    api.ask("POST", account + "/unban");
    api.ask("POST", account + "/enable");
    api.ask("POST", "/api/settings", {{"PORT", 5100}, {"REGISTER_API_KEY", "********"}});
    CHECK(api.send("PUT", account, {{"points", -1}}).status == 422);
    CHECK(api.send("POST", "/api/accounts", {{"email", "a@x.example"}, {"password", "p"}}).status == 409);
    CHECK(api.send("DELETE", "/api/accounts/99").status == 404);
    CHECK(api.send("POST", "/api/accounts/99/ban").status == 404);
    CHECK(api.send("POST", "/api/settings", {{"PORT", 0}, {"HOST", "::"}}).status == 422);
    CHECK(api.send("DELETE", "/api/models/none").status == 404);
    CHECK(api.send("POST", "/api/models", {{"id", "jimeng-4.0"}}).status == 409);
    CHECK(api.send("POST", "/api/jobs/99/cancel").status == 404);
    CHECK(api.send("POST", "/api/schedule/lunch/run").status == 404);
    CHECK(api.send("DELETE", account, nullptr, {{"Authorization", "Bearer wrong"}}).status == 401);
    CHECK(api.rows() == rows);
}

TEST_CASE("an import has one row, which is found by each of its accounts")
{
    Trail api;
    api.add_account();
    api.ask("POST", "/api/accounts/bulk",
            {{"credentials", "a@x.example:p\nb@x.example:Line-Secret\nc@x.example:p:" + session_a}});
    const Json items = api.items();
    REQUIRE(items.size() == 2);
    const Json& row = items[0];
    CHECK(row["action"] == "import");
    CHECK(row["who"] == "password");
    CHECK(row["at"] == "2026-11-22T12:00:00.000Z");
    CHECK(row["subject_id"] == nullptr);
    CHECK(row["new"] == Json{{"created", 2}, {"skipped", 1}, {"ids", "2-3"}});
    for (const char* id : {"2", "3"}) {
        CHECK(api.items(std::string{"?subject=account&subject_id="} + id) == Json{row});
        CHECK(api.items(std::string{"?subject_id="} + id) == Json{row});
    }
    for (const char* name : {"b@x", "C@X.EXAMPLE"}) CHECK(api.items(std::string{"?name="} + name) == Json{row});
    // The account that was there before has its own row alone; what is no account's id means none.
    CHECK(api.items("?subject=account&subject_id=1") == Json{items[1]});
    CHECK(api.items("?name=a@x") == Json{items[1]});
    for (const char* other :
         {"subject=account&subject_id=4", "subject=account&subject_id=2x", "subject=job&subject_id=2"})
        CHECK(api.items(std::string{"?"} + other).empty());
    CHECK(items.dump().find("Line-Secret") == std::string::npos);
    api.ask("POST", "/api/accounts/bulk", {{"credentials", "a@x.example:p"}});
    CHECK(api.rows() == 2);
}

TEST_CASE("settings: each changed key has its row, a secret only a mark")
{
    Trail api;
    api.ask("POST", "/api/settings",
            {{"PORT", 5101},
             {"ADMIN_PASSWORD", "Admin-Secret"},
             {"METRICS_TOKEN", "Token-Secret"},
             {"UPSTREAM_BASE_URL", "http://u:Url-Secret@up:1"},
             {"AUTO_REGISTER_TARGET", 5},
             {"LOG_LEVEL", "info"}});
    api.token = "Admin-Secret";
    const Json items = api.items();
    REQUIRE(items.size() == 5);
    const auto row = [&](const char* key) {
        for (const Json& item : items)
            if (item["subject_id"] == key) return item;
        FAIL("no row for " << key);
        return Json{};
    };
    CHECK(row("PORT")["subject"] == "setting");
    CHECK(row("PORT")["old"] == Json{{"PORT", 5100}});
    CHECK(row("PORT")["new"] == Json{{"PORT", 5101}});
    CHECK(row("AUTO_REGISTER_TARGET")["old"] == Json{{"AUTO_REGISTER_TARGET", nullptr}});
    CHECK(row("ADMIN_PASSWORD")["old"] == Json{{"ADMIN_PASSWORD", "set"}});
    CHECK(row("ADMIN_PASSWORD")["new"] == Json{{"ADMIN_PASSWORD", "changed"}});
    CHECK(row("METRICS_TOKEN")["old"] == Json{{"METRICS_TOKEN", nullptr}});
    CHECK(row("METRICS_TOKEN")["new"] == Json{{"METRICS_TOKEN", "changed"}});
    CHECK(row("UPSTREAM_BASE_URL")["new"] == Json{{"UPSTREAM_BASE_URL", "http://***@up:1"}});
    CHECK(items.dump().find("Secret") == std::string::npos);
    CHECK(items.dump().find("$y$") == std::string::npos);
}

TEST_CASE("a config.json that cannot be written leaves no row, and a trail that cannot be written leaves the settings")
{
    Trail api;
    {
        // A folder takes the file's place the moment the row is written.
        std::filesystem::path file = api.config();
        sqlite3_update_hook(
            api.database().handle(),
            [](void* path, int operation, const char*, const char*, sqlite3_int64) {
                if (operation == SQLITE_INSERT) create_directory(*static_cast<std::filesystem::path*>(path));
            },
            &file);
        const Reply refused = api.send("POST", "/api/settings", {{"PORT", 5101}});
        sqlite3_update_hook(api.database().handle(), nullptr, nullptr);
        CHECK_MESSAGE(refused.status == 500, refused.body);
        CHECK(Json::parse(refused.body)["code"] == "unwritable");
        REQUIRE(std::filesystem::is_directory(file));
        std::filesystem::remove(file);
    }
    CHECK(api.rows() == 0);

    api.database().run("ALTER TABLE audit RENAME TO hidden");
    CHECK(api.send("POST", "/api/settings", {{"PORT", 5101}}).status == 500);
    CHECK(api.send("POST", "/api/accounts", {{"email", "a@x.example"}, {"password", "p"}}).status == 500);
    api.database().run("ALTER TABLE hidden RENAME TO audit");
    CHECK(api.settings().port == 5100);
    CHECK_FALSE(std::filesystem::exists(api.config()));
    CHECK_FALSE(api.accounts().id_of("a@x.example"));
}

TEST_CASE("models, with what changed of them")
{
    Trail api;
    api.ask("POST", "/api/models", {{"id", "seed-5"}, {"daily_limit", 20}, {"regions", {"cn"}}});
    CHECK(api.newest()["action"] == "create");
    CHECK(api.newest()["subject"] == "model");
    CHECK(api.newest()["subject_id"] == "seed-5");
    CHECK(api.newest()["new"]["daily_limit"] == 20);
    api.ask("PUT", "/api/models/seed-5", {{"daily_limit", nullptr}, {"regions", {"cn"}}});
    CHECK(api.newest()["old"] == Json{{"daily_limit", 20}});
    CHECK(api.newest()["new"] == Json{{"daily_limit", nullptr}});
    api.ask("DELETE", "/api/models/seed-5");
    CHECK(api.newest()["action"] == "delete");
    CHECK(api.newest()["old"]["regions"] == Json{"cn"});
    CHECK(api.rows() == 3);
}

TEST_CASE("jobs that are asked for, cancelled and tried again")
{
    Trail api;
    const std::int64_t account = api.add_account();
    const auto job = [&](const Json& body) { return api.ask("POST", "/api/jobs", body)["job"]["id"].get<int>(); };
    const int points = job({{"kind", "points_update"}, {"accounts", {account}}});
    CHECK(api.newest()["action"] == "queue");
    CHECK(api.newest()["subject"] == "job");
    CHECK(api.newest()["subject_id"] == std::to_string(points));
    CHECK(api.newest()["name"] == "points_update");
    CHECK(api.newest()["new"] == Json{{"kind", "points_update"}, {"accounts", {account}}});

    job({{"kind", "session_check"}, {"accounts", "all"}});
    CHECK(api.newest()["new"] == Json{{"kind", "session_check"}, {"accounts", "all"}});
    std::size_t rows = api.rows();
    job({{"kind", "session_check"}, {"accounts", "all"}});  // the same one
    CHECK(api.rows() == rows);

    const auto refresh = "/api/accounts/" + std::to_string(account) + "/session/update";
    api.ask("POST", refresh);
    CHECK(api.newest()["new"] == Json{{"kind", "session_refresh"}, {"accounts", {account}}});
    rows = api.rows();
    api.ask("POST", refresh);
    CHECK(api.rows() == rows);

    api.ask("POST", "/api/accounts/register", {{"count", 3}});
    CHECK(api.newest()["new"] == Json{{"kind", "register"}, {"count", 3}});
    const std::string registration = "/api/jobs/" + api.newest()["subject_id"].get<std::string>();
    api.database().run("UPDATE jobs SET state = 'failed', ended_at = updated_at WHERE kind = 'register'");
    api.ask("POST", registration + "/retry");
    CHECK(api.newest()["action"] == "retry");
    CHECK(api.newest()["new"]["retry_of"].is_number());
    rows = api.rows();
    api.ask("POST", registration + "/retry");
    CHECK(api.rows() == rows);

    api.ask("POST", "/api/jobs/" + std::to_string(points) + "/cancel");
    CHECK(api.newest()["action"] == "cancel");
    CHECK(api.newest()["old"] == Json{{"state", "queued"}});
    CHECK(api.newest()["new"] == Json{{"state", "cancelled"}});
}

TEST_CASE("runs of timed jobs, logins, and logins that failed")
{
    Trail api;
    ScheduleStore{api.database()}.publish(1, {.name = "backup", .when = external_text("daily")});
    api.ask("POST", "/api/schedule/backup/run");
    CHECK(api.newest()["action"] == "run");
    CHECK(api.newest()["subject"] == "schedule");
    CHECK(api.newest()["subject_id"] == "backup");

    const Headers none{{"Cookie", "other=1"}};
    const Reply in = api.send("POST", "/api/login", {{"password", "admin123"}}, none);
    CHECK(api.newest()["action"] == "login");
    CHECK(api.newest()["who"] == "session");
    CHECK(api.newest()["address"] == "192.168.0.7");
    for (int i = 0; i < 3; ++i) api.send("POST", "/api/login", {{"password", "Wrong-Secret"}}, none);
    CHECK(api.newest()["action"] == "failed_login");
    CHECK(api.newest()["who"] == "anonymous");
    CHECK(api.items("?who=nobody") == api.items("?who=anonymous"));  // its former name
    CHECK(api.newest()["count"] == 3);
    CHECK(api.newest()["last_at"] == "2026-11-22T12:00:00.000Z");
    CHECK(api.items().dump().find("Wrong-Secret") == std::string::npos);

    const std::string cookie =
        find_header(in.headers, "Set-Cookie")->substr(0, find_header(in.headers, "Set-Cookie")->find(';'));
    const Headers with_cookie{{"Cookie", cookie}, {"X-Requested-With", "dreamina"}};
    api.now += std::chrono::minutes{1};
    CHECK(api.send("POST", "/api/schedule/backup/run", nullptr, with_cookie).status == 202);
    CHECK(api.newest()["who"] == "session");
    CHECK(api.send("POST", "/api/logout", nullptr, with_cookie).status == 200);
    CHECK(api.newest()["action"] == "logout");
    const std::size_t rows = api.rows();
    CHECK(api.send("POST", "/api/logout", nullptr, with_cookie).status == 200);  // not logged in any more
    CHECK(api.rows() == rows);
    CHECK(api.items().dump().find(cookie.substr(cookie.find('=') + 1)) == std::string::npos);
}

TEST_CASE("keys from their making to their end, never with the key itself")
{
    Trail api;
    const Json made = api.ask("POST", "/api/keys", {{"name", "shop"}, {"calls_per_day", 5}});
    const std::string path = "/api/keys/" + std::to_string(made["id"].get<int>());
    CHECK(api.newest()["action"] == "create");
    CHECK(api.newest()["subject"] == "key");
    CHECK(api.newest()["name"] == "shop");
    CHECK(api.newest()["new"]["calls_per_day"] == 5);
    api.ask("PUT", path, {{"calls_per_day", 9}});
    CHECK(api.newest()["old"] == Json{{"calls_per_day", 5}});
    CHECK(api.newest()["new"] == Json{{"calls_per_day", 9}});
    api.ask("POST", path + "/revoke");
    CHECK(api.newest()["action"] == "revoke");
    const std::size_t rows = api.rows();
    api.ask("POST", path + "/revoke");  // it was before
    CHECK(api.rows() == rows);
    api.ask("DELETE", path);
    CHECK(api.newest()["action"] == "delete");
    CHECK(api.items().dump().find(made["key"].get<std::string>()) == std::string::npos);
}

TEST_CASE("pages by cursor")
{
    Trail api;
    for (int i = 0; i < 5; ++i) api.add_account("a" + std::to_string(i) + "@x.example");
    std::string target = "/api/audit?size=2";
    std::vector<int> seen;
    for (int page = 0; page < 3; ++page) {
        const Json answer = api.ask("GET", target);
        for (const Json& item : answer["items"]) seen.push_back(item["id"]);
        if (answer["next_cursor"].is_null()) break;
        target = "/api/audit?size=2&cursor=" + answer["next_cursor"].get<std::string>();
    }
    CHECK(seen == std::vector<int>{5, 4, 3, 2, 1});
    CHECK(api.items("?name=A3@").size() == 1);
    CHECK(api.items("?subject=account&subject_id=2&action=create&who=password&address=192.168.0.7"
                    "&from=2026-11-22T12:00:00Z&to=2026-11-22T12:00:01Z")
              .size() == 1);
    CHECK(api.items("?to=2026-11-22T12:00:00Z").empty());
}

TEST_CASE("bad parameters are named")
{
    Trail api;
    for (const Scenario& scenario : std::vector<Scenario>{
             {"size 0", "", "size=0", "", 422, "size must be"},
             {"size beyond", "", "size=1001", "", 422, "size must be"},
             {"no time", "", "from=yesterday", "", 422, "from must be a time"},
             {"half a time", "", "to=2026-11-22", "", 422, "to must be a time"},
             {"the wrong way round", "", "from=2026-11-22T12:00:00Z&to=2026-11-22T12:00:00Z", "", 422,
              "from must be before"},
             {"an unknown caller", "", "who=root", "", 422, "who must be one of anonymous, password"},
             {"an action that is none", "", "action=destroy", "", 422, "action must be one of create"},
             {"a subject that is none", "", "subject=weather", "", 422, "subject must be one of account"},
             {"control characters", "", "name=a%00b", "", 422, "name must be text"},
             {"no UTF-8", "", "name=%ff", "", 422, "name must be text"},
             {"too long", "", "subject_id=" + std::string(400, 'x'), "", 422, "subject_id must be text"},
             {"a cursor that is none", "", "cursor=1", "", 422, "cursor must be"},
             {"a cursor with a tail", "", "cursor=1.2x", "", 422, "cursor must be"},
             {"a negative cursor", "", "cursor=-1.2", "", 422, "cursor must be"},
             {"a huge cursor", "", "cursor=ffffffffffffffffff.1", "", 422, "cursor must be"},
             {"all empty", "", "from=&to=&who=&action=&subject=&subject_id=&name=&cursor=&size=", "", 200, "items"},
             {"SQL", "", "name=%27%20OR%201=1%20--&subject_id=%27", "", 200, "[]"}}) {
        CAPTURE(scenario.name);
        const Reply answer = api.send("GET", "/api/audit?" + scenario.target);
        CHECK_MESSAGE(answer.status == scenario.status, answer.body);
        CHECK_MESSAGE(answer.body.find(scenario.body_part) != std::string::npos, answer.body);
    }
    CHECK(api.send("GET", "/api/audit", nullptr, {{"Authorization", "Bearer no"}}).status == 401);
}
