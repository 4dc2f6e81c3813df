#include "core/storage/stores/verdict_rule_store.hpp"

#include "core/domain/verdict/verdict_pack.hpp"
#include "core/storage/temporary_database.hpp"

using namespace dreamina;
using namespace std::chrono_literals;

namespace {

RuleOverride own_rule(std::string id)
{
    return {.id = std::move(id),
            .own = true,
            .when = RuleCondition{.status = {{500, 599}}, .match = {"busy*"}},
            .verdict = Verdict::rate_limited,
            .ban_hours = 0.5,
            .mode = RuleMode::count,
            .note = "ours",
            .place = RulePlace{"a.anti-bot", 3}};
}

}  // namespace

TEST_CASE("a fresh database holds no rule, and the shipped ones are in force")
{
    TemporaryDatabase database;
    VerdictRuleStore store{*database};
    CHECK(store.overrides().empty());
    CHECK(store.rules().rules() == rule_pack().rules);
    CHECK(store.version() == 0);
}

TEST_CASE("a rule is kept as it was, and each change makes another version")
{
    TemporaryDatabase database;
    VerdictRuleStore store{*database};
    const RuleOverride rule = own_rule("own.1");
    store.put(rule, start);
    CHECK(store.version() == 1);
    auto found = store.find("own.1");
    REQUIRE(found);
    CHECK(found->own);
    CHECK(found->when == rule.when);
    CHECK(found->verdict == rule.verdict);
    CHECK(found->ban_hours == rule.ban_hours);
    CHECK(found->mode == rule.mode);
    CHECK(found->note == rule.note);
    CHECK(found->place == rule.place);

    const RuleOverride off{.id = "a.anti-bot", .mode = RuleMode::off};
    store.put(off, start);
    found = store.find("a.anti-bot");
    REQUIRE(found);
    CHECK_FALSE(found->own);
    CHECK_FALSE(found->when);
    CHECK_FALSE(found->place);
    CHECK(store.overrides().size() == 2);
    CHECK(store.rules().version().ends_with(".2"));

    store.set_places(std::vector{PlacedRule{"own.1", {"", 7}}}, start);
    CHECK(store.find("own.1")->place == RulePlace{"", 7});
    CHECK(store.rules().rules().back().id == "own.1");
    CHECK(store.version() == 3);
    CHECK(store.remove("own.1"));
    CHECK_FALSE(store.remove("own.1"));
    CHECK(store.version() == 4);
}

TEST_CASE("a condition that cannot be read fits nothing")
{
    TemporaryDatabase database;
    VerdictRuleStore store{*database};
    store.put(own_rule("own.1"), start);
    database->run("UPDATE verdict_rules SET mode = 'on', condition = '{\"of_tomorrow\":1}'");
    CHECK(store.find("own.1")->mode == RuleMode::off);
}

TEST_CASE("what rules would have decided is counted, without a new version")
{
    TemporaryDatabase database;
    VerdictRuleStore store{*database};
    store.count("own.1", Verdict::rate_limited, start);
    store.count("own.1", Verdict::rate_limited, start + 1min);
    store.count("own.2", Verdict::server_error, start);
    const auto counts = store.counts();
    REQUIRE(counts.size() == 2);
    CHECK(counts[0].rule == "own.1");
    CHECK(counts[0].count == 2);
    CHECK(counts[0].last_at == start + 1min);
    CHECK(store.version() == 0);
    store.forget_counts("own.1");
    CHECK(store.counts().size() == 1);
}
