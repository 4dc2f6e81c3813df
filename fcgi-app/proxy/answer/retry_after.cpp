#include "proxy/answer/retry_after.hpp"

#include <algorithm>
#include <ctime>

#include "core/base/text.hpp"

namespace dreamina {
namespace {

/// No honest value is larger, and it must not overflow.
constexpr std::int64_t max_seconds = 366 * 24 * 3600;

std::optional<Time> http_date(const std::string& text)
{
    std::tm parts{};
    const char* end = ::strptime(text.c_str(), "%a, %d %b %Y %H:%M:%S GMT", &parts);
    if (end == nullptr || *end != '\0') return std::nullopt;
    return from_millis(std::int64_t{::timegm(&parts)} * 1000);
}

}  // namespace

std::optional<milliseconds> retry_after(const Headers& headers, Time now)
{
    const std::string* header = find_header(headers, "Retry-After");
    if (header == nullptr) return std::nullopt;
    const std::string text{trim(*header)};
    const auto seconds = whole_number(text);
    if (seconds && *seconds >= 0) return std::chrono::seconds{std::min(*seconds, max_seconds)};
    const auto date = http_date(text);
    if (!date) return std::nullopt;
    return std::clamp<milliseconds>(*date - now, milliseconds{0}, std::chrono::seconds{max_seconds});
}

}  // namespace dreamina
