#include "api/verdict_rules/verdict_rules.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "api/api_fixture.hpp"
#include "core/domain/verdict/verdict_pack.hpp"
#include "core/storage/engine/transaction.hpp"
#include "core/storage/stores/verdict_rule_store.hpp"

using namespace dreamina;

namespace {

class Rules : public ApiFixture {
public:
    Reply send(const std::string& method, const std::string& target, std::string body = "")
    {
        return reply(verdict_rule_routes(), request(method, "/api/verdict-rules" + target, std::move(body)));
    }
    Json ask(const std::string& method, const std::string& target, const Json& body = nullptr, int status = 200)
    {
        const Reply answer = send(method, target, body.is_null() ? "" : body.dump());
        CHECK_MESSAGE(answer.status == status, answer.body);
        return Json::parse(answer.body);
    }
    Json add(const std::string& id, Json more = Json::object())
    {
        Json rule{{"id", id}, {"when", {{"status", "500"}, {"match", {"busy*"}}}}, {"verdict", "rate_limited"}};
        rule.update(more);
        return ask("POST", "", rule);
    }
    std::vector<std::string> ids()
    {
        const Json list = ask("GET", "");
        std::vector<std::string> found;
        for (const Json& item : list["items"]) found.push_back(item["id"]);
        return found;
    }
    std::size_t place(const std::string& id)
    {
        const auto all = ids();
        return static_cast<std::size_t>(std::find(all.begin(), all.end(), id) - all.begin());
    }
    Json trail(int row)  // the newest first
    {
        auto rows = database().query(
            "SELECT action, subject_kind, subject_id, old_fields, new_fields FROM audit ORDER BY id DESC "
            "LIMIT 1 OFFSET ?",
            row);
        REQUIRE(rows.next());
        const auto fields = [&](Column column) {
            return rows.is_null(column) ? Json::object() : Json::parse(rows.text(column));
        };
        return {{"action", rows.text("action")},
                {"subject", rows.text("subject_kind")},
                {"id", rows.text("subject_id")},
                {"before", fields("old_fields")},
                {"after", fields("new_fields")}};
    }
};

}  // namespace

TEST_CASE("the shipped rules are listed in their order")
{
    Rules api;
    const Json list = api.ask("GET", "");
    CHECK(list["version"] == fmt::format("{}.0", rule_pack().version));
    REQUIRE(list["items"].size() == rule_pack().rules.size());
    const Json& first = list["items"][0];
    CHECK(first["id"] == rule_pack().rules[0].id);
    CHECK(first["order"] == 1);
    CHECK(first["built_in"] == true);
    CHECK(first["changed"] == false);
    CHECK(first["moved"] == false);
    CHECK(first["mode"] == "on");
    CHECK(first["ban_hours"] == nullptr);
    CHECK(first["shadowed_by"] == nullptr);
    CHECK(first["counted"] == Json::array());
    CHECK(api.ask("GET", "/any.gave-up")["protected"] == true);
    CHECK(api.ask("GET", "/a.anti-bot")["protected"] == false);
    CHECK(api.ask("GET", "/nobody", nullptr, 404)["code"] == "unknown_rule");
}

TEST_CASE("an own rule is added before all others or before the one that is named, and is in force")
{
    Rules api;
    const Json added = api.add("own.first", {{"ban_hours", 0.5}, {"note", "ours"}});
    CHECK(added["order"] == 1);
    CHECK(added["built_in"] == false);
    CHECK(added["when"] == Json{{"status", "500"}, {"match", {"busy*"}}});
    CHECK(api.add("own.second", {{"before", "any.success"}})["order"] == rule_pack().rules.size() + 1);
    CHECK(api.add("own.third", {{"before", "own.second"}})["order"] == rule_pack().rules.size() + 1);
    CHECK(api.place("own.second") == rule_pack().rules.size() + 1);
    CHECK(api.ask("POST", "", {{"when", Json::object()}, {"verdict", "bad_parameters"}})["id"] == "own.1");

    const VerdictRules rules = VerdictRuleStore{api.database()}.rules();
    const Judgement judgement = judge({.status = 500, .error = "busy now"}, rules);
    CHECK(judgement.rule == "own.1");
    CHECK(rules.version() == api.ask("GET", "")["version"]);
    CHECK(api.trail(0)["action"] == "create");
    CHECK(api.trail(0)["subject"] == "verdict_rule");
    CHECK(api.trail(3)["after"]["ban_hours"] == 0.5);
}

