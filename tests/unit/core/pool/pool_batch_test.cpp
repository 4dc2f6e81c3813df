/// A batch means what its parts mean one after another. Random pools and random requests, with the time as the test
/// sets it; beside it a plain query says whom each reservation has to get.

#include "core/pool/pool_batch.hpp"

#include <algorithm>
#include <random>

#include <sqlite3.h>

#include "core/pool/account_pool.hpp"
#include "core/pool/write_turn.hpp"
#include "core/storage/engine/json_rows.hpp"
#include "core/storage/engine/transaction.hpp"
#include "core/storage/log/statistics_store.hpp"
#include "core/storage/stores/api_key_store.hpp"

using namespace dreamina;
using namespace std::chrono_literals;

namespace {

const std::vector<std::string> models_of_batches{"jimeng-4.0", "nanobanana", "jimeng-video-3.0-pro", "jimeng-4.5"};

/// One of two that are filled alike.
struct RandomPool : AccountPool {
    ApiKeyId key = 0;
    std::int64_t concurrency = 0;

    explicit RandomPool(unsigned seed)
    {
        std::mt19937 random{seed};
        const auto below = [&](int bound) { return static_cast<int>(random() % static_cast<unsigned>(bound)); };
        settings.limit_jimeng_4_0 = 1 + below(6);
        settings.limit_nanobanana = below(4);
        settings.limit_video_3_0 = 1 + below(3);
        settings.account_max_concurrency = concurrency = below(4);
        settings.cn_points_enabled = below(2) == 1;
        apply_limits(**this, settings);
        const int accounts = 1 + below(seed % 3 == 0 ? 120 : 8);
        for (int i = 0; i < accounts; ++i) {
            const AccountId id = add(fmt::format("{}@x.org", i), all_regions[static_cast<std::size_t>(below(5))],
                                     below(4) == 0 ? 0 : 50);
            const int state = below(12);
            if (state == 0) (*this)->run("UPDATE accounts SET disabled = 1 WHERE id = ?", id);
            if (state == 1) (*this)->run("UPDATE accounts SET banned = 1, ban_until = ? WHERE id = ?", now + 1h, id);
            if (state < 5) (*this)->run("UPDATE accounts SET last_used_seq = ? WHERE id = ?", -1 - below(3), id);
        }
        key = ApiKeyStore{**this}.add(
            {.name = "a", .prefix = "dm-", .status = {.limits = {.calls_per_day = 20 + below(40), .concurrency = 9}}},
            "digest", now);
    }

    /// Whom the reservation must get, by the accounts as they are.
    std::int64_t expected(const WaitingRequest& request)
    {
        const ModelRule& rule = request.rule;
        auto row = (*this)->query(
            "SELECT id FROM living_accounts a WHERE NOT banned AND NOT disabled AND NOT session_expired AND session_id "
            "IS NOT NULL AND (?1 >> CASE region WHEN 'us' THEN 0 WHEN 'hk' THEN 1 WHEN 'jp' THEN 2 WHEN 'sg' THEN 3 "
            "ELSE 4 END) & 1 AND (NOT ?2 OR (points > 0 AND NOT points_doubted) OR (region = 'cn' AND NOT ?3)) AND "
            "coalesce((SELECT calls FROM account_usage WHERE account_id = a.id AND model = ?4), 0) < ?5 AND "
            "(?6 = 0 OR in_flight < ?6) AND id NOT IN (SELECT value FROM json_each(?7)) ORDER BY last_used_seq, id",
            int{rule.regions}, rule.needs_points, settings.cn_points_enabled, rule.id,
            rule.daily_limit.value_or(1'000'000), concurrency, json_list(request.tried));
        return row.next() ? row.integer() : 0;
    }

