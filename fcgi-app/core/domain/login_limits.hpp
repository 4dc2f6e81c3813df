#pragma once
/// How often a password may be guessed. Pure rules; storage/stores/login_attempt_store keeps the counts.

#include <cstdint>
#include <optional>

#include "core/base/clock.hpp"

namespace dreamina {

/// So many wrong passwords in a row may come from one address before it has to wait: people mistype.
constexpr int free_failures = 5;
/// The wait after the next one; it doubles with each more …
constexpr milliseconds first_login_delay{1'000};
/// … up to this, which leaves an address 96 guesses a day.
constexpr milliseconds max_login_delay{15 * 60 * 1'000};
/// An address that was quiet for so long starts over.
constexpr milliseconds streak_memory{24 * 3'600 * 1'000};

/// From all addresses together that are public and did not log in lately: a hundred at once, then one per 6 s (a
/// hundred in ten minutes). So a guesser with many addresses gains little, and who logs in from where he did before, or
/// from the machine's own network, is not held up by one.
constexpr int flood_burst = 100;
constexpr milliseconds flood_interval{6'000};

/// An address with a login within this time counts as one that did lately.
constexpr milliseconds known_address_memory{30LL * 24 * 3'600 * 1'000};

/// Wrong passwords in a row from one address.
struct LoginStreak {
    std::int64_t failures = 0;
    Time last_failed_at{};
};

/// As it stands now: quiet for `streak_memory` is none.
std::int64_t failures_in_a_row(const LoginStreak& streak, Time now);
/// When the address may try again; nothing if it may now.
std::optional<Time> refused_until(const LoginStreak& streak, Time now);

/// The flood's one number: when as many attempts as there were would have been spread out evenly.
std::optional<Time> flood_refused_until(Time spread_until, Time now);
Time flood_after_attempt(Time spread_until, Time now);

}  // namespace dreamina
