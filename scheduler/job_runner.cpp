#include "job_runner.hpp"

#include <map>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "core/base/log.hpp"
#include "core/clients/retrying_transport.hpp"
#include "database_patience.hpp"
#include "job_work.hpp"
#include "jobs/session_refresh.hpp"
#include "core/storage/engine/transaction.hpp"

namespace dreamina {
namespace {

/// Shorter than the time in which the scheduler has to end.
constexpr std::chrono::seconds wait_after_failure{1};

/// A thread of its own works through the jobs of these kinds in order. The daily credits come before the points.
struct JobQueue {
    JobKind kind;
    std::optional<JobKind> other_kind;
};
constexpr JobQueue job_queues[] = {
    {JobKind::registration, {}}, {JobKind::points_update, JobKind::daily_credits}, {JobKind::session_check, {}}};

void run_job(JobWork& work)
{
    switch (work.job.kind) {
    case JobKind::registration: return run_registration(work);
    case JobKind::points_update: return run_points_update(work);
    case JobKind::daily_credits: return run_daily_credits(work);
    case JobKind::session_check: return run_session_check(work);
    case JobKind::session_refresh: return;  // these run side by side: SessionRefreshes
    }
}

}  // namespace

class JobRunner::Threads {
public:
    Threads(DatabaseFile database_file, SettingsFile& settings, HttpTransport& http, Options options)
        : database_file_(std::move(database_file)), settings_(settings), http_(http), options_(options)
    {
    }
    ~Threads() { stop(); }

    void start()
    {
        {
            Database database{database_file_};
            JobProgress{database}.take_up_interrupted(system_now());
        }
        for (const JobQueue& queue : job_queues)
            add_thread([this, &queue](const std::stop_token& stop) { work_through(queue, stop); });
        add_thread([this](const std::stop_token& stop) {
            SessionRefreshes{database_file_, settings_, http_, options_}.run(stop);
        });
        add_thread([this](const std::stop_token& stop) { look_after(stop); });
    }

    void stop()
    {
        for (auto& thread : threads_) thread.request_stop();
        threads_.clear();
    }

private:
    template <class Work>
    void add_thread(Work work)
    {
        threads_.emplace_back(std::move(work));
    }

    /// Until the end, whatever fails: the database may be locked or the disk full for a while.
    template <class Step>
    void repeat(const char* name, const std::stop_token& stop, Step step)
    {
        std::unique_ptr<Database> database;
        while (!stop.stop_requested()) {
            bool idle = false;
            try {
                if (!database) database = std::make_unique<Database>(database_file_, database_patience);
                idle = step(*database);
            } catch (const std::exception& error) {
                log_error("{}: {}", name, error.what());
                database.reset();
                pause_for(wait_after_failure, stop);
            }
            if (idle) pause_for(options_.look_every, stop);
        }
    }

    void work_through(const JobQueue& queue, const std::stop_token& stop)
    {
        repeat("jobs", stop, [&](Database& database) {
            auto job = JobProgress{database}.next(queue.kind, queue.other_kind);
            if (!job) return true;
            const JobId id = job->id;
            std::stop_source source;
            const std::stop_callback forward{stop, [&source] { source.request_stop(); }};
            {
                const std::lock_guard lock{mutex_};
                running_.emplace(id, source);
            }
            const Finally forget{[&] {
                const std::lock_guard lock{mutex_};
                running_.erase(id);
            }};
            log_debug("job {} ({}): taken up", id, to_string(job->kind));
            JobWork work{database, settings_, http_, options_, std::move(*job), source.get_token()};
            run_job(work);
            const auto after = JobStore{database}.find(id);
            if (!after || !after->ended()) return false;
            log_info("job {} ({}): {}{}{}", id, to_string(after->kind), to_string(after->state),
                     after->error.empty() ? "" : ": ", english(after->error));
            return false;
        });
    }

    /// Cancelled jobs are stopped, and what ended jobs leave open is closed.
    void look_after(const std::stop_token& stop)
    {
        repeat("looking after jobs", stop, [&](Database& database) {
            stop_cancelled(database);
            JobProgress progress{database};
            for (const JobId id : progress.ended_with_open_items()) {
                const auto job = JobStore{database}.find(id);
                const bool cancelled = !job || job->state == JobState::cancelled;
                const Message why = cancelled            ? Message{"job.cancelled"}
                                    : job->error.empty() ? Message{"job.failed"}
                                                         : job->error;
                progress.close_open_items(id, cancelled ? ItemState::skipped : ItemState::failed, why, system_now());
            }
            return true;
        });
    }

    void stop_cancelled(Database& database)
    {
        const std::lock_guard lock{mutex_};
        JobStore store{database};
        for (auto& [id, source] : running_) {
            const auto job = store.find(id);
            if (!job || job->ended()) source.request_stop();
        }
    }

    template <class End>
    struct Finally {
        End end;
        explicit Finally(End at_end) : end(std::move(at_end)) {}
        ~Finally() { end(); }
    };

    const DatabaseFile database_file_;
    SettingsFile& settings_;
    HttpTransport& http_;
    const Options options_;

    std::mutex mutex_;
    std::map<JobId, std::stop_source> running_;
    std::vector<std::jthread> threads_;  // last: they use all of the above
};

std::size_t requests_per_host(const Settings& settings)
{
    constexpr std::size_t of_the_others = 8;  // a batch of registrations and their tasks, sweeps of tokens
    return static_cast<std::size_t>(settings.session_update_batch_size) + of_the_others;
}

JobRunner::JobRunner(DatabaseFile database_file, SettingsFile& settings, HttpTransport& http, Options options)
    : threads_(std::make_unique<Threads>(std::move(database_file), settings, http, options))
{
}

JobRunner::~JobRunner() = default;

void JobRunner::start() { threads_->start(); }
void JobRunner::stop() { threads_->stop(); }

}  // namespace dreamina
