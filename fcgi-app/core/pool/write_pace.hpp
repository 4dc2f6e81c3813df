#pragma once
/// When the write queue's next turn begins.
///
/// A turn costs about as much for thirty entries as for one, so under load it pays to let them gather; and while few
/// requests are in flight it does not, since each of them waits for the turn and nothing comes meanwhile. Therefore:
///
///   - Turns begin at least `shortest` apart, whatever the load: the other workers get the lock in between. A queue
///   that
///     was idle for longer commits at once.
///   - While `many` requests or more are in flight, a turn waits until `full` entries have gathered, but no longer than
///     `longest` from the beginning of the turn before, and only if so many are to be expected in that time, by what
///     the last turns have gathered: else those that are in flight wait for their upstream, not for us, and the few
///     that come in between are served at once.
///
/// A request that comes alone, or after another, never waits longer for it.

#include <chrono>
#include <cstddef>

namespace dreamina {

class WritePace {
public:
    using Clock = std::chrono::steady_clock;

    static constexpr std::chrono::milliseconds shortest{2};
    static constexpr std::chrono::milliseconds longest{8};
    static constexpr std::size_t full = 32;
    static constexpr std::size_t many = 32;

    /// So many are enough: the turn begins as soon as it may. 0: with the first that comes.
    std::size_t enough(std::size_t in_flight) const;

    /// When the next turn may begin, with so many gathered.
    Clock::time_point begins(std::size_t gathered, std::size_t in_flight) const;

    void has_begun(Clock::time_point now, std::size_t entries);

private:
    Clock::time_point last_{};
    double per_longest_ = 0;  // entries that come in `longest`, as of late
};

}  // namespace dreamina
