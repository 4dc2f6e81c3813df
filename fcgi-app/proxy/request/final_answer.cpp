#include "proxy/request/final_answer.hpp"

#include <utility>

#include "core/base/log.hpp"
#include "proxy/answer/headers.hpp"
#include "proxy/answer/upstream_error_reply.hpp"
#include "proxy/api_key_errors.hpp"
#include "proxy/error_replies.hpp"
#include "proxy/openai_error.hpp"

namespace dreamina {

Callback<Refusal> explain(const NoLease& reason, const ModelRule& rule,
                          std::shared_ptr<const ResolvedSettings> settings, IneligibilityCache& cache)
{
    const auto known = [](RequestOutcome outcome, const Reply& reply) {
        return Callback<Refusal>{[outcome, reply](auto resume) { resume({outcome, reply}); }};
    };
    const auto looked_for = [&](RequestOutcome outcome) {
        return Callback<Refusal>{[outcome, &rule, settings = std::move(settings), &cache](auto resume) {
            cache.explain(rule, settings, [outcome, resume](auto found) {
                resume({outcome, std::move(found.reply), std::move(found.eligibility)});
            });
        }};
    };
    const Time now = system_now();
    switch (reason.why) {
    case NoLease::Why::none_eligible: return looked_for(RequestOutcome::no_account);
    case NoLease::Why::busy: return looked_for(RequestOutcome::busy);
    case NoLease::Why::upstream_down:
        return known(RequestOutcome::upstream_down, upstream_down_reply(reason.retry_at, now));
    case NoLease::Why::key_refused:
        return known(RequestOutcome::key_refused, api_key_error_reply(reason.key.value_or(ApiKeyRefusal{}), now));
    case NoLease::Why::database_refuses:
    case NoLease::Why::generation_over: break;  // whose client is told by Generations
    }
    return known(RequestOutcome::database_unavailable, database_refuses_reply());
}

void FinalAnswer::attempt_ended(Verdict verdict, TransferEnd end, std::optional<UpstreamAnswer> answer)
{
    ++attempts_;
    outcome_ = outcome_of(verdict);
    end_ = end;
    anything_sent_ = anything_sent_ || end != TransferEnd::unreachable;
    if (end == TransferEnd::complete) whole_ = std::move(answer);
}

RequestEnd FinalAnswer::end() const { return notes_.end(outcome_, exchange_, attempts_, eligibility_); }

/// Where no answer of the upstream's came, or it is to be told otherwise.
std::optional<Reply> FinalAnswer::own_reply() const
{
    if (!whole_) return no_answer_reply(end_, anything_sent_);
    auto error = settings_.upstream_errors_as_openai && whole_->verdict
                     ? upstream_error_as_openai(*whole_, *whole_->verdict)
                     : std::nullopt;
    if (!error) return std::nullopt;
    if (const std::string* when = find_header(whole_->headers, "Retry-After"))
        error->headers.push_back({"Retry-After", *when});
    error->headers.push_back(should_retry(false));
    return error;
}

void FinalAnswer::pass_on_whole()
{
    relay_.start(*whole_, notes_.trace_headers(attempts_));
    relay_.pass_on(whole_->held.release());
}

void FinalAnswer::begin()
{
    if (!relay_.started() && !own_reply()) pass_on_whole();
}

void FinalAnswer::give()
{
    if (relay_.started()) {
        if (end_ == TransferEnd::complete)
            relay_.finish();
        else
            relay_.abort();
    } else if (auto reply = own_reply()) {
        relay_.give(*std::move(reply), notes_.trace_headers(attempts_));
    } else {
        pass_on_whole();
        relay_.finish();
    }
}

void FinalAnswer::refuse(const Refusal& refusal)
{
    if (log_enabled(LogLevel::debug))
        log_debug("request {}: refused, {}", notes_.id_for_log(), to_string(refusal.outcome));
    outcome_ = refusal.outcome;
    eligibility_ = refusal.eligibility;
    relay_.give(refusal.reply, notes_.trace_headers(attempts_));
}

}  // namespace dreamina
