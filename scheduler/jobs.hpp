#pragma once
/// THE table of timed jobs.

#include <span>
#include <vector>

#include "timed_job.hpp"

namespace dreamina {

std::span<const TimedJob> timed_jobs();
const TimedJob* find_timed_job(std::string_view name);

/// Those that run there, in the table's order.
std::vector<TimedJob> timed_jobs_at(std::initializer_list<Executor> executors);

// One file each.
void end_bans(JobContext& context);
void reset_daily_counts(JobContext& context);
void settle_abandoned_leases(JobContext& context);
void checkpoint_log(JobContext& context);
void purge_deleted_accounts(JobContext& context);
void prune(JobContext& context);
void back_up(JobContext& context);
void detect_upstream(JobContext& context);
void deliver_webhooks(JobContext& context);
void fetch_results(JobContext& context);

// queued_work.cpp
void ask_for_due_points(JobContext& context);
void ask_for_doubted_points(JobContext& context);
void queue_daily_credits(JobContext& context);
void queue_points(JobContext& context);
void queue_old_sessions(JobContext& context);
void queue_expired_sessions(JobContext& context);
void queue_check_of_sessions(JobContext& context);
void queue_second_check_of_sessions(JobContext& context);
void queue_registration(JobContext& context);

}  // namespace dreamina
