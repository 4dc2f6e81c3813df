#pragma once
/// What jobs are called and the rules about them that need no database.

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "core/base/clock.hpp"
#include "core/domain/settings.hpp"

namespace dreamina {

using JobId = std::int64_t;

enum class JobKind { registration, session_refresh, points_update, session_check, daily_credits };

inline constexpr std::array all_job_kinds{JobKind::registration, JobKind::session_refresh, JobKind::points_update,
                                          JobKind::session_check, JobKind::daily_credits};

/// "register", "session_refresh" …
std::string_view to_string(JobKind kind);
std::optional<JobKind> parse_job_kind(std::string_view text);

enum class JobState { queued, running, done, failed, cancelled };

inline constexpr std::array all_job_states{JobState::queued, JobState::running, JobState::done, JobState::failed,
                                           JobState::cancelled};

std::string_view to_string(JobState state);
std::optional<JobState> parse_job_state(std::string_view text);

/// Of one account within a job.
enum class ItemState { pending, running, done, failed, skipped };

inline constexpr std::array all_item_states{ItemState::pending, ItemState::running, ItemState::done, ItemState::failed,
                                            ItemState::skipped};

std::string_view to_string(ItemState state);
std::optional<ItemState> parse_item_state(std::string_view text);

/// Whom a job is for, where it is not for accounts that were named.
enum class JobScope {
    all,        ///< all that can be asked
    expired,    ///< whose session has expired
    due,        ///< whose session is old, undated or expired, but not those that are left alone
    retriable,  ///< whose session has expired and whose last refresh failed a while ago
    suspected,  ///< whose session was found not live an hour or more ago
};

inline constexpr std::array all_job_scopes{JobScope::all, JobScope::expired, JobScope::due, JobScope::retriable,
                                           JobScope::suspected};

std::string_view to_string(JobScope scope);
std::optional<JobScope> parse_job_scope(std::string_view text);

/// Who asks.
constexpr std::string_view asked_by_admin = "admin";
constexpr std::string_view asked_by_engine = "engine";
constexpr std::string_view asked_by_schedule = "schedule";
/// This job was not asked for by a person: accounts that are left alone are left out of it.
inline bool is_automatic(std::string_view requested_by)
{
    return requested_by == asked_by_engine || requested_by == asked_by_schedule;
}

/// Refreshes of a session that may fail in a row before only an administrator's request brings another one.
constexpr int max_refresh_streak = 3;
constexpr std::chrono::minutes refresh_retry_wait{10};

/// One failed check of a session proves little; a second one counts when it comes so much later.
constexpr std::chrono::hours second_check_wait{1};

/// An account's points are asked for once in this time at most.
constexpr std::chrono::seconds points_wait{30};

/// The time from one automatic registration to the next: doubled with each failure in a row, up to six hours.
milliseconds auto_registration_wait(const Settings& settings, std::int64_t failures_in_a_row);

/// Whether a failure of RegisterService (its code) says something of the account, or only of the service.
bool blames_account(std::string_view register_error_code);

}  // namespace dreamina
