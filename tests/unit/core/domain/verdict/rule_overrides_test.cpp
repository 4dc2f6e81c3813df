#include "core/domain/verdict/rule_overrides.hpp"

#include <doctest/doctest.h>

#include "core/domain/verdict/verdict_pack.hpp"

using namespace dreamina;

namespace {

std::vector<VerdictRule> shipped(std::initializer_list<const char*> ids)
{
    std::vector<VerdictRule> rules;
    for (const char* id : ids) rules.push_back({.id = id, .verdict = Verdict::server_error, .built_in = true});
    return rules;
}

RuleOverride own(std::string id, std::string before, std::int64_t rank = 0)
{
    return {.id = std::move(id),
            .own = true,
            .when = RuleCondition{},
            .verdict = Verdict::bad_parameters,
            .place = RulePlace{std::move(before), rank}};
}
RuleOverride moved(std::string id, std::string before, std::int64_t rank = 0)
{
    return {.id = std::move(id), .place = RulePlace{std::move(before), rank}};
}

using Ids = std::vector<std::string>;

Ids order(const std::vector<VerdictRule>& rules)
{
    Ids ids;
    for (const VerdictRule& rule : rules) ids.push_back(rule.id);
    return ids;
}
Ids order(const std::vector<VerdictRule>& rules, const std::vector<RuleOverride>& overrides)
{
    return order(merged(rules, overrides));
}

}  // namespace

TEST_CASE("own and moved rules stand before the shipped ones that they were put before")
{
    const auto rules = shipped({"a", "b", "c"});
    CHECK(order(rules, {}) == Ids{"a", "b", "c"});
    CHECK(order(rules, {own("own.1", "b")}) == Ids{"a", "own.1", "b", "c"});
    CHECK(order(rules, {own("own.2", "b", 2), own("own.1", "b", 1)}) == Ids{"a", "own.1", "own.2", "b", "c"});
    CHECK(order(rules, {own("own.1", "")}) == Ids{"a", "b", "c", "own.1"});
    CHECK(order(rules, {own("own.1", "", 1), own("own.2", "", 2)}) == Ids{"a", "b", "c", "own.1", "own.2"});
    CHECK(order(rules, {moved("c", "a")}) == Ids{"c", "a", "b"});
    CHECK(order(rules, {moved("a", ""), own("own.1", "c", 1)}) == Ids{"b", "own.1", "c", "a"});
}

TEST_CASE("a later version brings its rules among those of the administrators and loses none of theirs")
{
    const std::vector<RuleOverride> overrides{own("own.1", "b", 1), own("own.2", "gone", 2), own("own.3", "gone", 3),
                                              moved("c", "a", 0), moved("also-gone", "b", 4)};
    CHECK(order(shipped({"a", "new", "b", "c", "newer"}), overrides) ==
          Ids{"own.2", "own.3", "c", "a", "new", "own.1", "b", "newer"});
}

TEST_CASE("of a shipped rule only what was changed is another than what ships")
{
    auto rules = shipped({"a"});
    rules[0].when = {.codes = {-2001}};
    VerdictRule wanted = rules[0];
    CHECK(override_of(wanted, rules[0]).empty());
    wanted.mode = RuleMode::off;
    const RuleOverride off = override_of(wanted, rules[0]);
    CHECK_FALSE(off.empty());
    CHECK_FALSE(off.when);
    CHECK_FALSE(off.verdict);
    rules[0].when = {.codes = {-2002}};  // the next version's
    const auto merged_rules = merged(rules, std::vector{off});
    CHECK(merged_rules[0].mode == RuleMode::off);
    CHECK(merged_rules[0].when == rules[0].when);
    CHECK(merged_rules[0].built_in);
}

TEST_CASE("the places of an order, and the order of those places, are the same")
{
    const auto rules = shipped({"a", "b", "c"});
    const std::set<std::string> placed{"own.1", "own.2", "c"};
    for (const Ids& wanted : {Ids{"own.1", "a", "own.2", "b", "c"}, Ids{"c", "own.2", "own.1", "a", "b"},
                              Ids{"a", "b", "own.2", "c", "own.1"}, Ids{"a", "c", "own.1", "b", "own.2"}}) {
        std::vector<RuleOverride> overrides;
        for (const PlacedRule& each : places_of(wanted, placed)) {
            RuleOverride with = each.id == "c" ? moved("c", "") : own(each.id, "");
            with.place = each.place;
            overrides.push_back(with);
        }
        CHECK(overrides.size() == 3);
        CHECK(order(rules, overrides) == wanted);
    }
}

TEST_CASE("ids of own rules can be told from those that ship, now and later")
{
    CHECK_FALSE(own_rule_id_fault("own.robots-2"));
    CHECK(own_rule_id_fault("a.robots"));
    CHECK(own_rule_id_fault("own."));
    CHECK(own_rule_id_fault("own.Robots"));
    CHECK(own_rule_id_fault("own." + std::string(64, 'x')));
    for (const VerdictRule& rule : rule_pack().rules) CHECK(own_rule_id_fault(rule.id));
}

TEST_CASE("the version tells both the shipped rules' and how often they were changed here")
{
    CHECK(rules_in_force({}, 0).version() == shipped_rules().version());
    CHECK(rules_in_force({}, 17).version() == std::to_string(rule_pack().version) + ".17");
    CHECK(rules_in_force({}, 0).rules() == shipped_rules().rules());
}
