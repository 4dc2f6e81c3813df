#include "core/pool/wait_queue.hpp"

#include "core/pool/account_pool.hpp"
#include "core/pool/circuit_breaker.hpp"

using namespace dreamina;
using namespace std::chrono_literals;

namespace {

/// Accounts that have one request at a time.
struct Line : AccountPool {
    WaitingStore store{**this};

    Line() { limit(1); }

    void limit(int requests)
    {
        settings.account_max_concurrency = requests;
        apply_limits(**this, settings);
    }
    std::variant<Reservation, Ticket> come(std::string_view model, const std::string& by = "one", bool may_wait = true,
                                           std::vector<AccountId> tried = {})
    {
        auto outcome = reserve_or_wait(
            **this,
            {.worker = by, .rule = catalog.resolve(model, settings), .tried = std::move(tried), .lease_for = 5min},
            may_wait, now);
        dispatch_waiters(**this, now);
        return outcome;
    }
    Ticket waits(std::string_view model, const std::string& by = "one", std::vector<AccountId> tried = {})
    {
        const auto outcome = come(model, by, true, std::move(tried));
        REQUIRE(std::holds_alternative<Ticket>(outcome));
        return std::get<Ticket>(outcome);
    }
    Lease served(std::string_view model, const std::string& by = "one")
    {
        const auto outcome = come(model, by);
        REQUIRE(std::holds_alternative<Reservation>(outcome));
        REQUIRE(std::get<Reservation>(outcome).has_value());
        return *std::get<Reservation>(outcome);
    }
    NoLease::Why refused_for(std::string_view model, bool may_wait = true)
    {
        const auto outcome = come(model, "one", may_wait);
        REQUIRE(std::holds_alternative<Reservation>(outcome));
        REQUIRE_FALSE(std::get<Reservation>(outcome).has_value());
        return std::get<Reservation>(outcome).error().why;
    }
    void ends(const Lease& lease, Verdict verdict = Verdict::success)
    {
        CHECK(settle_as(lease, verdict));
        dispatch_waiters(**this, now);
    }
    std::vector<FinishedWait> ended(const std::string& worker_name = "one")
    {
        return take_finished(**this, worker_name, now);
    }
    /// The one whose turn has come.
    std::pair<Ticket, Lease> next(const std::string& worker_name = "one")
    {
        auto told = ended(worker_name);
        REQUIRE(told.size() == 1);
        REQUIRE(told[0].reservation.has_value());
        return {told[0].ticket, *told[0].reservation};
    }
    std::int64_t in_line() { return number(**this, "SELECT count(*) FROM waiting"); }
};

}  // namespace

TEST_CASE("who has low priority is served once no other waits, even one that comes later")
{
    Line line;
    line.add("a@x.org");
    const Lease held = line.served("jimeng-4.5");
    const auto outcome = reserve_or_wait(
        *line,
        {.worker = "one", .rule = line.catalog.resolve("jimeng-4.5", line.settings), .lease_for = 5min, .is_low = true},
        true, line.now);
    REQUIRE(std::holds_alternative<Ticket>(outcome));
    const Ticket usual = line.waits("jimeng-4.5");
    const Ticket later = line.waits("jimeng-4.5");
    line.ends(held);
    const auto [first, lease] = line.next();
    CHECK(first == usual);
    line.ends(lease);
    const auto [second, other_lease] = line.next();
    CHECK(second == later);
    line.ends(other_lease);
    CHECK(line.next().first == std::get<Ticket>(outcome));
}

TEST_CASE("without a limit no request waits")
{
    Line line;
    line.limit(0);
    line.add("a@x.org");
    for (int i = 0; i < 10; ++i) line.served("jimeng-4.5");
    CHECK(line.in_line() == 0);
}

