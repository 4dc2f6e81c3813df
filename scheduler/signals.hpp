#pragma once
/// How the program is asked to end.

#include "base/clock.hpp"
#include "base/unique_fd.hpp"

namespace dreamina {

/// Takes SIGTERM and SIGINT for all threads that begin after it, and leaves SIGPIPE and SIGHUP unheard.
class EndSignals {
public:
    EndSignals();
    /// True if an end was asked for within `wait`; it stays asked for.
    bool came_within(milliseconds wait) const;

private:
    UniqueFd fd_;
};

}  // namespace dreamina
