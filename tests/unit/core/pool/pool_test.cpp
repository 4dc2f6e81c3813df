#include "core/pool/pool.hpp"

#include <map>

#include "core/domain/account/account_policy.hpp"
#include "core/pool/account_pool.hpp"
#include "core/storage/accounts/account_upkeep.hpp"
#include "core/storage/stores/refused_models.hpp"
#include "core/storage/log/request_store.hpp"
#include "core/storage/engine/transaction.hpp"
#include "core/storage/stores/upstream_facts_store.hpp"
#include "core/storage/stores/verdict_rule_store.hpp"

using namespace dreamina;
using namespace std::chrono_literals;

TEST_CASE("accounts take turns, over all models together")
{
    AccountPool pool;
    const AccountId a = pool.add("a@x.org");
    const AccountId b = pool.add("b@x.org", Region::hk);
    const AccountId c = pool.add("c@x.org");
    CHECK(pool.serve("jimeng-4.0") == a);
    CHECK(pool.serve("nanobanana") == b);
    CHECK(pool.serve("video-3.0") == c);
    CHECK(pool.serve("jimeng-4.0") == a);
    CHECK(pool.serve("an unknown model") == b);
    CHECK(pool.serve("jimeng-4.6") == b);  // the only one whose region has it
    CHECK(pool.serve("jimeng-4.0") == c);
    CHECK(pool.serve("jimeng-4.0") == a);
    CHECK(pool.serve("jimeng-4.0") == b);
}

TEST_CASE("a clock set back does not upset the turns")
{
    AccountPool pool;
    const AccountId a = pool.add("a@x.org");
    const AccountId b = pool.add("b@x.org");
    CHECK(pool.serve("jimeng-4.0") == a);
    pool.now -= 24h;
    CHECK(pool.serve("jimeng-4.0") == b);
    CHECK(pool.serve("jimeng-4.0") == a);
    CHECK(pool.get(a).last_used_at == pool.now);
}

TEST_CASE("a reservation is counted, in flight and leased from its first moment")
{
    AccountPool pool;
    const AccountId a = pool.add("a@x.org", Region::jp);
    const Lease lease = pool.reserved("jimeng-video-3.0-pro");
    CHECK(lease.account == a);
    CHECK(lease.region == Region::jp);
    CHECK(lease.session_id == pool.get(a).session_id);
    CHECK(lease.model == "video-3.0");
    CHECK(pool.get(a).in_flight == 1);
    CHECK(pool.get(a).last_used_at == pool.now);
    CHECK(pool.calls(a, "video-3.0") == 1);
    CHECK(number(*pool, "SELECT expires_at FROM leases WHERE worker = 'worker'") == to_millis(pool.now + 5min));
    pool.settle_as(lease, Verdict::success);
    CHECK(pool.get(a).in_flight == 0);
    CHECK(pool.leases() == 0);
}

TEST_CASE("a limit of three: the fourth is refused, while the first three are still in flight too")
{
    AccountPool pool;
    pool.settings.limit_jimeng_4_0 = 3;
    pool.add("a@x.org");
    const AccountId b = pool.add("b@x.org");
    std::vector<Lease> leases;
    for (int i = 0; i < 6; ++i) leases.push_back(pool.reserved("jimeng-4.0"));
    // Out of the queue with its last call: a full account costs nothing to pass by.
    CHECK(number(*pool, "SELECT count(*) FROM accounts WHERE exhausted = 1") == 2);
    CHECK(pool.refused("jimeng-4.0").at_limit == 2);
    CHECK(pool.ask("jimeng-4.1").has_value());  // another model has a limit of its own
    for (const Lease& lease : leases) pool.settle_as(lease, Verdict::success);
    CHECK(pool.refused("jimeng-4.0").at_limit == 2);
    CHECK(pool.calls(b, "jimeng-4.0") == 3);
}

TEST_CASE("the three names of video-3.0 share one limit")
{
    AccountPool pool;
    pool.settings.limit_video_3_0 = 3;
    const AccountId a = pool.add("a@x.org", Region::hk);
    for (const char* name : {"jimeng-video-3.0", "jimeng-video-3.0-pro", "jimeng-video-3.0-fast"}) pool.serve(name);
    for (const char* name : {"video-3.0", "jimeng-video-3.0", "jimeng-video-3.0-pro", "jimeng-video-3.0-fast"}) {
        CAPTURE(std::string{name});
        CHECK(pool.refused(name).at_limit == 1);
    }
    CHECK(pool.calls(a, "video-3.0") == 3);
}

TEST_CASE("a call that did not count frees its place")
{
    AccountPool pool;
    pool.settings.limit_jimeng_4_0 = 1;
    apply_limits(*pool, pool.settings);
    const AccountId a = pool.add("a@x.org");
    const Lease lease = pool.reserved("jimeng-4.0");
    CHECK(pool.refused("jimeng-4.0").at_limit == 1);
    pool.settle_as(lease, Verdict::content_refused);
    CHECK(pool.calls(a, "jimeng-4.0") == 0);
    CHECK(pool.serve("jimeng-4.0") == a);
    CHECK(pool.refused("jimeng-4.0").at_limit == 1);
}

