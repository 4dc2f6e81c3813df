#pragma once
/// THE table of timed jobs.

#include <span>

#include "timed_job.hpp"

namespace dreamina {

std::span<const TimedJob> timed_jobs();

/// Names under which daily jobs book their days.
constexpr std::string_view reset_counts_job = "reset_counts";

// One file each.
void end_bans(JobContext& context);
void reset_daily_counts(JobContext& context);
void settle_abandoned_leases(JobContext& context);
void checkpoint_log(JobContext& context);

}  // namespace dreamina
