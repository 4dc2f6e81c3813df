#include "pool/ledger.hpp"

#include <algorithm>
#include <iterator>
#include <memory>
#include <utility>

#include "base/log.hpp"
#include "storage/transaction.hpp"

namespace dreamina {
namespace {

using std::chrono::steady_clock;

/// Turns begin at least so far apart, so that requests gather and the other workers get their turn: with it the wait
/// for a commit stays below a few milliseconds at full load, without it single ones took hundreds.
constexpr std::chrono::milliseconds pace{2};

/// How long one turn waits for another process' lock before it steps back and lets more gather.
constexpr std::chrono::milliseconds lock_patience{250};

constexpr std::chrono::milliseconds pause_after_failure{50};

/// A bound on one transaction, so that nobody waits behind a very long one.
constexpr std::size_t largest_batch = 512;

constexpr std::chrono::seconds last_efforts{5};

}  // namespace

Ledger::Ledger(std::filesystem::path database, std::string worker, Post post, milliseconds patience)
    : file_(std::move(database)),
      worker_(std::move(worker)),
      post_(std::move(post)),
      patience_(patience),
      thread_([this] { work(); })
{
}

Ledger::~Ledger()
{
    {
        const std::lock_guard lock{mutex_};
        stopping_ = true;
    }
    changed_.notify_one();
    thread_.join();
}

void Ledger::reserve(ModelRule rule, std::vector<AccountId> tried, milliseconds lease_for, OnReserved then)
{
    auto result = std::make_shared<std::optional<Reservation>>();
    auto callback = std::make_shared<OnReserved>(std::move(then));
    push({.work =
              [this, rule = std::move(rule), tried = std::move(tried), lease_for, result](Database& database) {
                  const Time now = system_now();
                  *result = dreamina::reserve(database, rule, worker_, now, now + lease_for, tried);
              },
          .committed = [result, callback] { (*callback)(std::move(**result)); },
          .unsettled = [callback] { (*callback)(tl::unexpected(Unavailable{})); }});
}

void Ledger::settle(Settlement settlement, std::function<void()> then)
{
    auto callback = std::make_shared<std::function<void()>>(std::move(then));
    const auto once = [callback] {
        if (const auto call = std::exchange(*callback, nullptr)) call();
    };
    push({.work = [settlement = std::move(settlement)](
                      Database& database) { dreamina::settle(database, settlement, system_now()); },
          .committed = once,
          .unsettled = once,
          .keep = true});
}

void Ledger::give_back(LeaseId lease)
{
    push({.work = [lease](Database& database) { dreamina::give_back(database, lease, system_now()); }, .keep = true});
}

void Ledger::run(std::function<void(Database&)> work) { push({.work = std::move(work), .only_if_busy = true}); }

void Ledger::push(Entry entry)
{
    bool first = false;
    {
        const std::lock_guard lock{mutex_};
        first = queue_.empty();
        queue_.push_back(std::move(entry));
    }
    if (first) changed_.notify_one();
}

std::vector<Ledger::Entry> Ledger::gather(bool& stopping)
{
    std::unique_lock lock{mutex_};
    changed_.wait(lock, [this] { return stopping_ || !queue_.empty(); });
    stopping = stopping_;
    const auto count = std::min(queue_.size(), largest_batch);
    std::vector<Entry> entries(std::make_move_iterator(queue_.begin()),
                               std::make_move_iterator(queue_.begin() + static_cast<std::ptrdiff_t>(count)));
    queue_.erase(queue_.begin(), queue_.begin() + static_cast<std::ptrdiff_t>(count));
    return entries;
}

void Ledger::work()
{
    auto last_turn = steady_clock::time_point{};
    std::optional<steady_clock::time_point> stopping_since;
    for (;;) {
        if (const auto rest = last_turn + pace - steady_clock::now(); rest > rest.zero())
            std::this_thread::sleep_for(rest);
        bool stopping = false;
        std::vector<Entry> entries = gather(stopping);
        if (entries.empty() && stopping) return;
        last_turn = steady_clock::now();

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

Database& Ledger::database()
{
    if (!database_) database_.emplace(file_, lock_patience);
    return *database_;
}

bool Ledger::commit(std::vector<Entry>& entries)
{
    try {
        Transaction transaction{database()};
        for (Entry& entry : entries) entry.work(*database_);
        transaction.commit();
    } catch (const DatabaseError& error) {
        log_warning("a turn of {} bookings was not committed: {}", entries.size(), error.what());
        last_failure_was_busy_ = error.is_busy();
        if (!last_failure_was_busy_) {
            if (entries.size() > 1) {  // one of them may be at fault: it must not hold up the others
                commit_one_by_one(entries);
                return entries.empty();
            }
            database_.reset();
        }
        return false;
    }
    post_([done = std::make_shared<std::vector<Entry>>(std::move(entries))] {
        for (Entry& entry : *done)
            if (entry.committed) entry.committed();
    });
    entries.clear();
    return true;
}

void Ledger::commit_one_by_one(std::vector<Entry>& entries)
{
    std::vector<Entry> refused;
    for (Entry& entry : entries) {
        std::vector<Entry> one;
        one.push_back(std::move(entry));
        if (!commit(one)) refused.push_back(std::move(one.front()));
    }
    entries = std::move(refused);
}

void Ledger::put_back(std::vector<Entry> entries)
{
    const auto now = steady_clock::now();
    std::vector<std::function<void()>> unsettled;
    {
        const std::lock_guard lock{mutex_};
        for (auto entry = entries.rbegin(); entry != entries.rend(); ++entry) {
            if (now - entry->since > patience_ && entry->unsettled)
                unsettled.push_back(std::exchange(entry->unsettled, nullptr));
            const bool hopeful = now - entry->since <= patience_ && (last_failure_was_busy_ || !entry->only_if_busy);
            if (entry->keep || hopeful) queue_.push_front(std::move(*entry));
        }
    }
    for (auto& call : unsettled) post_(std::move(call));
}

}  // namespace dreamina