TEST_CASE("a limit that is changed holds from that moment, up and down")
{
    AccountPool pool;
    const AccountId a = pool.add("a@x.org");
    pool.settings.limit_jimeng_4_0 = 3;
    CHECK(apply_limits(*pool, pool.settings) == 5);
    CHECK(apply_limits(*pool, pool.settings) == 0);
    for (int i = 0; i < 3; ++i) pool.serve("jimeng-4.0");
    pool.refused("jimeng-4.0");

    pool.settings.limit_jimeng_4_0 = 5;
    CHECK(apply_limits(*pool, pool.settings) == 1);
    CHECK(pool.serve("jimeng-4.0") == a);
    pool.settings.limit_jimeng_4_0 = 2;
    CHECK(apply_limits(*pool, pool.settings) == 1);
    CHECK(pool.refused("jimeng-4.0").at_limit == 1);
    CHECK(pool.calls(a, "jimeng-4.0") == 4);
    pool.settings.limit_jimeng_4_0 = 4;
    apply_limits(*pool, pool.settings);
    pool.refused("jimeng-4.0");
    pool.settings.limit_jimeng_4_0 = 5;
    apply_limits(*pool, pool.settings);
    pool.serve("jimeng-4.0");
    pool.refused("jimeng-4.0");
}

TEST_CASE("a lowered limit that is not applied yet holds all the same, and the next account is found")
{
    AccountPool pool;
    const AccountId full = pool.add("full@x.org");
    pool.serve("jimeng-4.0");
    pool.serve("jimeng-4.0");
    const AccountId fresh = pool.add("fresh@x.org");
    pool.serve("jimeng-4.1");  // now `full` is the least recently used
    pool.settings.limit_jimeng_4_0 = 2;
    CHECK(pool.serve("jimeng-4.0") == fresh);
    CHECK(pool.calls(full, "jimeng-4.0") == 2);
}

TEST_CASE("a limit of 0 admits no call, also for new accounts and on new days")
{
    AccountPool pool;
    pool.settings.limit_nanobanana = 0;
    apply_limits(*pool, pool.settings);
    pool.add("late@x.org");
    pool.refused("nanobanana");
    reset_counts(*pool, pool.settings);
    CHECK(pool.refused("nanobanana").at_limit == 1);
    CHECK(pool.leases() == 0);
    pool.settings.limit_nanobanana = 1;
    apply_limits(*pool, pool.settings);
    pool.serve("nanobanana");
}

TEST_CASE("models that need points pass by who has none, except where none can be asked for")
{
    AccountPool pool;
    const AccountId poor = pool.add("poor@x.org", Region::us, 0);
    CHECK(pool.refused("jimeng-4.0").without_points == 1);
    CHECK(pool.refused("an unknown model").without_points == 1);
    CHECK(pool.serve("nanobananapro") == poor);

    const AccountId cn = pool.add("cn@x.org", Region::cn, 0);
    CHECK(pool.serve("jimeng-4.0") == cn);
    CHECK(pool.serve("jimeng-4.0") == cn);
    CHECK(pool.serve("nanobanana") == poor);
    const AccountId little = pool.add("little@x.org", Region::us, 0.5);
    CHECK(pool.serve("jimeng-4.0") == little);
}

TEST_CASE("who serves a model depends on the name it is asked by")
{
    AccountPool pool;
    std::map<Region, AccountId> accounts;
    for (const Region region : all_regions) accounts[region] = pool.add(std::string{to_string(region)}, region);
    const auto served_by = [&](std::string_view name) {
        std::string regions;
        std::vector<Lease> taken;
        for (int i = 0; i < 5; ++i) {
            const auto reservation = pool.ask(name);
            REQUIRE(reservation);
            taken.push_back(*reservation);
        }
        for (const Region region : all_regions) {
            const bool there =
                std::any_of(taken.begin(), taken.end(), [&](const Lease& l) { return l.region == region; });
            if (there) regions += (regions.empty() ? "" : " ") + std::string{to_string(region)};
        }
        return regions;
    };
    CHECK(served_by("jimeng-video-3.0") == "us hk jp sg cn");
    CHECK(served_by("video-3.0") == "us hk jp sg cn");
    CHECK(served_by("jimeng-video-3.0-pro") == "hk jp sg cn");
    CHECK(served_by("jimeng-video-3.0-fast") == "hk jp sg cn");
    CHECK(served_by("nanobanana") == "us hk jp sg");
    CHECK(served_by("jimeng-video-veo3") == "hk jp sg");
    CHECK(served_by("jimeng-video-seedance-2.0") == "cn");
    CHECK(served_by("") == "us hk jp sg cn");
}

