#include "api/requests/request_json.hpp"

#include "api/http/json_values.hpp"

namespace dreamina {
namespace {

Json sample_json(const KeptSample& kept)
{
    const AnswerSample& sample = kept.sample;
    return {{"id", kept.id},
            {"status", sample.status},
            {"code", sample.code == 0 ? Json(nullptr) : Json(sample.code)},
            {"message", sample.message},
            {"error", sample.error},
            {"first_at", to_rfc3339(kept.first_at)},
            {"last_at", to_rfc3339(kept.last_at)},
            {"count", kept.count}};
}

Json region_json(const std::optional<Region>& region) { return region ? Json(to_string(*region)) : Json(nullptr); }

}  // namespace

Json request_json(const LoggedRequest& request)
{
    const auto& [facts, model, end, last] = request.record;
    return {{"id", facts.id},
            {"started_at", to_rfc3339(facts.began_at)},
            {"ended_at", to_rfc3339(request.ended_at)},
            {"method", facts.method},
            {"path", facts.path},
            {"model", model},
            {"model_asked", value_or_null(facts.model_asked)},
            {"api_key_id", value_or_null(facts.api_key)},
            {"outcome", to_string(end.outcome)},
            {"status", value_or_null(end.status)},
            {"client_gone", end.client_gone},
            {"attempt_count", end.attempts},
            {"account_id", last ? Json(last->account) : Json(nullptr)},
            {"email", value_or_null(request.email)},
            {"region", last ? region_json(last->region) : Json(nullptr)},
            {"verdict", last ? Json(to_string(last->verdict)) : Json(nullptr)},
            {"bytes_in", facts.bytes_in},
            {"bytes_out", end.bytes_out},
            {"duration_ms", end.took.count()},
            {"upstream_ms", end.upstream_took.count()},
            {"own_ms", (end.took - end.upstream_took).count()}};
}

namespace {

Json attempt_json(const LoggedAttempt& logged)
{
    const AttemptRecord& attempt = logged.attempt;
    return {{"number", attempt.number},
            {"account_id", attempt.account},
            {"email", value_or_null(logged.email)},
            {"region", region_json(attempt.region)},
            {"verdict", to_string(attempt.verdict)},
            {"status", value_or_null(attempt.upstream_status)},
            {"reason", attempt.reason.empty() ? Json(nullptr) : Json(attempt.reason)},
            {"started_at", to_rfc3339(attempt.began_at)},
            {"duration_ms", attempt.took.count()},
            {"rule", attempt.rule.empty() ? Json(nullptr) : Json(attempt.rule)},
            {"rules_version", attempt.rules_version.empty() ? Json(nullptr) : Json(attempt.rules_version)},
            {"sample", logged.sample ? sample_json(*logged.sample) : Json(nullptr)}};
}

Json eligibility_json(const LoggedEligibility& logged)
{
    const Eligibility& eligibility = logged.eligibility;
    Json counts = Json::object();
    std::int64_t ineligible = 0;
    for (const IneligibleReason reason : all_ineligible_reasons) {
        counts[std::string{to_string(reason)}] = count_of(eligibility, reason);
        ineligible += count_of(eligibility, reason);
    }
    Json accounts = Json::array();
    for (const LoggedAccountIneligibility& account : logged.accounts) {
        accounts.push_back({{"account_id", account.eligibility.account},
                            {"email", value_or_null(account.email)},
                            {"reason", to_string(account.eligibility.reason)}});
    }
    const auto told = static_cast<std::int64_t>(accounts.size());
    return {{"total", eligibility.total},
            {"counts", std::move(counts)},
            {"accounts", std::move(accounts)},
            {"accounts_left_out", ineligible - told}};
}

}  // namespace

Json request_details_json(RequestStore& store, const LoggedRequest& request)
{
    Json json = request_json(request);
    Json attempts = Json::array();
    for (const LoggedAttempt& attempt : request.attempts) attempts.push_back(attempt_json(attempt));
    json["attempts"] = std::move(attempts);
    const auto eligibility = request.eligibility_id ? store.eligibility(*request.eligibility_id) : std::nullopt;
    json["eligibility"] = eligibility ? eligibility_json(*eligibility) : Json(nullptr);
    json["standing"] = json["eligibility"];  // its former name
    return json;
}

}  // namespace dreamina
