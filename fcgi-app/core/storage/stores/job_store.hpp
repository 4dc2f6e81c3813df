#pragma once
/// `jobs` and `job_items` as those see them who ask for work: queued, looked at, cancelled.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/domain/account/account.hpp"
#include "core/domain/job.hpp"
#include "core/storage/engine/database.hpp"

namespace dreamina {

struct Job {
    JobId id = 0;
    JobKind kind = JobKind::registration;
    JobState state = JobState::queued;
    std::optional<AccountId> account;  ///< of a job for one
    std::optional<JobScope> scope;
    /// The last account the scope gave an item, or how many of a list have one; empty: there are no more.
    std::optional<AccountId> scope_cursor;
    std::int64_t wanted = 1;            ///< accounts to register
    std::optional<Time> task_asked_at;  ///< the register service may have been asked
    std::optional<std::string> task_id;
    std::int64_t task_polls = 0;
    std::int64_t total = 0;
    std::int64_t done = 0;  ///< of total, with the failed and the skipped ones
    std::int64_t failed = 0;
    Message note;   ///< what it is doing, or what there is to say at its end; may be empty
    Message error;  ///< empty unless something failed
    std::string requested_by;
    std::optional<JobId> retry_of;
    Time created_at{};
    std::optional<Time> started_at;
    Time updated_at{};
    std::optional<Time> ended_at;

    bool ended() const { return state != JobState::queued && state != JobState::running; }
};

/// What became of one account in a job.
struct JobItem {
    std::optional<AccountId> account;  ///< empty: a registration that gave none
    std::optional<std::string> email;
    ItemState state = ItemState::pending;
    Message result;
    Message error;
    Time updated_at{};
};

struct JobFilter {
    std::optional<JobState> state;
    std::optional<JobKind> kind;
    std::optional<AccountId> account;  ///< what it was for, or among those it was for
};
template <class Item>
struct Page {
    std::int64_t total = 0;
    std::vector<Item> items;
};

/// A job for more accounts gets a list of them (queue_for_list): a transaction is not to take long.
constexpr std::size_t max_items_at_once = 200;

/// Jobs for accounts are queued within a Transaction.
class JobStore {
public:
    explicit JobStore(Database& database) : database_(database) {}

    Job queue_registration(std::int64_t wanted, std::string_view requested_by, Time now,
                           std::optional<JobId> retry_of = std::nullopt);

    /// The job that already waits or runs for this account, or a new one.
    Job queue_session_refresh(AccountId account, std::string_view requested_by, Time now);

    /// Accounts whose refresh waits in another job already are skipped in this one.
    Job queue_for_accounts(JobKind kind, const std::vector<AccountId>& accounts, std::string_view requested_by,
                           Time now, std::optional<JobId> retry_of = std::nullopt);

    /// For many: the work itself adds their items bit by bit, for the accounts that are there then.
    Job queue_for_list(JobKind kind, const std::vector<AccountId>& accounts, std::string_view requested_by, Time now,
                       std::optional<JobId> retry_of = std::nullopt);
    /// Of such a list the next that have no item yet.
    std::vector<AccountId> next_of_list(const Job& job, std::int64_t limit);

    Job queue_for_scope(JobKind kind, JobScope scope, std::string_view requested_by, Time now,
                        std::optional<JobId> retry_of = std::nullopt);

    /// The oldest that waits or runs; of this scope if one is given.
    std::optional<Job> find_open(JobKind kind, std::optional<JobScope> scope = std::nullopt);

    /// Of the newest job there is; those that are queued later have greater ones. 0 if there is none.
    JobId last_id();

    std::optional<Job> find(JobId id);
    std::optional<Job> find_open_retry(JobId of);

    /// The newest first; pages from 1.
    Page<Job> list(const JobFilter& filter, std::int64_t page, std::int64_t size);

    /// Those that failed first, then in the order of their work.
    Page<JobItem> items(JobId job, std::int64_t page, std::int64_t size, std::optional<ItemState> state = std::nullopt);
    std::optional<JobItem> item(JobId job, AccountId account);
    std::vector<AccountId> failed_accounts(JobId job);
    /// The accounts a registration has made.
    std::vector<AccountId> registered_accounts(JobId job);

    /// False if it has ended already. Who runs it finds out by itself.
    bool cancel(JobId id, Time now);

    struct AutomaticRegistrations {
        std::optional<Time> last_at;
        std::int64_t failures_in_a_row = 0;  ///< the latest ones
    };
    AutomaticRegistrations automatic_registrations();

private:
    struct NewJob {
        JobKind kind = JobKind::registration;
        std::string_view requested_by;
        std::optional<JobId> retry_of = {};
        std::optional<AccountId> account = {};
        std::optional<JobScope> scope = {};
        std::int64_t wanted = 1;
        std::int64_t total = 0;
    };
    /// What a cancelled job has left open of an account's refresh blocks no other job.
    void skip_left_behind(AccountId account, Time now);
    JobId add(const NewJob& job, Time now);

    Database& database_;
};

}  // namespace dreamina