TEST_CASE("who finds all busy waits, and is served in the order of coming, whichever worker it came to")
{
    Line line;
    const AccountId a = line.add("a@x.org");
    Lease lease = line.served("jimeng-4.5");
    CHECK(number(*line, "SELECT busy FROM accounts") == 1);
    const Ticket first = line.waits("jimeng-4.5", "one");
    const Ticket second = line.waits("jimeng-4.5", "two");
    const Ticket third = line.waits("jimeng-4.5", "one");
    CHECK(line.ended("one").empty());
    CHECK(line.ended("two").empty());

    line.ends(lease);
    CHECK(line.ended("two").empty());
    auto [ticket, given] = line.next("one");
    CHECK(ticket == first);
    CHECK(given.account == a);
    CHECK(given.model == "jimeng-4.5");
    CHECK(given.session_id == line.get(a).session_id);
    line.ends(given);
    CHECK(line.ended("one").empty());
    std::tie(ticket, given) = line.next("two");
    CHECK(ticket == second);
    CHECK(text(*line, "SELECT worker FROM leases") == "two");
    line.ends(given);
    CHECK(line.next("one").first == third);
    CHECK(line.in_line() == 0);
    CHECK(line.calls(a, "jimeng-4.5") == 4);
}

TEST_CASE("a new request does not pass those that wait, though an account is free at that moment")
{
    Line line;
    line.add("a@x.org");
    const Lease lease = line.served("jimeng-4.5");
    const Ticket first = line.waits("jimeng-4.5");
    line.settle_as(lease, Verdict::success);  // freed, and not given away yet
    line.waits("jimeng-4.5", "two");
    CHECK(line.next("one").first == first);
    CHECK(line.ended("two").empty());
}

TEST_CASE("its turn may come as it joins the queue: its accounts are other ones than the others wait for")
{
    Line line;
    line.add("a@x.org");
    const AccountId poor = line.add("b@x.org", Region::us, 0);
    line.served("jimeng-4.5");
    line.waits("jimeng-4.5");
    line.waits("nanobanana", "two");
    CHECK(line.next("two").second.account == poor);
    CHECK(line.ended("one").empty());
}

TEST_CASE("one account, two models: it is given to who came first")
{
    Line line;
    line.add("a@x.org");
    const Lease lease = line.served("jimeng-4.5");
    const Ticket first = line.waits("nanobanana", "one");
    const Ticket second = line.waits("jimeng-4.0", "two");
    line.ends(lease);
    CHECK(line.ended("two").empty());
    const auto [ticket, given] = line.next("one");
    CHECK(ticket == first);
    CHECK(given.model == "nanobanana");
    line.ends(given);
    CHECK(line.next("two").first == second);
}

TEST_CASE("several accounts become free at once: as many are served")
{
    Line line;
    std::vector<Lease> leases;
    for (int i = 0; i < 4; ++i) line.add(fmt::format("{}@x.org", i));
    for (int i = 0; i < 4; ++i) leases.push_back(line.served("jimeng-4.5"));
    std::vector<Ticket> tickets;
    for (int i = 0; i < 6; ++i) tickets.push_back(line.waits("jimeng-4.5"));
    for (const Lease& lease : leases) line.settle_as(lease, Verdict::success);
    dispatch_waiters(*line, line.now);
    const auto ended = line.ended();
    REQUIRE(ended.size() == 4);
    for (std::size_t i = 0; i < 4; ++i) {
        CHECK(ended[i].ticket == tickets[i]);
        CHECK(ended[i].reservation.has_value());
    }
    CHECK(line.in_line() == 2);
}

TEST_CASE("who may not wait is told that they are busy, and passes those that wait for others")
{
    Line line;
    line.add("a@x.org");
    line.add("b@x.org", Region::us, 0);
    line.served("jimeng-4.5");
    CHECK(line.refused_for("jimeng-4.5", false) == NoLease::Why::busy);
    line.waits("jimeng-4.5");
    CHECK(line.refused_for("jimeng-4.5", false) == NoLease::Why::busy);
    const auto outcome = line.come("nanobanana", "one", false);
    REQUIRE(std::holds_alternative<Reservation>(outcome));
    CHECK(std::get<Reservation>(outcome).has_value());
    CHECK(line.in_line() == 1);
}