    std::string dump()
    {
        std::string all;
        for (const char* table : {"accounts", "account_usage", "leases", "waiting", "pool_state", "api_keys",
                                  "requests", "request_attempts", "unfinished_requests", "upstream_breaker",
                                  "upstream_failures", "request_hours", "attempt_hours", "totals", "models"}) {
            std::string columns;
            for (auto names = (*this)->query("SELECT name FROM pragma_table_xinfo(?)", std::string_view{table});
                 names.next();) {
                // A breaker's key is the file's own, and so are passwords and sessions.
                if (names.text() != "digest_key" && names.text() != "origin")
                    columns += (columns.empty() ? "quote(" : "||','||quote(") + names.text() + ")";
            }
            std::vector<std::string> rows =
                read_texts((*this)->query("SELECT " + columns + " AS row FROM " + table + " ORDER BY row"));
            all += fmt::format("{}:\n", table);
            for (const std::string& row : rows) all += row + "\n";
        }
        return all;
    }
};

struct Step {
    enum class Kind { settle, give_back, reserve } kind = Kind::reserve;
    Settlement settlement;
    WaitingRequest wanted;
    bool may_wait = false;
};

/// What both pools are asked for.
struct RandomSteps {
    std::mt19937 random;
    std::vector<Lease> held;
    std::vector<std::string> told;  ///< in order
    int requests = 0;

    int below(int bound) { return static_cast<int>(random() % static_cast<unsigned>(bound)); }

    Verdict verdict()
    {
        if (below(3) != 0) return Verdict::success;
        return all_verdicts[static_cast<std::size_t>(below(static_cast<int>(all_verdicts.size())))];
    }
    std::vector<Step> next(RandomPool& pool)
    {
        std::vector<Step> steps;
        std::shuffle(held.begin(), held.end(), random);
        for (int i = below(static_cast<int>(held.size()) + 1); i > 0; --i) {
            const Lease lease = held.back();
            held.pop_back();
            Step step{.kind = below(6) == 0 ? Step::Kind::give_back : Step::Kind::settle};
            step.settlement = {.lease = lease.id,
                               .verdict = verdict(),
                               .ban_for = 4h,
                               .session_id = lease.session_id,
                               .request = {.id = fmt::format("request-{}", lease.id), .began_at = pool.now},
                               .unreached = below(20) == 0,
                               .origin = fmt::format("origin {}", below(3)),
                               .model = lease.model};
            if (below(4) != 0)
                step.settlement.end = RequestEnd{
                    .outcome = outcome_of(step.settlement.verdict), .took = milliseconds{below(9000)}, .attempts = 1};
            steps.push_back(std::move(step));
        }
        for (int i = below(40); i > 0; --i) {
            Step step;
            step.wanted = {
                .worker = "one",
                .rule = pool.catalog.resolve(models_of_batches[static_cast<std::size_t>(below(4))], pool.settings),
                .lease_for = 5min,
                .request = {.id = fmt::format("r{}", ++requests), .began_at = pool.now}};
            for (int tries = below(3); tries > 0; --tries) step.wanted.tried.push_back(1 + below(8));
            if (below(3) == 0) step.wanted.key_call = KeyCall{.key = pool.key, .counted_at = pool.now};
            steps.push_back(std::move(step));
        }
        return steps;
    }
};

ServiceDay day_of_test(Time now)
{
    const Time midnight = std::chrono::floor<std::chrono::days>(now);
    return {midnight, midnight + 24h};
}

std::string words_of(const Reservation& reservation)
{
    if (reservation) return fmt::format("lease {} of {}", reservation->id, reservation->account);
    return fmt::format("none: {}", static_cast<int>(reservation.error().why));
}

std::string act(PoolBatch& batch, const Step& step, Time now, std::vector<Lease>* leases = nullptr)
{
    if (step.kind == Step::Kind::settle) return batch.settle(step.settlement) ? "settled" : "not settled";
    if (step.kind == Step::Kind::give_back) return batch.give_back(step.settlement.lease) ? "given back" : "not given";
    const auto outcome = batch.reserve_or_wait(step.wanted, step.may_wait, day_of_test(now));
    const auto& reservation = std::get<Reservation>(outcome);
    if (leases != nullptr && reservation) leases->push_back(*reservation);
    return words_of(reservation);
}

/// One with a statement of its own for each step, as the oracle.
std::vector<std::string> one_by_one(RandomPool& pool, const std::vector<Step>& steps)
{
    std::vector<std::string> told;
    for (const Step& step : steps) {
        Transaction transaction{*pool};
        GatheredSums sums;
        const auto opened = BreakerStore{*pool}.state().opened_at;
        const std::int64_t expected = step.kind == Step::Kind::reserve ? pool.expected(step.wanted) : 0;
        PoolBatch batch{*pool, pool.now, sums};
        std::vector<Lease> lease;
        told.push_back(act(batch, step, pool.now, &lease));
        batch.write();
        StatisticsStore{*pool}.add(sums);
        transaction.commit();
        if (!lease.empty()) CHECK(lease.front().account == expected);
        if (step.kind == Step::Kind::reserve && lease.empty() && !step.wanted.key_call && !opened) CHECK(expected == 0);
    }
    return told;
}

std::vector<std::string> together(RandomPool& pool, const std::vector<Step>& steps, std::vector<Lease>& leases)
{
    PoolBatch::Expected expected;
    for (const Step& step : steps) {
        if (step.kind == Step::Kind::reserve) {
            ++expected.reservations;
        } else {
            expected.leases.push_back(step.settlement.lease);
        }
    }
    std::vector<std::string> told;
    Transaction transaction{*pool};
    GatheredSums sums;
    PoolBatch batch{*pool, pool.now, sums};
    batch.expect(expected);
    for (const Step& step : steps) told.push_back(act(batch, step, pool.now, &leases));
    batch.write();
    StatisticsStore{*pool}.add(sums);
    transaction.commit();
    return told;
}

void check_limits(RandomPool& pool)
{
    for (const Model& model : pool.catalog.models()) {
        const auto limit = daily_limit(model, pool.settings);
        if (!limit) continue;
        CHECK(number(*pool, "SELECT coalesce(max(calls), 0) FROM account_usage WHERE model = ?", model.id) <= *limit);
    }
    CHECK(number(*pool, "SELECT coalesce(min(calls), 0) FROM account_usage") >= 0);
    if (pool.concurrency > 0) CHECK(number(*pool, "SELECT max(in_flight) FROM accounts") <= pool.concurrency);
    CHECK(number(*pool, "SELECT in_flight FROM api_keys") <= 9);
    CHECK(number(*pool, "SELECT sum(in_flight) FROM accounts") == pool.leases());
}

int count_statement(unsigned, void* counted, void*, void*)
{
    ++*static_cast<int*>(counted);
    return 0;
}

}  // namespace

