#include "api/jobs/jobs.hpp"

#include <fmt/format.h>

#include "api/accounts/account_filter.hpp"
#include "api/audit/audit_record.hpp"
#include "api/jobs/job_json.hpp"
#include "api/http/query_parameters.hpp"
#include "core/base/message/coded_error.hpp"
#include "core/storage/accounts/account_bulk.hpp"
#include "core/storage/stores/job_store.hpp"
#include "core/storage/engine/transaction.hpp"

namespace dreamina {
namespace {

HandlerResult list_jobs(Call& call);
HandlerResult show_job(Call& call);
HandlerResult add_job(Call& call);
HandlerResult cancel(Call& call);
HandlerResult retry(Call& call);

constexpr std::size_t max_accounts = 100'000;

}  // namespace

std::vector<Route> job_routes()
{
    return {
        {"GET", "/api/jobs", Access::admin, list_jobs},
        {"POST", "/api/jobs", Access::admin, add_job},
        {"GET", "/api/jobs/{id}", Access::admin, show_job},
        {"POST", "/api/jobs/{id}/cancel", Access::admin, cancel},
        {"POST", "/api/jobs/{id}/retry", Access::admin, retry},
    };
}

Reply accepted(const Job& job) { return json_reply(202, {{"job", job_json(job)}}); }

Error no_register_service() { return make_error("register_service_not_configured", register_service_not_configured()); }

namespace {

Reply unknown_job() { return error_reply(404, "error.unknown_job"); }

std::optional<Job> job_of(Call& call)
{
    const auto id = captured_id(call);
    return id ? JobStore{call.database}.find(*id) : std::nullopt;
}

HandlerResult list_jobs(Call& call)
{
    const auto wanted = page_parameters(call.request);
    if (!wanted) return error_reply(422, wanted.error());
    const auto state = choice_parameter<JobState>(call.request, "state", parse_job_state, choices_of(all_job_states));
    if (!state) return error_reply(422, state.error());
    const auto kind = choice_parameter<JobKind>(call.request, "kind", parse_job_kind, choices_of(all_job_kinds));
    if (!kind) return error_reply(422, kind.error());

    const auto account = whole_parameter(call.request, "account_id", 1, max_id);
    if (!account) return error_reply(422, account.error());

    const auto found =
        JobStore{call.database}.list({.state = *state, .kind = *kind, .account = *account}, wanted->page, wanted->size);
    Json items = Json::array();
    for (const Job& job : found.items) items.push_back(job_json(job));
    return json_reply(
        200, {{"total", found.total}, {"page", wanted->page}, {"size", wanted->size}, {"items", std::move(items)}});
}

HandlerResult show_job(Call& call)
{
    const auto wanted = page_parameters(call.request);
    if (!wanted) return error_reply(422, wanted.error());
    const auto state =
        choice_parameter<ItemState>(call.request, "item_state", parse_item_state, choices_of(all_item_states));
    if (!state) return error_reply(422, state.error());
    const auto job = job_of(call);
    if (!job) return unknown_job();
    const auto found = JobStore{call.database}.items(job->id, wanted->page, wanted->size, *state);
    Json items = Json::array();
    for (const JobItem& item : found.items) items.push_back(job_item_json(item));
    Json body = job_json(*job);
    body["items_total"] = found.total;
    body["page"] = wanted->page;
    body["size"] = wanted->size;
    body["items"] = std::move(items);
    return json_reply(200, body);
}

bool needs_register_service(JobKind kind) { return kind == JobKind::registration || kind == JobKind::session_refresh; }

struct JobRequest {
    JobKind kind = JobKind::registration;
    std::int64_t count = 1;
    std::optional<JobScope> scope;
    AccountChoice accounts;
};

Result<JobRequest> read_job_request(JsonReader& reader, const Call& call)
{
    JobRequest wanted;
    const std::string kind = reader.required("kind", reader.text("kind", {.max = 64}));
    const auto known = parse_job_kind(kind);
    if (!known) reader.fail("kind", not_one_of(choices_of(all_job_kinds)));
    wanted.kind = known.value_or(JobKind::points_update);

    if (wanted.kind == JobKind::registration) {
        wanted.count = reader.integer("count", 1, max_registrations).value_or(1);
        if (reader.has("accounts")) reader.fail("accounts", {"field.not_for_registration"});
        reader.ignore("accounts");
    } else {
        if (reader.has("count")) reader.fail("count", {"field.for_registration_only"});
        reader.ignore("count");
        if (reader.holds("accounts", "all")) {
            wanted.scope = JobScope::all;
        } else if (reader.holds("accounts", "expired")) {
            wanted.scope = JobScope::expired;
            if (wanted.kind != JobKind::session_refresh) reader.fail("accounts", {"field.expired_for_refresh_only"});
        } else {
            if (!reader.has("accounts")) {
                reader.fail("accounts", {"field.job_accounts_required"});
            }
            wanted.accounts = read_account_choice(reader, call, max_accounts).value_or({});
        }
    }
    if (const auto faults = reader.finish(); !faults) return tl::unexpected(faults.error());
    return wanted;
}

Job queue(JobStore& jobs, const JobRequest& wanted, const std::vector<AccountId>& accounts, Time now)
{
    if (wanted.kind == JobKind::registration) return jobs.queue_registration(wanted.count, asked_by_admin, now);
    if (wanted.scope) {
        // The same again while it waits is the same job; a running one may have passed by already what is new.
        const auto open = jobs.find_open(wanted.kind, wanted.scope);
        if (open && open->state == JobState::queued) return *open;
        return jobs.queue_for_scope(wanted.kind, *wanted.scope, asked_by_admin, now);
    }
    if (wanted.kind == JobKind::session_refresh && accounts.size() == 1)
        return jobs.queue_session_refresh(accounts.front(), asked_by_admin, now);
    if (accounts.size() > max_items_at_once) return jobs.queue_for_list(wanted.kind, accounts, asked_by_admin, now);
    return jobs.queue_for_accounts(wanted.kind, accounts, asked_by_admin, now);
}

/// What is wrong with the accounts that a job is for.
std::optional<Reply> refuse_accounts(Database& database, const JobRequest& wanted,
                                     const std::vector<AccountId>& accounts)
{
    if (wanted.kind == JobKind::registration || wanted.scope) return std::nullopt;
    if (accounts.empty())
        return error_reply(422, field_error("error.invalid_field", "accounts", {"field.fits_no_account"}));
    const auto missing = AccountBulk{database}.first_missing(accounts);
    if (!missing) return std::nullopt;
    return error_reply(422,
                       field_error("error.invalid_field", fmt::format("accounts[{}]", *missing), {"field.no_account"}));
}

HandlerResult add_job(Call& call)
{
    auto reader = JsonReader::parse(call.request.body.text());
    if (!reader) return bad_body_reply(reader.error());
    const auto wanted = read_job_request(*reader, call);
    if (!wanted) return bad_body_reply(wanted.error());
    if (needs_register_service(wanted->kind) && !register_service_is_configured(call.settings()))
        return error_reply(409, no_register_service());

    const auto accounts = chosen_accounts(call.database, wanted->accounts);
    if (auto refusal = refuse_accounts(call.database, *wanted, accounts)) return *std::move(refusal);
    Transaction transaction{call.database};
    // Some may have gone this moment; those of a long list are looked for when it is their turn.
    const bool is_long = accounts.size() > max_items_at_once;
    if (auto refusal = is_long ? std::nullopt : refuse_accounts(call.database, *wanted, accounts))
        return *std::move(refusal);
    JobStore jobs{call.database};
    const JobId last = jobs.last_id();
    const Job job = queue(jobs, *wanted, accounts, call.now);
    if (job.id > last) record_job_audit(call, AuditAction::queue, job, accounts);
    transaction.commit();
    return accepted(job);
}

HandlerResult cancel(Call& call)
{
    Transaction transaction{call.database};
    const auto job = job_of(call);
    if (!job) return unknown_job();
    JobStore jobs{call.database};
    if (!jobs.cancel(job->id, call.now)) {
        return error_reply(409, "error.job_ended", {{"state", to_string(job->state)}});
    }
    record_job_audit(call, AuditAction::cancel, *job);
    transaction.commit();
    return json_reply(200, {{"job", job_json(jobs.find(job->id).value())}});
}

/// What of a job is to be tried again; nothing if all of it went well.
std::optional<Job> queue_retry(JobStore& jobs, const Job& job, Time now)
{
    if (job.kind == JobKind::registration) {
        const auto made = static_cast<std::int64_t>(jobs.registered_accounts(job.id).size());
        const std::int64_t missing = job.wanted - made;
        if (job.state == JobState::cancelled || missing <= 0) return std::nullopt;
        return jobs.queue_registration(missing, asked_by_admin, now, job.id);
    }
    // It ended before it had gone through its scope: it is unknown what else would have failed.
    if (job.state == JobState::failed && job.scope && job.scope_cursor)
        return jobs.queue_for_scope(job.kind, *job.scope, asked_by_admin, now, job.id);
    auto again = jobs.failed_accounts(job.id);
    if (job.state == JobState::failed && job.scope_cursor) {
        const auto rest = jobs.next_of_list(job, job.total);
        again.insert(again.end(), rest.begin(), rest.end());
    }
    if (again.empty()) return std::nullopt;
    return again.size() > max_items_at_once ? jobs.queue_for_list(job.kind, again, asked_by_admin, now, job.id)
                                            : jobs.queue_for_accounts(job.kind, again, asked_by_admin, now, job.id);
}

HandlerResult retry(Call& call)
{
    Transaction transaction{call.database};
    const auto job = job_of(call);
    if (!job) return unknown_job();
    if (!job->ended()) return error_reply(409, "error.job_not_ended");
    if (needs_register_service(job->kind) && !register_service_is_configured(call.settings()))
        return error_reply(409, no_register_service());
    JobStore jobs{call.database};
    if (const auto open = jobs.find_open_retry(job->id)) return accepted(*open);
    const auto again = queue_retry(jobs, *job, call.now);
    if (!again) return error_reply(409, "error.nothing_failed");
    record_job_audit(call, AuditAction::retry, *again);
    transaction.commit();
    return accepted(*again);
}

}  // namespace
}  // namespace dreamina