TEST_CASE("a request for which there is no account, busy or not, does not wait")
{
    Line line;
    line.add("a@x.org", Region::us, 0);
    line.served("nanobanana");
    CHECK(line.refused_for("jimeng-4.5") == NoLease::Why::none_eligible);  // it has no points
    line.waits("nanobanana");
    CHECK(line.refused_for("jimeng-4.5") == NoLease::Why::none_eligible);
    CHECK(line.in_line() == 1);
}

TEST_CASE("a busy account that has reached the limit of the model is not waited for")
{
    Line line;
    const AccountId a = line.add("a@x.org");
    line->run("UPDATE accounts SET exhausted = 1 << ? WHERE id = ?",
              line.catalog.resolve("jimeng-4.0", line.settings).limit_bit.value(), a);
    line.served("jimeng-4.5");
    CHECK(line.refused_for("jimeng-4.0") == NoLease::Why::none_eligible);
    line.waits("jimeng-4.5");
}

TEST_CASE("an account that was tried is not given to the same request again")
{
    Line line;
    const AccountId a = line.add("a@x.org");
    const AccountId b = line.add("b@x.org");
    const Lease lease_of_a = line.served("jimeng-4.5");
    const Lease lease_of_b = line.served("jimeng-4.5");
    const Ticket waits_for_b = line.waits("jimeng-4.5", "one", {a});
    const Ticket waits_for_either = line.waits("jimeng-4.5", "one");
    line.ends(lease_of_a);
    CHECK(line.next().first == waits_for_either);
    line.ends(lease_of_b);
    const auto [ticket, given] = line.next();
    CHECK(ticket == waits_for_b);
    CHECK(given.account == b);
}

TEST_CASE("waiting comes to be in vain: all that want the same are told, the others go on waiting")
{
    Line line;
    const AccountId a = line.add("a@x.org");
    line.served("jimeng-4.5");
    line.waits("jimeng-4.5", "one");
    line.waits("jimeng-4.5", "two");
    line.waits("nanobanana", "one");
    line->run("UPDATE accounts SET points = 0 WHERE id = ?", a);
    const auto ended = line.ended("one");
    REQUIRE(ended.size() == 1);
    REQUIRE_FALSE(ended[0].reservation.has_value());
    CHECK(ended[0].reservation.error().why == NoLease::Why::none_eligible);
    CHECK(line.in_line() == 2);
    CHECK(line.ended("two").size() == 1);  // each worker tells its own
    CHECK(line.in_line() == 1);
}

TEST_CASE("an outage ends all waiting")
{
    Line line;
    for (int i = 0; i < 4; ++i) line.add(fmt::format("{}@x.org", i));
    std::vector<Lease> leases;
    for (int i = 0; i < 4; ++i) leases.push_back(line.served("jimeng-4.5"));
    line.waits("jimeng-4.5");
    line.waits("nanobanana");
    for (int i = 0; i < 3; ++i) line.settle_as(leases[static_cast<std::size_t>(i)], Verdict::server_error);
    dispatch_waiters(*line, line.now);
    const auto ended = line.ended();
    REQUIRE(ended.size() == 2);
    for (const FinishedWait& wait : ended) {
        REQUIRE_FALSE(wait.reservation.has_value());
        CHECK(wait.reservation.error().why == NoLease::Why::upstream_down);
        CHECK(wait.reservation.error().retry_at == line.now + 1s);
    }
    CHECK(line.in_line() == 0);
}

TEST_CASE("who leaves is passed over; what it was given at the last moment comes with it")
{
    Line line;
    line.add("a@x.org");
    Lease lease = line.served("jimeng-4.5");
    const Ticket first = line.waits("jimeng-4.5");
    const Ticket second = line.waits("jimeng-4.5");
    const Reservation nothing = leave(*line, first, line.now);
    REQUIRE_FALSE(nothing.has_value());
    CHECK(nothing.error().why == NoLease::Why::busy);
    line.ends(lease);
    const Reservation something = leave(*line, second, line.now);
    REQUIRE(something.has_value());
    CHECK(line.leases() == 1);
    CHECK(line.in_line() == 0);
    CHECK(give_back(*line, something->id, line.now));
    CHECK(line.get(lease.account).in_flight == 0);
    CHECK(number(*line, "SELECT busy FROM accounts") == 0);
    CHECK(leave(*line, second, line.now).error().why == NoLease::Why::busy);  // once only
}