TEST_CASE("a refusal says how the accounts stand")
{
    AccountPool pool;
    CHECK(pool.refused("nanobanana").total == 0);

    pool.settings.limit_nanobanana = 1;
    apply_limits(*pool, pool.settings);
    pool.add("full@x.org");
    pool.serve("nanobanana");
    pool.add("banned@x.org");
    pool.serve("nanobanana", Verdict::rate_limited);
    pool.now += 1h;
    pool.add("banned-later@x.org");
    pool.serve("nanobanana", Verdict::server_error);
    pool.add("expired@x.org");
    pool.serve("nanobanana", Verdict::session_expired);
    pool.add("elsewhere@x.org", Region::cn);
    AccountStore{*pool}.set_disabled(pool.add("disabled@x.org"), true, pool.now);

    const Eligibility eligibility = pool.refused("nanobanana");
    CHECK(eligibility.total == 6);
    CHECK(eligibility.at_limit == 1);
    CHECK(eligibility.banned == 2);
    CHECK(eligibility.next_ban_end == pool.now - 1h + 4h);
    CHECK(eligibility.without_session == 1);
    CHECK(eligibility.other_region == 1);
    CHECK(eligibility.disabled == 1);
    CHECK(eligibility.without_points == 0);
}

TEST_CASE("what each verdict does to the account")
{
    struct Row {
        Verdict verdict;
        bool counted;
        std::int64_t errors;
        bool banned;
        bool expired;
        double points;
        std::int64_t streak;
        Retry retry;
    };
    constexpr std::int64_t streak_before = 1;
    for (const Row& row : std::initializer_list<Row>{
             {Verdict::success, true, 0, false, false, 120, 0, Retry::never},
             {Verdict::session_expired, false, 0, false, true, 120, 1, Retry::with_others},
             {Verdict::points_used_up, false, 0, false, false, 120, 1, Retry::with_others},
             {Verdict::content_refused, false, 0, false, false, 120, 1, Retry::never},
             {Verdict::bad_parameters, false, 0, false, false, 120, 1, Retry::never},
             {Verdict::rate_limited, false, 1, true, false, 120, 1, Retry::with_others},
             {Verdict::server_error, false, 1, true, false, 120, 1, Retry::with_others},
             {Verdict::gateway_gave_up, true, 1, true, false, 120, 1, Retry::never},
             {Verdict::generation_failed, false, 1, false, false, 120, 2, Retry::once},
             {Verdict::request_failed, false, 1, false, false, 120, 1, Retry::with_others},
             {Verdict::provider_unreachable, false, 0, false, false, 120, 1, Retry::once},
             {Verdict::interrupted, true, 1, false, false, 120, 1, Retry::never},
             {Verdict::may_have_run, true, 1, false, false, 120, 1, Retry::never},
             {Verdict::client_image, false, 0, false, false, 120, 1, Retry::never},
             {Verdict::model_not_in_region, false, 0, false, false, 120, 1, Retry::once_elsewhere},
             {Verdict::provider_ill, false, 0, false, false, 120, 1, Retry::once},
             {Verdict::not_an_upstream, false, 0, false, false, 120, 1, Retry::never},
         }) {
        CAPTURE(std::string{to_string(row.verdict)});
        AccountPool pool;
        const AccountId a = pool.add("a@x.org");
        pool->run("UPDATE accounts SET error_streak = ?", streak_before);
        const Lease lease = pool.reserved("jimeng-4.0");
        pool.now += 1min;
        CHECK(pool.settle_as(lease, row.verdict));

        const Account account = pool.get(a);
        CHECK(pool.calls(a, "jimeng-4.0") == (row.counted ? 1 : 0));
        CHECK(account.error_count == row.errors);
        CHECK(account.error_streak == row.streak);
        CHECK(account.banned == row.banned);
        CHECK(account.ban_until == (row.banned ? std::optional{pool.now + 4h} : std::nullopt));
        CHECK(account.session_expired == row.expired);
        CHECK(account.points == row.points);
        CHECK(account.in_flight == 0);
        CHECK(account.updated_at == pool.now);
        CHECK(!account.status_note.empty() == (row.banned || row.expired));
        CHECK(pool.leases() == 0);
        CHECK(pool.refresh_jobs() == (row.expired ? 1 : 0));
        const bool asks_for_points = row.verdict == Verdict::success || row.verdict == Verdict::points_used_up;
        CHECK(number(*pool, "SELECT points_due_at IS NOT NULL FROM accounts") == asks_for_points);

        const Consequence& consequence = consequence_of(row.verdict);
        CHECK(consequence.retry == row.retry);
        CHECK(consequence.counts_as_use == row.counted);
        CHECK((consequence.ban != Ban::none) == row.banned);
    }
}

