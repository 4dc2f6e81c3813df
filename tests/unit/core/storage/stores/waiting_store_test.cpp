#include "core/storage/stores/waiting_store.hpp"

#include <algorithm>

#include "core/storage/stores/pool_state.hpp"
#include "core/storage/temporary_database.hpp"

using namespace dreamina;
using namespace std::chrono_literals;

namespace {

struct Line : TemporaryDatabase {
    WaitingStore store{**this};

    Ticket add(const std::string& worker, ModelRule rule = {.id = "m"}, std::vector<AccountId> tried = {})
    {
        return add({.worker = worker, .rule = std::move(rule), .tried = std::move(tried), .lease_for = 5min});
    }
    Ticket add(WaitingRequest request)
    {
        PoolState state = read_pool_state(**this);
        request.ticket = ++state.last_ticket;
        store.add({&request, 1});
        write_counters(**this, state);
        return request.ticket;
    }
    std::optional<RemovedWaiter> remove(Ticket ticket)
    {
        const auto left = store.remove({&ticket, 1});
        return left.empty() ? std::nullopt : std::optional{left.front()};
    }
    void give(Ticket ticket, LeaseId lease)
    {
        const GivenLease given{.ticket = ticket, .lease = lease};
        store.give({&given, 1});
    }
    std::optional<WaitingRequest> first(const std::string& wants)
    {
        const auto found = store.first(wants, 0, 1);
        return found.empty() ? std::nullopt : std::optional{found.front()};
    }
    bool any() { return read_pool_state(**this).has_waiters; }
    std::vector<Ticket> tickets()
    {
        std::vector<Ticket> all;
        auto rows = (*this)->query("SELECT ticket FROM waiting ORDER BY ticket");
        while (rows.next()) all.push_back(rows.integer());
        return all;
    }
};

}  // namespace

TEST_CASE("later requests stand behind, and a ticket is never given out twice")
{
    Line line;
    CHECK_FALSE(line.any());
    const Ticket first = line.add("one");
    const Ticket second = line.add("two");
    CHECK(second > first);
    CHECK(line.any());
    line.remove(second);
    CHECK(line.add("one") > second);
}

TEST_CASE("a request is read as it was written")
{
    Line line;
    const ModelRule rule{.id = "jimeng-4.0", .regions = 5, .needs_points = false, .daily_limit = 60, .limit_bit = 3};
    const Ticket ticket = line.add("one", rule, {4, 2, 9});
    const auto wants = line.store.wants();
    REQUIRE(wants.size() == 1);
    const auto request = line.first(wants[0]);
    REQUIRE(request);
    CHECK(request->ticket == ticket);
    CHECK(request->worker == "one");
    CHECK(request->rule.id == "jimeng-4.0");
    CHECK(request->rule.regions == 5);
    CHECK_FALSE(request->rule.needs_points);
    CHECK(request->rule.daily_limit == 60);
    CHECK(request->rule.limit_bit == 3);
    CHECK(request->tried == std::vector<AccountId>{4, 2, 9});
    CHECK(request->lease_for == 5min);

    line.remove(ticket);
    line.add("one", {.id = "no limit"});
    const auto unlimited = line.first(line.store.wants().at(0));
    REQUIRE(unlimited);
    CHECK_FALSE(unlimited->rule.daily_limit);
    CHECK_FALSE(unlimited->rule.limit_bit);
    CHECK(unlimited->tried.empty());
}

TEST_CASE("what is wanted is told once, however many want it, and apart wherever other accounts could serve")
{
    Line line;
    for (int i = 0; i < 5; ++i) line.add(i % 2 ? "one" : "two");
    CHECK(line.store.wants().size() == 1);
    line.add("one", {.id = "another"});
    line.add("one", {.id = "m", .regions = 1});
    line.add("one", {.id = "m", .needs_points = false});
    line.add("one", {.id = "m", .daily_limit = 3, .limit_bit = 2});
    line.add("one", {.id = "m", .daily_limit = 4, .limit_bit = 2});
    line.add("one", {.id = "m"}, {1});
    line.add("one", {.id = "m"}, {1, 2});
    auto wants = line.store.wants();
    CHECK(wants.size() == 8);
    std::sort(wants.begin(), wants.end());
    CHECK(std::unique(wants.begin(), wants.end()) == wants.end());
    for (const std::string& kind : wants) CHECK(line.first(kind));
}

