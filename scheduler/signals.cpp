#include "signals.hpp"

#include <poll.h>
#include <sys/signalfd.h>

#include <csignal>

namespace dreamina {

TerminationSignals::TerminationSignals()
{
    std::signal(SIGPIPE, SIG_IGN);
    // A service manager's word for "read your settings": they are looked at all the time.
    std::signal(SIGHUP, SIG_IGN);
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    sigprocmask(SIG_BLOCK, &set, nullptr);
    fd_ = UniqueFd{::signalfd(-1, &set, SFD_CLOEXEC)};
}

bool TerminationSignals::came_within(milliseconds wait) const
{
    pollfd waiting{.fd = fd_.get(), .events = POLLIN, .revents = 0};
    return ::poll(&waiting, 1, static_cast<int>(wait.count())) > 0;
}

}  // namespace dreamina
