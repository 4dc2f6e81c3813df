#pragma once
/// An account of the pool and what can be said of it.

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/clock.hpp"
#include "core/base/message/message.hpp"
#include "core/domain/account/region_token.hpp"
#include "core/domain/upstream_kind.hpp"

namespace dreamina {

using AccountId = std::int64_t;

/// Why an account is in the pool or out of it; of several reasons the first of this order that holds is shown.
enum class AccountStatus { disabled, banned, no_session, session_expired, no_points, active };

inline constexpr std::array all_statuses{AccountStatus::active,          AccountStatus::banned,
                                         AccountStatus::disabled,        AccountStatus::no_session,
                                         AccountStatus::session_expired, AccountStatus::no_points};

std::string_view to_string(AccountStatus status);
std::optional<AccountStatus> parse_status(std::string_view text);

struct Account {
    AccountId id = 0;
    std::string email;
    std::string password;
    Region region = Region::us;
    std::optional<std::string> session_id;  ///< bare, without a region's prefix
    std::optional<std::string> proxy_url;
    double points = 0;
    bool points_doubted = false;  ///< the upstream says that they are used up, and they were not asked for since
    bool cn_points = false;       ///< CN_POINTS_ENABLED: points matter in CN as elsewhere
    std::optional<Time> session_updated_at;
    Time created_at{};
    Time updated_at{};
    std::optional<Time> last_used_at;
    std::int64_t error_count = 0;
    std::int64_t error_streak = 0;  ///< failed generations in a row
    bool banned = false;
    std::optional<Time> ban_until;  ///< empty while banned: until unbanned by hand
    bool disabled = false;
    bool session_expired = false;
    Message status_note;  ///< why it was banned or has expired; may be empty
    std::int64_t in_flight = 0;
    std::int64_t refresh_failures = 0;          ///< of its session: in a row, and its own fault
    std::map<std::string, std::int64_t> usage;  ///< model → calls since the last reset
};

/// CN accounts are not asked for their points unless CN_POINTS_ENABLED, so having none there means nothing.
bool lacks_points(Region region, double points, bool cn_points = false);

AccountStatus status_of(const Account& account);

/// It has a proxy, which this upstream would give away, and would serve with another one.
bool is_proxy_unsafe(const Account& account, UpstreamKind upstream);

/// Why it is as it is, and until when; empty for an active account that is used.
Message status_reason(const Account& account, UpstreamKind upstream = UpstreamKind::unknown);

}  // namespace dreamina
