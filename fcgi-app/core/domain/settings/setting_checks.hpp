#pragma once
/// What a setting's text must be, beyond its length: the checks that rows of the table name.

#include <string>
#include <string_view>

#include <tl/expected.hpp>

#include "core/domain/settings/setting_value.hpp"

namespace dreamina {

SettingFault check_host(std::string_view text);
SettingFault check_url(std::string_view text);
SettingFault check_daily_time(std::string_view text);
SettingFault check_model(std::string_view text);
SettingFault check_database_url(std::string_view text);
SettingFault check_webhook_hosts(std::string_view text);
SettingFault check_result_hosts(std::string_view text);
SettingFault check_results_folder(std::string_view text);

/// A path relative to the data folder must not be, or lie in, what the service keeps there itself.
SettingFault check_place_in_data_folder(std::string_view relative);

/// The form in which a time of day is kept.
std::string normal_daily_time(std::string_view text);

/// The last minute for 24:00, and HH:59 for 08:75; nothing if it is no time at all.
std::optional<std::string> nearest_daily_time(std::string_view text);

/// The file that DATABASE_URL names.
tl::expected<std::string, Message> read_database_path(std::string_view text);

}  // namespace dreamina