TEST_CASE("a batch gives the same accounts in the same order, and leaves the same behind, as one after another")
{
    for (unsigned seed = 1; seed <= 60; ++seed) {
        CAPTURE(seed);
        RandomPool alone{seed};
        RandomPool batched{seed};
        // Sessions are random digits: the same in both for what they are compared with.
        REQUIRE(alone.dump() == batched.dump());
        RandomSteps random{.random = std::mt19937{seed * 7919}, .held = {}, .told = {}};
        for (int round = 0; round < 8; ++round) {
            CAPTURE(round);
            const auto steps = random.next(batched);
            const auto expected = one_by_one(alone, steps);
            CHECK(together(batched, steps, random.held) == expected);
            REQUIRE(alone.dump() == batched.dump());
            check_limits(batched);
            const auto later = milliseconds{random.below(90'000)};
            alone.now += later;
            batched.now += later;
        }
    }
}

TEST_CASE("a small pool goes round within a batch, and comes to its limits there")
{
    AccountPool pool;
    pool.settings.limit_jimeng_4_0 = 3;
    apply_limits(*pool, pool.settings);
    std::vector<AccountId> accounts;
    for (const char* email : {"a@x.org", "b@x.org", "c@x.org"}) accounts.push_back(pool.add(email));
    GatheredSums sums;
    PoolBatch batch{*pool, pool.now, sums};
    batch.expect({.leases = {}, .keys = {}, .reservations = 12});
    const WaitingRequest wanted{
        .worker = "one", .rule = pool.catalog.resolve("jimeng-4.0", pool.settings), .lease_for = 5min};
    for (int i = 0; i < 9; ++i)
        CHECK(batch.reserve(wanted).value().account == accounts[static_cast<std::size_t>(i % 3)]);
    for (int i = 0; i < 3; ++i) CHECK(batch.reserve(wanted).error().why == NoLease::Why::none_eligible);
    batch.write();
    for (const AccountId account : accounts) CHECK(pool.calls(account, "jimeng-4.0") == 3);
    CHECK(number(*pool, "SELECT count(*) FROM accounts WHERE exhausted = 1") == 3);
    CHECK(pool.leases() == 9);
}

TEST_CASE("what is settled in a turn is free for the reservations beside it, wherever they stand in the queue")
{
    AccountPool pool;
    pool.settings.account_max_concurrency = 1;
    apply_limits(*pool, pool.settings);
    pool.add("a@x.org");
    const Lease lease = pool.reserved("jimeng-4.5");
    const auto reservation = [&] {
        return WriteEntry{.what = ReservationEntry{.wanted = {.worker = "one",
                                                              .rule = pool.catalog.resolve("jimeng-4.5", pool.settings),
                                                              .lease_for = 5min}}};
    };
    std::vector<WriteEntry> entries;
    entries.push_back(reservation());
    entries.push_back(reservation());
    entries.push_back({.what = SettlementEntry{.settlement = {.lease = lease.id}}});
    KeyDay day;
    Transaction transaction{*pool};
    run_turn(*pool, entries, "one", day, 10s, pool.now);
    transaction.commit();
    const auto outcome_of_entry = [&](std::size_t i) {
        return std::get<Reservation>(std::get<ReservationEntry>(entries[i].what).outcome);
    };
    CHECK(outcome_of_entry(0).has_value());
    CHECK(outcome_of_entry(1).error().why == NoLease::Why::busy);
}

TEST_CASE("a turn costs the same few statements for one request and for thirty-two")
{
    AccountPool pool;
    for (int i = 0; i < 100; ++i) pool.add(fmt::format("{}@x.org", i));
    const ApiKeyId key = ApiKeyStore{*pool}.add({.name = "a", .prefix = "dm-"}, "digest", pool.now);
    std::vector<LeaseId> held;
    const auto statements_of_turn = [&](int reservations) {
        std::vector<WriteEntry> entries;
        for (const LeaseId lease : held) {
            entries.push_back({.what = SettlementEntry{
                                   .settlement = {.lease = lease,
                                                  .request = {.id = fmt::format("r{}", lease), .began_at = pool.now},
                                                  .end = RequestEnd{.attempts = 1}}}});
        }
        held.clear();
        for (int i = 0; i < reservations; ++i) {
            entries.push_back(
                {.what = ReservationEntry{.wanted = {.worker = "one",
                                                     .rule = pool.catalog.resolve("jimeng-4.0", pool.settings),
                                                     .lease_for = 5min},
                                          .api_key = key}});
        }
        KeyDay day;
        int statements = 0;
        sqlite3_trace_v2(pool->handle(), SQLITE_TRACE_PROFILE, count_statement, &statements);
        Transaction transaction{*pool};
        run_turn(*pool, entries, "one", day, 10s, pool.now);
        transaction.commit();
        sqlite3_trace_v2(pool->handle(), 0, nullptr, nullptr);
        for (WriteEntry& entry : entries)
            if (auto* what = std::get_if<ReservationEntry>(&entry.what))
                held.push_back(std::get<Reservation>(what->outcome).value().id);
        return statements;
    };
    statements_of_turn(1);
    const int for_one = statements_of_turn(1);
    statements_of_turn(32);
    CHECK(statements_of_turn(32) == for_one);
    CHECK(for_one <= 24);  // BEGIN and COMMIT among them, and those of the log and its sums
    statements_of_turn(50);
    CHECK(statements_of_turn(50) <= for_one + 8);  // leases and log rows go in by thirty-two, eight and one
}
