#include "api/accounts/account_actions.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "api/accounts/accounts.hpp"
#include "api/api_fixture.hpp"
#include "api/audit/audit.hpp"
#include "core/storage/stores/job_store.hpp"

using namespace dreamina;
using namespace std::chrono_literals;

namespace {

std::vector<Route> routes()
{
    std::vector<Route> all = account_action_routes();
    for (const auto& more : {account_routes(), audit_routes()}) all.insert(all.end(), more.begin(), more.end());
    return all;
}

class Actions : public ApiFixture {
public:
    AccountId add(const std::string& email, Region region = Region::us, bool with_session = true)
    {
        return accounts().add(
            {.email = email,
             .password = "pass-word",
             .region = region,
             .session_id = with_session ? std::optional<std::string>{std::string(32, 'a')} : std::nullopt,
             .points = 10},
            now);
    }
    std::vector<AccountId> add_many(int count)
    {
        std::vector<AccountId> ids;
        for (int i = 0; i < count; ++i) ids.push_back(add(fmt::format("many{}@x.org", i)));
        return ids;
    }
    Json ask(const std::string& method, const std::string& target, const Json& body = nullptr, int status = 200)
    {
        const Reply answer = reply(routes(), request(method, target, body.is_null() ? "" : body.dump()));
        CHECK_MESSAGE(answer.status == status, answer.body);
        return Json::parse(answer.body);
    }
    Json act(const Json& body, int status = 200) { return ask("POST", "/api/accounts/actions", body, status); }
    Json restore_deleted(const Json& undo, int status = 200)
    {
        return ask("POST", "/api/accounts/undelete", {{"undo", undo}}, status);
    }
    Json account(AccountId id) { return ask("GET", fmt::format("/api/accounts/{}", id)); }
    Json trail(const std::string& query = "") { return ask("GET", "/api/audit" + query)["items"]; }
};

Json counts(const Json& answer) { return {answer.at("changed"), answer.at("unchanged"), answer.at("missing")}; }

}  // namespace

TEST_CASE("the same for many accounts: what was so already is left alone")
{
    Actions api;
    const AccountId a = api.add("a@x.org");
    const AccountId b = api.add("b@x.org");
    const AccountId c = api.add("c@x.org", Region::hk);

    Json answer = api.act({{"action", "ban"}, {"accounts", {a, b, 77, a}}});
    CHECK(counts(answer) == Json{2, 0, 1});
    CHECK(answer["message"] == "2 accounts banned");
    CHECK(api.account(a)["ban_until"] == "2026-11-23T00:00:00.000Z");
    CHECK(api.account(a)["status_reason"].get<std::string>().find("administrator") != std::string::npos);
    CHECK(api.account(c)["is_banned"] == false);
    CHECK(counts(api.act({{"action", "ban"}, {"accounts", {a}}})) == Json{0, 1, 0});
    CHECK(counts(api.act({{"action", "ban"}, {"accounts", {a}}, {"duration_hours", nullptr}})) == Json{1, 0, 0});
    CHECK(api.account(a)["ban_until"] == nullptr);
    CHECK(api.account(a)["is_banned"] == true);
    CHECK(counts(api.act({{"action", "ban"}, {"accounts", {c}}, {"duration_hours", 0.5}})) == Json{1, 0, 0});
    CHECK(api.account(c)["ban_until"] == "2026-11-22T12:30:00.000Z");

    CHECK(counts(api.act({{"action", "unban"}, {"accounts", {{"region", "us"}}}})) == Json{2, 0, 0});
    CHECK(counts(api.act({{"action", "unban"}, {"accounts", Json::object()}})) == Json{1, 2, 0});
    CHECK(api.account(c)["status"] == "active");

    CHECK(counts(api.act({{"action", "disable"}, {"accounts", {{"email", "B@"}}}})) == Json{1, 0, 0});
    CHECK(api.account(b)["status"] == "disabled");
    CHECK(counts(api.act({{"action", "disable"}, {"accounts", {{"status", "active,disabled"}}}})) == Json{2, 1, 0});
    api.database().run("UPDATE accounts SET session_expired = 1 WHERE id = ?", c);
    CHECK(counts(api.act({{"action", "enable"}, {"accounts", {a, b, c}}})) == Json{3, 0, 0});
    CHECK(api.account(c)["status"] == "active");

    CHECK(counts(api.act({{"action", "region"}, {"accounts", Json::object()}, {"region", "hk"}})) == Json{2, 1, 0});
    CHECK(api.account(a)["region"] == "hk");
    CHECK(api.account(a)["session_id"] == std::string(32, 'a'));
}

