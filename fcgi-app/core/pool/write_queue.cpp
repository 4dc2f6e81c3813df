/// How a turn works. The event loop pushes entries; the thread takes all that have gathered (up to `max_batch`) and
/// runs them in one transaction, so that thousands of requests share one commit. Turns begin at least `pace` apart:
/// requests gather meanwhile, and the other workers get the lock.
///
/// An entry has up to four functions. `work` runs within the transaction and may run several times, since a turn that
/// was not committed is repeated. `booked` runs on this thread after the commit, `committed` on the event loop.
/// `unsettled` runs on the event loop when `patience` is over and the entry is still not committed, or at once if it is
/// not tried again.
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
#include "core/pool/request_log.hpp"
#include "core/storage/log/statistics_store.hpp"
#include "core/storage/engine/transaction.hpp"

namespace dreamina {
namespace {

using std::chrono::steady_clock;

/// Turns begin at least so far apart, so that requests gather and the other workers get their turn: with it the wait
/// for a commit stays below a few milliseconds at full load, without it single ones took hundreds.
constexpr std::chrono::milliseconds pace{2};

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
    struct Request {
        WaitingRequest wanted;
        milliseconds wait_for;
        std::optional<ApiKeyId> api_key;
        DailyTime day_begins;
        std::optional<Settlement> before;
        OnReserved then;
        std::variant<Reservation, Ticket> outcome;
        steady_clock::time_point since = steady_clock::now();

