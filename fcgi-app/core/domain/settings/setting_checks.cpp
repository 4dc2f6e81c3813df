#include "core/domain/settings/setting_checks.hpp"

#include <algorithm>
#include <array>
#include <filesystem>
#include <iterator>
#include <span>

#include "core/base/text.hpp"
#include "core/domain/address.hpp"
#include "core/domain/daily_time.hpp"
#include "core/domain/model_catalog.hpp"
#include "core/domain/results/result_hosts.hpp"
#include "core/domain/webhook/webhook_target.hpp"

namespace dreamina {
namespace {

/// What the service keeps in its data folder. `results` is the default of the setting that is checked.
constexpr std::array<std::string_view, 12> names_in_data_folder = {
    "backups",   "config.json", "config.json.lock", "generations", "logs",   "nginx.json", "nginx.json.new",
    "preferred", "run",         "scheduler.lock",   "spool",       "workers"};

/// Nothing can be kept there.
constexpr std::array<std::string_view, 3> folders_of_the_system = {"dev", "proc", "sys"};

bool is_listed(std::string_view name, std::span<const std::string_view> list)
{
    return std::find(list.begin(), list.end(), name) != list.end();
}

}  // namespace

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
    const std::filesystem::path given{text};
    const auto folder = given.lexically_normal();
    const bool is_root = folder == folder.root_path();
    if (is_root || folder == "." || text.find_first_of(not_for_nginx) != std::string_view::npos)
        return Message{"field.not_folder"};
    if (folder.is_absolute()) {
        const std::string top = std::next(folder.begin())->string();
        if (is_listed(top, folders_of_the_system))
            return Message{"field.folder_of_the_system", {{"folder", "/" + top}}};
        return {};
    }
    for (const auto& part : given)
        if (part == "." || part == "..") return Message{"field.dots_in_path"};
    return check_place_in_data_folder(folder.string());
}

SettingFault check_place_in_data_folder(std::string_view relative)
{
    const std::string first{relative.substr(0, relative.find('/'))};
    const bool is_of_database = first.starts_with("dreamina.db");
    if (!is_of_database && !is_listed(first, names_in_data_folder)) return {};
    return Message{"field.place_of_the_service", {{"name", first}}};
}

SettingFault check_database_url(std::string_view text)
{
    const auto path = read_database_path(text);
    return path ? SettingFault{} : path.error();
}

}  // namespace dreamina