TEST_CASE("the filter of a body means what the list's query means")
{
    Actions api;
    const AccountId a = api.add("a@x.org");
    api.add("b@y.org", Region::jp);
    const AccountId c = api.add("c@x.org", Region::us, false);
    const auto disabled_by = [&](const Json& filter) {
        const Json answer = api.act({{"action", "disable"}, {"accounts", filter}});
        api.act({{"action", "enable"}, {"accounts", Json::object()}});
        return answer["changed"].get<int>();
    };
    CHECK(disabled_by({{"region", "us,jp"}}) == 3);
    CHECK(disabled_by({{"region", {"us", "cn"}}}) == 2);
    CHECK(disabled_by({{"region", ""}, {"email", nullptr}}) == 3);
    CHECK(disabled_by({{"status", {"no_session"}}}) == 1);
    CHECK(disabled_by({{"available_for", "nanobanana"}}) == 2);
    CHECK(disabled_by({{"room", "jimeng-video-sora2"}}) == 1);
    CHECK(disabled_by({{"email", "@x"}, {"status", "active"}}) == 1);
    api.database().run("UPDATE accounts SET exhausted = 1 WHERE id IN (?, ?)", a, c);
    CHECK(disabled_by({{"at_limit", true}}) == 1);
    CHECK(disabled_by({{"at_limit", "true"}}) == 1);
    CHECK(disabled_by({{"at_limit", false}}) == 3);
}

