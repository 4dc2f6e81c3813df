#pragma once
/// What stands in the write queue.

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <variant>

#include "core/pool/pool_batch.hpp"

namespace dreamina {

struct GenerationClaim;

/// Names one reservation until it is told.
using ReservationId = std::uint64_t;
using OnReserved = std::function<void(Reservation)>;

struct ReservationEntry {
    ReservationId id = 0;
    WaitingRequest wanted;
    milliseconds wait_for{};
    std::optional<ApiKeyId> api_key;
    DailyTime day_begins;
    std::optional<Settlement> before;  ///< of the attempt before, in the same transaction
    OnReserved then;                   ///< on the event loop's thread
    std::shared_ptr<const GenerationClaim> generation = nullptr;
    bool is_withdrawn = false;  ///< before its turn came: its request is gone and is told nothing
    std::variant<Reservation, Ticket> outcome = Ticket{};
};
struct SettlementEntry {
    Settlement settlement;
    std::function<void()> then;
};
struct GiveBackEntry {
    LeaseId lease = 0;
};
/// After the entries before it: a request that still waits then, waits no longer.
struct WithdrawalEntry {
    ReservationId id = 0;
};
/// A place in the wait queue that is given up.
struct WaitEndEntry {
    Ticket ticket = 0;
    bool is_told = false;  ///< the time is over; else it was withdrawn, and a lease is given back
    Reservation outcome = tl::unexpected(NoLease{});
};
struct LogEntry {
    RequestRecord record;
    std::shared_ptr<const GenerationEnd> generation = nullptr;
};
struct HousekeepingEntry {
    std::function<void(Database&)> work;
    std::function<void(bool)> then;
};

struct WriteEntry {
    std::variant<ReservationEntry, SettlementEntry, GiveBackEntry, WithdrawalEntry, WaitEndEntry, LogEntry,
                 HousekeepingEntry>
        what;
    bool keep = false;          ///< tried again for as long as it takes
    bool only_if_busy = false;  ///< tried again only if it was a lock that stood in the way
    std::chrono::steady_clock::time_point since = std::chrono::steady_clock::now();
};

/// Whether a request, or who asked for housekeeping, goes on only when it is committed.
bool is_awaited(const WriteEntry& entry);

/// What its request is to hear, once it is committed; nothing where it hears nothing. Moves it out of the entry.
std::function<void()> take_committed_callback(WriteEntry& entry);
/// … and when patience has run out. Moves it out, so that it is told once.
std::function<void()> take_unsettled_callback(WriteEntry& entry);

}  // namespace dreamina
