#include "core/clients/host_slots.hpp"

#include <algorithm>

namespace dreamina {

std::optional<HostSlots::Slot> HostSlots::enter(const std::string& host, const std::stop_token& stop)
{
    std::unique_lock lock{mutex_};
    Line& line = lines_[host];
    const std::uint64_t ticket = next_ticket_++;
    line.waiting.push_back(ticket);
    const bool may_enter = changed_.wait(
        lock, stop, [&] { return line.waiting.front() == ticket && line.inside < std::max<std::size_t>(limit_, 1); });
    // A free slot does not count for one who was told to stop.
    const bool enters = may_enter && !stop.stop_requested();
    std::erase(line.waiting, ticket);
    if (enters) ++line.inside;
    changed_.notify_all();  // the next in line may be free to go
    if (enters) return Slot{*this, host};
    forget_if_idle(host);
    return std::nullopt;
}

void HostSlots::set_limit(std::size_t limit)
{
    const std::lock_guard lock{mutex_};
    limit_ = limit;
    changed_.notify_all();
}

std::size_t HostSlots::waiting(const std::string& host) const
{
    const std::lock_guard lock{mutex_};
    const auto line = lines_.find(host);
    return line == lines_.end() ? 0 : line->second.waiting.size();
}

void HostSlots::leave(const std::string& host)
{
    const std::lock_guard lock{mutex_};
    --lines_.at(host).inside;
    changed_.notify_all();
    forget_if_idle(host);
}

void HostSlots::forget_if_idle(const std::string& host)
{
    const auto line = lines_.find(host);
    if (line != lines_.end() && line->second.inside == 0 && line->second.waiting.empty()) lines_.erase(line);
}

}  // namespace dreamina