TEST_CASE("an account that loses its session between being given and being taken is given back")
{
    Line line;
    const AccountId a = line.add("a@x.org");
    const Lease lease = line.served("jimeng-4.5");
    line.waits("jimeng-4.5");
    line.ends(lease);
    line->run("UPDATE accounts SET session_id = NULL WHERE id = ?", a);
    const auto ended = line.ended();
    REQUIRE(ended.size() == 1);
    REQUIRE_FALSE(ended[0].reservation.has_value());
    CHECK(ended[0].reservation.error().why == NoLease::Why::none_eligible);
    CHECK(line.leases() == 0);
    CHECK(line.get(a).in_flight == 0);
    CHECK(line.calls(a, "jimeng-4.5") == 1);
}

TEST_CASE("an account that is removed between being given and being taken leaves nothing over")
{
    Line line;
    const AccountId a = line.add("a@x.org");
    const Lease lease = line.served("jimeng-4.5");
    line.waits("jimeng-4.5");
    line.ends(lease);
    AccountStore{*line}.remove(a);
    const auto ended = line.ended();
    REQUIRE(ended.size() == 1);
    CHECK_FALSE(ended[0].reservation.has_value());
    CHECK(line.leases() == 0);
    CHECK(line.in_line() == 0);
}

TEST_CASE("a worker dies with some in the queue: their places are free, and what they had been given was never sent")
{
    Line line;
    const AccountId a = line.add("a@x.org");
    const Lease lease = line.served("jimeng-4.5", "dead");
    line.waits("jimeng-4.5", "dead");
    line.waits("jimeng-4.5", "dead");
    const Ticket alive = line.waits("jimeng-4.5", "alive");
    line.ends(lease);  // the first of the dead one's is given the account
    CHECK(workers_with_requests(*line).size() == 2);
    CHECK(settle_abandoned(*line, {"dead"}, line.now) == 0);
    CHECK(line.calls(a, "jimeng-4.5") == 1);
    CHECK(line.get(a).error_count == 0);
    dispatch_waiters(*line, line.now);
    CHECK(line.next("alive").first == alive);
    CHECK(line.in_line() == 0);
}

TEST_CASE("a worker dies with one in flight and some in the queue")
{
    Line line;
    const AccountId a = line.add("a@x.org");
    line.worker = "dead";
    line.served("jimeng-4.5", "dead");
    line.waits("jimeng-4.5", "dead");
    const Ticket alive = line.waits("jimeng-4.5", "alive");
    CHECK(settle_abandoned(*line, {"dead"}, line.now) == 1);
    dispatch_waiters(*line, line.now);
    CHECK(line.next("alive").first == alive);
    CHECK(line.get(a).error_count == 1);  // it may have run
    CHECK(line.calls(a, "jimeng-4.5") == 2);
}

TEST_CASE("the limit is raised, lowered and lifted")
{
    Line line;
    line.add("a@x.org");
    std::vector<Lease> leases{line.served("jimeng-4.5")};
    for (int i = 0; i < 4; ++i) line.waits("jimeng-4.5");
    const auto served_by = [&](int limit) {
        line.limit(limit);
        dispatch_waiters(*line, line.now);
        const auto ended = line.ended();
        for (const FinishedWait& wait : ended) leases.push_back(wait.reservation.value());
        return ended.size();
    };
    CHECK(served_by(3) == 2);
    CHECK(served_by(1) == 0);
    line.ends(leases[0]);
    CHECK(number(*line, "SELECT busy FROM accounts") == 1);  // still two in flight
    line.ends(leases[1]);
    CHECK(number(*line, "SELECT busy FROM accounts") == 1);
    CHECK(line.ended().empty());
    line.ends(leases[2]);
    leases.push_back(line.next().second);
    CHECK(served_by(0) == 1);
    CHECK(line.in_line() == 0);
    line.served("jimeng-4.5");
}
