#pragma once
/// So many at a time to one host; who comes beyond that waits, first come first served.

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <utility>

namespace dreamina {

/// Any thread. Must outlive its slots.
class HostSlots {
public:
    /// A limit of 0 counts as 1.
    explicit HostSlots(std::size_t limit) : limit_(limit) {}

    /// The right to talk to the host; given back when this ends.
    class Slot {
    public:
        Slot(HostSlots& slots, std::string host) : slots_(&slots), host_(std::move(host)) {}
        Slot(Slot&& other) noexcept : slots_(std::exchange(other.slots_, nullptr)), host_(std::move(other.host_)) {}
        Slot& operator=(Slot&&) = delete;
        ~Slot()
        {
            if (slots_ != nullptr) slots_->leave(host_);
        }

    private:
        HostSlots* slots_;
        std::string host_;
    };

    /// Waits for a turn; nothing if `stop` is requested before it comes.
    std::optional<Slot> enter(const std::string& host, const std::stop_token& stop);

    void set_limit(std::size_t limit);

    /// How many wait for their turn at a host.
    std::size_t waiting(const std::string& host) const;

private:
    struct Line {
        std::size_t inside = 0;
        std::deque<std::uint64_t> waiting;
    };

    void leave(const std::string& host);
    void forget_if_idle(const std::string& host);

    mutable std::mutex mutex_;
    std::condition_variable_any changed_;
    std::size_t limit_;
    std::uint64_t next_ticket_ = 0;
    std::map<std::string, Line> lines_;
};

}  // namespace dreamina