TEST_CASE("an account that is said to have no points keeps them, and serves what needs none until they are known")
{
    AccountPool pool;
    const AccountId a = pool.add("a@x.org");
    pool->run("UPDATE accounts SET points_asked_at = ?", pool.now);
    pool.serve("jimeng-4.0", Verdict::points_used_up);
    CHECK(status_of(pool.get(a)) == AccountStatus::no_points);
    CHECK(english(status_reason(pool.get(a))).find("until they are known") != std::string::npos);
    CHECK(pool.refused("jimeng-4.0").without_points == 1);
    CHECK(pool.serve("nanobanana") == a);

    AccountUpkeep upkeep{*pool};
    const auto due = upkeep.points_due(pool.now - 1h, 10);  // although they were asked for a moment ago
    REQUIRE(due.size() == 1);
    upkeep.points_asked(due.front(), pool.now);
    CHECK(upkeep.points_due(pool.now - 1h, 10).empty());
    CHECK(upkeep.points_due(pool.now, 10).size() == 1);  // an answer without points is none

    upkeep.set_points(a, 120, pool.now);
    CHECK(status_of(pool.get(a)) == AccountStatus::active);
    CHECK(pool.serve("jimeng-4.0") == a);
    pool.serve("jimeng-4.0", Verdict::points_used_up);
    upkeep.set_points(a, 0, pool.now);
    CHECK(english(status_reason(pool.get(a))).find("until they are known") == std::string::npos);
    CHECK(pool.refused("jimeng-4.0").without_points == 1);
    pool->run("UPDATE accounts SET points_doubted = 1");
    AccountStore{*pool}.change(a, {.points = 5}, pool.now);
    CHECK(pool.serve("jimeng-4.0") == a);
}

TEST_CASE("the points of an account of CN cannot be asked for, so they are not doubted")
{
    AccountPool pool;
    const AccountId a = pool.add("a@x.org", Region::cn, 0);
    pool.serve("jimeng-4.0", Verdict::points_used_up);
    CHECK(pool.serve("jimeng-4.0") == a);
}

TEST_CASE("an account whose proxy fails rests, longer each time, and says so")
{
    AccountPool pool;
    const AccountId a = pool.add("a@x.org");
    for (const auto rest : {10min, 20min, 40min}) {
        const Lease one = pool.reserved("jimeng-4.0");
        const Lease other = pool.reserved("jimeng-4.0");
        CHECK(pool.settle_as(one, Verdict::account_proxy));
        CHECK(pool.settle_as(other, Verdict::account_proxy));  // the same failure
        CHECK(pool.get(a).ban_until == pool.now + rest);
        CHECK(pool.get(a).status_note == Message{"account.account_proxy"});
        CHECK(pool.get(a).error_count == 0);
        CHECK(pool.calls(a, "jimeng-4.0") == 0);
        pool.now += rest;
        CHECK(AccountStore{*pool}.end_bans(pool.now) == 1);
    }
    pool.serve("jimeng-4.0");
    pool.serve("jimeng-4.0", Verdict::account_proxy);
    CHECK(pool.get(a).ban_until == pool.now + 10min);
    CHECK(AccountStore{*pool}.end_bans(pool.now + 10min) == 1);
    AccountStore{*pool}.change(a, {.proxy_url = std::optional<std::string>{"socks5://127.0.0.1:1080"}}, pool.now);
    pool.serve("jimeng-4.0", Verdict::account_proxy);
    CHECK(pool.get(a).ban_until == pool.now + 10min);
}

TEST_CASE("a Retry-After is how long an account is banned, and a rule may say otherwise")
{
    AccountPool pool;
    const AccountId a = pool.add("a@x.org");
    const auto settle_with = [&](Settlement settlement) {
        const Lease lease = pool.reserved("jimeng-4.0");
        settlement.lease = lease.id;
        settlement.ban_for = 4h;
        CHECK(settle(*pool, settlement, pool.now));
        const auto until = pool.get(a).ban_until;
        pool->run("UPDATE accounts SET banned = 0, ban_until = NULL");
        return until;
    };
    CHECK(settle_with({.verdict = Verdict::rate_limited, .retry_after = 90s}) == pool.now + 90s);
    CHECK(settle_with({.verdict = Verdict::server_error, .retry_after = 10h}) == pool.now + 4h);
    CHECK(settle_with({.verdict = Verdict::rate_limited, .retry_after = 90s, .rule_ban = 1h}) == pool.now + 1h);
    CHECK(settle_with({.verdict = Verdict::request_failed, .rule_ban = 1h}) == pool.now + 1h);
    CHECK_FALSE(settle_with({.verdict = Verdict::request_failed, .retry_after = 90s}));
}

