#pragma once
/// The keys that clients call /v1 with: how they are written, what one may do, and when a call of it is refused.

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/clock.hpp"
#include "core/domain/daily_time.hpp"
#include "core/domain/results/store_mode.hpp"

namespace dreamina {

using ApiKeyId = std::int64_t;

/// Characters of chance in a key: 220 bits, so that a key cannot be found by its digest, however fast that is computed.
constexpr std::size_t api_key_chance = 37;

/// "dm-", `chance` (letters and digits), and six characters that follow from it.
std::string make_api_key(std::string_view chance);

/// Whether it is written as a key is, checksum included: so that neither a slip of the pen nor a password is looked up
/// as one.
bool is_api_key(std::string_view text);

/// The part that may be shown, to know it by.
std::string api_key_prefix(std::string_view key);

/// Nothing: no limit.
struct ApiKeyLimits {
    std::optional<std::int64_t> calls_per_day;
    std::optional<std::int64_t> calls_per_minute;
    std::optional<std::int64_t> concurrency;  ///< requests in flight, those that wait for an account among them
};

/// Calls since the period began.
struct CallCount {
    Time begins{};
    std::int64_t calls = 0;
};

struct ApiKeyUse {
    CallCount day;
    CallCount minute;
    std::int64_t total = 0;
    std::int64_t in_flight = 0;
    std::optional<Time> last_used_at;
};

/// All that decides whether a call may be made now.
struct ApiKeyStatus {
    ApiKeyLimits limits;
    std::optional<Time> expires_at;
    std::optional<Time> revoked_at;
    ApiKeyUse use;
};

/// What is_always_async is called in the database and the API.
constexpr std::string_view async_always = "always";
constexpr std::string_view async_optional = "optional";

struct ApiKey {
    ApiKeyId id = 0;
    std::string name;
    std::string prefix;
    std::vector<std::string> models;                ///< ids of the catalogue; empty: all there are
    std::optional<std::int64_t> keep_alive_blanks;  ///< seconds; nothing: as the setting says
    bool is_always_async = false;                   ///< each request is answered with 202, asked for or not
    std::optional<StoreMode> store_results;         ///< nothing: as the setting says
    std::optional<std::int64_t> storage_gb;         ///< of its stored results; nothing: no limit
    Time created_at{};
    ApiKeyStatus status;
};

enum class ApiKeyState { active, expired, revoked };

inline constexpr std::array all_api_key_states{ApiKeyState::active, ApiKeyState::expired, ApiKeyState::revoked};

std::string_view to_string(ApiKeyState state);
std::optional<ApiKeyState> parse_api_key_state(std::string_view text);

ApiKeyState state_of(const ApiKeyStatus& status, Time now);

/// `model`: the id that the request is counted under.
bool may_use(const ApiKey& key, std::string_view model);

/// The service's day, which begins at RESET_COUNTS_TIME.
struct ServiceDay {
    Time begins{};
    Time ends{};
};
ServiceDay service_day(DailyTime at, Time now);

/// The count as of now, where `begins` is the start of the present period by the clock. A count that began later, but
/// not in the future, goes on: processes may differ for a moment in when the day begins.
CallCount as_of_now(const CallCount& count, Time begins, Time now);

/// The same for day and minute. Minutes are the calendar's.
ApiKeyUse as_of_now(const ApiKeyUse& use, const ServiceDay& today, Time now);

/// Why a call is refused.
struct ApiKeyRefusal {
    enum class Why { unknown, revoked, expired, calls_per_day, calls_per_minute, concurrency };
    Why why = Why::unknown;
    std::int64_t limit = 0;          ///< that has been reached
    std::optional<Time> retry_at{};  ///< when the period is over, for the two limits that have one
};

/// Whether the key is good at all.
std::optional<ApiKeyRefusal> refusal_by_state(const ApiKeyStatus& status, Time now);
/// Whether it may begin another call.
std::optional<ApiKeyRefusal> refusal_by_limit(const ApiKeyStatus& status, const ServiceDay& today, Time now);

/// The use with one more call of this moment.
ApiKeyUse with_call(const ApiKeyUse& use, const ServiceDay& today, Time now);

/// The use without a call that was counted at `counted_at`: it was never sent, or never got an account. A period that
/// began after the call does not hold it.
ApiKeyUse without_call(ApiKeyUse use, Time counted_at);

/// The key that a request came with, as it goes along with the request's lease or place in line.
struct KeyCall {
    ApiKeyId key = 0;
    std::optional<Time> counted_at;  ///< nothing: another attempt of a request that was counted before
};

}  // namespace dreamina
