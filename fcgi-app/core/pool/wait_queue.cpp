#include "core/pool/wait_queue.hpp"

#include "core/pool/request_log.hpp"
#include "core/pool/circuit_breaker.hpp"
#include "core/storage/accounts/account_selection.hpp"
#include "core/storage/stores/api_key_store.hpp"

namespace dreamina {
namespace {

/// Why waiting would be in vain, if it would.
std::optional<NoLease> cannot_be_served(Database& database, const WaitingRequest& request, Time now)
{
    CircuitBreaker breaker{database};
    if (breaker.admit(now) == BreakerDecision::refused)
        return NoLease{NoLease::Why::upstream_down, breaker.next_chance(now)};
    AccountSelection selection{database};
    if (selection.choose(request.rule, request.tried) || selection.any_busy(request.rule, request.tried))
        return std::nullopt;
    return NoLease{NoLease::Why::none_eligible};
}

Reservation reserve_for(Database& database, const WaitingRequest& request, Time now)
{
    return reserve(database, request.rule, request.worker, now, now + request.lease_for, request.tried, request.request,
                   request.key_call);
}

NoLease refused_by_key(const ApiKeyRefusal& refusal)
{
    return {.why = NoLease::Why::key_refused, .retry_at = refusal.retry_at, .key = refusal};
}

std::optional<ApiKeyRefusal> refusal_by_state(Database& database, ApiKeyId key, Time now)
{
    const auto status = ApiKeyStore{database}.status(key);
    return status ? refusal_by_state(*status, now) : ApiKeyRefusal{.why = ApiKeyRefusal::Why::unknown};
}

void take_back_call(Database& database, const RemovedWaiter& left)
{
    if (left.key_call) ApiKeyStore{database}.take_back_call(*left.key_call);
}

/// The lease with all that its worker needs; nothing if the account has lost its session since.
Reservation lease_of(Database& database, LeaseId id, Time now)
{
    const auto row = LeaseStore{database}.find(id);
    const auto account = row ? AccountSelection{database}.candidate(row->account) : std::nullopt;
    if (!account) {
        give_back(database, id, now);
        return tl::unexpected(NoLease{NoLease::Why::none_eligible});
    }
    // Its key may have been revoked while it waited.
    const auto refusal = row->key_call ? refusal_by_state(database, row->key_call->key, now) : std::nullopt;
    if (refusal) {
        give_back(database, id, now);
        return tl::unexpected(refused_by_key(*refusal));
    }
    return Lease{.id = id,
                 .account = account->id,
                 .region = account->region,
                 .session_id = account->session_id,
                 .proxy_url = account->proxy_url,
                 .model = row->model};
}

std::variant<Reservation, Ticket> reserve_or_join(Database& database, const WaitingRequest& request, bool may_wait,
                                                  Time now)
{
    WaitingStore waiting{database};
    if (!waiting.any()) {
        Reservation reservation = reserve_for(database, request, now);
        if (reservation || reservation.error().why != NoLease::Why::busy || !may_wait) return reservation;
        return waiting.add(request);
    }
    if (auto reason = cannot_be_served(database, request, now)) return Reservation{tl::unexpected(*reason)};
    if (!may_wait) {  // those that wait may want other accounts
        dispatch_waiters(database, now);
        return reserve_for(database, request, now);
    }
    return waiting.add(request);  // its turn may come within this very transaction
}

bool is_refused(const std::variant<Reservation, Ticket>& outcome)
{
    const auto* reservation = std::get_if<Reservation>(&outcome);
    return reservation != nullptr && !*reservation;
}

}  // namespace

std::variant<Reservation, Ticket> reserve_or_wait(Database& database, const WaitingRequest& request, bool may_wait,
                                                  Time now, const ServiceDay& today)
{
    if (!request.key_call) return reserve_or_join(database, request, may_wait, now);
    const ApiKeyId key = request.key_call->key;
    const bool counts = request.key_call->counted_at.has_value();
    ApiKeyStore keys{database};
    const auto status = keys.status(key);
    if (!status) return Reservation{tl::unexpected(refused_by_key({.why = ApiKeyRefusal::Why::unknown}))};
    auto refusal = refusal_by_state(*status, now);
    if (!refusal && counts) refusal = refusal_by_limit(*status, today, now);
    if (refusal) return Reservation{tl::unexpected(refused_by_key(*refusal))};

    auto outcome = reserve_or_join(database, request, may_wait, now);  // counts no call of any key
    if (counts && !is_refused(outcome)) keys.count_call(key, with_call(status->use, today, now));
    return outcome;
}

void dispatch_waiters(Database& database, Time now)
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
        if (!reservation) continue;  // nor is there an account for those behind it that want the same
        waiting.give(request.ticket, reservation->id);
        add_head(wants);
    }
}

std::vector<FinishedWait> take_finished(Database& database, std::string_view worker, Time now)
{
    WaitingStore waiting{database};
    std::vector<FinishedWait> ended;
    for (const GivenLease& given : waiting.given_to(worker)) {
        waiting.remove(given.ticket);
        ended.push_back({given.ticket, lease_of(database, given.lease, now)});
    }
    for (const std::string& wants : waiting.wants()) {
        const auto head = waiting.first(wants);
        const auto reason = head ? cannot_be_served(database, *head, now) : std::nullopt;
        if (!reason) continue;
        for (const RemovedWaiter& left : waiting.remove_all(wants, worker)) {
            take_back_call(database, left);
            ended.push_back({left.ticket, tl::unexpected(*reason)});
        }
    }
    return ended;
}

Reservation leave(Database& database, Ticket ticket, Time now)
{
    const auto left = WaitingStore{database}.remove(ticket);
    if (left && left->lease) return lease_of(database, *left->lease, now);
    if (left) take_back_call(database, *left);
    return tl::unexpected(NoLease{NoLease::Why::busy});
}

void remove_waiters_of(Database& database, const std::vector<std::string>& dead_workers, Time now, GatheredSums& sums)
{
    WaitingStore waiting{database};
    for (const std::string& worker : dead_workers) {
        for (const WaitingRequest& request : waiting.of_worker(worker)) {
            log_end(database,
                    {.facts = request.request,
                     .model = request.rule.id,
                     .end = abandoned_end(request.request, static_cast<int>(request.tried.size()), now),
                     .last_attempt = std::nullopt},
                    sums);
        }
        for (const RemovedWaiter& left : waiting.remove_all_of(worker)) {
            if (left.lease) {
                give_back(database, *left.lease, now);
            } else {
                take_back_call(database, left);
            }
        }
    }
}

}  // namespace dreamina