TEST_CASE("actions that are refused change nothing and name the field")
{
    Actions api;
    const AccountId a = api.add("a@x.org");
    const auto refused = [&](const Json& body, const std::string& part) {
        const Json answer = api.act(body, 422);
        CHECK_MESSAGE(answer["detail"].get<std::string>().find(part) != std::string::npos, answer.dump());
    };
    refused({{"accounts", {a}}}, "action is required");
    refused({{"action", "praise"}, {"accounts", {a}}}, "action must be one of ban, unban");
    refused({{"action", "ban"}}, "accounts is required");
    refused({{"action", "ban"}, {"accounts", Json::array()}}, "accounts must not be empty");
    refused({{"action", "ban"}, {"accounts", "all"}}, "accounts must be a list of ids, or an object");
    refused({{"action", "ban"}, {"accounts", nullptr}}, "accounts must be a list of ids, or an object");
    refused({{"action", "ban"}, {"accounts", {a, "2"}}}, "accounts[1] must be a whole number");
    refused({{"action", "ban"}, {"accounts", {0}}}, "accounts[0]");
    refused({{"action", "ban"}, {"accounts", std::vector<int>(100'001, 1)}}, "accounts must have at most 100000");
    refused({{"action", "ban"}, {"accounts", {{"region", "mars"}}}}, "accounts.region must be one of us, hk");
    refused({{"action", "ban"}, {"accounts", {{"status", 5}}}}, "accounts.status must be a string");
    refused({{"action", "ban"}, {"accounts", {{"room", "nothing"}}}}, "accounts.room must be the id of a model");
    refused({{"action", "ban"}, {"accounts", {{"available_for", "nothing"}}}},
            "accounts.available_for must be the id of a model");
    refused({{"action", "ban"}, {"accounts", {{"at_limit", 1}}}}, "accounts.at_limit must be true or false");
    refused({{"action", "ban"}, {"accounts", {{"mail", "x"}}}}, "\"accounts.mail\" is not a known field");
    refused({{"action", "ban"}, {"accounts", {a}}, {"duration_hours", 0}}, "duration_hours must be more than 0");
    refused({{"action", "ban"}, {"accounts", {a}}, {"duration_hours", 1e9}},
            "duration_hours must be more than 0 and at most 87600");
    refused({{"action", "unban"}, {"accounts", {a}}, {"duration_hours", 1}}, "\"duration_hours\" is not a known");
    refused({{"action", "region"}, {"accounts", {a}}}, "region is required");
    refused({{"action", "region"}, {"accounts", {a}}, {"region", "mars"}}, "region must be one of");
    refused({{"action", "ban"}, {"accounts", {a}}, {"region", "us"}}, "\"region\" is not a known field");
    CHECK(api.account(a)["status"] == "active");
    CHECK(api.trail().empty());
}

TEST_CASE("few accounts have a row each in the audit trail, many have one together")
{
    Actions api;
    const auto ids = api.add_many(150);
    api.act({{"action", "ban"}, {"accounts", {ids[0], ids[1]}}});
    Json rows = api.trail();
    REQUIRE(rows.size() == 2);
    CHECK(rows[1]["subject_id"] == std::to_string(ids[0]));
    CHECK(rows[1]["action"] == "ban");
    CHECK(rows[1]["new"]["is_banned"] == true);

    api.act({{"action", "disable"}, {"accounts", {{"status", "active"}}}});
    rows = api.trail("?action=disable");
    REQUIRE(rows.size() == 1);
    CHECK(rows[0]["subject"] == "account");
    CHECK(rows[0]["subject_id"] == nullptr);
    CHECK(rows[0]["new"] == Json{{"accounts", 148},
                                 {"filter", {{"status", "active"}}},
                                 {"ids", fmt::format("{}-{}", ids[2], ids.back())}});
    api.act({{"action", "disable"}, {"accounts", ids}});
    CHECK(api.trail("?action=disable")[0]["new"] ==
          Json{{"accounts", 2}, {"ids", fmt::format("{}-{}", ids[0], ids[1])}});
    api.act({{"action", "disable"}, {"accounts", ids}});
    CHECK(api.trail("?action=disable").size() == 2);
    api.act({{"action", "region"}, {"accounts", Json::object()}, {"region", "jp"}});
    CHECK(api.trail("?action=change")[0]["new"]["region"] == "jp");
    // Each of the many is found by, beside what has a row of its own.
    const auto actions = [&](AccountId id) {
        Json names = Json::array();
        for (const Json& row : api.trail(fmt::format("?subject=account&subject_id={}", id)))
            names.push_back(row["action"]);
        return names;
    };
    CHECK(actions(ids[0]) == Json{"change", "disable", "ban"});
    CHECK(actions(ids[77]) == Json{"change", "disable"});
}

TEST_CASE("a deletion can be taken back for a minute")
{
    Actions api;
    const auto ids = api.add_many(3);
    api.database().run("INSERT INTO account_usage VALUES (?, 'jimeng-4.0', 7)", ids[0]);
    api.act({{"action", "ban"}, {"accounts", {ids[1]}}});
    const Json before = api.ask("GET", "/api/accounts")["items"];

    const Json gone = api.ask("DELETE", fmt::format("/api/accounts/{}", ids[0]));
    CHECK(gone["message"] == "Account deleted");
    CHECK(gone["undo_until"] == "2026-11-22T12:01:00.000Z");
    const Json many = api.act({{"action", "delete"}, {"accounts", {{"email", "many"}}}});
    CHECK(counts(many) == Json{2, 0, 0});
    CHECK(many["undo"] != gone["undo"]);
    CHECK(many["undo_until"] == "2026-11-22T12:01:00.000Z");
    CHECK(api.ask("GET", "/api/accounts")["total"] == 0);
    api.ask("GET", fmt::format("/api/accounts/{}", ids[0]), nullptr, 404);
    CHECK(api.trail("?action=delete").size() == 3);

    api.now += 59s;
    CHECK(api.restore_deleted(many["undo"]) ==
          Json{{"message", "2 accounts restored"}, {"restored", 2}, {"skipped", Json::array()}});
    CHECK(api.restore_deleted(many["undo"], 404)["code"] == "undo_gone");
    const Json late = api.act({{"action", "delete"}, {"accounts", {ids[1]}}});
    api.now += 60s;
    CHECK(api.restore_deleted(late["undo"], 404)["code"] == "undo_gone");
    api.now -= 59s;
    CHECK(api.restore_deleted(late["undo"])["restored"] == 1);
    CHECK(api.restore_deleted(gone["undo"], 404)["code"] == "undo_gone");
    api.now -= 1s;
    CHECK(api.restore_deleted(gone["undo"])["restored"] == 1);
    CHECK(api.ask("GET", "/api/accounts")["items"] == before);
    const Json restored = api.trail("?action=restore");
    REQUIRE(restored.size() == 4);
    CHECK(restored[1]["subject_id"] == std::to_string(ids[0]));

    CHECK(api.restore_deleted("no such token", 404)["code"] == "undo_gone");
    CHECK(api.restore_deleted(nullptr, 422)["detail"] == "undo must not be null");
    CHECK_FALSE(api.act({{"action", "delete"}, {"accounts", {77}}}).contains("undo"));
}

TEST_CASE("many are deleted and restored, but for those that were added again")
{
    Actions api;
    const auto ids = api.add_many(300);
    const Json gone = api.act({{"action", "delete"}, {"accounts", Json::object()}});
    CHECK(counts(gone) == Json{300, 0, 0});
    const AccountId added = api.add("MANY7@x.org");
    CHECK(added > ids.back());
    const Json back = api.restore_deleted(gone["undo"]);
    CHECK(back["restored"] == 299);
    CHECK(back["skipped"] == Json::array({"many7@x.org"}));
    CHECK(api.ask("GET", "/api/accounts")["total"] == 300);
    CHECK(api.trail("?action=restore").size() == 1);
    CHECK(api.trail("?action=delete")[0]["new"] ==
          Json{{"accounts", 300}, {"ids", fmt::format("{}-{}", ids.front(), ids.back())}});
}
