#include "core/domain/results/result_hosts.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "core/base/text.hpp"
#include "core/domain/webhook/webhook_target.hpp"

namespace dreamina {
namespace {

/// What the provider serves pictures and videos from, in all regions.
constexpr std::array<std::string_view, 16> provider_domains{
    "byteimg.com",      "ibyteimg.com",     "vlabvod.com",      "vlabstatic.com", "capcut.com", "capcutcdn.com",
    "capcutcdn-us.com", "capcutstatic.com", "capcutvod.com",    "dreamina.com",   "jimeng.com", "jianying.com",
    "ciciai.com",       "tiktokcdn.com",    "tiktokcdn-us.com", "byteoversea.com"};

constexpr std::string_view all_below = "*.";

/// Signed addresses of the provider live for a day or so where they do not say how long.
constexpr std::chrono::hours usual_life{24};

bool is_below(std::string_view host, std::string_view domain)
{
    return host.size() > domain.size() && host.ends_with(domain) && host[host.size() - domain.size() - 1] == '.';
}

std::string_view without_dot(std::string_view host) { return host.substr(0, host.size() - host.ends_with('.')); }

/// Seconds since 1970 behind a name of the query, in any case.
std::optional<Time> moment_in(std::string_view url, std::string_view name)
{
    const std::string query = to_lower(url.substr(std::min(url.find('?'), url.size())));
    const auto found = query.find(name);
    if (found == std::string::npos || (query[found - 1] != '?' && query[found - 1] != '&')) return std::nullopt;
    std::int64_t stamp = 0;
    const char* begin = query.data() + found + name.size();
    const auto [end, error] = std::from_chars(begin, query.data() + query.size(), stamp);
    constexpr std::int64_t far_future = 100'000'000'000;
    if (error != std::errc{} || stamp <= 0 || stamp > far_future) return std::nullopt;
    return Time{std::chrono::seconds{stamp}};
}

}  // namespace

bool is_result_host(std::string_view text)
{
    if (text.starts_with(all_below)) text.remove_prefix(all_below.size());
    return is_webhook_host(text);
}

std::optional<ResultSource> result_source(std::string_view url, const std::optional<std::string>& hosts)
{
    const auto target = parse_webhook_url(url);
    if (!target) return std::nullopt;
    ResultSource source{.host = target->host};
    const std::string_view name = without_dot(target->host);
    source.is_allowed = std::any_of(provider_domains.begin(), provider_domains.end(),
                                    [&](std::string_view domain) { return name == domain || is_below(name, domain); });
    for (const std::string& entry : webhook_host_list(hosts.value_or(""))) {
        if (entry.starts_with(all_below)) {
            source.is_allowed |= is_below(name, to_lower(std::string_view{entry}.substr(all_below.size())));
        } else if (lists_target(std::array{entry}, *target)) {
            source.is_allowed = source.allows_private = true;
        }
    }
    return source;
}

Time source_lives_until(std::string_view url, Time made_at)
{
    for (const std::string_view name : {"x-expires=", "x-tos-expires=", "expires="})
        if (const auto moment = moment_in(url, name)) return *moment;
    return made_at + usual_life;
}

}  // namespace dreamina