TEST_CASE("a rule that fits all that a later one fits is said to shadow it")
{
    Rules api;
    api.add("own.all", {{"when", {{"dialect", "A"}, {"code", {-2001, -2010}}}}, {"verdict", "bad_parameters"}});
    CHECK(api.ask("GET", "/a.anti-bot")["shadowed_by"] == "own.all");
    CHECK(api.ask("GET", "/a.session-expired.code")["shadowed_by"] == nullptr);
    api.ask("PUT", "/own.all", {{"mode", "count"}});
    CHECK(api.ask("GET", "/a.anti-bot")["shadowed_by"] == nullptr);
}

TEST_CASE("a shipped rule is changed, switched off, moved, and brought back")
{
    Rules api;
    const std::size_t at = api.place("a.anti-bot");
    Json changed = api.ask("PUT", "/a.anti-bot", {{"mode", "off"}});
    CHECK(changed["mode"] == "off");
    CHECK(changed["changed"] == true);
    CHECK(changed["order"] == at + 1);
    CHECK(api.trail(0)["before"] == Json{{"mode", "on"}});
    CHECK(api.trail(0)["after"] == Json{{"mode", "off"}});
    changed = api.ask("PUT", "/a.anti-bot", {{"verdict", "rate_limited"}, {"ban_hours", 2}, {"note", "they mean it"}});
    CHECK(changed["verdict"] == "rate_limited");
    CHECK(changed["mode"] == "off");
    CHECK(api.ask("PUT", "/a.anti-bot", changed) == changed);  // sent back as it was shown

    const Json list = api.ask("POST", "/reorder", {{"id", "a.anti-bot"}, {"before", "any.success"}});
    CHECK(list["items"].size() == rule_pack().rules.size());
    CHECK(api.place("a.anti-bot") + 1 == api.place("any.success"));
    CHECK(api.ask("GET", "/a.anti-bot")["moved"] == true);
    CHECK(api.ask("GET", "/a.anti-bot")["changed"] == true);
    CHECK(api.trail(0)["before"] == Json{{"order", at + 1}});

    CHECK(api.ask("DELETE", "/a.anti-bot")["message"] == "The rule is as it was shipped");
    CHECK(api.place("a.anti-bot") == at);
    CHECK(VerdictRuleStore{api.database()}.rules().rules() == rule_pack().rules);
    CHECK(VerdictRuleStore{api.database()}.overrides().empty());
}

TEST_CASE("rules keep the order that they were put in")
{
    Rules api;
    api.add("own.a");
    api.add("own.b");
    api.add("own.c");
    CHECK(api.place("own.c") == 0);
    api.ask("POST", "/reorder", {{"id", "own.c"}, {"before", nullptr}});
    CHECK(api.ids().back() == "own.c");
    api.ask("POST", "/reorder", {{"id", "any.success"}, {"before", "own.a"}});
    CHECK(api.ids()[0] == "own.b");
    CHECK(api.ids()[1] == "any.success");
    CHECK(api.ids()[2] == "own.a");
    api.ask("POST", "/reorder", {{"id", "own.b"}, {"before", "own.a"}});
    CHECK(api.ids()[0] == "any.success");
    CHECK(api.ids()[1] == "own.b");
    CHECK(api.ids().back() == "own.c");
    api.ask("DELETE", "/own.b");
    CHECK(api.ids()[1] == "own.a");
    CHECK(api.ask("GET", "/own.b", nullptr, 404)["code"] == "unknown_rule");
}

