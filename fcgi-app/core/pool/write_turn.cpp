#include "core/pool/write_turn.hpp"

#include "core/pool/generation_turn.hpp"
#include "core/storage/log/statistics_store.hpp"

namespace dreamina {
namespace {

using std::chrono::steady_clock;

/// Those of one kind, in their order.
template <class Kind, class Do>
void for_each(std::span<WriteEntry> entries, Do&& act)
{
    for (WriteEntry& entry : entries)
        if (auto* what = std::get_if<Kind>(&entry.what)) act(*what, entry);
}

PoolBatch::Expected expected_of(std::span<WriteEntry> entries)
{
    PoolBatch::Expected expected;
    for_each<SettlementEntry>(entries,
                              [&](const auto& what, auto&) { expected.leases.push_back(what.settlement.lease); });
    for_each<GiveBackEntry>(entries, [&](const auto& what, auto&) { expected.leases.push_back(what.lease); });
    for_each<ReservationEntry>(entries, [&](const auto& what, auto&) {
        ++expected.reservations;
        if (what.before) expected.leases.push_back(what.before->lease);
        if (what.api_key) expected.keys.push_back(*what.api_key);
    });
    return expected;
}

void end_waits(PoolBatch& batch, std::span<WriteEntry> entries)
{
    std::vector<Ticket> tickets;
    for_each<WaitEndEntry>(entries, [&](const auto& what, auto&) { tickets.push_back(what.ticket); });
    if (tickets.empty()) return;
    auto outcomes = batch.leave(tickets);
    auto next = outcomes.begin();
    for_each<WaitEndEntry>(entries, [&](auto& what, auto&) {
        what.outcome = std::move(*next++);
        if (!what.is_told && what.outcome) batch.give_back(what.outcome->id);
    });
}

void note_withdrawals(std::span<WriteEntry> entries)
{
    for_each<WithdrawalEntry>(entries, [&](const auto& withdrawal, auto&) {
        for_each<ReservationEntry>(entries, [&](auto& what, auto&) { what.is_withdrawn |= what.id == withdrawal.id; });
    });
}

void reserve_for(PoolBatch& batch, ReservationEntry& entry, bool is_too_late, KeyDay& day, Time now)
{
    if (entry.before) batch.settle(*entry.before);
    if (entry.is_withdrawn || (entry.before && is_too_late)) {  // its client has gone, or has been told so
        entry.outcome = tl::unexpected(NoLease{NoLease::Why::database_refuses});
        return;
    }
    if (entry.generation && !entry.generation->is_admitted) {
        entry.outcome = tl::unexpected(NoLease{NoLease::Why::generation_over});
        return;
    }
    ServiceDay today;
    if (entry.api_key) {
        const bool first = entry.wanted.tried.empty();
        entry.wanted.key_call = {.key = *entry.api_key, .counted_at = first ? std::optional{now} : std::nullopt};
        today = day.at(entry.day_begins, now);
    }
    entry.outcome = batch.reserve_or_wait(entry.wanted, entry.wait_for > milliseconds{0}, today);
}

}  // namespace

const ServiceDay& KeyDay::at(DailyTime begins, Time now)
{
    if (begins != begins_ || now < day_.begins || now >= day_.ends) day_ = service_day(begins, now);
    begins_ = begins;
    return day_;
}

TurnOutcome run_turn(Database& database, std::span<WriteEntry> entries, const std::string& worker, KeyDay& day,
                     milliseconds patience, Time now)
{
    // First: it may change what the others go by.
    for_each<HousekeepingEntry>(entries, [&](const auto& what, auto&) { what.work(database); });
    note_withdrawals(entries);
    GatheredSums sums;
    PoolBatch batch{database, now, sums};
    batch.expect(expected_of(entries));
    end_waits(batch, entries);
    for_each<SettlementEntry>(entries, [&](const auto& what, auto&) { batch.settle(what.settlement); });
    for_each<GiveBackEntry>(entries, [&](const auto& what, auto&) { batch.give_back(what.lease); });
    for_each<ReservationEntry>(entries, [&](auto& what, const WriteEntry& entry) {
        reserve_for(batch, what, steady_clock::now() - entry.since > patience, day, now);
    });
    for_each<LogEntry>(entries, [&](const auto& what, auto&) { batch.log().add_end(what.record); });
    TurnOutcome outcome;
    if (batch.has_waiters()) {
        batch.dispatch_waiters();
        outcome.finished = batch.take_finished(worker);
        outcome.wait_queue_is_served = true;
    }
    batch.write();
    StatisticsStore{database}.add(sums);
    return outcome;
}

}  // namespace dreamina
