/// How a turn works. The event loop pushes entries; the thread takes all that have gathered (up to `max_batch`) and
/// books them in one transaction (write_turn.hpp), with the same few statements however many they are. So thousands of
/// requests share one commit. When a turn begins is said in write_pace.hpp: requests gather meanwhile, and the other
/// workers get the lock.
///
/// A turn that was not committed is repeated, so the work of its entries may be done several times. What follows from
/// an entry happens after the commit: on this thread what concerns the requests that wait (book_entry), then on the
/// event loop what its request is told. If `patience` is over and the entry is still not committed, its request is told
/// that instead.
///
/// If a commit fails because of another process' lock, the whole turn goes back to the front of the queue. If an entry
/// may be at fault, the entries are committed one by one, so that a bad one does not hold up the others. A full disk
/// keeps every settlement in the queue, since what was paid for must be counted; a reservation is refused when
/// `patience` is over.
///
/// While requests of this worker wait for an account (`waiters_`), the thread also looks at the wait queue: every
/// `wait_queue_poll` whether another worker has given one of them a lease, every `wait_queue_dispatch` whether an
/// account came back.

#include "core/pool/write_queue.hpp"

#include <algorithm>
#include <iterator>
#include <memory>
#include <utility>

#include "core/base/log.hpp"
#include "core/base/thread_name.hpp"
#include "core/storage/stores/waiting_store.hpp"
#include "core/storage/engine/transaction.hpp"

