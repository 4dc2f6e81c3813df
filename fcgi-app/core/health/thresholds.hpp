#pragma once
/// From where on something wants attention: one set for the page and for `check`, so that neither calls well what the
/// other warns of.

#include <chrono>
#include <cstdint>

namespace dreamina {

/// Free bytes where the database is: below the first a warning, below the second a fault.
constexpr std::uintmax_t low_disk_space = 1'000'000'000;
constexpr std::uintmax_t critical_disk_space = 100'000'000;

/// Bytes of the write-ahead log. A scheduler that lives keeps it below 16 MB or so (scheduler/jobs/checkpoint_log.cpp).
constexpr std::uintmax_t long_log = 64'000'000;

/// The backup runs daily, and takes a while.
constexpr std::chrono::hours old_backup{26};

/// Longer than a healthy worker needs for a change of the settings.
constexpr std::chrono::seconds takes_settings{5};

/// How long what was found by writing, and by asking the upstream, is taken for true.
constexpr std::chrono::seconds write_probe_lasts{3};
constexpr std::chrono::seconds upstream_probe_lasts{10};
/// A readiness check waits for these at most.
constexpr std::chrono::milliseconds write_probe_patience{1000};
constexpr std::chrono::milliseconds upstream_probe_timeout{2000};
/// Requests of the last minute have told the breaker how the upstream is.
constexpr std::chrono::seconds traffic_lasts{60};

/// Jobs that failed longer ago are no news.
constexpr std::chrono::hours failed_lately{24};

/// An event that failed so often has not reached its receiver for five minutes.
constexpr std::int64_t failing_webhook_attempts = 3;

/// Clocks of one machine do not differ: what is written ahead of now was written before the clock was set back.
constexpr std::chrono::seconds ahead_of_time{5};

}  // namespace dreamina
