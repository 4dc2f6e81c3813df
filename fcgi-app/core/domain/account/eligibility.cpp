#include "core/domain/account/eligibility.hpp"

#include <algorithm>

namespace dreamina {

std::string_view to_string(IneligibleReason reason)
{
    switch (reason) {
    case IneligibleReason::disabled: return "disabled";
    case IneligibleReason::without_session: return "without_session";
    case IneligibleReason::other_region: return "other_region";
    case IneligibleReason::without_points: return "without_points";
    case IneligibleReason::at_limit: return "at_limit";
    case IneligibleReason::banned: return "banned";
    case IneligibleReason::busy: return "busy";
    case IneligibleReason::proxy_unsafe: return "proxy_unsafe";
    }
    return "unknown";
}

std::optional<IneligibleReason> parse_ineligible_reason(std::string_view text)
{
    const auto found = std::find_if(all_ineligible_reasons.begin(), all_ineligible_reasons.end(),
                                    [&](IneligibleReason reason) { return to_string(reason) == text; });
    return found == all_ineligible_reasons.end() ? std::nullopt : std::optional{*found};
}

std::int64_t& count_of(Eligibility& eligibility, IneligibleReason reason)
{
    switch (reason) {
    case IneligibleReason::without_session: return eligibility.without_session;
    case IneligibleReason::other_region: return eligibility.other_region;
    case IneligibleReason::without_points: return eligibility.without_points;
    case IneligibleReason::at_limit: return eligibility.at_limit;
    case IneligibleReason::banned: return eligibility.banned;
    case IneligibleReason::busy: return eligibility.busy;
    case IneligibleReason::proxy_unsafe: return eligibility.proxy_unsafe;
    case IneligibleReason::disabled: break;
    }
    return eligibility.disabled;
}

std::int64_t count_of(const Eligibility& eligibility, IneligibleReason reason)
{
    return count_of(const_cast<Eligibility&>(eligibility), reason);  // NOLINT: only read
}

}  // namespace dreamina
