#include "domain/standing.hpp"

#include <algorithm>

namespace dreamina {

std::string_view to_string(PassedOver reason)
{
    switch (reason) {
    case PassedOver::disabled: return "disabled";
    case PassedOver::without_session: return "without_session";
    case PassedOver::other_region: return "other_region";
    case PassedOver::without_points: return "without_points";
    case PassedOver::at_limit: return "at_limit";
    case PassedOver::banned: return "banned";
    case PassedOver::busy: return "busy";
    case PassedOver::proxy_unsafe: return "proxy_unsafe";
    }
    return "unknown";
}

std::optional<PassedOver> parse_passed_over(std::string_view text)
{
    const auto found = std::find_if(all_passed_over.begin(), all_passed_over.end(),
                                    [&](PassedOver reason) { return to_string(reason) == text; });
    return found == all_passed_over.end() ? std::nullopt : std::optional{*found};
}

std::int64_t& count_of(Standing& standing, PassedOver reason)
{
    switch (reason) {
    case PassedOver::without_session: return standing.without_session;
    case PassedOver::other_region: return standing.other_region;
    case PassedOver::without_points: return standing.without_points;
    case PassedOver::at_limit: return standing.at_limit;
    case PassedOver::banned: return standing.banned;
    case PassedOver::busy: return standing.busy;
    case PassedOver::proxy_unsafe: return standing.proxy_unsafe;
    case PassedOver::disabled: break;
    }
    return standing.disabled;
}

std::int64_t count_of(const Standing& standing, PassedOver reason)
{
    return count_of(const_cast<Standing&>(standing), reason);  // NOLINT: only read
}

}  // namespace dreamina
