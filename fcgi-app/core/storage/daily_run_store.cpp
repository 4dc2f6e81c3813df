#include "storage/daily_run_store.hpp"

namespace dreamina {

std::string DailyRunStore::last_day(std::string_view name)
{
    auto row = database_.query("SELECT last_day FROM daily_runs WHERE name = ?", name);
    return row.next() ? row.text(0) : std::string{};
}

void DailyRunStore::set_last_day(std::string_view name, std::string_view day, Time now)
{
    database_.run(
        "INSERT INTO daily_runs (name, last_day, ran_at) VALUES (?1, ?2, ?3) "
        "ON CONFLICT DO UPDATE SET last_day = ?2, ran_at = ?3",
        name, day, now);
}

}  // namespace dreamina
