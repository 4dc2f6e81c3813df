#include "core/base/time_zone.hpp"

#include <cstdlib>
#include <ctime>

#include <filesystem>
#include <optional>
#include <regex>

#include <fmt/format.h>

#include "core/base/file.hpp"
#include "core/base/log.hpp"
#include "core/base/text.hpp"

namespace dreamina {
namespace {

constexpr const char* zone_database = "/usr/share/zoneinfo";

bool is_zone_file(const std::filesystem::path& file)
{
    const auto content = read_file(file);
    return content && content->starts_with("TZif");
}

/// `std offset [dst [offset] [,start[/time],end[/time]]]`. The C library also takes a name without an offset, for UTC:
/// a mistyped "CST" is such a name.
bool is_posix_rule(const std::string& text)
{
    const std::string name = R"((?:[A-Za-z]{3,}|<[A-Za-z0-9+-]{3,}>))";
    const std::string time = R"([+-]?[0-9]{1,3}(?::[0-9]{1,2}){0,2})";
    const std::string date = R"((?:M[0-9]{1,2}\.[0-9]\.[0-9]|J?[0-9]{1,3})(?:/)" + time + ")?";
    static const std::regex rule{name + time + "(?:" + name + "(?:" + time + ")?(?:," + date + "," + date + ")?)?"};
    return text.size() < 100 && std::regex_match(text, rule);
}

/// The machine's zone is a link into the zone database, whose path is its name.
std::string name_of_machine_zone(const std::tm& clock)
{
    std::error_code error;
    const std::string target = std::filesystem::read_symlink("/etc/localtime", error).string();
    constexpr std::string_view folder = "zoneinfo/";
    const std::size_t at = target.find(folder);
    if (!error && at != std::string::npos) return target.substr(at + folder.size());
    return clock.tm_zone != nullptr && *clock.tm_zone != '\0' ? clock.tm_zone : "UTC";
}

}  // namespace

bool time_zone_exists(const std::string& given)
{
    const std::string name = given.starts_with(':') ? given.substr(1) : given;
    // An empty one is UTC, which is known also where no zone database is installed.
    if (name.empty() || name == "UTC" || name == "GMT") return true;
    const char* elsewhere = std::getenv("TZDIR");
    const std::filesystem::path folder = elsewhere != nullptr && *elsewhere != '\0' ? elsewhere : zone_database;
    if (name.find('\0') == std::string::npos && is_zone_file(folder / name)) return true;
    return is_posix_rule(name);
}

LocalZone local_zone(Time now)
{
    const std::time_t since_epoch = std::chrono::floor<std::chrono::seconds>(now).time_since_epoch().count();
    std::tm clock{};
    ::localtime_r(&since_epoch, &clock);
    LocalZone zone{.offset = std::chrono::seconds{clock.tm_gmtoff}};
    const char* variable = std::getenv("TZ");
    zone.name = variable == nullptr ? name_of_machine_zone(clock) : *variable == '\0' ? "UTC" : variable;
    zone.exists = variable == nullptr || time_zone_exists(variable);
    return zone;
}

std::string offset_text(std::chrono::seconds offset)
{
    const auto minutes = std::abs(offset.count()) / 60;
    return fmt::format("{}{:02d}:{:02d}", offset.count() < 0 ? '-' : '+', minutes / 60, minutes % 60);
}

void settle_time_zone()
{
    const char* variable = std::getenv("TZ");
    if (variable == nullptr) return;
    const std::string given = variable;
    if (const auto inner = without_quotes(trim(given))) {
        log_warning("the environment variable TZ is in quotes, which are taken off: write it without them");
        ::setenv("TZ", std::string{*inner}.c_str(), 1);
        ::tzset();
    }
    const LocalZone zone = local_zone(system_now());
    if (!zone.exists) log_error("TZ is \"{}\", and there is no such time zone: local times are in UTC", zone.name);
}

}  // namespace dreamina
