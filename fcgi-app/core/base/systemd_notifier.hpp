#pragma once
/// What the service's manager (systemd, by the socket in NOTIFY_SOCKET) is told. Without one, nothing happens.

#include <chrono>
#include <string>

namespace dreamina {

class SystemdNotifier {
public:
    using Clock = std::chrono::steady_clock;

    SystemdNotifier();

    void ready();
    /// The end has begun and may take up to `max_wait`: the manager waits that long before it kills, whatever its own
    /// patience. 0: that patience is enough.
    void stopping(std::chrono::seconds max_wait = std::chrono::seconds{0});
    /// One line; sent when it differs from the last.
    void status(const std::string& line);

    /// How often it must hear of us, 0 if it does not ask for it.
    std::chrono::microseconds watchdog() const { return watchdog_; }
    /// That all goes on; sent when half of the time has passed.
    void alive(Clock::time_point now);

private:
    std::chrono::microseconds watchdog_{0};
    Clock::time_point told_alive_{};
    std::string status_;
};

}  // namespace dreamina
