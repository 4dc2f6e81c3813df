#include <thread>

#include "core/base/log.hpp"
#include "core/clients/register_service.hpp"
#include "core/clients/retrying_transport.hpp"
#include "job_work.hpp"
#include "core/storage/accounts/account_store.hpp"
#include "core/storage/engine/transaction.hpp"

namespace dreamina {
namespace {

using std::chrono::minutes;

/// A task that was taken but whose id was not received is an account lost: the question may take so long, even at the
/// end.
constexpr milliseconds grace{3'000};

Message not_known_to_be_taken() { return {"job.task_not_known_to_be_taken"}; }

/// Requests a stop some time after another one was requested.
class DelayedStop {
public:
    explicit DelayedStop(std::stop_token first)
        : thread_([this, first = std::move(first)](const std::stop_token& own) {
              constexpr milliseconds glance{50};
              while (!first.stop_requested())
                  if (!pause_for(glance, own)) return;
              if (pause_for(grace, own)) late_.request_stop();
          })
    {
    }
    std::stop_token token() const { return late_.get_token(); }

private:
    std::stop_source late_;
    std::jthread thread_;
};

void fail(JobWork& work, const Message& error)
{
    JobProgress{work.database}.end(work.job.id, JobState::failed, error, system_now());
}

/// The task's id, from before or new; nothing if the job has ended or is interrupted.
std::optional<std::string> task_of(JobWork& work, const RegisterService& service, std::string_view mail_type)
{
    if (work.job.task_id) return work.job.task_id;
    if (work.job.task_asked_at) {
        fail(work, not_known_to_be_taken());
        return std::nullopt;
    }
    JobProgress progress{work.database};
    {
        const Time now = system_now();
        Transaction transaction{work.database};
        progress.begin(work.job, {}, now);
        progress.task_is_asked_for(work.job.id, now);
        progress.set_note(work.job.id, {"job.asking_register_service"}, now);
        transaction.commit();
    }
    const DelayedStop late{work.stop};
    const auto task = service.start(static_cast<int>(work.job.wanted), mail_type, late.token());
    if (!task) {
        fail(work, task.error().code == "cancelled" ? not_known_to_be_taken() : message_of(task.error()));
        return std::nullopt;
    }
    progress.set_task(work.job.id, *task, system_now());
    return *task;
}

void store_account(JobWork& work, const RegisteredAccount& account, const Settings& settings, Time now)
{
    AccountStore accounts{work.database};
    JobProgress progress{work.database};
    if (const auto known = accounts.id_of(account.email)) {
        const bool listed = JobStore{work.database}.item(work.job.id, *known).has_value();
        progress.add_ended_item(work.job.id, listed ? std::nullopt : known,
                                {.state = ItemState::failed, .error = {"job.email_known", {{"email", account.email}}}},
                                now);
        return;
    }
    const AccountId id = accounts.add({.email = account.email,
                                       .password = account.password,
                                       .region = account.region.value_or(Region::us),
                                       .session_id = account.session_id,
                                       .proxy_url = {},
                                       .points = settings.default_points},
                                      now);
    progress.add_ended_item(work.job.id, id, {.state = ItemState::done, .result = {"job.registered"}}, now);
}

/// The accounts, their items and the job's end in one transaction: a second look at the task finds nothing to do.
void store_result(JobWork& work, const RegistrationTask& task)
{
    const Settings settings = work.settings();
    const Time now = system_now();
    JobProgress progress{work.database};
    Transaction transaction{work.database};
    const auto job = JobStore{work.database}.find(work.job.id);
    const bool first = job && job->done == 0;  // a job that was cancelled meanwhile keeps what it paid for
    if (first) {
        for (const RegisteredAccount& account : task.accounts) store_account(work, account, settings, now);
        for (const Message& error : task.errors) {
            progress.add_ended_item(work.job.id, std::nullopt, {.state = ItemState::failed, .error = error}, now);
        }
        const auto came = static_cast<std::int64_t>(task.accounts.size() + task.errors.size());
        if (came < work.job.wanted) {
            progress.add_ended_item(
                work.job.id, std::nullopt,
                {.state = ItemState::failed,
                 .error = {"job.told_nothing", {{"missing", work.job.wanted - came}, {"total", work.job.wanted}}}},
                now);
        }
        progress.end_if_finished(work.job.id, now);
    }
    transaction.commit();
}

Message progress_of(RegistrationTask::State state)
{
    return {state == RegistrationTask::State::processing ? "job.task_running" : "job.task_queued"};
}

void follow(JobWork& work, const RegisterService& service, const std::string& task_id)
{
    JobProgress progress{work.database};
    Message last{"job.not_ready_yet"};
    for (auto polls = work.job.task_polls; polls < work.options.max_task_polls; ++polls) {
        if (!pause_for(work.options.task_poll_every, work.stop)) return;
        const auto task = service.task(task_id, work.stop);
        if (!task && task.error().code == "cancelled") return;
        progress.task_was_polled(work.job.id, system_now());
        if (!task) {
            last = message_of(task.error());
            progress.set_note(work.job.id, last, system_now());
            continue;
        }
        switch (task->state) {
        case RegistrationTask::State::completed: store_result(work, *task); return;
        case RegistrationTask::State::failed: fail(work, task->error); return;
        case RegistrationTask::State::forgotten: fail(work, {"job.task_forgotten"}); return;
        case RegistrationTask::State::pending:
        case RegistrationTask::State::processing: break;
        }
        last = progress_of(task->state);
        progress.set_note(work.job.id, last, system_now());
    }
    fail(work, {"job.not_ready", {{"looks", work.options.max_task_polls}, {"last", last}}});
}

/// Says of an automatic one when the next will be.
void note_next(JobWork& work)
{
    JobStore jobs{work.database};
    const auto job = jobs.find(work.job.id);
    if (!job || job->requested_by != asked_by_schedule || job->state != JobState::failed) return;
    const auto before = jobs.automatic_registrations();
    const auto wait = auto_registration_wait(work.settings(), before.failures_in_a_row);
    const Message note{
        "job.next_registration",
        {{"failures", before.failures_in_a_row}, {"minutes", std::chrono::duration_cast<minutes>(wait).count()}}};
    JobProgress{work.database}.set_note(job->id, note, system_now());
    log_warning("{}: {}", english(note), english(job->error));
}

}  // namespace

void run_registration(JobWork& work)
{
    const Settings settings = work.settings();
    if (!register_service_is_configured(settings)) {
        fail(work, register_service_not_configured());
    } else {
        const RegisterService service{work.http, *settings.register_api_url, *settings.register_api_key};
        const auto task = task_of(work, service, settings.register_mail_type);
        if (task && !work.stop.stop_requested()) follow(work, service, *task);
    }
    note_next(work);
}

}  // namespace dreamina