        void tell(Reservation reservation)  // once
        {
            if (const auto call = std::exchange(then, nullptr)) call(std::move(reservation));
        }
    };
    const RequestId id = ++last_request_;
    const bool keep = before.has_value();
    auto request = std::make_shared<Request>(Request{.wanted = {.worker = worker_,
                                                                .rule = std::move(wanted.rule),
                                                                .tried = std::move(wanted.tried),
                                                                .lease_for = wanted.lease_for,
                                                                .request = std::move(wanted.request)},
                                                     .wait_for = wanted.wait_for,
                                                     .api_key = wanted.api_key,
                                                     .day_begins = wanted.day_begins,
                                                     .before = std::move(before),
                                                     .then = std::move(then),
                                                     .outcome = Ticket{}});
    push({.work =
              [this, request](Database& database) {
                  const Time now = system_now();
                  if (request->before) {
                      dreamina::settle(database, *request->before, now, sums_);
                      if (steady_clock::now() - request->since > patience_) {  // its client has been told so
                          request->outcome = tl::unexpected(NoLease{NoLease::Why::database_refuses});
                          return;
                      }
                  }
                  ServiceDay today;
                  if (request->api_key) {
                      const bool first = request->wanted.tried.empty();
                      request->wanted.key_call = {.key = *request->api_key,
                                                  .counted_at = first ? std::optional{now} : std::nullopt};
                      today = day_of(request->day_begins, now);
                  }
                  request->outcome =
                      reserve_or_wait(database, request->wanted, request->wait_for > milliseconds{0}, now, today);
              },
          .booked =
              [this, request, id] {
                  if (const auto* ticket = std::get_if<Ticket>(&request->outcome)) {
                      waiters_.emplace(*ticket, Waiter{.request = id,
                                                       .until = steady_clock::now() + request->wait_for,
                                                       .then = std::move(request->then)});
                  }
              },
          .committed =
              [request] {
                  if (auto* reservation = std::get_if<Reservation>(&request->outcome))
                      request->tell(std::move(*reservation));
              },
          .unsettled = [request] { request->tell(tl::unexpected(NoLease{NoLease::Why::database_refuses})); },
          .keep = keep});
    return id;
}

const ServiceDay& WriteQueue::day_of(DailyTime begins, Time now)
{
    // The time zone is asked when the day is over, not for every call.
    if (begins != day_begins_ || now < day_.begins || now >= day_.ends) day_ = service_day(begins, now);
    day_begins_ = begins;
    return day_;
}

void WriteQueue::withdraw(RequestId request)
{
    push({.work = [](Database&) {},
          .booked =
              [this, request] {
                  const auto found = std::find_if(waiters_.begin(), waiters_.end(),
                                                  [&](const auto& entry) { return entry.second.request == request; });
                  if (found == waiters_.end()) return;
                  const Ticket ticket = found->first;
                  post_([then = std::move(found->second.then)] {});  // what it holds ends on the loop's thread
                  waiters_.erase(found);
                  push({.work =
                            [ticket](Database& database) {
                                const Time now = system_now();
                                if (const auto lease = leave(database, ticket, now))
                                    dreamina::give_back(database, lease->id, now);
                            },
                        .keep = true});
              },
          .keep = true});
}

void WriteQueue::settle(Settlement settlement, std::function<void()> then)
{
    Entry entry{.work = [this, settlement = std::move(settlement)](
                            Database& database) { dreamina::settle(database, settlement, system_now(), sums_); },
                .keep = true};
    if (then) {
        auto callback = std::make_shared<std::function<void()>>(std::move(then));
        const auto once = [callback] {
            if (const auto call = std::exchange(*callback, nullptr)) call();
        };
        entry.committed = once;
        entry.unsettled = once;
    }
    push(std::move(entry));
}

void WriteQueue::give_back(LeaseId lease)
{
    push({.work = [lease](Database& database) { dreamina::give_back(database, lease, system_now()); }, .keep = true});
}

void WriteQueue::log(RequestRecord record)
{
    const bool keep = record.end.outcome != RequestOutcome::database_unavailable;
    push({.work = [this, record = std::move(record)](Database& database) { log_end(database, record, sums_); },
          .keep = keep});
}

void WriteQueue::run(std::function<void(Database&)> work, const std::function<void(bool)>& then)
{
    Entry entry{.work = std::move(work), .only_if_busy = true};
    if (then) {
        entry.committed = [then] { then(true); };
        entry.unsettled = [then] { then(false); };
    }
    push(std::move(entry));
}

std::size_t WriteQueue::queued()
{
    const std::lock_guard lock{mutex_};
    return queue_.size();
}

void WriteQueue::push(Entry entry)
{
    bool first = false;
    {
        const std::lock_guard lock{mutex_};
        first = queue_.empty();
        queue_.push_back(std::move(entry));
    }
    if (first) changed_.notify_one();
}

std::vector<WriteQueue::Entry> WriteQueue::gather(bool& stopping)
{
    std::unique_lock lock{mutex_};
    const auto something = [this] { return stopping_ || !queue_.empty(); };
    if (waiters_.empty()) {
        changed_.wait(lock, something);
    } else {
        changed_.wait_for(lock, wait_queue_poll, something);
    }
    stopping = stopping_;
    const auto count = std::min(queue_.size(), max_batch);
    std::vector<Entry> entries(std::make_move_iterator(queue_.begin()),
                               std::make_move_iterator(queue_.begin() + static_cast<std::ptrdiff_t>(count)));
    queue_.erase(queue_.begin(), queue_.begin() + static_cast<std::ptrdiff_t>(count));
    return entries;
}

void WriteQueue::work()
{
    name_this_thread("write-queue");
    auto last_turn = steady_clock::time_point{};
    std::optional<steady_clock::time_point> stopping_since;
    for (;;) {
        if (const auto rest = last_turn + pace - steady_clock::now(); rest > rest.zero())
            std::this_thread::sleep_for(rest);
        bool stopping = false;
        std::vector<Entry> entries = gather(stopping);
        if (entries.empty() && stopping) return;
        last_turn = steady_clock::now();
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

std::vector<FinishedWait> WriteQueue::serve_wait_queue()
{
    if (!WaitingStore{*database_}.any()) return {};
    wait_queue_looked_at_ = steady_clock::now();
    const Time now = system_now();
    dispatch_waiters(*database_, now);
    return take_finished(*database_, worker_, now);
}

void WriteQueue::end_long_waits()
{
    const auto now = steady_clock::now();
    for (auto& [ticket, waiter] : waiters_) {
        if (now < waiter.until) continue;
        waiter.until = steady_clock::time_point::max();
        auto outcome = std::make_shared<Reservation>();
        push({.work = [ticket = ticket,
                       outcome](Database& database) { *outcome = leave(database, ticket, system_now()); },
              .booked = [this, ticket = ticket, outcome] { tell(ticket, std::move(*outcome)); },
              .keep = true});
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

bool WriteQueue::commit(std::vector<Entry>& entries)
{
    std::vector<FinishedWait> ended;
    try {
        sums_.clear();
        Transaction transaction{database()};
        for (Entry& entry : entries) entry.work(*database_);
        ended = serve_wait_queue();
        if (!sums_.empty()) StatisticsStore{*database_}.add(sums_);
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
    for (Entry& entry : entries)
        if (entry.booked) entry.booked();
    for (FinishedWait& wait : ended) tell(wait.ticket, std::move(wait.reservation));
    if (entries.empty()) return true;
    post_([done = std::make_shared<std::vector<Entry>>(std::move(entries))] {
        for (Entry& entry : *done)
            if (entry.committed) entry.committed();
    });
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

void WriteQueue::commit_one_by_one(std::vector<Entry>& entries)
{
    std::vector<Entry> refused;
    for (Entry& entry : entries) {
        std::vector<Entry> one;
        one.push_back(std::move(entry));
        if (!commit(one)) refused.push_back(std::move(one.front()));
    }
    entries = std::move(refused);
}

void WriteQueue::put_back(std::vector<Entry> entries)
{
    const auto now = steady_clock::now();
    std::vector<std::function<void()>> unsettled;
    {
        const std::lock_guard lock{mutex_};
        for (auto entry = entries.rbegin(); entry != entries.rend(); ++entry) {
            const bool patient = now - entry->since <= patience_;
            const bool again = entry->keep || (patient && (last_failure_was_busy_ || !entry->only_if_busy));
            if ((!patient || !again) && entry->unsettled) unsettled.push_back(std::exchange(entry->unsettled, nullptr));
            if (again) queue_.push_front(std::move(*entry));
        }
    }
    for (auto& call : unsettled) post_(std::move(call));
}

}  // namespace dreamina
