#pragma once
/// The one thread of a worker that writes to the database for requests in flight: whatever has gathered is committed
/// as one transaction per turn, so that the event loop never waits for a lock or the disk.

#include <atomic>
#include <condition_variable>
#include <deque>
#include <filesystem>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "core/pool/write_entry.hpp"
#include "core/pool/generation_turn.hpp"
#include "core/pool/write_pace.hpp"
#include "core/pool/write_turn.hpp"

namespace dreamina {

class WriteQueue {
public:
    /// Runs a function on the event loop's thread, some time soon. Any thread.
    using Post = std::function<void(std::function<void()>)>;

    using OnReserved = dreamina::OnReserved;
    using RequestId = ReservationId;

    static constexpr milliseconds default_patience{10'000};

    WriteQueue(DatabaseFile database, std::string worker, Post post, milliseconds patience = default_patience);
    /// Commits what has gathered, tries for some seconds if the database refuses, and ends the thread.
    ~WriteQueue();

    struct ReservationRequest {
        ModelRule rule;
        std::vector<AccountId> tried;  ///< accounts that have had their chance
        milliseconds lease_for{};
        milliseconds wait_for{};            ///< while all that could serve are busy
        std::optional<ApiKeyId> api_key{};  ///< that the request came with; its limits hold, and it is counted once
        DailyTime day_begins{};             ///< of the key's day: RESET_COUNTS_TIME
        RequestFacts request = {};
        std::shared_ptr<const GenerationClaim> generation = nullptr;  ///< null: a plain request
        bool is_low = false;                                          ///< WaitingRequest::is_low
    };
    /// `then` is posted when the reservation is committed, or when it could not be: there is none, the wait was too
    /// long, or the database refused for as long as `patience`.
    /// `before`: the attempt that came before, settled in the same transaction, so that meanwhile no other request
    /// takes the place that the request has among its key's; kept until it is committed, whatever becomes of the
    /// reservation.
    RequestId reserve(ReservationRequest wanted, OnReserved then, std::optional<Settlement> before = std::nullopt);

    /// Gives up a reservation. If it waits for its turn or for an account, `then` is not called. If its lease is on its
    /// way, `then` is posted all the same.
    void withdraw(RequestId request);

    /// Kept until it is committed, however long the database refuses. `then` is posted when it is committed; if that
    /// takes longer than `patience`, `then` is posted all the same and the settlement goes on being tried.
    void settle(Settlement settlement, std::function<void()> then = nullptr);
    void give_back(LeaseId lease);

    /// Logs a request that ended otherwise than with an attempt's settlement. While the database refuses it is kept as
    /// a settlement is, unless that is why the request ended: those would gather without end.
    /// `generation`: how that ended with it, if it is one.
    void log(RequestRecord record, std::shared_ptr<const GenerationEnd> generation = nullptr);

    /// A piece of housekeeping. While another process holds the database it is tried again for as long as `patience`.
    /// `then` is posted with whether it was committed.
    void run(std::function<void(Database&)> work, const std::function<void(bool)>& then = nullptr);

    /// What has not been taken into a transaction yet. Any thread.
    std::size_t queued();

private:
    void push(WriteEntry entry);
    void count_in(const WriteEntry& entry);
    void count_out(const WriteEntry& entry);
    void work();
    std::vector<WriteEntry> gather(bool& stopping);
    void wait_for_entries(std::unique_lock<std::mutex>& lock);
    bool commit(std::vector<WriteEntry>& entries);
    void book(std::vector<WriteEntry>& entries, TurnOutcome& outcome);
    void tell_of(std::vector<WriteEntry>& entries);
    void make_room();
    void commit_one_by_one(std::vector<WriteEntry>& entries);
    void put_back(std::vector<WriteEntry> entries);
    Database& database();

    /// One of this worker's that waits for an account to become free.
    struct Waiter {
        RequestId request = 0;
        std::chrono::steady_clock::time_point until{};
        OnReserved then;
        std::shared_ptr<const GenerationClaim> generation = nullptr;
    };
    void book_entry(ReservationEntry& entry);
    void book_entry(WithdrawalEntry& entry);
    void book_entry(WaitEndEntry& entry);
    void book_entry(SettlementEntry&) { --in_flight_; }
    void book_entry(GiveBackEntry&) { --in_flight_; }
    void book_entry(auto&) {}
    bool wait_queue_is_due();
    void end_long_waits();
    void tell(Ticket ticket, Reservation reservation);

    DatabaseFile file_;
    std::string worker_;
    Post post_;
    milliseconds patience_;

    // The thread's own.
    std::optional<Database> database_;  // opened by the thread, again after a failure
    bool last_failure_was_busy_ = false;
    std::map<Ticket, Waiter> waiters_;
    std::chrono::steady_clock::time_point wait_queue_looked_at_{};
    KeyDay key_day_;
    WritePace pace_;
    std::int64_t in_flight_ = 0;  // leases that its requests hold
    bool has_waiters_ = false;    // whatever is freed is awaited by the wait queue, this worker's or another's

    std::atomic<RequestId> last_request_{0};
    std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<WriteEntry> queue_;
    std::size_t reservations_ = 0;  // in the queue
    std::size_t awaited_ = 0;       // in the queue: entries that are awaited
    std::size_t enough_ = 0;        // with so many the thread is woken
    bool stopping_ = false;
    std::thread thread_;  // last: it uses all of the above
};

}  // namespace dreamina