namespace dreamina {
namespace {

using std::chrono::steady_clock;

/// How long one turn waits for another process' lock before it steps back and lets more gather.
constexpr std::chrono::milliseconds lock_patience{250};

constexpr std::chrono::milliseconds pause_after_failure{50};

/// A bound on one transaction, so that no request waits behind a very long one.
constexpr std::size_t max_batch = 512;

constexpr std::chrono::seconds last_efforts{5};

/// How soon a waiting request hears that another worker gave it an account …
constexpr std::chrono::milliseconds wait_queue_poll{10};
/// … and that one came back by itself: a ban that ended, a limit that was raised.
constexpr std::chrono::milliseconds wait_queue_dispatch{100};

}  // namespace

WriteQueue::WriteQueue(DatabaseFile database, std::string worker, Post post, milliseconds patience)
    : file_(std::move(database)),
      worker_(std::move(worker)),
      post_(std::move(post)),
      patience_(patience),
      thread_([this] { work(); })
{
}

WriteQueue::~WriteQueue()
{
    {
        const std::lock_guard lock{mutex_};
        stopping_ = true;
    }
    changed_.notify_one();
    thread_.join();
}

WriteQueue::RequestId WriteQueue::reserve(ReservationRequest wanted, OnReserved then, std::optional<Settlement> before)
{
    const RequestId id = ++last_request_;
    const bool keep = before.has_value();
    push({.what = ReservationEntry{.id = id,
                                   .wanted = {.worker = worker_,
                                              .rule = std::move(wanted.rule),
                                              .tried = std::move(wanted.tried),
                                              .lease_for = wanted.lease_for,
                                              .key_call = std::nullopt,
                                              .request = std::move(wanted.request),
                                              .is_low = wanted.is_low},
                                   .wait_for = wanted.wait_for,
                                   .api_key = wanted.api_key,
                                   .day_begins = wanted.day_begins,
                                   .before = std::move(before),
                                   .then = std::move(then),
                                   .generation = std::move(wanted.generation)},
          .keep = keep});
    return id;
}

void WriteQueue::withdraw(RequestId request) { push({.what = WithdrawalEntry{.id = request}, .keep = true}); }

void WriteQueue::settle(Settlement settlement, std::function<void()> then)
{
    push({.what = SettlementEntry{.settlement = std::move(settlement), .then = std::move(then)}, .keep = true});
}

void WriteQueue::give_back(LeaseId lease) { push({.what = GiveBackEntry{.lease = lease}, .keep = true}); }

void WriteQueue::log(RequestRecord record, std::shared_ptr<const GenerationEnd> generation)
{
    const bool keep = record.end.outcome != RequestOutcome::database_unavailable;
    push({.what = LogEntry{.record = std::move(record), .generation = std::move(generation)}, .keep = keep});
}

void WriteQueue::run(std::function<void(Database&)> work, const std::function<void(bool)>& then)
{
    push({.what = HousekeepingEntry{.work = std::move(work), .then = then}, .only_if_busy = true});
}

std::size_t WriteQueue::queued()
{
    const std::lock_guard lock{mutex_};
    return queue_.size();
}

void WriteQueue::push(WriteEntry entry)
{
    bool changes_the_turn = false;
    {
        const std::lock_guard lock{mutex_};
        const std::size_t awaited_before = awaited_;
        count_in(entry);
        queue_.push_back(std::move(entry));
        changes_the_turn = queue_.size() == 1 || queue_.size() == enough_ || (awaited_ > 0 && awaited_before == 0);
    }
    if (changes_the_turn) changed_.notify_one();
}

void WriteQueue::count_in(const WriteEntry& entry)
{
    reservations_ += std::holds_alternative<ReservationEntry>(entry.what) ? 1 : 0;
    awaited_ += is_awaited(entry) ? 1 : 0;
}

void WriteQueue::count_out(const WriteEntry& entry)
{
    reservations_ -= std::holds_alternative<ReservationEntry>(entry.what) ? 1 : 0;
    awaited_ -= is_awaited(entry) ? 1 : 0;
}

void WriteQueue::wait_for_entries(std::unique_lock<std::mutex>& lock)
{
    const auto something = [this] { return stopping_ || !queue_.empty(); };
    if (waiters_.empty()) {
        changed_.wait(lock, something);
    } else {
        changed_.wait_for(lock, wait_queue_poll, something);
    }
    while (!stopping_) {
        const auto in_flight = static_cast<std::size_t>(std::max<std::int64_t>(in_flight_, 0)) + reservations_;
        enough_ = pace_.enough(in_flight);
        const bool is_awaited = queue_.empty() || awaited_ > 0 || has_waiters_;
        const auto begins = pace_.begins({.entries = queue_.size(),
                                          .oldest = queue_.empty() ? steady_clock::time_point{} : queue_.front().since,
                                          .is_awaited = is_awaited},
                                         in_flight);
        if (steady_clock::now() >= begins) return;
        changed_.wait_until(lock, begins);
    }
}

std::vector<WriteEntry> WriteQueue::gather(bool& stopping)
{
    std::unique_lock lock{mutex_};
    wait_for_entries(lock);
    stopping = stopping_;
    const auto end = queue_.begin() + static_cast<std::ptrdiff_t>(std::min(queue_.size(), max_batch));
    std::vector<WriteEntry> entries(std::make_move_iterator(queue_.begin()), std::make_move_iterator(end));
    queue_.erase(queue_.begin(), end);
    for (const WriteEntry& entry : entries) count_out(entry);
    return entries;
}

void WriteQueue::work()
{
    name_this_thread("write-queue");
    std::optional<steady_clock::time_point> stopping_since;
    for (;;) {
        bool stopping = false;
        std::vector<WriteEntry> entries = gather(stopping);
        if (entries.empty() && stopping) return;
        pace_.has_begun(steady_clock::now(), entries.size());
        end_long_waits();
        if (entries.empty() && !wait_queue_is_due()) continue;

        if (!commit(entries)) {
            put_back(std::move(entries));
            if (stopping && !stopping_since) stopping_since = steady_clock::now();
            if (stopping_since && steady_clock::now() - *stopping_since > last_efforts) {
                log_error("the database refuses the last settlements; their leases are settled when they expire");
                return;
            }
            std::this_thread::sleep_for(pause_after_failure);
        }
    }
}

Database& WriteQueue::database()
{
    if (!database_) database_.emplace(file_, lock_patience);
    return *database_;
}

bool WriteQueue::wait_queue_is_due()
try {
    if (waiters_.empty()) return false;
    return steady_clock::now() - wait_queue_looked_at_ >= wait_queue_dispatch ||
           !WaitingStore{database()}.given_to(worker_).empty();
} catch (const DatabaseError&) {
    return true;  // the turn meets it again
}

void WriteQueue::end_long_waits()
{
    const auto now = steady_clock::now();
    for (auto& [ticket, waiter] : waiters_) {
        if (now < waiter.until) continue;
        waiter.until = steady_clock::time_point::max();
        push({.what = WaitEndEntry{.ticket = ticket, .is_told = true}, .keep = true});
    }
}

void WriteQueue::tell(Ticket ticket, Reservation reservation)
{
    const auto found = waiters_.find(ticket);
    if (found == waiters_.end()) {  // withdrawn meanwhile
        if (reservation) give_back(reservation->id);
        return;
    }
    post_([then = std::move(found->second.then), reservation = std::move(reservation)] { then(reservation); });
    waiters_.erase(found);
}

// What `then` of a withdrawn reservation holds ends on the loop's thread.

void WriteQueue::book_entry(ReservationEntry& entry)
{
    if (entry.before) --in_flight_;
    if (entry.is_withdrawn && entry.then) post_([then = std::exchange(entry.then, nullptr)] {});
    if (const auto* ticket = std::get_if<Ticket>(&entry.outcome)) {
        waiters_.emplace(*ticket, Waiter{.request = entry.id,
                                         .until = steady_clock::now() + entry.wait_for,
                                         .then = std::move(entry.then),
                                         .generation = std::move(entry.generation)});
    } else if (std::get<Reservation>(entry.outcome)) {
        ++in_flight_;
    }
}

void WriteQueue::book_entry(WithdrawalEntry& entry)
{
    const auto found = std::find_if(waiters_.begin(), waiters_.end(),
                                    [&](const auto& waiter) { return waiter.second.request == entry.id; });
    if (found == waiters_.end()) return;
    push({.what = WaitEndEntry{.ticket = found->first}, .keep = true});
    post_([then = std::move(found->second.then)] {});
    waiters_.erase(found);
}

void WriteQueue::book_entry(WaitEndEntry& entry)
{
    if (!entry.is_told) return;
    if (entry.outcome) ++in_flight_;
    tell(entry.ticket, std::move(entry.outcome));
}

void WriteQueue::book(std::vector<WriteEntry>& entries, TurnOutcome& outcome)
{
    if (outcome.wait_queue_is_served) wait_queue_looked_at_ = steady_clock::now();
    has_waiters_ = outcome.wait_queue_is_served;
    for (WriteEntry& entry : entries) std::visit([this](auto& what) { book_entry(what); }, entry.what);
    // Before those that have waited: one of them may have been admitted by an entry of this very turn, and is to know.
    tell_of(entries);
    for (FinishedWait& wait : outcome.finished) {
        if (wait.reservation) ++in_flight_;
        tell(wait.ticket, std::move(wait.reservation));
    }
}

void WriteQueue::tell_of(std::vector<WriteEntry>& entries)
{
    std::vector<std::function<void()>> told;
    for (WriteEntry& entry : entries)
        if (auto call = take_committed_callback(entry)) told.push_back(std::move(call));
    if (told.empty()) return;
    post_([told = std::make_shared<std::vector<std::function<void()>>>(std::move(told))] {
        for (const auto& call : *told) call();
    });
}

bool WriteQueue::commit(std::vector<WriteEntry>& entries)
{
    TurnOutcome outcome;
    try {
        Transaction transaction{database()};
        const Time now = system_now();
        outcome = run_turn(*database_, entries, worker_, key_day_, patience_, now);
        const auto of_ticket = [this](Ticket ticket) {
            const auto found = waiters_.find(ticket);
            return found == waiters_.end() ? nullptr : found->second.generation;
        };
        record_generations(*database_, entries, outcome, worker_, of_ticket, now);
        transaction.commit();
    } catch (const DatabaseError& error) {
        log_warning("a turn of {} bookings was not committed: {}", entries.size(), error.what());
        last_failure_was_busy_ = error.is_busy();
        if (last_failure_was_busy_) return false;
        if (error.is_of_disk()) {  // none of them is at fault, and one by one they would need more room by far
            make_room();
        } else if (entries.size() > 1) {  // one of them may be at fault: it must not hold up the others
            commit_one_by_one(entries);
            return entries.empty();
        }
        database_.reset();
        return false;
    }
    book(entries, outcome);
    entries.clear();
    return true;
}

void WriteQueue::make_room()
try {
    // A log that has grown too far is restarted once it is copied into the file. After a commit that
    // happens by itself, but there is none; and the scheduler, whose work it is, may have died of the same.
    if (database_) database_->checkpoint(false);
} catch (const DatabaseError&) {
    // Not even the file has room: an administrator must make some.
}

void WriteQueue::commit_one_by_one(std::vector<WriteEntry>& entries)
{
    std::vector<WriteEntry> refused;
    for (WriteEntry& entry : entries) {
        std::vector<WriteEntry> one;
        one.push_back(std::move(entry));
        if (!commit(one)) refused.push_back(std::move(one.front()));
    }
    entries = std::move(refused);
}

void WriteQueue::put_back(std::vector<WriteEntry> entries)
{
    const auto now = steady_clock::now();
    std::vector<std::function<void()>> unsettled;
    {
        const std::lock_guard lock{mutex_};
        for (auto entry = entries.rbegin(); entry != entries.rend(); ++entry) {
            const bool patient = now - entry->since <= patience_;
            const bool again = entry->keep || (patient && (last_failure_was_busy_ || !entry->only_if_busy));
            if (!patient || !again)
                if (auto call = take_unsettled_callback(*entry)) unsettled.push_back(std::move(call));
            if (!again) continue;
            count_in(*entry);
            queue_.push_front(std::move(*entry));
        }
    }
    for (auto& call : unsettled) post_(std::move(call));
}

}  // namespace dreamina
