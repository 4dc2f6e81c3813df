#include "pool/waiting_line.hpp"

#include "pool/upstream_watch.hpp"
#include "storage/account_selection.hpp"

namespace dreamina {
namespace {

/// Why waiting would be in vain, if it would.
std::optional<NoLease> hopeless(Database& database, const WaitingRequest& request, Time now)
{
    UpstreamWatch watch{database};
    if (watch.admit(now) == Admission::refused) return NoLease{NoLease::Why::upstream_down, watch.next_chance(now)};
    AccountSelection selection{database};
    if (selection.choose(request.rule, request.tried) || selection.somebody_is_busy(request.rule, request.tried))
        return std::nullopt;
    return NoLease{NoLease::Why::nobody, std::nullopt};
}

Reservation reserve_for(Database& database, const WaitingRequest& request, Time now)
{
    return reserve(database, request.rule, request.worker, now, now + request.lease_for, request.tried);
}

/// The lease with all that its worker needs; nothing if the account has lost its session since.
Reservation lease_of(Database& database, LeaseId id, Time now)
{
    const auto row = LeaseStore{database}.find(id);
    const auto account = row ? AccountSelection{database}.candidate(row->account) : std::nullopt;
    if (!account) {
        give_back(database, id, now);
        return tl::unexpected(NoLease{NoLease::Why::nobody, std::nullopt});
    }
    return Lease{.id = id,
                 .account = account->id,
                 .region = account->region,
                 .session_id = account->session_id,
                 .proxy_url = account->proxy_url,
                 .model = row->model};
}

}  // namespace

std::variant<Reservation, Ticket> reserve_or_wait(Database& database, const WaitingRequest& request, bool may_wait,
                                                  Time now)
{
    WaitingStore waiting{database};
    if (!waiting.anybody()) {
        Reservation reservation = reserve_for(database, request, now);
        if (reservation || reservation.error().why != NoLease::Why::busy || !may_wait) return reservation;
        return waiting.add(request);
    }
    if (auto reason = hopeless(database, request, now)) return Reservation{tl::unexpected(*reason)};
    if (!may_wait) {  // those that wait may want other accounts
        give_to_waiting(database, now);
        return reserve_for(database, request, now);
    }
    return waiting.add(request);  // its turn may come within this very transaction
}

void give_to_waiting(Database& database, Time now)
{
    WaitingStore waiting{database};
    std::map<Ticket, std::pair<std::string, WaitingRequest>> heads;
    const auto add_head = [&](const std::string& wants) {
        if (auto head = waiting.first(wants)) heads.emplace(head->ticket, std::pair{wants, std::move(*head)});
    };
    for (const std::string& wants : waiting.wants()) add_head(wants);
    while (!heads.empty()) {
        const auto [wants, request] = std::move(heads.extract(heads.begin()).mapped());
        const Reservation reservation = reserve_for(database, request, now);
        if (!reservation) continue;  // nor is there anybody for those behind it that want the same
        waiting.give(request.ticket, reservation->id);
        add_head(wants);
    }
}

std::vector<EndedWait> take_ended(Database& database, std::string_view worker, Time now)
{
    WaitingStore waiting{database};
    std::vector<EndedWait> ended;
    for (const GivenLease& given : waiting.given_to(worker)) {
        waiting.remove(given.ticket);
        ended.push_back({given.ticket, lease_of(database, given.lease, now)});
    }
    for (const std::string& wants : waiting.wants()) {
        const auto head = waiting.first(wants);
        const auto reason = head ? hopeless(database, *head, now) : std::nullopt;
        if (!reason) continue;
        for (const Ticket ticket : waiting.remove_all(wants, worker))
            ended.push_back({ticket, tl::unexpected(*reason)});
    }
    return ended;
}

Reservation leave(Database& database, Ticket ticket, Time now)
{
    if (const auto given = WaitingStore{database}.remove(ticket)) return lease_of(database, *given, now);
    return tl::unexpected(NoLease{NoLease::Why::busy, std::nullopt});
}

void leave_all_of(Database& database, const std::vector<std::string>& dead_workers, Time now)
{
    for (const std::string& worker : dead_workers)
        for (const LeaseId lease : WaitingStore{database}.remove_all_of(worker)) give_back(database, lease, now);
}

}  // namespace dreamina
