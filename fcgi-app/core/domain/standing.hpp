#pragma once
/// How the accounts stand towards one model: why each of them cannot serve it.

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "domain/account.hpp"

namespace dreamina {

/// Why an account was passed over; of several reasons the first that standing_towards() looks for. The names are
/// stored: append only.
enum class PassedOver {
    disabled,
    without_session,
    other_region,
    without_points,
    at_limit,
    banned,
    busy,
    proxy_unsafe,  ///< it has a proxy, which this upstream would tell its provider
};

inline constexpr std::array all_passed_over{
    PassedOver::disabled, PassedOver::without_session, PassedOver::other_region, PassedOver::without_points,
    PassedOver::at_limit, PassedOver::banned,          PassedOver::busy,         PassedOver::proxy_unsafe};

std::string_view to_string(PassedOver reason);
std::optional<PassedOver> parse_passed_over(std::string_view text);

struct AccountStanding {
    AccountId account = 0;
    PassedOver reason = PassedOver::disabled;
};

/// Of how many accounts a standing tells the reason one by one; of the others it has the counts.
constexpr std::size_t most_account_standings = 200;

/// Each account is counted once, under the first reason that keeps it from serving.
struct Standing {
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
    std::int64_t points_doubted = 0;             ///< of those without points: they are asked for at this moment
    std::optional<Time> next_ban_end;            ///< of the banned ones that could serve otherwise
    std::vector<AccountStanding> accounts = {};  ///< the first ones, by id
};

std::int64_t count_of(const Standing& standing, PassedOver reason);
std::int64_t& count_of(Standing& standing, PassedOver reason);

/// A standing under the name that the request log keeps it by.
struct StandingNote {
    std::string id;
    Standing standing;
};

}  // namespace dreamina
