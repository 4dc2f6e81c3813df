#include "core/domain/settings/setting_checks.hpp"

#include <filesystem>

#include "core/base/text.hpp"
#include "core/domain/address.hpp"
#include "core/domain/daily_time.hpp"
#include "core/domain/model_catalog.hpp"
#include "core/domain/results/result_hosts.hpp"
#include "core/domain/webhook/webhook_target.hpp"

namespace dreamina {

SettingFault check_host(std::string_view text) { return is_host(text) ? SettingFault{} : Message{"field.not_host"}; }

SettingFault check_url(std::string_view text)
{
    return is_base_url(text) ? SettingFault{} : Message{"field.not_base_url"};
}

SettingFault check_daily_time(std::string_view text)
{
    return parse_daily_time(text) ? SettingFault{} : Message{"field.not_daily_time"};
}

SettingFault check_model(std::string_view text) { return is_wildcard(text) ? Message{"field.star"} : SettingFault{}; }

std::string normal_daily_time(std::string_view text) { return to_text(parse_daily_time(text).value_or(DailyTime{})); }

std::optional<std::string> nearest_daily_time(std::string_view text)
{
    const std::size_t colon = text.find(':');
    if (colon == std::string_view::npos || text.find_first_not_of("0123456789:") != std::string_view::npos)
        return std::nullopt;
    const auto hour = parse_number(text.substr(0, colon));
    const auto minute = parse_number(text.substr(colon + 1));
    if (!hour || !minute || (*hour <= 23 && *minute <= 59)) return std::nullopt;
    return to_text(*hour > 23 ? DailyTime{23, 59} : DailyTime{static_cast<int>(*hour), 59});
}

tl::expected<std::string, Message> read_database_path(std::string_view text)
{
    constexpr std::string_view scheme_characters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+.-";
    std::string_view path = text;
    const std::size_t scheme_end = text.find_first_not_of(scheme_characters);
    if (scheme_end != std::string_view::npos && scheme_end > 0 && text[scheme_end] == ':') {
        const std::string scheme = to_lower(text.substr(0, scheme_end));
        const std::string_view rest = text.substr(scheme_end + 1);
        if ((scheme != "sqlite" && !scheme.starts_with("sqlite+")) || !rest.starts_with("///"))
            return tl::unexpected(Message{"field.not_database_url"});
        path = rest.substr(3);
        path = path.substr(0, path.find('?'));  // options for the earlier program's driver
    }
    const auto file = std::filesystem::path{path}.lexically_normal();
    const auto name = file.filename();
    if (name.empty() || name == "." || name == ".." || path == ":memory:")
        return tl::unexpected(Message{"field.not_file"});
    return file.string();
}

SettingFault check_webhook_hosts(std::string_view text)
{
    for (const std::string& host : webhook_host_list(text))
        if (!is_webhook_host(host)) return Message{"field.not_webhook_host", {{"host", host}}};
    return {};
}

SettingFault check_result_hosts(std::string_view text)
{
    for (const std::string& host : webhook_host_list(text))
        if (!is_result_host(host)) return Message{"field.not_webhook_host", {{"host", host}}};
    return {};
}

/// nginx's files name it: what would end a quoted text there, or begin a variable, cannot be written in them.
SettingFault check_results_folder(std::string_view text)
{
    constexpr std::string_view not_for_nginx = "\"\\$";
    const auto folder = std::filesystem::path{text}.lexically_normal();
    const bool is_root = folder == folder.root_path();
    if (is_root || folder == "." || text.find_first_of(not_for_nginx) != std::string_view::npos)
        return Message{"field.not_folder"};
    return {};
}

SettingFault check_database_url(std::string_view text)
{
    const auto path = read_database_path(text);
    return path ? SettingFault{} : path.error();
}

}  // namespace dreamina
