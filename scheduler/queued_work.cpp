/// Timed jobs whose work the JobRunner does: they put it in its queue.

#include "jobs.hpp"
#include "queueing.hpp"

namespace dreamina {
namespace {

constexpr std::string_view by = asked_by_schedule;

void say(JobContext& context, bool queued)
{
    context.summary = {queued ? "schedule.job_queued" : "schedule.nothing_to_do"};
}

}  // namespace

void ask_for_due_points(JobContext& context)
{
    const std::size_t answered =
        update_due_points(context.database, context.settings, *context.http, context.stop, context.now);
    context.summary = {"schedule.accounts_answered", {{"count", answered}}};
}

void ask_for_doubted_points(JobContext& context)
{
    const std::size_t answered =
        update_doubted_points(context.database, context.settings, *context.http, context.stop, context.now);
    context.summary = {"schedule.accounts_answered", {{"count", answered}}};
}

void queue_daily_credits(JobContext& context) { say(context, queue_daily_credits(context.database, by, context.now)); }

void queue_points(JobContext& context) { say(context, queue_points_update(context.database, by, context.now)); }

void queue_old_sessions(JobContext& context)
{
    say(context, queue_session_refresh_due(context.database, context.settings, by, context.now));
}

void queue_expired_sessions(JobContext& context)
{
    say(context, queue_session_refresh_expired(context.database, context.settings, by, context.now));
}

void queue_check_of_sessions(JobContext& context)
{
    say(context, queue_session_check(context.database, by, context.now));
}

void queue_second_check_of_sessions(JobContext& context)
{
    say(context, queue_session_recheck(context.database, by, context.now));
}

void queue_registration(JobContext& context)
{
    say(context, queue_auto_registration(context.database, context.settings, context.now));
}

}  // namespace dreamina
