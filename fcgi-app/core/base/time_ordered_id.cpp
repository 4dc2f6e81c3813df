#include "core/base/time_ordered_id.hpp"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "core/base/secret.hpp"

namespace dreamina {
namespace {

/// With 48 bits, five requests in each millisecond meet in the same id once in thousands of years.
constexpr std::size_t random_bytes = 6;
constexpr std::int64_t latest_millis = (std::int64_t{1} << 48) - 1;
constexpr std::size_t id_length = 24;
constexpr std::size_t time_digits = 12;

std::string time_part(Time time)
{
    return fmt::format("{:012x}", std::clamp(to_millis(time), std::int64_t{0}, latest_millis));
}

}  // namespace

std::string new_time_ordered_id(Time now) { return time_part(now) + unique_hex(random_bytes); }

std::string first_id_of(Time time) { return time_part(time); }

Time time_of_id(std::string_view id)
{
    std::int64_t millis = 0;
    std::from_chars(id.data(), id.data() + std::min(id.size(), time_digits), millis, 16);
    return from_millis(millis);
}

bool is_time_ordered_id(std::string_view text)
{
    return text.size() == id_length && text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

}  // namespace dreamina
