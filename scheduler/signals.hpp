#pragma once
/// How the program is asked to end.

#include "core/base/clock.hpp"
#include "core/base/unique_fd.hpp"

namespace dreamina {

/// Takes SIGTERM and SIGINT for all threads that begin after it, and leaves SIGPIPE and SIGHUP unheard.
class TerminationSignals {
public:
    TerminationSignals();
    /// True if an end was asked for within `wait`; it stays asked for.
    bool came_within(milliseconds wait) const;

private:
    UniqueFd fd_;
};

}  // namespace dreamina
