#include "core/pool/write_entry.hpp"

#include <utility>

namespace dreamina {
namespace {

/// A call of `then`, which is gone afterwards; nothing if it was gone already.
template <class... Arguments>
std::function<void()> once(std::function<void(Arguments...)>& then, Arguments... arguments)
{
    if (!then) return nullptr;
    return [then = std::exchange(then, nullptr), ... values = std::move(arguments)]() mutable {
        then(std::move(values)...);
    };
}

std::function<void()> committed(ReservationEntry& entry)
{
    auto* reservation = std::get_if<Reservation>(&entry.outcome);
    return reservation ? once<Reservation>(entry.then, std::move(*reservation)) : nullptr;
}
std::function<void()> committed(SettlementEntry& entry) { return once(entry.then); }
std::function<void()> committed(HousekeepingEntry& entry) { return once<bool>(entry.then, true); }
std::function<void()> committed(auto&) { return nullptr; }

bool awaited(const ReservationEntry&) { return true; }
bool awaited(const WaitEndEntry& entry) { return entry.is_told; }
bool awaited(const SettlementEntry& entry) { return entry.then != nullptr; }
bool awaited(const HousekeepingEntry& entry) { return entry.then != nullptr; }
bool awaited(const auto&) { return false; }

std::function<void()> unsettled(ReservationEntry& entry)
{
    return once<Reservation>(entry.then, tl::unexpected(NoLease{NoLease::Why::database_refuses}));
}
std::function<void()> unsettled(SettlementEntry& entry) { return once(entry.then); }
std::function<void()> unsettled(HousekeepingEntry& entry) { return once<bool>(entry.then, false); }
std::function<void()> unsettled(auto&) { return nullptr; }

}  // namespace

bool is_awaited(const WriteEntry& entry)
{
    return std::visit([](const auto& what) { return awaited(what); }, entry.what);
}

std::function<void()> take_committed_callback(WriteEntry& entry)
{
    return std::visit([](auto& what) { return committed(what); }, entry.what);
}

std::function<void()> take_unsettled_callback(WriteEntry& entry)
{
    return std::visit([](auto& what) { return unsettled(what); }, entry.what);
}

}  // namespace dreamina
