#pragma once
/// `jobs` and `job_items` as the one sees them who does the work. Writers call within a Transaction where more than
/// one statement must hold together; each call here writes `job_batch` rows at most.

#include <optional>
#include <string_view>
#include <vector>

#include "core/storage/stores/job_store.hpp"

namespace dreamina {

/// What one transaction writes at most, so that no other waits long behind it.
constexpr std::int64_t job_batch = 200;

struct WorkItem {
    std::int64_t id = 0;
    JobId job = 0;
    Account account;  ///< without its usage
    std::optional<Time> check_failed_at;
};

/// The moments that scopes are measured by.
struct ScopeMoments {
    Time dated_before{};      ///< sessions older than this are due
    Time refreshed_before{};  ///< failed refreshes older than this may be tried again
    Time suspected_before{};  ///< failed checks older than this may be confirmed
};
ScopeMoments scope_moments(const Settings& settings, Time now);

class JobProgress {
public:
    explicit JobProgress(Database& database) : database_(database) {}

    /// What was being worked on when the last scheduler ended waits again.
    void take_up_interrupted(Time now);

    /// The oldest of these kinds that waits or runs.
    std::optional<Job> next(JobKind kind, std::optional<JobKind> other_kind = std::nullopt);

    /// Running from now on, with a total if it has a scope.
    void begin(const Job& job, const ScopeMoments& moments, Time now);
    void set_note(JobId job, const Message& note, Time now);

    /// Gives the next accounts of the job's scope, or of its list, items; false if it has no more to give.
    bool expand(JobId job, const ScopeMoments& moments, Time now);

    /// So many as the scope would give items.
    std::int64_t count_in_scope(JobKind kind, JobScope scope, const ScopeMoments& moments);

    std::vector<WorkItem> pending(JobId job, std::int64_t limit = job_batch);

    /// Of all open session refreshes the next account, marked as running: what was asked for by itself comes before
    /// what belongs to many.
    std::optional<WorkItem> take_refresh(Time now);
    std::vector<Job> open_refreshes();
    void put_back(const WorkItem& item, Time now);

    struct ItemEnd {
        ItemState state = ItemState::done;
        Message result = {};
        Message error = {};
    };
    /// Once for each item: false if it had ended before, and nothing is counted.
    bool end_item(const WorkItem& item, const ItemEnd& end, Time now);

    /// An item that ends as it comes to be: what a registration gave.
    void add_ended_item(JobId job, std::optional<AccountId> account, const ItemEnd& end, Time now);

    /// Ends the job if nothing of it is left to do: failed if all of it has. False if there is.
    bool end_if_finished(JobId job, Time now);
    void end(JobId job, JobState state, const Message& error, Time now);

    /// Of an ended job. False once there is nothing left to do.
    bool close_open_items(JobId job, ItemState state, const Message& error, Time now);
    bool forget_done_items(JobId job);

    std::vector<JobId> ended_with_open_items();

    // A registration's task at the register service.
    void task_is_asked_for(JobId job, Time now);
    void set_task(JobId job, std::string_view task_id, Time now);
    void task_was_polled(JobId job, Time now);

private:
    bool expand_list(const Job& job, Time now);

    Database& database_;
};

}  // namespace dreamina