TEST_CASE("what keeps money safe can be moved, and neither changed nor switched off")
{
    Rules api;
    for (const Json& change : {Json{{"mode", "off"}}, Json{{"mode", "count"}}, Json{{"verdict", "server_error"}},
                               Json{{"when", {{"status", "599"}}}}})
        CHECK(api.ask("PUT", "/any.may-have-run", change, 409)["code"] == "protected_rule");
    api.ask("POST", "/reorder", {{"id", "any.may-have-run"}, {"before", nullptr}});
    api.add("own.retry", {{"when", {{"status", "500-599"}}}, {"verdict", "gateway_error"}});
    const Json explained = api.ask("POST", "/explain", {{"status", 504}});
    CHECK(explained["verdict"] == "may_have_run");
    CHECK(explained["rule"] == "any.may-have-run");
    CHECK(api.ask("POST", "/explain", {{"status", 503}})["verdict"] == "gateway_error");
}

TEST_CASE("an answer is explained: which rule fits, which would next, and what is read of it")
{
    Rules api;
    Json explained = api.ask("POST", "/explain",
                             {{"status", 200},
                              {"headers", {{"Server", "x"}, {"content-type", "application/json; charset=utf-8"}}},
                              {"body", R"json({"code":-2001,"message":"x (错误码: 1019)","data":null})json"}});
    CHECK(explained["verdict"] == "request_failed");
    CHECK(explained["rule"] == "a.anti-bot");
    CHECK(explained["next"]["id"] == "a.other-code");
    CHECK(explained["fitting"].size() >= 2);
    CHECK(explained["read"]["code"] == -2001);
    CHECK(explained["read"]["content_type"] == "application/json");

    api.add("own.try", {{"when", {{"code", {-2001}}}}, {"mode", "count"}});
    explained = api.ask("POST", "/explain", {{"status", 200}, {"body", R"({"code":-2001,"message":"x"})"}});
    CHECK(explained["rule"] == "a.anti-bot");
    CHECK(explained["fitting"][0] == Json{{"id", "own.try"}, {"verdict", "rate_limited"}, {"mode", "count"}});

    CHECK(api.ask("POST", "/explain", {{"status", 502}, {"took_s", 30}})["verdict"] == "may_have_run");
    CHECK(api.ask("POST", "/explain", {{"status", 502}, {"took_s", 30}, {"sent", false}})["verdict"] ==
          "gateway_error");
    CHECK(api.ask("POST", "/explain", {{"status", 401}, {"body", R"({"error":"x"})"}, {"dialect", "A"}})["verdict"] ==
          "bad_parameters");
    CHECK(api.ask("POST", "/explain",
                  {{"status", 200},
                   {"body", R"({"code":-1000,"message":"connect ECONNREFUSED 192.0.2.1:1080"})"},
                   {"proxy", "socks5://192.0.2.1:1080"}})["verdict"] == "account_proxy");
    CHECK(api.ask("POST", "/explain", {{"status", 999}})["rule"] == nullptr);
}

TEST_CASE("what rules would have decided is shown, and forgotten when they decide")
{
    Rules api;
    api.add("own.try", {{"mode", "count"}});
    {
        Transaction transaction{api.database()};
        VerdictRuleStore{api.database()}.count("own.try", Verdict::rate_limited, api.now);
        transaction.commit();
    }
    const Json counted = api.ask("GET", "/own.try")["counted"];
    REQUIRE(counted.size() == 1);
    CHECK(counted[0]["count"] == 1);
    CHECK(counted[0]["verdict"] == "rate_limited");
    CHECK(api.ask("PUT", "/own.try", {{"mode", "on"}})["counted"] == Json::array());
}

