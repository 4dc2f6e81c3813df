#include "api/accounts/account_jobs.hpp"

#include <fmt/format.h>

#include "api/accounts/account_json.hpp"
#include "api/accounts/accounts.hpp"
#include "api/audit/audit_record.hpp"
#include "api/jobs/jobs.hpp"
#include "api/http/query_parameters.hpp"
#include "core/base/text.hpp"
#include "core/storage/stores/job_store.hpp"
#include "core/storage/engine/transaction.hpp"
#include "core/storage/stores/upstream_facts_store.hpp"

namespace dreamina {
namespace {

HandlerResult register_accounts(Call& call);
HandlerResult register_and_wait(Call& call);
HandlerResult refresh_session(Call& call);
HandlerResult refresh_session_and_wait(Call& call);

}  // namespace

std::vector<Route> account_job_routes()
{
    return {
        {"POST", "/api/accounts/register", Access::admin, register_accounts},
        {"POST", "/api/accounts/{id}/session/update", Access::admin, refresh_session},
        {"POST", "/api/register-account", Access::admin, register_and_wait},
        {"POST", "/api/accounts/{id}/update-session", Access::admin, refresh_session_and_wait},
    };
}

namespace {

using std::chrono::seconds;

constexpr std::int64_t max_wait_seconds = 3600;
/// The earlier program's own bounds: 60 polls of 10 s, and the register service's slowest refresh.
constexpr seconds earlier_registration_wait{600};
constexpr seconds earlier_refresh_wait{120};

/// The answer once the work has ended, well or not.
using Look = std::function<std::optional<Reply>(Database&)>;

Reply removed_meanwhile() { return error_reply(404, "error.unknown_account"); }

Reply ended_badly(std::string_view state, const Message& error)
{
    const Message reason = error.empty() ? Message{"error.job_was", {{"state", state}}} : error;
    return error_reply(502, make_error(fmt::format("job_{}", state), reason));
}

std::optional<Reply> look_for_registration(Database& database, JobId id)
{
    JobStore jobs{database};
    const auto job = jobs.find(id);
    if (!job) return error_reply(404, "error.unknown_job");
    if (!job->ended()) return std::nullopt;
    if (job->state != JobState::done) return ended_badly(to_string(job->state), job->error);
    const UpstreamKind upstream = UpstreamFactsStore{database}.read().kind;
    Json accounts = Json::array();
    for (const AccountId account : jobs.registered_accounts(id))
        if (const auto found = AccountStore{database}.find(account)) accounts.push_back(account_json(*found, upstream));
    Json body{{"message", "Account registered successfully"}, {"account", nullptr}};
    if (!accounts.empty()) body["account"] = accounts.front();
    if (job->wanted > 1) body["accounts"] = std::move(accounts);
    return json_reply(200, body);
}

/// The job may be one for many accounts: this one's part is looked at.
std::optional<Reply> look_for_refresh(Database& database, JobId id, AccountId account)
{
    JobStore jobs{database};
    const auto job = jobs.find(id);
    const auto item = jobs.item(id, account);
    const auto found = AccountStore{database}.find(account);
    if (!job || !item || !found) return removed_meanwhile();
    const bool waits = item->state == ItemState::pending || item->state == ItemState::running;
    if (waits) return job->ended() ? std::optional{ended_badly(to_string(job->state), job->error)} : std::nullopt;
    if (item->state == ItemState::skipped) return ended_badly(to_string(JobState::cancelled), item->result);
    if (item->state == ItemState::failed) return ended_badly(to_string(JobState::failed), item->error);
    const Json shown = account_json(*found, UpstreamFactsStore{database}.read().kind);
    return json_reply(200, {{"message", "Session updated successfully"},
                            {"new_session_id", shown["session_id"]},
                            {"session_id_updated_at", shown["session_id_updated_at"]}});
}

HandlerResult answer_when_ended(Call& call, seconds wait, Look look, Reply otherwise)
{
    if (wait <= seconds{0}) return otherwise;
    return Await{.look = std::move(look), .until = call.now + wait, .otherwise = std::move(otherwise)};
}

std::optional<Reply> refuse_unconfigured(const Call& call)
{
    if (register_service_is_configured(call.settings())) return std::nullopt;
    return error_reply(400, no_register_service());
}

Result<seconds> read_wait(const Request& request)
{
    const auto text = query_parameter(request.query, "wait");
    if (!text) return seconds{0};
    const auto value = whole_number(*text);
    if (!value || *value < 0 || *value > max_wait_seconds)
        return wrong_parameter("wait", {"field.not_seconds", {{"max", max_wait_seconds}}});
    return seconds{*value};
}

HandlerResult queue_registration(Call& call, std::int64_t count, seconds wait, bool must_end)
{
    Transaction transaction{call.database};
    const Job job = JobStore{call.database}.queue_registration(count, asked_by_admin, call.now);
    record_job_audit(call, AuditAction::queue, job);
    transaction.commit();
    Reply otherwise = must_end ? error_reply(408, "error.still_running", {{"id", job.id}}) : accepted(job);
    return answer_when_ended(
        call, wait, [id = job.id](Database& database) { return look_for_registration(database, id); },
        std::move(otherwise));
}

HandlerResult register_accounts(Call& call)
{
    if (auto refusal = refuse_unconfigured(call)) return *std::move(refusal);
    const auto wait = read_wait(call.request);
    if (!wait) return error_reply(422, wait.error());
    auto reader = JsonReader::parse(call.request.body.text(), true);
    if (!reader) return bad_body_reply(reader.error());
    const auto count = reader->integer("count", 1, max_registrations).value_or(1);
    if (const auto faults = reader->finish(); !faults) return bad_body_reply(faults.error());
    return queue_registration(call, count, *wait, false);
}

HandlerResult register_and_wait(Call& call)
{
    if (auto refusal = refuse_unconfigured(call)) return *std::move(refusal);
    return queue_registration(call, 1, earlier_registration_wait, true);
}

HandlerResult queue_refresh(Call& call, seconds wait, bool must_end)
{
    const auto id = captured_id(call);
    if (!id) return unknown_account();
    if (auto refusal = refuse_unconfigured(call)) return *std::move(refusal);
    Transaction transaction{call.database};
    if (!AccountStore{call.database}.find(*id)) return unknown_account();
    JobStore jobs{call.database};
    const JobId last = jobs.last_id();
    const Job job = jobs.queue_session_refresh(*id, asked_by_admin, call.now);
    if (job.id > last) record_job_audit(call, AuditAction::queue, job, {*id});
    transaction.commit();
    Reply otherwise = must_end ? error_reply(504, "error.still_running", {{"id", job.id}}) : accepted(job);
    return answer_when_ended(
        call, wait,
        [job_id = job.id, account = *id](Database& database) { return look_for_refresh(database, job_id, account); },
        std::move(otherwise));
}

HandlerResult refresh_session(Call& call)
{
    const auto wait = read_wait(call.request);
    if (!wait) return error_reply(422, wait.error());
    return queue_refresh(call, *wait, false);
}

HandlerResult refresh_session_and_wait(Call& call) { return queue_refresh(call, earlier_refresh_wait, true); }

}  // namespace
}  // namespace dreamina
