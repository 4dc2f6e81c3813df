#include "core/domain/job.hpp"

#include <algorithm>

namespace dreamina {
namespace {

using std::chrono::hours;
using std::chrono::seconds;

constexpr milliseconds max_registration_wait = hours{6};

/// The names stand in the order of the enumerators.
template <class Enum, std::size_t Size>
std::optional<Enum> parse_name(const std::array<std::string_view, Size>& names, std::string_view text)
{
    const auto found = std::find(names.begin(), names.end(), text);
    if (found == names.end()) return std::nullopt;
    return static_cast<Enum>(found - names.begin());
}

template <class Enum, std::size_t Size>
std::string_view name(const std::array<std::string_view, Size>& names, Enum value)
{
    return names[static_cast<std::size_t>(value)];
}

constexpr std::array<std::string_view, all_job_kinds.size()> kinds{"register", "session_refresh", "points_update",
                                                                   "session_check", "daily_credits"};
constexpr std::array<std::string_view, all_job_states.size()> job_states{"queued", "running", "done", "failed",
                                                                         "cancelled"};
constexpr std::array<std::string_view, all_item_states.size()> item_states{"pending", "running", "done", "failed",
                                                                           "skipped"};
constexpr std::array<std::string_view, all_job_scopes.size()> scopes{"all", "expired", "due", "retriable", "suspected"};

}  // namespace

std::string_view to_string(JobKind kind) { return name(kinds, kind); }
std::optional<JobKind> parse_job_kind(std::string_view text) { return parse_name<JobKind>(kinds, text); }
std::string_view to_string(JobState state) { return name(job_states, state); }
std::optional<JobState> parse_job_state(std::string_view text) { return parse_name<JobState>(job_states, text); }
std::string_view to_string(ItemState state) { return name(item_states, state); }
std::optional<ItemState> parse_item_state(std::string_view text) { return parse_name<ItemState>(item_states, text); }
std::string_view to_string(JobScope scope) { return name(scopes, scope); }
std::optional<JobScope> parse_job_scope(std::string_view text) { return parse_name<JobScope>(scopes, text); }

milliseconds auto_registration_wait(const Settings& settings, std::int64_t failures_in_a_row)
{
    const milliseconds interval = seconds{settings.auto_register_interval};
    milliseconds wait = interval;
    for (std::int64_t i = 0; i < failures_in_a_row && wait < max_registration_wait; ++i) wait *= 2;
    return std::max(interval, std::min(wait, max_registration_wait));
}

bool blames_account(std::string_view code) { return code == "register_failed" || code == "register_refused"; }

}  // namespace dreamina
