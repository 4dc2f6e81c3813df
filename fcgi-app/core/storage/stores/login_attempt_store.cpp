#include "core/storage/stores/login_attempt_store.hpp"

#include "core/domain/login_limits.hpp"
#include "core/storage/engine/transaction.hpp"

namespace dreamina {
namespace {

/// A login is written down at most so often, for a script that sends the password with every call.
constexpr std::chrono::hours login_grain{24};

struct Row {
    LoginStreak streak;
    std::optional<Time> last_login_at;
};

Row row_of(Database& database, std::string_view address)
{
    auto rows =
        database.query("SELECT failures, last_failed_at, last_login_at FROM login_attempts WHERE address = ?", address);
    if (!rows.next()) return {};
    return {.streak = {.failures = rows.integer("failures"), .last_failed_at = rows.time("last_failed_at")},
            .last_login_at = rows.optional_time("last_login_at")};
}

Time spread_until(Database& database)
{
    auto rows = database.query("SELECT spread_until FROM login_flood WHERE id = 1");
    return rows.next() ? rows.time() : Time{};
}

bool is_known(const Row& row, Time now) { return row.last_login_at && now - *row.last_login_at < known_address_memory; }

void set_spread_until(Database& database, Time until)
{
    database.run("UPDATE login_flood SET spread_until = ? WHERE id = 1", until);
}

}  // namespace

LoginThrottleState LoginAttemptStore::throttle_state(std::string_view address, bool from_outside, Time now)
{
    const Row row = row_of(database_, address);
    auto until = refused_until(row.streak, now);
    if (!until && from_outside && !is_known(row, now)) until = flood_refused_until(spread_until(database_), now);
    return {.failures = failures_in_a_row(row.streak, now),
            .refused_until = until,
            .logged_in_lately = row.last_login_at && now - *row.last_login_at < login_grain};
}

std::optional<Time> LoginAttemptStore::begin(std::string_view address, bool from_outside, Time now)
{
    Transaction transaction{database_};
    const Row row = row_of(database_, address);
    if (const auto until = refused_until(row.streak, now)) return until;

    if (from_outside && !is_known(row, now)) {
        const Time spread = spread_until(database_);
        if (const auto until = flood_refused_until(spread, now)) return until;
        set_spread_until(database_, flood_after_attempt(spread, now));
    }
    database_.run(
        "INSERT INTO login_attempts (address, failures, last_failed_at) VALUES (?, ?, ?) "
        "ON CONFLICT (address) DO UPDATE SET failures = excluded.failures, last_failed_at = excluded.last_failed_at",
        address, failures_in_a_row(row.streak, now) + 1, now);
    transaction.commit();
    return std::nullopt;
}

void LoginAttemptStore::succeeded(std::string_view address, bool begun, Time now)
{
    Transaction transaction{database_};
    database_.run(
        "INSERT INTO login_attempts (address, failures, last_failed_at, last_login_at) VALUES (?1, 0, 0, ?2) "
        "ON CONFLICT (address) DO UPDATE SET failures = 0, last_login_at = excluded.last_login_at",
        address, now);
    if (begun) {
        const Time spread = spread_until(database_);
        if (spread > now) set_spread_until(database_, spread - flood_interval);
    }
    transaction.commit();
}

int LoginAttemptStore::remove_forgotten(Time now)
{
    return database_.run(
        "DELETE FROM login_attempts WHERE last_failed_at < ? AND (last_login_at IS NULL OR last_login_at < ?)",
        now - streak_memory, now - known_address_memory);
}

}  // namespace dreamina
