/// PoolBatch: requests that wait. See wait_queue.hpp.

#include <deque>

#include "core/pool/pool_batch.hpp"
#include "core/storage/generations/generation_store.hpp"

namespace dreamina {
namespace {

/// So many of those that want the same are read at a time.
constexpr std::int64_t waiters_read = 16;

NoLease refused_by_key(const ApiKeyRefusal& refusal)
{
    return {.why = NoLease::Why::key_refused, .retry_at = refusal.retry_at, .key = refusal};
}

/// Those that another worker sends, and logs then.
std::unordered_set<std::string> generations_to_be_sent(Database& database, const std::vector<WaitingRequest>& requests)
{
    std::vector<std::string> ids;
    for (const WaitingRequest& request : requests) ids.push_back(request.request.id);
    const auto found = GenerationStore{database}.waiting_with_body(ids);
    return {found.begin(), found.end()};
}

bool is_refused(const std::variant<Reservation, Ticket>& outcome)
{
    const auto* reservation = std::get_if<Reservation>(&outcome);
    return reservation != nullptr && !*reservation;
}

/// Those without a lease that want the same, from the first on.
struct Line {
    std::string wants;
    std::deque<WaitingRequest> read = {};
    Ticket behind = 0;

    std::optional<WaitingRequest> next(WaitingStore& store)
    {
        if (read.empty())
            for (WaitingRequest& request : store.first(wants, behind, waiters_read)) read.push_back(std::move(request));
        if (read.empty()) return std::nullopt;
        WaitingRequest request = std::move(read.front());
        read.pop_front();
        behind = request.ticket;
        return request;
    }
};

}  // namespace

/// Why waiting would be in vain, if it would.
std::optional<NoLease> PoolBatch::cannot_be_served(const WaitingRequest& request)
{
    if (breaker_.admit(now_) == BreakerDecision::refused)
        return NoLease{NoLease::Why::upstream_down, breaker_.next_chance(now_)};
    if (accounts_.choose(request.rule, request.tried) || accounts_.any_busy(request.rule, request.tried))
        return std::nullopt;
    return NoLease{NoLease::Why::none_eligible};
}

std::optional<ApiKeyRefusal> PoolBatch::refusal_by_key_state(ApiKeyId key)
{
    const ApiKeyStatus* status = keys_.status(key);
    return status ? refusal_by_state(*status, now_) : ApiKeyRefusal{.why = ApiKeyRefusal::Why::unknown};
}

Ticket PoolBatch::join(const WaitingRequest& request)
{
    joined_.push_back(request);
    const Ticket ticket = ++state_.last_ticket + (request.is_low ? low_tickets : 0);
    joined_.back().ticket = ticket;
    counters_changed_ = true;
    if (const auto key = stored_key(request.key_call, request.request)) keys_.change_in_flight(*key, 1);
    state_.has_waiters = true;
    return ticket;
}

std::variant<Reservation, Ticket> PoolBatch::reserve_or_join(const WaitingRequest& request, bool may_wait)
{
    if (!state_.has_waiters) {
        Reservation reservation = reserve(request);
        if (reservation || reservation.error().why != NoLease::Why::busy || !may_wait) return reservation;
        return join(request);
    }
    if (auto reason = cannot_be_served(request)) return Reservation{tl::unexpected(*reason)};
    if (!may_wait) {  // those that wait may want other accounts
        dispatch_waiters();
        return reserve(request);
    }
    return join(request);  // its turn may come within this very transaction
}

std::variant<Reservation, Ticket> PoolBatch::reserve_or_wait(const WaitingRequest& request, bool may_wait,
                                                             const ServiceDay& today)
{
    if (!request.key_call) return reserve_or_join(request, may_wait);
    const ApiKeyId key = request.key_call->key;
    const bool counts = request.key_call->counted_at.has_value();
    auto refusal = refusal_by_key_state(key);
    if (!refusal && counts) refusal = refusal_by_limit(*keys_.status(key), today, now_);
    if (refusal) return Reservation{tl::unexpected(refused_by_key(*refusal))};

    auto outcome = reserve_or_join(request, may_wait);  // counts no call of any key
    if (counts && !is_refused(outcome)) keys_.count_call(key, with_call(keys_.status(key)->use, today, now_));
    return outcome;
}

void PoolBatch::dispatch_waiters()
{
    write();  // those that have just joined
    WaitingStore waiting{database_};
    std::map<Ticket, std::pair<Line, WaitingRequest>> heads;
    const auto add_head = [&](Line line) {
        auto head = line.next(waiting);
        if (!head) return;
        const Ticket ticket = head->ticket;
        heads.emplace(ticket, std::pair{std::move(line), std::move(*head)});
    };
    for (std::string& wants : waiting.wants()) add_head({.wants = std::move(wants)});
    while (!heads.empty()) {
        auto [line, request] = std::move(heads.extract(heads.begin()).mapped());
        const Reservation reservation = reserve(request);
        if (!reservation) continue;  // nor is there an account for those behind it that want the same
        given_.push_back({.ticket = request.ticket, .lease = reservation->id});
        if (const auto key = stored_key(request.key_call, request.request)) keys_.change_in_flight(*key, -1);
        add_head(std::move(line));
    }
    write();
}

/// The lease with all that its worker needs; nothing if the account has lost its session since.
Reservation PoolBatch::lease_of(LeaseId id)
{
    const LeaseRow* row = find_lease(id);
    auto account = row ? accounts_.candidate(row->account) : std::nullopt;
    if (!account) {
        give_back(id);
        return tl::unexpected(NoLease{NoLease::Why::none_eligible});
    }
    // Its key may have been revoked while it waited.
    const auto refusal = row->key_call ? refusal_by_key_state(row->key_call->key) : std::nullopt;
    if (refusal) {
        give_back(id);
        return tl::unexpected(refused_by_key(*refusal));
    }
    return Lease{.id = id,
                 .account = account->id,
                 .region = account->region,
                 .session_id = std::move(account->session_id),
                 .proxy_url = std::move(account->proxy_url),
                 .model = row->model};
}

void PoolBatch::left_without_lease(const RemovedWaiter& waiter)
{
    if (!waiter.key_call) return;
    keys_.in_flight_has_changed(waiter.key_call->key, -1);
    keys_.take_back_call(*waiter.key_call);
}

std::vector<FinishedWait> PoolBatch::take_finished(std::string_view worker)
{
    write();
    WaitingStore waiting{database_};
    std::vector<FinishedWait> ended;
    const auto given = waiting.take_given(worker);
    std::vector<LeaseId> leases;
    for (const GivenLease& each : given) leases.push_back(each.lease);
    load_leases(leases);
    for (const GivenLease& each : given) ended.push_back({each.ticket, lease_of(each.lease)});
    for (const std::string& wants : waiting.wants()) {
        const auto heads = waiting.first(wants, 0, 1);
        const auto reason = heads.empty() ? std::nullopt : cannot_be_served(heads.front());
        if (!reason) continue;
        for (const RemovedWaiter& left : waiting.remove_all(wants, worker)) {
            left_without_lease(left);
            ended.push_back({left.ticket, tl::unexpected(*reason)});
        }
    }
    return ended;
}

std::vector<Reservation> PoolBatch::leave(std::span<const Ticket> tickets)
{
    std::map<Ticket, RemovedWaiter> left;
    for (RemovedWaiter& waiter : WaitingStore{database_}.remove(tickets)) left.emplace(waiter.ticket, waiter);
    std::vector<LeaseId> leases;
    for (const auto& [ticket, waiter] : left)
        if (waiter.lease) leases.push_back(*waiter.lease);
    load_leases(leases);
    std::vector<Reservation> outcomes;
    for (const Ticket ticket : tickets) {
        const auto found = left.extract(ticket);
        if (found && found.mapped().lease) {
            outcomes.push_back(lease_of(*found.mapped().lease));
            continue;
        }
        if (found) left_without_lease(found.mapped());
        outcomes.push_back(tl::unexpected(NoLease{NoLease::Why::busy}));
    }
    return outcomes;
}

void PoolBatch::remove_waiters_of(const std::vector<std::string>& dead_workers)
{
    WaitingStore waiting{database_};
    for (const std::string& worker : dead_workers) {
        const auto left_behind = waiting.of_worker(worker);
        const auto will_be_sent = generations_to_be_sent(database_, left_behind);
        for (const WaitingRequest& request : left_behind) {
            if (will_be_sent.contains(request.request.id)) continue;
            log_.add_end({.facts = request.request,
                          .model = request.rule.id,
                          .end = abandoned_end(request.request, static_cast<int>(request.tried.size()), now_),
                          .last_attempt = std::nullopt});
        }
        for (const RemovedWaiter& left : waiting.remove_all_of(worker)) {
            if (left.lease) {
                give_back(*left.lease);
            } else {
                left_without_lease(left);
            }
        }
    }
}

}  // namespace dreamina
