#pragma once
/// How the accounts stand towards one model: why each of them cannot serve it.

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/clock.hpp"
#include "core/domain/account/account.hpp"

namespace dreamina {

/// Why an account was passed over; of several reasons the first that eligibility_for() looks for. The names are
/// stored: append only.
enum class IneligibleReason {
    disabled,
    without_session,
    other_region,
    without_points,
    at_limit,
    banned,
    busy,
    proxy_unsafe,  ///< it has a proxy, which this upstream would tell its provider
};

inline constexpr std::array all_ineligible_reasons{IneligibleReason::disabled,     IneligibleReason::without_session,
                                                   IneligibleReason::other_region, IneligibleReason::without_points,
                                                   IneligibleReason::at_limit,     IneligibleReason::banned,
                                                   IneligibleReason::busy,         IneligibleReason::proxy_unsafe};

std::string_view to_string(IneligibleReason reason);
std::optional<IneligibleReason> parse_ineligible_reason(std::string_view text);

struct AccountIneligibility {
    AccountId account = 0;
    IneligibleReason reason = IneligibleReason::disabled;
};

/// For how many accounts the reason is told one by one; the others are only counted.
constexpr std::size_t max_account_ineligibilities = 200;

/// Each account is counted once, under the first reason that keeps it from serving.
struct Eligibility {
    bool unknown = false;  ///< the database did not say
    std::int64_t total = 0;
    std::int64_t disabled = 0;
    std::int64_t banned = 0;
    std::int64_t without_session = 0;  ///< none, or expired
    std::int64_t other_region = 0;
    std::int64_t without_points = 0;
    std::int64_t at_limit = 0;
    std::int64_t busy = 0;
    std::int64_t proxy_unsafe = 0;
    std::int64_t points_doubted = 0;                  ///< of those without points: they are asked for at this moment
    std::optional<Time> next_ban_end;                 ///< of the banned ones that could serve otherwise
    std::vector<AccountIneligibility> accounts = {};  ///< the first ones, by id
};

std::int64_t count_of(const Eligibility& eligibility, IneligibleReason reason);
std::int64_t& count_of(Eligibility& eligibility, IneligibleReason reason);

/// Under the id that the request log keeps it by.
struct StoredEligibility {
    std::string id;
    Eligibility eligibility;
};

}  // namespace dreamina
