#include "core/base/systemd_notifier.hpp"

#include <systemd/sd-daemon.h>

#include <cstdint>

namespace dreamina {

SystemdNotifier::SystemdNotifier()
{
    std::uint64_t microseconds = 0;
    if (::sd_watchdog_enabled(0, &microseconds) > 0)
        watchdog_ = std::chrono::microseconds{static_cast<std::int64_t>(microseconds)};
}

void SystemdNotifier::ready() { ::sd_notify(0, "READY=1"); }

void SystemdNotifier::stopping(std::chrono::seconds max_wait)
{
    std::string message = "STOPPING=1";
    if (max_wait.count() > 0)
        message += "\nEXTEND_TIMEOUT_USEC=" + std::to_string(std::chrono::microseconds{max_wait}.count());
    ::sd_notify(0, message.c_str());
}

void SystemdNotifier::status(const std::string& line)
{
    if (line == status_) return;
    status_ = line;
    ::sd_notify(0, ("STATUS=" + line).c_str());
}

void SystemdNotifier::alive(Clock::time_point now)
{
    // A little before the half, since this is called a few times a second.
    if (watchdog_.count() == 0 || now - told_alive_ < watchdog_ / 2 - watchdog_ / 10) return;
    told_alive_ = now;
    ::sd_notify(0, "WATCHDOG=1");
}

}  // namespace dreamina
