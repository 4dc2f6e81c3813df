#include "proxy/request/attempt.hpp"

#include <utility>

#include "core/base/log.hpp"
#include "core/domain/account/region_token.hpp"
#include "core/domain/breaker_state.hpp"
#include "core/domain/verdict/answer_sample.hpp"
#include "proxy/answer/headers.hpp"
#include "proxy/answer/retry_after.hpp"
#include "proxy/body/form_fields.hpp"
#include "proxy/request_origin.hpp"

namespace dreamina {
namespace {

constexpr int not_found = 404;

void tell(const RequestNotes& notes, const Settlement& settlement)
{
    const AttemptRecord& attempt = settlement.attempt;
    const auto or_none = [](const std::string& text) { return text.empty() ? std::string_view{"none"} : text; };
    log_debug("request {}, attempt {}: account {} ({}), model {}, status {}, {}, reason {}, rule {}, {} ms",
              notes.id_for_log(), attempt.number, attempt.account, to_string(*attempt.region), settlement.model,
              or_none(attempt.upstream_status ? std::to_string(*attempt.upstream_status) : ""),
              to_string(settlement.verdict), or_none(attempt.reason), or_none(attempt.rule), attempt.took.count());
}

milliseconds ban_duration(const Settings& settings)
{
    constexpr double millis_per_hour = 3'600'000;
    return milliseconds{static_cast<std::int64_t>(settings.account_ban_duration_hours * millis_per_hour)};
}

}  // namespace

void Attempt::start(std::chrono::milliseconds timeout, std::function<void()> ended)
{
    ended_ = std::move(ended);
    const Request& request = shared_.outgoing.request();
    UpstreamRequest sent{.base_url = shared_.settings.upstream_base_url,
                         .method = request.method,
                         .target = request.target,
                         .headers = headers_for_upstream(
                             request, upstream_token(lease_.region, lease_.session_id, lease_.proxy_url.value_or(""))),
                         .body = shared_.outgoing.body(),
                         .has_body = request.method == "POST" || request.method == "PUT" || request.method == "PATCH",
                         .timeout = timeout};
    shared_.notes.begin_attempt();
    transfer_ = &shared_.context.upstream.start(std::move(sent), *this);
}

void Attempt::resume()
{
    if (transfer_) transfer_->resume();
}

void Attempt::on_head(int status, Headers headers)
{
    answer_.emplace(status, std::move(headers));
    if (!answer_->held.holds()) start_answer();
}

bool Attempt::on_body(std::string_view piece)
{
    if (shared_.exchange.backlogged()) return false;
    if (!answer_->held.holds())
        pass_on(piece);
    else if (!answer_->held.hold(piece))
        start_answer();
    return true;
}

void Attempt::on_end(TransferEnd end)
{
    transfer_ = nullptr;
    end_ = end == TransferEnd::complete && !answer_ ? TransferEnd::cut : end;  // no final status ever came
    judgement_ = judgement_of_end();
    if (answer_) answer_->verdict = judgement_->verdict;
    took_ = shared_.notes.end_attempt();
    began_at_ = system_now() - took_;
    const auto ended = std::move(ended_);  // may destroy this
    ended();
}

/// The answer has been judged, or is a stream that will be; what comes now is passed on.
void Attempt::start_answer()
{
    if (!answer_->events) judgement_ = judgement_of_answer();
    shared_.relay.start(*answer_, shared_.notes.trace_headers(number_));
    pass_on(answer_->held.release());
}

void Attempt::pass_on(std::string_view piece)
{
    if (answer_->events) answer_->events->feed(piece);
    shared_.relay.pass_on(piece);
}

/// Of one that has come whole, or whose start says all.
Judgement Attempt::judgement_of_answer() const
{
    if (answer_->tells_nothing()) return {.verdict = Verdict::may_have_run};
    AnswerHead facts = answer_->facts();
    facts.took = shared_.notes.attempt_took();
    facts.proxy_url = lease_.proxy_url.value_or("");
    facts.upstream = shared_.context.upstream_kind;
    const auto& rules = shared_.context.verdict_rules;
    Judgement judgement = rules ? judge(facts, *rules) : judge(facts);
    if (judgement.verdict == Verdict::provider_unreachable && may_have_fetched())
        judgement.verdict = Verdict::may_have_run;
    return judgement;
}

Judgement Attempt::judgement_of_end()
{
    switch (end_) {
    case TransferEnd::complete:
        if (answer_->events) answer_->events->end();
        return judgement_ ? *judgement_ : judgement_of_answer();
    case TransferEnd::unreachable: return {.verdict = Verdict::provider_unreachable};
    case TransferEnd::timed_out:
    case TransferEnd::cut:
    case TransferEnd::cancelled: break;
    }
    return {.verdict = Verdict::interrupted};
}

/// Whether jimeng-api may have tried to fetch a finished picture when it did not reach its provider. It says the same
/// words then as before it has made one.
bool Attempt::may_have_fetched() const
{
    if (!answer_->facts().code) return false;
    const Body& body = *shared_.outgoing.body();
    if (!body.in_memory()) return true;  // a spool file is not searched here
    const FormFields fields{body, shared_.outgoing.request().content_type};
    const FormField* format = fields.find("response_format");
    return format != nullptr && format->text == "b64_json";
}

/// Whether the upstream has not got the route that it is known for: it may be another one by now.
bool Attempt::lacks_route() const
{
    if (!answer_ || generation_of(shared_.outgoing.request().path) == GenerationKind::none) return false;
    return answer_->status == not_found || (shared_.outgoing.changes_route() && verdict() == Verdict::bad_parameters);
}

std::string Attempt::reason() const
{
    if (end_ != TransferEnd::complete) return std::string{to_string(end_)};
    return verdict() == Verdict::success ? "" : failure_code(answer_->facts());
}

std::string Attempt::origin() const
try {
    return request_origin(shared_.notes.facts().api_key, *shared_.outgoing.body(),
                          shared_.outgoing.request().content_type);
} catch (const std::system_error& error) {
    log_error("a request's body cannot be read again: {}", error.what());
    return {};
}

Settlement Attempt::settlement() const
{
    const bool keeps_sample = end_ == TransferEnd::complete && shared_.settings.verdict_samples;
    Settlement settlement{.lease = lease_.id,
                          .verdict = verdict(),
                          .ban_for = ban_duration(shared_.settings),
                          .session_id = lease_.session_id,
                          .request = shared_.notes.facts(),
                          .unreached = end_ == TransferEnd::unreachable,
                          .is_doubtful_upstream = lacks_route(),
                          .retry_after = answer_ ? retry_after(answer_->headers, system_now()) : std::nullopt,
                          .rule_ban = judgement_->ban,
                          .sample = keeps_sample ? sample_of(answer_->facts(), verdict()) : std::nullopt,
                          .counted = judgement_->counted,
                          .counted_verdict = judgement_->counted_verdict,
                          .origin = sign_of(verdict()) == UpstreamSign::fails ? origin() : "",
                          .model = lease_.model,
                          .attempt = {.number = number_,
                                      .account = lease_.account,
                                      .region = lease_.region,
                                      .upstream_status = answer_ ? std::optional{answer_->status} : std::nullopt,
                                      .reason = reason(),
                                      .began_at = began_at_,
                                      .took = took_,
                                      .rule = judgement_->rule,
                                      .rules_version = judgement_->version}};
    if (log_enabled(LogLevel::debug)) tell(shared_.notes, settlement);
    return settlement;
}

}  // namespace dreamina