TEST_CASE("an attempt is logged with its rule, and with a sample of its answer, which equal ones share")
{
    AccountPool pool;
    pool.add("a@x.org");
    const AnswerSample sample{.status = 200, .code = -2001, .message = "x"};
    for (const char* request : {"one", "two"}) {
        const Lease lease = pool.reserved("jimeng-4.0");
        CHECK(settle(*pool,
                     {.lease = lease.id,
                      .verdict = Verdict::request_failed,
                      .request = {.id = request, .began_at = pool.now},
                      .sample = sample,
                      .attempt = {.rule = "a.anti-bot", .rules_version = "1.0"},
                      .end = RequestEnd{.outcome = RequestOutcome::upstream_failed, .attempts = 1}},
                     pool.now));
    }
    const auto logged = RequestStore{*pool}.find("two");
    REQUIRE(logged);
    REQUIRE(logged->attempts.size() == 1);
    CHECK(logged->attempts[0].attempt.rule == "a.anti-bot");
    CHECK(logged->attempts[0].attempt.rules_version == "1.0");
    REQUIRE(logged->attempts[0].sample);
    CHECK(logged->attempts[0].sample->sample == sample);
    CHECK(logged->attempts[0].sample->count == 2);
    CHECK(number(*pool, "SELECT count(*) FROM answer_samples") == 1);
}

TEST_CASE("attempts before the last one keep their rules and samples too")
{
    AccountPool pool;
    pool.add("a@x.org");
    const Lease first = pool.reserved("jimeng-4.0");
    CHECK(settle(*pool,
                 {.lease = first.id,
                  .verdict = Verdict::request_failed,
                  .request = {.id = "one", .began_at = pool.now},
                  .sample = AnswerSample{.status = 200, .code = -2001},
                  .attempt = {.rule = "a.anti-bot", .rules_version = "1.7"}},
                 pool.now));
    const Lease last = pool.reserved("jimeng-4.0");
    CHECK(settle(*pool,
                 {.lease = last.id,
                  .request = {.id = "one", .began_at = pool.now},
                  .attempt = {.number = 2, .rule = "any.success", .rules_version = "1.8"},
                  .end = RequestEnd{.outcome = RequestOutcome::success, .attempts = 2}},
                 pool.now));
    const auto logged = RequestStore{*pool}.find("one");
    REQUIRE(logged);
    REQUIRE(logged->attempts.size() == 2);
    CHECK(logged->attempts[0].attempt.rule == "a.anti-bot");
    CHECK(logged->attempts[0].attempt.rules_version == "1.7");
    CHECK(logged->attempts[0].sample);
    CHECK(logged->attempts[1].attempt.rule == "any.success");
    CHECK(logged->attempts[1].attempt.rules_version == "1.8");
    CHECK_FALSE(logged->attempts[1].sample);
}

TEST_CASE("what a rule in the mode count would have decided is counted with the attempt, and has no effect")
{
    AccountPool pool;
    const AccountId a = pool.add("a@x.org");
    const Lease lease = pool.reserved("jimeng-4.0");
    CHECK(settle(*pool,
                 {.lease = lease.id,
                  .verdict = Verdict::request_failed,
                  .counted = "own.try",
                  .counted_verdict = Verdict::rate_limited},
                 pool.now));
    const auto counts = VerdictRuleStore{*pool}.counts();
    REQUIRE(counts.size() == 1);
    CHECK(counts[0].rule == "own.try");
    CHECK(counts[0].verdict == Verdict::rate_limited);
    CHECK_FALSE(pool.get(a).banned);
}

TEST_CASE("a region that refuses a name is remembered for an hour, for that name")
{
    AccountPool pool;
    pool.add("a@x.org");
    const Lease lease = pool.reserved("jimeng-4.0");
    CHECK(settle(*pool,
                 {.lease = lease.id,
                  .verdict = Verdict::model_not_in_region,
                  .request = {.id = "request", .model_asked = "jimeng-9"},
                  .attempt = {.region = Region::us}},
                 pool.now));
    const auto rule_at = [&](std::string_view name, Time now) {
        const ModelCatalog catalog{ModelStore{*pool}.all(), RefusedModels{*pool}.all(now)};
        return catalog.resolve(name, pool.settings);
    };
    CHECK_FALSE(contains(rule_at("jimeng-9", pool.now).regions, Region::us));
    CHECK(contains(rule_at("jimeng-9", pool.now).regions, Region::jp));
    CHECK(contains(rule_at("jimeng-9", pool.now + 1h).regions, Region::us));
    CHECK(contains(rule_at("jimeng-4.0", pool.now).regions, Region::us));
}

