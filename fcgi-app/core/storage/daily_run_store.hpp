#pragma once
/// `daily_runs`: for which local day each daily job ran last.

#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "storage/database.hpp"

namespace dreamina {

class DailyRunStore {
public:
    explicit DailyRunStore(Database& database) : database_(database) {}

    /// YYYY-MM-DD; empty if it never ran.
    std::string last_day(std::string_view name);
    void set_last_day(std::string_view name, std::string_view day, Time now);

private:
    Database& database_;
};

}  // namespace dreamina