TEST_CASE("a model's name cannot pretend to be another wish")
{
    Line line;
    line.add("one", {.id = "31/1/-1/-1/[]/m"});
    line.add("one", {.id = "m"});
    line.add("one", {.id = "m'; DROP TABLE waiting; --"});
    CHECK(line.store.wants().size() == 3);
}

TEST_CASE("those who have been given an account are passed over, and found by their worker")
{
    Line line;
    const Ticket first = line.add("one");
    const Ticket second = line.add("two");
    const std::string wants = line.store.wants().at(0);
    line.give(first, 77);
    REQUIRE(line.first(wants));
    CHECK(line.first(wants)->ticket == second);
    const auto given = line.store.given_to("one");
    REQUIRE(given.size() == 1);
    CHECK(given[0].ticket == first);
    CHECK(given[0].lease == 77);
    CHECK(line.store.given_to("two").empty());
    CHECK(line.store.first(wants, second, 9).empty());

    line.give(second, 78);
    CHECK(line.store.wants().empty());
    CHECK_FALSE(line.first(wants));
    CHECK(line.any());  // until their workers take it
}

TEST_CASE("leaving tells what had been given")
{
    Line line;
    const Ticket empty_handed = line.add("one");
    const Ticket given = line.add("one");
    line.give(given, 77);
    const auto left = line.remove(empty_handed);
    REQUIRE(left);
    CHECK(left->ticket == empty_handed);
    CHECK_FALSE(left->lease);
    CHECK(line.remove(given).value().lease == 77);
    CHECK_FALSE(line.remove(given));
    CHECK_FALSE(line.any());
}

TEST_CASE("a worker's own that want the same leave together, but for those that have their account")
{
    Line line;
    const Ticket a = line.add("one");
    const Ticket given = line.add("one");
    const Ticket anothers = line.add("two");
    const Ticket other_model = line.add("one", {.id = "another"});
    const Ticket b = line.add("one");
    const std::string wants = text(*line, "SELECT wants FROM waiting WHERE ticket = ?", a);
    line.give(given, 77);
    std::vector<Ticket> removed;
    for (const RemovedWaiter& left : line.store.remove_all(wants, "one")) {
        CHECK_FALSE(left.lease);
        removed.push_back(left.ticket);
    }
    std::sort(removed.begin(), removed.end());
    CHECK(removed == std::vector{a, b});
    CHECK(line.tickets() == std::vector{given, anothers, other_model});
}

TEST_CASE("all of a worker's go with it")
{
    Line line;
    const Ticket empty_handed = line.add("one");
    const Ticket given = line.add("one", {.id = "another"});
    const Ticket anothers = line.add("two");
    line.give(given, 77);
    auto workers = line.store.workers();
    std::sort(workers.begin(), workers.end());
    CHECK(workers == std::vector<std::string>{"one", "two"});
    auto left = line.store.remove_all_of("one");
    std::sort(left.begin(), left.end(), [](const auto& a, const auto& b) { return a.ticket < b.ticket; });
    REQUIRE(left.size() == 2);
    CHECK(left[0].ticket == empty_handed);
    CHECK_FALSE(left[0].lease);
    CHECK(left[1].ticket == given);
    CHECK(left[1].lease == 77);
    CHECK(line.tickets() == std::vector{anothers});
    CHECK(line.store.remove_all_of("one").empty());
}

TEST_CASE("the key that a request came with stays with its place, and goes with it")
{
    Line line;
    const Time counted_at = at("2026-11-22T10:00:00Z");
    const auto add = [&](const std::string& model, std::optional<KeyCall> call) {
        return line.add({.worker = "one", .rule = {.id = model}, .tried = {}, .lease_for = 5min, .key_call = call});
    };
    const Ticket first = add("a", KeyCall{.key = 3, .counted_at = counted_at});
    const Ticket again = add("b", KeyCall{.key = 4, .counted_at = {}});
    add("c", std::nullopt);
    for (const std::string& wants : line.store.wants()) {
        const auto request = line.first(wants).value();
        if (request.ticket == first) {
            CHECK(request.key_call.value().key == 3);
            CHECK(request.key_call.value().counted_at == counted_at);
        } else if (request.ticket == again) {
            CHECK(request.key_call.value().key == 4);
            CHECK_FALSE(request.key_call.value().counted_at);
        } else {
            CHECK_FALSE(request.key_call);
        }
    }
    CHECK(line.remove(first).value().key_call.value().counted_at == counted_at);
    const auto rest = line.store.remove_all_of("one");
    REQUIRE(rest.size() == 2);
    CHECK(rest[0].key_call.has_value() != rest[1].key_call.has_value());
}
