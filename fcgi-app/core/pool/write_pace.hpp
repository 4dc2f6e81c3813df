#pragma once
/// When the write queue's next turn begins.
///
/// A turn costs about as much for thirty entries as for one, so under load it pays to let them gather. While few
/// requests are in flight it does not: each of them waits for the turn, and nothing comes meanwhile. Therefore:
///
///   - A turn begins for what a request waits for. What no request waits for, as the settlement of an answer that has
///     been given, goes with the next turn, or has one of its own after `unawaited`. So of two requests, one after the
///     other, the second finds the queue idle, and both take one turn each.
///   - With `few` requests in flight or more, turns begin at least `shortest` apart: the other workers get the lock in
///     between.
///   - While `many` requests or more are in flight, a turn waits until `full` entries have gathered, but no longer than
///     `longest` from the beginning of the turn before, and only if so many are to be expected in that time, by what
///     the last turns have gathered: else those that are in flight wait for their upstream, not for us, and the few
///     that come in between are served at once.

#include <chrono>
#include <cstddef>

namespace dreamina {

class WritePace {
public:
    using Clock = std::chrono::steady_clock;

    static constexpr std::chrono::milliseconds shortest{2};
    static constexpr std::chrono::milliseconds longest{8};
    static constexpr std::chrono::milliseconds unawaited{5};
    static constexpr std::size_t full = 32;
    static constexpr std::size_t few = 8;
    static constexpr std::size_t many = 32;

    /// What has gathered in the queue.
    struct Gathered {
        std::size_t entries = 0;
        Clock::time_point oldest{};  ///< when the first of them came
        bool is_awaited = true;      ///< a request waits for one of them
    };

    /// So many are enough: the turn begins as soon as it may. 0: with the first that comes.
    std::size_t enough(std::size_t in_flight) const;

    /// When the next turn may begin. `in_flight`: this worker's requests that are reserving or have a lease.
    Clock::time_point begins(const Gathered& gathered, std::size_t in_flight) const;

    void has_begun(Clock::time_point now, std::size_t entries);

private:
    Clock::time_point last_{};
    double per_longest_ = 0;  // entries that come in `longest`, as of late
};

}  // namespace dreamina
