#pragma once
/// A timed job: when it is due and what it does.

#include <functional>
#include <string_view>
#include <variant>

#include "domain/daily_time.hpp"
#include "domain/settings.hpp"
#include "storage/database.hpp"

namespace dreamina {

/// What a job may use.
struct JobContext {
    Database& database;
    std::filesystem::path database_file;
    const Settings& settings;
    Time now;
};

struct Every {
    milliseconds interval;
};

/// Once per local day, caught up at the next start if the moment was slept through.
struct Daily {
    DailyTime (*at)(const Settings&);
};

struct TimedJob {
    std::string_view name;
    std::variant<Every, Daily> when;
    /// Its own transactions. A daily job books its day in the same transaction as its work (DailyRunStore), so that
    /// it never happens twice.
    void (*run)(JobContext& context);
};

}  // namespace dreamina
