#include "core/domain/verdict/verdict_pack.hpp"

#include <doctest/doctest.h>

using namespace dreamina;

TEST_CASE("the shipped rules are read, and each condition survives being written and read again")
{
    const RulePack& pack = rule_pack();
    CHECK(pack.version >= 1);
    CHECK(pack.rules.size() > 50);
    for (const VerdictRule& rule : pack.rules) {
        CAPTURE(rule.id);
        const auto again = parse_condition(condition_text(rule.when));
        REQUIRE(again);
        CHECK(*again == rule.when);
    }
}

TEST_CASE("every field of a condition is written and read")
{
    const RuleCondition condition{.upstream = UpstreamKind::jimeng_api_go,
                                  .status = {{429, 429}, {500, 599}},
                                  .codes = {-2001, -2007},
                                  .coded = true,
                                  .field = AnswerField::error,
                                  .behind = {"", "[API_REQUEST_FAILED] "},
                                  .match = {"*(错误码: 2038)"},
                                  .unless = {"图片*"},
                                  .at_least_s = 30,
                                  .sent = true,
                                  .proxy = ProxyCondition::named,
                                  .content_type = "text/html",
                                  .empty_data = true};
    const auto again = parse_condition(condition_text(condition));
    REQUIRE(again);
    CHECK(*again == condition);
    CHECK(condition_text({}) == "{}");
    CHECK(parse_condition(R"({"dialect":"any","field":"any","proxy":"any"})").value() == RuleCondition{});
}

TEST_CASE("what is wrong with a condition is said by field")
{
    struct Row {
        const char* text;
        const char* fault;
    };
    const Row rows[] = {
        {R"({"dialect":"C"})", "dialect must be one of any, A, B"},
        {R"({"field":"body"})", "field must be one of any, message, error"},
        {R"({"proxy":"maybe"})", "proxy must be one of any, yes, named, no"},
        {R"({"status":"5xx"})", "status must be statuses and ranges"},
        {R"({"status":"500-400"})", "status must be statuses and ranges"},
        {R"({"status":"1000"})", "status must be statuses and ranges"},
        {R"({"status":500})", "status must be"},
        {R"({"code":["x"]})", "code[0] must be"},
        {R"({"match":"x"})", "match must be"},
        {R"({"match":[""]})", "match[0] must not be empty"},
        {R"({"behind":["a*"]})", "behind[0] must not contain *"},
        {R"({"at_least_s":-1})", "at_least_s must be"},
        {R"({"sent":"yes"})", "sent must be"},
        {R"({"regex":"x"})", "regex"},
    };
    for (const Row& row : rows) {
        CAPTURE(row.text);
        const auto read = parse_condition(row.text);
        REQUIRE_FALSE(read);
        CHECK_MESSAGE(read.error().message.find(row.fault) != std::string::npos, read.error().message);
    }
}

TEST_CASE("a pack with a fault in it is refused with the rule's place")
{
    const auto faults = [](std::string_view text) { return parse_rule_pack(text).error().message; };
    CHECK(faults(R"({"version":1,"rules":[]})").find("rules") != std::string::npos);
    CHECK(faults(R"({"version":1,"rules":[{"id":"x","when":{},"verdict":"nonsense"}]})").find("rules[0].verdict") !=
          std::string::npos);
    CHECK(faults(R"({"version":1,"rules":[{"id":"x","when":{"status":"x"},"verdict":"success"}]})")
              .find("rules[0].when.status") != std::string::npos);
}