TEST_CASE("the names that clients invent are remembered up to a number, and room is made by time")
{
    AccountPool pool;
    RefusedModels refused{*pool};
    for (std::int64_t i = 0; i < max_refused_models + 10; ++i)
        refused.remember(fmt::format("name-{}", i), Region::us, pool.now + 1h, pool.now);
    CHECK(std::ssize(refused.all(pool.now)) == max_refused_models);
    refused.remember("name-0", Region::us, pool.now + 3h, pool.now);
    CHECK(refused.all(pool.now + 2h).size() == 1);
    pool->run("DELETE FROM refused_models WHERE name = 'name-0'");
    refused.remember(std::string(max_model_name_length + 1, 'x'), Region::us, pool.now + 2h, pool.now + 1h);
    refused.remember("late", Region::us, pool.now + 2h, pool.now + 1h);
    CHECK(refused.all(pool.now + 1h).size() == 1);
    CHECK(number(*pool, "SELECT count(*) FROM refused_models") == 1);
}

TEST_CASE("every verdict has a consequence, and is settled once however often it is told")
{
    for (const Verdict verdict : all_verdicts) {
        CAPTURE(std::string{to_string(verdict)});
        AccountPool pool;
        const AccountId a = pool.add("a@x.org");
        const Lease first = pool.reserved("jimeng-4.0");
        const Lease second = pool.reserved("jimeng-4.0");
        CHECK(pool.settle_as(first, verdict));
        const Account once = pool.get(a);
        CHECK(once.in_flight == 1);
        CHECK_FALSE(pool.settle_as(first, verdict));
        CHECK_FALSE(pool.settle_as(first, Verdict::rate_limited));
        CHECK_FALSE(give_back(*pool, first.id, pool.now));
        const Account twice = pool.get(a);
        CHECK(twice.in_flight == 1);
        CHECK(twice.usage == once.usage);
        CHECK(twice.error_count == once.error_count);
        CHECK(twice.banned == once.banned);
        CHECK(pool.settle_as(second, Verdict::success));
        CHECK(pool.get(a).in_flight == 0);
    }
}

TEST_CASE("three generations in a row that fail are a ban; a success in between resets the count")
{
    AccountPool pool;
    const AccountId a = pool.add("a@x.org");
    pool.serve("jimeng-4.0", Verdict::generation_failed);
    pool.serve("jimeng-4.0", Verdict::generation_failed);
    pool.serve("jimeng-4.0", Verdict::success);
    pool.serve("jimeng-4.0", Verdict::generation_failed);
    pool.serve("jimeng-4.0", Verdict::request_failed);  // neither this nor that
    pool.serve("jimeng-4.0", Verdict::generation_failed);
    CHECK_FALSE(pool.get(a).banned);
    pool.serve("jimeng-4.0", Verdict::generation_failed);
    CHECK(pool.get(a).banned);
    CHECK(pool.get(a).status_note == Message{"account.generation_failed"});
    CHECK(pool.get(a).error_count == 6);

    pool.now += 4h;
    CHECK(AccountStore{*pool}.end_bans(pool.now) == 1);
    pool.serve("jimeng-4.0", Verdict::generation_failed);
    CHECK_FALSE(pool.get(a).banned);
}

TEST_CASE("a ban is lengthened by what is still in flight, never shortened, and keeps its reason")
{
    AccountPool pool;
    const AccountId a = pool.add("a@x.org");
    const Lease one = pool.reserved("jimeng-4.0");
    const Lease two = pool.reserved("jimeng-4.0");
    const Lease three = pool.reserved("jimeng-4.0");
    const Lease four = pool.reserved("jimeng-4.0");
    pool.settle_as(one, Verdict::rate_limited);
    CHECK(pool.get(a).ban_until == pool.now + 4h);
    pool.now += 1h;
    pool.settle_as(two, Verdict::server_error);
    CHECK(pool.get(a).ban_until == pool.now + 4h);
    CHECK(pool.get(a).status_note == Message{"account.server_error"});

    AccountStore{*pool}.ban(a, pool.now + 100h, external_text("for a reason"), pool.now);
    pool.settle_as(three, Verdict::rate_limited);
    CHECK(pool.get(a).ban_until == pool.now + 100h);
    AccountStore{*pool}.ban(a, std::nullopt, external_text("for a reason"), pool.now);
    pool.settle_as(four, Verdict::rate_limited);
    CHECK_FALSE(pool.get(a).ban_until);
    CHECK(pool.get(a).banned);
    CHECK(pool.get(a).status_note == external_text("for a reason"));
    CHECK(pool.get(a).error_count == 4);
}

TEST_CASE("a session expires only while the account still has it; one refresh is queued for all who find out")
{
    AccountPool pool;
    const AccountId a = pool.add("a@x.org");
    const Lease one = pool.reserved("jimeng-4.0");
    const Lease two = pool.reserved("jimeng-4.0");
    const Lease late = pool.reserved("jimeng-4.0");
    pool.settle_as(one, Verdict::session_expired);
    pool.settle_as(two, Verdict::session_expired);
    CHECK(status_of(pool.get(a)) == AccountStatus::session_expired);
    CHECK(pool.refresh_jobs() == 1);
    CHECK(pool.refused("jimeng-4.0").without_session == 1);

    AccountStore{*pool}.change(a, {.session_id = std::optional{session_of(7)}}, pool.now);
    pool->run("UPDATE jobs SET state = 'done'");
    CHECK(pool.settle_as(late, Verdict::session_expired));
    CHECK(status_of(pool.get(a)) == AccountStatus::active);
    CHECK(pool.refresh_jobs() == 1);
    CHECK(pool.reserved("jimeng-4.0").session_id == session_of(7));
}