TEST_CASE("what is wrong with a rule is said by field")
{
    Rules api;
    api.add("own.there");
    const std::string good = R"("when":{"status":"500"},"verdict":"server_error")";
    for (const Scenario& scenario : std::vector<Scenario>{
             {"no JSON", "POST", "", "{", 400, "malformed_json"},
             {"no condition", "POST", "", R"({"verdict":"server_error"})", 422, "when is required"},
             {"no verdict", "POST", "", R"({"when":{}})", 422, "verdict is required"},
             {"an unknown verdict", "POST", "", R"({"when":{},"verdict":"x"})", 422, "verdict must be"},
             {"an id of ours", "POST", "", "{\"id\":\"a.x\"," + good + "}", 422, "id must start with own."},
             {"an id that is there", "POST", "", "{\"id\":\"own.there\"," + good + "}", 409, "known_rule"},
             {"before an unknown rule", "POST", "", "{\"before\":\"x\"," + good + "}", 422, "before must be"},
             {"an unknown mode", "POST", "", "{\"mode\":\"maybe\"," + good + "}", 422, "mode must be one of"},
             {"hours", "POST", "", "{\"ban_hours\":-1," + good + "}", 422, "ban_hours must be"},
             {"a fault within", "POST", "", R"({"when":{"match":[""]},"verdict":"success"})", 422,
              "when.match[0] must not be empty"},
             {"an unknown field within", "POST", "", R"({"when":{"regex":"x"},"verdict":"success"})", 422,
              "when.regex"},
             {"a ban of good answers", "POST", "", R"({"when":{"match":["x"]},"verdict":"server_error"})", 422,
              "when.code is required"},
             {"a word anywhere", "POST", "", R"({"when":{"status":"500","match":["*x*"]},"verdict":"server_error"})",
              422, "when.match[0] must not begin with *"},
             {"hours without a ban", "POST", "",
              R"({"when":{"code":[-2006]},"verdict":"content_refused","ban_hours":1})", 422, "ban_hours must be null"},
             {"an unknown field", "POST", "", "{\"x\":1," + good + "}", 422, "x"},
             {"another id", "PUT", "/own.there", R"({"id":"own.other"})", 422, "id cannot be changed"},
             {"a change that breaks a rail", "PUT", "/own.there", R"({"when":{}})", 422, "when.code is required"},
             {"a change of an unknown rule", "PUT", "/own.nobody", "{}", 404, "unknown_rule"},
             {"a deletion of an unknown rule", "DELETE", "/own.nobody", "", 404, "unknown_rule"},
             {"an order without an id", "POST", "/reorder", R"({"before":null})", 422, "id is required"},
             {"an order without a place", "POST", "/reorder", R"({"id":"own.there"})", 422, "before is required"},
             {"a move of an unknown rule", "POST", "/reorder", R"({"id":"x","before":null})", 422, "id must be"},
             {"an order before itself", "POST", "/reorder", R"({"id":"own.there","before":"own.there"})", 422,
              "before must be"},
             {"no status", "POST", "/explain", "{}", 422, "status is required"},
             {"headers that are none", "POST", "/explain", R"({"status":200,"headers":[]})", 422, "headers must be"},
             {"a header that is none", "POST", "/explain", R"({"status":200,"headers":{"A":1}})", 422, "headers.A"},
             {"an unknown dialect", "POST", "/explain", R"({"status":200,"dialect":"C"})", 422, "dialect must be"},
         }) {
        CAPTURE(scenario.name);
        const Reply answer = api.send(scenario.method, scenario.target, scenario.body);
        CHECK_MESSAGE(answer.status == scenario.status, answer.body);
        CHECK_MESSAGE(answer.body.find(scenario.body_part) != std::string::npos, answer.body);
    }
    CHECK(api.ids().size() == rule_pack().rules.size() + 1);
}

TEST_CASE("a shipped rule that does something to accounts can be switched off as it is")
{
    Rules api;
    CHECK(api.ask("PUT", "/b.session-expired.code", {{"mode", "off"}})["mode"] == "off");
    CHECK(api.ask("PUT", "/b.session-expired.code", {{"verdict", "rate_limited"}}, 422)["code"] == "invalid_field");
}
