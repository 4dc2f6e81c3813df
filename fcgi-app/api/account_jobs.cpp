#include "api/account_jobs.hpp"

#include <charconv>

#include <fmt/format.h>

#include "api/account_json.hpp"
#include "api/accounts.hpp"
#include "storage/job_store.hpp"
#include "storage/transaction.hpp"

namespace dreamina {
namespace {

Outcome register_accounts(Call& call);
Outcome register_and_wait(Call& call);
Outcome refresh_session(Call& call);
Outcome refresh_session_and_wait(Call& call);

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

constexpr std::int64_t most_at_once = 100;
constexpr std::int64_t longest_wait_seconds = 3600;
/// The earlier program's own bounds: 60 polls of 10 s, and the register service's slowest refresh.
constexpr seconds earlier_registration_wait{600};
constexpr seconds earlier_refresh_wait{120};

Json job_json(const Job& job)
{
    return {{"id", job.id},
            {"kind", job.kind},
            {"state", job.state},
            {"account_id", job.account ? Json(*job.account) : Json(nullptr)},
            {"count", job.wanted},
            {"requested_by", job.requested_by},
            {"error", job.error ? Json(*job.error) : Json(nullptr)},
            {"created_at", to_rfc3339(job.created_at)},
            {"updated_at", to_rfc3339(job.updated_at)}};
}

Reply accepted(const Job& job) { return json_reply(202, {{"job", job_json(job)}}); }

/// What a finished job is answered with.
using Describe = Json (*)(Database&, const Job&);

Json describe_registration(Database& database, const Job& job)
{
    Json body{{"message", "Account registered successfully"}, {"account", nullptr}};
    const auto account = job.result_account ? AccountStore{database}.find(*job.result_account) : std::nullopt;
    if (account) body["account"] = account_json(*account);
    return body;
}

Json describe_refresh(Database& database, const Job& job)
{
    Json body{{"message", "Session updated successfully"}};
    if (const auto account = AccountStore{database}.find(job.account.value_or(0))) {
        const Json shown = account_json(*account);
        body["new_session_id"] = shown["session_id"];
        body["session_id_updated_at"] = shown["session_id_updated_at"];
    }
    return body;
}

Outcome answer_when_ended(Call& call, const Job& job, seconds wait, Describe describe, Reply otherwise)
{
    if (wait <= seconds{0}) return otherwise;
    return Await{.look = [id = job.id, describe](Database& database) -> std::optional<Reply> {
                     const auto now = JobStore{database}.find(id);
                     if (!now) return error_reply(404, {"unknown_account", "the account was removed meanwhile"});
                     if (!now->ended()) return std::nullopt;
                     if (now->state == "done") return json_reply(200, describe(database, *now));
                     return error_reply(502, {"job_" + now->state, now->error.value_or("the job was " + now->state)});
                 },
                 .until = call.now + wait,
                 .otherwise = std::move(otherwise)};
}

std::optional<Reply> refuse_unconfigured(const Call& call)
{
    if (call.settings().register_api_url && call.settings().register_api_key) return std::nullopt;
    return error_reply(400, {"register_service_not_configured",
                             "Dreamina-register API not configured: set REGISTER_API_URL and REGISTER_API_KEY"});
}

Result<seconds> read_wait(const Request& request)
{
    const auto text = query_parameter(request.query, "wait");
    if (!text) return seconds{0};
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), value);
    if (error != std::errc{} || end != text->data() + text->size() || value < 0 || value > longest_wait_seconds)
        return failure("invalid_parameter",
                       fmt::format("wait must be a number of seconds from 0 to {}", longest_wait_seconds));
    return seconds{value};
}

Outcome queue_registration(Call& call, std::int64_t count, seconds wait, bool must_end)
{
    const Job job = JobStore{call.database}.queue_registration(count, "admin", call.now);
    Reply otherwise =
        must_end ? error_reply(408, {"still_running", fmt::format("job {} has not ended yet", job.id)}) : accepted(job);
    return answer_when_ended(call, job, wait, describe_registration, std::move(otherwise));
}

Outcome register_accounts(Call& call)
{
    if (auto refusal = refuse_unconfigured(call)) return *std::move(refusal);
    const auto wait = read_wait(call.request);
    if (!wait) return error_reply(422, wait.error());
    auto reader = JsonReader::parse(call.request.body.text(), true);
    if (!reader) return bad_body_reply(reader.error());
    const auto count = reader->integer("count", 1, most_at_once).value_or(1);
    if (const auto faults = reader->finish(); !faults) return bad_body_reply(faults.error());
    return queue_registration(call, count, *wait, false);
}

Outcome register_and_wait(Call& call)
{
    if (auto refusal = refuse_unconfigured(call)) return *std::move(refusal);
    return queue_registration(call, 1, earlier_registration_wait, true);
}

Outcome queue_refresh(Call& call, seconds wait, bool must_end)
{
    const auto id = account_id(call);
    if (!id) return unknown_account();
    if (auto refusal = refuse_unconfigured(call)) return *std::move(refusal);
    Transaction transaction{call.database};
    if (!AccountStore{call.database}.find(*id)) return unknown_account();
    const Job job = JobStore{call.database}.queue_session_refresh(*id, "admin", call.now);
    transaction.commit();
    Reply otherwise =
        must_end ? error_reply(504, {"still_running", fmt::format("job {} has not ended yet", job.id)}) : accepted(job);
    return answer_when_ended(call, job, wait, describe_refresh, std::move(otherwise));
}

Outcome refresh_session(Call& call)
{
    const auto wait = read_wait(call.request);
    if (!wait) return error_reply(422, wait.error());
    return queue_refresh(call, *wait, false);
}

Outcome refresh_session_and_wait(Call& call) { return queue_refresh(call, earlier_refresh_wait, true); }

}  // namespace
}  // namespace dreamina