TEST_CASE("success asks for the points once, and not where they cannot be asked for")
{
    AccountPool pool;
    const AccountId us = pool.add("us@x.org");
    const Time first = pool.now;
    pool.serve("jimeng-4.0");
    pool.now += 1h;
    pool.serve("jimeng-4.0");
    CHECK(number(*pool, "SELECT points_due_at FROM accounts WHERE id = ?", us) == to_millis(first));
    AccountStore{*pool}.remove(us);
    const AccountId cn = pool.add("cn@x.org", Region::cn);
    CHECK(pool.serve("jimeng-4.0") == cn);
    CHECK(text(*pool, "SELECT points_due_at FROM accounts WHERE id = ?", cn) == "NULL");
}

TEST_CASE("given back, it is as if it had not been, but for its turn")
{
    AccountPool pool;
    pool.settings.limit_jimeng_4_0 = 1;
    apply_limits(*pool, pool.settings);
    const AccountId a = pool.add("a@x.org");
    const Lease lease = pool.reserved("jimeng-4.0");
    CHECK(give_back(*pool, lease.id, pool.now));
    CHECK(pool.calls(a, "jimeng-4.0") == 0);
    CHECK(pool.get(a).in_flight == 0);
    CHECK(pool.get(a).error_count == 0);
    CHECK(status_of(pool.get(a)) == AccountStatus::active);
    CHECK(pool.leases() == 0);
    CHECK_FALSE(give_back(*pool, lease.id, pool.now));
    CHECK_FALSE(pool.settle_as(lease, Verdict::success));
    CHECK(pool.serve("jimeng-4.0") == a);
}

TEST_CASE("an account removed in flight leaves nothing to settle")
{
    AccountPool pool;
    const AccountId a = pool.add("a@x.org");
    const Lease lease = pool.reserved("jimeng-4.0");
    const Lease expired = pool.reserved("jimeng-4.0");
    AccountStore{*pool}.remove(a);
    CHECK_FALSE(pool.settle_as(lease, Verdict::success));
    CHECK_FALSE(pool.settle_as(expired, Verdict::session_expired));
    CHECK(pool.refresh_jobs() == 0);
    CHECK(number(*pool, "SELECT count(*) FROM account_usage") == 0);
}

TEST_CASE("counts reset while requests are in flight never fall below nothing")
{
    AccountPool pool;
    pool.settings.limit_jimeng_4_0 = 2;
    apply_limits(*pool, pool.settings);
    const AccountId a = pool.add("a@x.org");
    const Lease before = pool.reserved("jimeng-4.0");
    const Lease also_before = pool.reserved("jimeng-4.0");
    reset_counts(*pool, pool.settings);
    CHECK(pool.get(a).in_flight == 2);
    CHECK(pool.calls(a, "jimeng-4.0") == 0);

    const Lease after = pool.reserved("jimeng-4.0");
    pool.settle_as(before, Verdict::content_refused);  // counted yesterday: today's call stays counted
    CHECK(pool.calls(a, "jimeng-4.0") == 1);
    CHECK(give_back(*pool, also_before.id, pool.now));
    CHECK(pool.calls(a, "jimeng-4.0") == 1);
    pool.settle_as(after, Verdict::content_refused);
    CHECK(pool.calls(a, "jimeng-4.0") == 0);
    CHECK(pool.get(a).in_flight == 0);
}

TEST_CASE("the reset lets everybody in again who was at a limit")
{
    AccountPool pool;
    pool.settings.limit_jimeng_4_0 = 1;
    pool.settings.limit_video_3_0 = 1;
    apply_limits(*pool, pool.settings);
    pool.add("a@x.org");
    pool.serve("jimeng-4.0");
    pool.serve("video-3.0");
    pool.refused("jimeng-4.0");
    reset_counts(*pool, pool.settings);
    pool.serve("jimeng-4.0");
    pool.serve("video-3.0");
    pool.refused("video-3.0");
}

