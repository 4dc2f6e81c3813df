#include "core/domain/settings.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/base/message/coded_error.hpp"
#include "core/base/text.hpp"
#include "core/domain/settings/setting_checks.hpp"
#include "core/domain/settings/setting_value.hpp"

namespace dreamina {

std::string range_text(const SettingRow& row)
{
    if (row.type == SettingType::boolean) return "true, false";
    if (!row.choices.empty()) return fmt::format("{}", fmt::join(row.choices, ", "));
    if (row.type == SettingType::text) return std::string{row.form};
    const std::string bounds = row.above_min ? fmt::format("more than {}, at most {}", row.min, row.max)
                                             : fmt::format("{}–{}", row.min, row.max);
    return row.unit.empty() ? bounds : fmt::format("{} {}", bounds, row.unit);
}

const SettingRow* find_setting(std::string_view key)
{
    const auto rows = setting_rows();
    const auto found = std::find_if(rows.begin(), rows.end(), [&](const SettingRow& row) { return row.key == key; });
    return found == rows.end() ? nullptr : &*found;
}

Result<void> apply_setting(Settings& settings, const SettingRow& row, const SettingValue& value)
{
    if (const SettingFault fault = row.set(settings, row, value))
        return field_failure("error.invalid_setting", std::string{row.key}, *fault);
    return {};
}

std::optional<SettingValue> nearest_in_range(const SettingRow& row, const SettingValue& value)
{
    if (row.check == check_daily_time) {
        const auto* text = std::get_if<std::string>(&value);
        const auto nearest = text ? nearest_daily_time(trim(*text)) : std::nullopt;
        return nearest ? std::optional<SettingValue>{*nearest} : std::nullopt;
    }
    const bool counts = row.type == SettingType::integer || row.type == SettingType::number;
    const auto number = counts ? number_in(value) : std::nullopt;
    if (!number || in_range(row, *number)) return std::nullopt;
    // Where the minimum itself is too little, the least that makes a difference.
    constexpr double a_little = 0.01;
    const double nearest = *number > row.max ? row.max : row.above_min ? row.min + a_little : row.min;
    if (row.type == SettingType::integer) return static_cast<std::int64_t>(nearest);
    return nearest;
}

SettingSource source_of(const ResolvedSettings& resolved, std::string_view key)
{
    const auto rows = setting_rows();
    const auto found = std::find_if(rows.begin(), rows.end(), [&](const SettingRow& row) { return row.key == key; });
    return resolved.sources.at(static_cast<std::size_t>(found - rows.begin()));
}

ResolvedSettings resolve_settings(const std::vector<SettingEntry>& file, const Environment& environment,
                                  std::vector<Error>& faults)
{
    ResolvedSettings resolved;
    for (const SettingRow& row : setting_rows()) {
        // The last of several, as every JSON parser takes it.
        const auto entry = std::find_if(file.rbegin(), file.rend(), [&](const auto& it) { return it.key == row.key; });
        if (entry != file.rend()) {
            if (const auto applied = apply_setting(resolved.settings, row, entry->value); !applied)
                faults.push_back(applied.error());
            resolved.sources.push_back(SettingSource::file);
            continue;
        }
        auto variable = environment(std::string{row.key});
        if (const auto inner = variable ? without_quotes(trim(*variable)) : std::nullopt) {
            variable = std::string{*inner};
            resolved.unquoted.push_back(row.key);
        }
        if (variable && !variable->empty()) {
            if (const auto applied = apply_setting(resolved.settings, row, *variable); !applied)
                faults.push_back(make_error(applied.error().code,
                                            Message{"error.in_environment", {{"fault", applied.error().reason}}}));
            resolved.sources.push_back(SettingSource::environment);
            continue;
        }
        resolved.sources.push_back(SettingSource::fallback);
    }
    return resolved;
}

Result<ResolvedSettings> resolve_settings(const std::vector<SettingEntry>& file, const Environment& environment)
{
    std::vector<Error> faults;
    ResolvedSettings resolved = resolve_settings(file, environment, faults);
    if (!faults.empty()) return tl::unexpected(all_of(std::move(faults)));
    return resolved;
}

std::string_view password_kind(std::string_view admin_password)
{
    if (admin_password == default_admin_password) return "default";
    // `$id$…`: a plain password that merely starts with $ stays one.
    if (!admin_password.starts_with('$')) return "plain";
    const std::size_t second = admin_password.find('$', 1);
    const bool has_body = second != std::string_view::npos && second > 1 && second + 1 < admin_password.size();
    if (!has_body) return "plain";
    // The methods of crypt(5): a plain password may begin with a dollar sign as well.
    constexpr std::array<std::string_view, 12> methods{"y",  "gy", "7", "2b",   "2y",  "2a",
                                                       "2x", "6",  "5", "sm3y", "sm3", "1"};
    const std::string_view id = admin_password.substr(1, second - 1);
    const bool is_id = std::find(methods.begin(), methods.end(), id) != methods.end();
    return is_id ? "hash" : "plain";
}

bool register_service_is_configured(const Settings& settings)
{
    return settings.register_api_url && settings.register_api_key;
}

LogLevel parse_log_level(std::string_view log_level)
{
    if (log_level == "debug") return LogLevel::debug;
    if (log_level == "warning") return LogLevel::warning;
    if (log_level == "error") return LogLevel::error;
    if (log_level == "critical") return LogLevel::critical;
    return LogLevel::info;
}

Result<std::string> database_path(std::string_view database_url)
{
    auto path = read_database_path(database_url);
    if (!path) return field_failure("error.invalid_setting", "DATABASE_URL", path.error());
    return std::move(*path);
}

}  // namespace dreamina
