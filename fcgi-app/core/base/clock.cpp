#include "core/base/clock.hpp"

#include <charconv>
#include <ctime>

#include <fmt/chrono.h>
#include <fmt/format.h>

namespace dreamina {
namespace {

/// Reads exactly `count` digits at `position` and moves past them.
std::optional<int> take_digits(std::string_view text, std::size_t& position, std::size_t count)
{
    if (position + count > text.size()) return std::nullopt;
    int value = 0;
    for (std::size_t i = 0; i < count; ++i) {
        const char c = text[position + i];
        if (c < '0' || c > '9') return std::nullopt;
        value = value * 10 + (c - '0');
    }
    position += count;
    return value;
}

bool take_char(std::string_view text, std::size_t& position, std::string_view any_of)
{
    if (position >= text.size() || any_of.find(text[position]) == std::string_view::npos) return false;
    ++position;
    return true;
}

milliseconds take_fraction(std::string_view text, std::size_t& position)
{
    int millis = 0;
    int weight = 100;
    while (position < text.size() && text[position] >= '0' && text[position] <= '9') {
        millis += (text[position++] - '0') * weight;
        weight /= 10;
    }
    return milliseconds{millis};
}

std::optional<std::chrono::minutes> take_offset(std::string_view text, std::size_t& position)
{
    if (position == text.size() || take_char(text, position, "Zz")) return std::chrono::minutes{0};
    const char sign = text[position];
    if (!take_char(text, position, "+-")) return std::nullopt;
    const auto hours = take_digits(text, position, 2);
    if (!hours || !take_char(text, position, ":")) return std::nullopt;
    const auto minutes = take_digits(text, position, 2);
    if (!minutes || *hours > 23 || *minutes > 59) return std::nullopt;
    const std::chrono::minutes offset{*hours * 60 + *minutes};
    return sign == '-' ? -offset : offset;
}

}  // namespace

Time system_now() { return std::chrono::time_point_cast<milliseconds>(std::chrono::system_clock::now()); }

std::string to_rfc3339(Time time)
{
    const auto seconds = std::chrono::floor<std::chrono::seconds>(time);
    // Not by way of system_clock, whose nanoseconds end in 2262.
    const auto parts = fmt::gmtime(static_cast<std::time_t>(seconds.time_since_epoch().count()));
    return fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:03d}Z", parts, (time - seconds).count());
}

std::optional<Time> parse_rfc3339(std::string_view text)
{
    std::size_t at = 0;
    const auto year = take_digits(text, at, 4);
    if (!year || !take_char(text, at, "-")) return std::nullopt;
    const auto month = take_digits(text, at, 2);
    if (!month || !take_char(text, at, "-")) return std::nullopt;
    const auto day = take_digits(text, at, 2);
    if (!day || !take_char(text, at, "Tt ")) return std::nullopt;
    const auto hour = take_digits(text, at, 2);
    if (!hour || !take_char(text, at, ":")) return std::nullopt;
    const auto minute = take_digits(text, at, 2);
    if (!minute || !take_char(text, at, ":")) return std::nullopt;
    const auto second = take_digits(text, at, 2);
    if (!second) return std::nullopt;

    const std::chrono::year_month_day date{std::chrono::year{*year}, std::chrono::month(unsigned(*month)),
                                           std::chrono::day(unsigned(*day))};
    if (!date.ok() || *hour > 23 || *minute > 59 || *second > 60) return std::nullopt;

    auto fraction = milliseconds{0};
    if (take_char(text, at, ".,")) fraction = take_fraction(text, at);
    const auto offset = take_offset(text, at);
    if (!offset || at != text.size()) return std::nullopt;

    return Time{std::chrono::sys_days{date}} + std::chrono::hours{*hour} + std::chrono::minutes{*minute} +
           std::chrono::seconds{*second} + fraction - *offset;
}

}  // namespace dreamina