TEST_CASE("what a dead worker and what time left behind is settled as interrupted, each once")
{
    AccountPool pool;
    const AccountId a = pool.add("a@x.org");
    pool.worker = "dead";
    pool.reserved("jimeng-4.0");
    pool.reserved("jimeng-4.0");
    pool.worker = "alive";
    pool.now += 4min;
    const Lease kept = pool.reserved("jimeng-4.0");
    CHECK(settle_abandoned(*pool, {}, pool.now) == 0);
    CHECK(settle_abandoned(*pool, {"never heard of"}, pool.now) == 0);
    pool.now += 1min;  // now both are expired as well
    CHECK(settle_abandoned(*pool, {"dead"}, pool.now) == 2);
    CHECK(settle_abandoned(*pool, {"dead"}, pool.now) == 0);
    CHECK(pool.get(a).in_flight == 1);
    CHECK(pool.get(a).error_count == 2);
    CHECK(pool.calls(a, "jimeng-4.0") == 3);  // they may have run and been paid for
    CHECK_FALSE(pool.get(a).banned);

    pool.now += 4min;
    CHECK(settle_abandoned(*pool, {}, pool.now) == 1);
    CHECK_FALSE(pool.settle_as(kept, Verdict::success));  // too late
    CHECK(pool.get(a).in_flight == 0);
    CHECK(pool.leases() == 0);
}

TEST_CASE("a reservation that is not committed has never been")
{
    AccountPool pool;
    const AccountId a = pool.add("a@x.org");
    {
        const Transaction transaction{*pool};
        pool.reserved("jimeng-4.0");
    }
    CHECK(pool.calls(a, "jimeng-4.0") == 0);
    CHECK(pool.get(a).in_flight == 0);
    CHECK(pool.leases() == 0);
    CHECK_FALSE(pool.get(a).last_used_at);
}

TEST_CASE("with CN_POINTS_ENABLED the points rule holds for CN too, at once")
{
    AccountPool pool;
    const AccountId empty = pool.add("empty@x.org", Region::cn, 0);
    const AccountId full = pool.add("full@x.org", Region::cn, 50);
    for (int i = 0; i < 2; ++i) {
        CHECK(pool.serve("jimeng-3.1") == empty);
        CHECK(pool.serve("jimeng-3.1") == full);
    }
    pool.settings.cn_points_enabled = true;
    apply_limits(*pool, pool.settings);
    for (int i = 0; i < 3; ++i) CHECK(pool.serve("jimeng-3.1") == full);
    CHECK(status_of(pool.get(empty)) == AccountStatus::no_points);
    CHECK(number(*pool, "SELECT points_due_at IS NOT NULL FROM accounts WHERE id = ?", full) == 1);
    pool.serve("jimeng-3.1", Verdict::points_used_up);
    CHECK(pool.refused("jimeng-3.1").without_points == 2);
    CHECK(english(status_reason(pool.get(full))).find("until they are known") != std::string::npos);
    AccountUpkeep upkeep{*pool};
    CHECK(upkeep.has_doubted_points(pool.now));
    CHECK(upkeep.points_due(pool.now, 10).size() == 1);
    CHECK(upkeep.usable_accounts() == 0);

    pool.settings.cn_points_enabled = false;
    apply_limits(*pool, pool.settings);
    CHECK(pool.serve("jimeng-3.1") == empty);
    CHECK(pool.serve("jimeng-3.1") == full);
    CHECK_FALSE(upkeep.has_doubted_points(pool.now));
    CHECK(upkeep.points_due(pool.now, 10).empty());
    CHECK(upkeep.usable_accounts() == 2);
}

TEST_CASE("a doubt that comes while the points are asked for outlives the answer")
{
    AccountPool pool;
    const AccountId a = pool.add("a@x.org");
    AccountUpkeep upkeep{*pool};
    pool.serve("jimeng-4.0");
    const auto asked = upkeep.points_due(pool.now, 10);
    REQUIRE(asked.size() == 1);
    pool.serve("jimeng-4.0", Verdict::points_used_up);
    upkeep.points_answered(asked.front(), 46, pool.now);
    CHECK(pool.get(a).points == 46);
    CHECK(status_of(pool.get(a)) == AccountStatus::no_points);
    const auto again = upkeep.points_due(pool.now, 10, AccountUpkeep::PointsDue::doubted);
    REQUIRE(again.size() == 1);
    upkeep.points_answered(again.front(), 46, pool.now);
    CHECK(status_of(pool.get(a)) == AccountStatus::active);
    CHECK_FALSE(upkeep.has_doubted_points(pool.now));
}

TEST_CASE("an answer that no upstream gives, and a connection that does not come about, make the upstream doubtful")
{
    AccountPool pool;
    pool.add("a@x.org");
    const auto doubted = [&] { return UpstreamFactsStore{*pool}.known().doubted_at.has_value(); };
    pool.serve("jimeng-4.0");
    pool.serve("jimeng-4.0", Verdict::generation_failed);
    CHECK_FALSE(doubted());
    pool.serve("jimeng-4.0", Verdict::not_an_upstream);
    CHECK(doubted());
    pool->run("UPDATE upstream_facts SET doubted_at = NULL");
    CHECK(pool.settle_as(pool.reserved("jimeng-4.0"), Verdict::provider_unreachable, true));
    CHECK(doubted());
}
