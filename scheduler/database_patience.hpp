#pragma once
#include <chrono>

namespace dreamina {

/// How long a thread of the scheduler waits for another process's write before it lets go and tries again later: long
/// against a worker's transactions (milliseconds), short against the second or so in which the scheduler must stop.
constexpr std::chrono::seconds database_patience{3};

}  // namespace dreamina
