#include "core/storage/maintenance/earlier_database.hpp"

#include <array>
#include <cmath>
#include <ctime>
#include <set>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/base/log.hpp"
#include "core/base/text.hpp"
#include "core/base/time_zone.hpp"
#include "core/domain/account/region_token.hpp"

namespace dreamina {
namespace {

std::set<std::string> columns_of(Database& database, std::string_view table)
{
    // xinfo: generated columns, by which ours is known, are not in table_info.
    const auto names = read_texts(database.query("SELECT name FROM pragma_table_xinfo(?)", table));
    return {names.begin(), names.end()};
}

/// "2026-11-22 11:28:34[.461805]", local where `local` says so. Nothing for an empty or unreadable one.
std::optional<Time> read_time(const std::optional<std::string>& text, bool local)
{
    if (!text) return std::nullopt;
    const auto as_utc = parse_rfc3339(*text);
    if (!as_utc || !local) return as_utc;
    const auto seconds = std::chrono::floor<std::chrono::seconds>(*as_utc);
    const std::time_t wall = std::chrono::system_clock::to_time_t(seconds);
    std::tm parts{};
    gmtime_r(&wall, &parts);
    parts.tm_isdst = -1;
    return Time{std::chrono::seconds{std::mktime(&parts)}} + (*as_utc - seconds);
}

struct CountColumn {
    Column column;
    const char* model;
};
constexpr std::array count_columns{
    CountColumn{"jimeng_4_0_count", "jimeng-4.0"}, CountColumn{"jimeng_4_1_count", "jimeng-4.1"},
    CountColumn{"nanobanana_count", "nanobanana"}, CountColumn{"nanobananapro_count", "nanobananapro"},
    CountColumn{"video_3_0_count", "video-3.0"}};

/// Files of its first versions lack the columns that came later.
std::string select_earlier_sql(const std::set<std::string>& present)
{
    std::vector<std::string> columns;
    const auto add = [&](std::string_view column, std::string_view otherwise) {
        const bool is_there = present.contains(std::string{column});
        columns.push_back(is_there ? std::string{column} : fmt::format("{} AS {}", otherwise, column));
    };
    for (const char* column : {"id", "email", "password", "region", "session_id", "points", "session_id_updated_at",
                               "created_at", "updated_at", "error_count", "is_banned", "ban_until"})
        add(column, "NULL");
    for (const CountColumn& count : count_columns) add(count.column.name(), "0");
    return fmt::format("SELECT {} FROM earlier_accounts ORDER BY id", fmt::join(columns, ", "));
}

void copy_account(Database& database, const Query& row)
{
    // Pasted with its line's end: it becomes part of a header.
    const std::string stored_session = row.text("session_id");
    const SplitSession session = split_session(trim(stored_session));
    const auto stored_region = parse_region(row.text("region"));
    if (!stored_region && !session.region) {
        log_warning("account {} had the region \"{}\", which is unknown: imported as us", row.integer("id"),
                    row.text("region"));
    }
    const Region region = session.region.value_or(stored_region.value_or(Region::us));
    const Time now = system_now();
    const double points = row.real("points");
    database.run(
        "INSERT INTO accounts (id, email, password, region, session_id, points, session_updated_at, created_at,"
        " updated_at, error_count, banned, ban_until) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        row.integer("id"), row.text("email"), row.text("password"), to_string(region),
        session.session_id.empty() ? std::nullopt : std::optional{session.session_id},
        std::isfinite(points) ? points : 0.0, read_time(row.optional_text("session_id_updated_at"), true),
        read_time(row.optional_text("created_at"), false).value_or(now),
        read_time(row.optional_text("updated_at"), false).value_or(now), row.integer("error_count"),
        row.boolean("is_banned"), read_time(row.optional_text("ban_until"), true));
    for (const CountColumn& count : count_columns) {
        const std::int64_t calls = row.integer(count.column);
        if (calls != 0) {
            database.run("INSERT INTO account_usage (account_id, model, calls) VALUES (?, ?, ?)", row.integer("id"),
                         count.model, calls);
        }
    }
}

}  // namespace

bool is_earlier_database(Database& database)
{
    const auto columns = columns_of(database, "accounts");
    return columns.contains("email") && columns.contains("password") && columns.contains("session_id") &&
           !columns.contains("pool_class");
}

bool can_read_local_times() { return local_zone(system_now()).exists; }

void set_earlier_accounts_aside(Database& database)
{
    // Index names are global and the new schema has its own.
    const auto indexes = read_texts(database.query(
        "SELECT name FROM sqlite_master WHERE type = 'index' AND tbl_name = 'accounts' AND sql IS NOT NULL"));
    for (const std::string& name : indexes) {
        std::string quoted;
        for (const char c : name) quoted += c == '"' ? std::string{"\"\""} : std::string{c};
        database.script("DROP INDEX \"" + quoted + "\"");
    }
    database.script("ALTER TABLE accounts RENAME TO earlier_accounts");
}

int take_over_earlier_accounts(Database& database)
{
    int count = 0;
    {
        const std::string sql = select_earlier_sql(columns_of(database, "earlier_accounts"));
        auto rows = database.query(sql);
        for (; rows.next(); ++count) copy_account(database, rows);
    }
    database.script("DROP TABLE earlier_accounts");
    return count;
}

}  // namespace dreamina
