#include "proxy/forwarding.hpp"

#include <optional>
#include <utility>

#include <fmt/format.h>

#include "core/base/log.hpp"
#include "core/base/text.hpp"
#include "core/domain/verdict/answer_sample.hpp"
#include "core/domain/breaker_state.hpp"
#include "core/domain/verdict/verdict_rules.hpp"
#include "proxy/body/asked_model.hpp"
#include "proxy/body/form_fields.hpp"
#include "proxy/answer/headers.hpp"
#include "proxy/api_key_errors.hpp"
#include "proxy/body/model_reading.hpp"
#include "proxy/openai_error.hpp"
#include "proxy/error_replies.hpp"
#include "proxy/relay.hpp"
#include "proxy/request_notes.hpp"
#include "proxy/request_origin.hpp"
#include "proxy/request_translation.hpp"
#include "proxy/answer/retry_after.hpp"
#include "proxy/answer/told_error.hpp"
#include "proxy/answer/upstream_answer.hpp"

namespace dreamina {
namespace {

using Clock = EventLoop::Clock;

/// A lease outlives its request by this much, so that its own worker settles it unless that worker is dead.
constexpr std::chrono::seconds lease_margin{60};

constexpr int not_found = 404;

constexpr std::string_view too_many_fields = "it has more fields than any request needs";

/// With less time left another account is not worth a try.
constexpr std::chrono::seconds min_attempt{1};

/// Whether the client wants events rather than one answer.
bool takes_events(const Request& request)
{
    return to_lower(joined_header(request.headers, "Accept")).find("text/event-stream") != std::string::npos;
}

/// Unless it is certain that none is asked for, in whichever way an upstream reads the body.
bool may_ask_for_stream(const Body& body, std::string_view content_type)
{
    const FormFields fields{body, content_type};
    const auto is_on = [](const FormField& field) {
        return equals_ignoring_case(field.name, "stream") && !field.is_off;
    };
    return fields.all().empty() || std::any_of(fields.all().begin(), fields.all().end(), is_on);
}

/// One request's way, from the moment its client is known. Everything runs on the loop's thread but for the reading of
/// bodies that lie in files.
///
///     begin            read the model from the body
///     choose           resolve it in the catalogue; a key may refuse it
///     translate        make of the request what the known upstream understands; take_on checks the result
///     reserve          ask the write queue for an account, and settle the attempt before in the same transaction
///     on_reserved      send with that account's session, or refuse, or give the answer of the attempt before
///     on_head, on_body hold a failure back, since another account may follow; pass everything else on at once
///     on_end           judge the answer and settle the account; reserve again if another one may be tried
///     finish           end the answer once it is settled: a client that has its answer finds it counted
///
/// Once a byte has gone to the client there is no other attempt. It lives until the answer is finished and the lease
/// settled, also when the client has gone: what was sent may have been paid for, so it is let finish.
class Forwarding : public TransferListener, public std::enable_shared_from_this<Forwarding> {
public:
    Forwarding(ProxyContext& context, std::shared_ptr<Exchange> exchange, std::shared_ptr<const ApiKey> key)
        : context_(context),
          exchange_(std::move(exchange)),
          key_(std::move(key)),
          settings_(context.settings.current()),
          deadline_(Clock::now() + std::chrono::seconds{settings_->settings.proxy_timeout}),
          request_(std::move(exchange_->mutable_request())),
          body_(std::make_shared<Body>(std::move(request_.body))),
          notes_(request_, body_->size(), key_ ? std::optional{key_->id} : std::nullopt),
          relay_(context.loop, *exchange_, notes_)
    {
    }

    void begin()
    {
        with_body([this] { reading_ = read_model(*body_, request_.content_type); }, [this] { choose(); });
    }

    void on_head(int status, Headers headers) override
    {
        answer_.emplace(status, std::move(headers));
        if (!answer_->held.holds()) start_answer();
    }

    bool on_body(std::string_view piece) override
    {
        if (exchange_->backlogged()) return false;
        if (answer_->held.holds()) {
            if (!answer_->held.hold(piece)) start_answer();
        } else {
            pass_on(piece);
        }
        return true;
    }

    void on_end(TransferEnd end) override
    {
        const auto self = std::exchange(self_, nullptr);
        transfer_ = nullptr;
        end_ = end == TransferEnd::complete && !answer_ ? TransferEnd::cut : end;  // no final status ever came
        anything_sent_ = anything_sent_ || end_ != TransferEnd::unreachable;
        const Judgement judgement = judgement_of(end_);
        const Verdict verdict = judgement.verdict;
        last_verdict_ = verdict;
        if (answer_) answer_->verdict = verdict;
        Settlement settlement = settlement_of(judgement);
        if (log_enabled(LogLevel::debug)) tell_attempt(settlement);
        tried_.push_back(lease_.account);
        if (may_try_another(verdict)) {
            if (end_ == TransferEnd::complete) last_answer_ = std::move(answer_);
            answer_.reset();
            reserve(std::move(settlement));
            return;
        }
        logged_ = true;
        settlement.end = notes_.end(outcome_of(verdict), seen(), tried_.size());
        // The answer's last piece waits for the booking: a client that has its answer finds it counted.
        context_.write_queue.settle(std::move(settlement), [self] { self->finish(); });
    }

private:
    milliseconds ban_duration() const
    {
        constexpr double millis_per_hour = 3'600'000;
        return milliseconds{
            static_cast<std::int64_t>(settings_->settings.account_ban_duration_hours * millis_per_hour)};
    }
    milliseconds time_left() const
    {
        return std::max(std::chrono::ceil<milliseconds>(deadline_ - Clock::now()), milliseconds{1});
    }

    Settlement settlement_of(const Judgement& judgement)
    {
        const Verdict verdict = judgement.verdict;
        AttemptRecord attempt{.number = static_cast<int>(tried_.size()) + 1,
                              .account = lease_.account,
                              .region = lease_.region,
                              .upstream_status = answer_ ? std::optional{answer_->status} : std::nullopt,
                              .reason = reason_of(verdict),
                              .rule = judgement.rule,
                              .rules_version = judgement.version};
        attempt.took = last_took_ = notes_.end_attempt();
        attempt.began_at = system_now() - attempt.took;
        return {.lease = lease_.id,
                .verdict = verdict,
                .ban_for = ban_duration(),
                .session_id = lease_.session_id,
                .request = notes_.facts(),
                .unreached = end_ == TransferEnd::unreachable,
                .is_doubtful_upstream = lacks_route(verdict),
                .retry_after = answer_ ? retry_after(answer_->headers, system_now()) : std::nullopt,
                .rule_ban = judgement.ban,
                .sample = end_ == TransferEnd::complete && settings_->settings.verdict_samples
                              ? sample_of(answer_->facts(), verdict)
                              : std::nullopt,
                .counted = judgement.counted,
                .counted_verdict = judgement.counted_verdict,
                .origin = sign_of(verdict) == UpstreamSign::fails ? origin() : "",
                .model = lease_.model,
                .attempt = std::move(attempt)};
    }

    /// In two halves: the log would mask the whole, which looks like a secret.
    std::string id_for_log() const { return std::string{notes_.id()}.insert(notes_.id().size() / 2, 1, '-'); }

    void tell_attempt(const Settlement& settlement) const
    {
        const AttemptRecord& attempt = settlement.attempt;
        const auto or_none = [](const std::string& text) { return text.empty() ? std::string_view{"none"} : text; };
        log_debug("request {}, attempt {}: account {} ({}), model {}, status {}, {}, reason {}, rule {}, {} ms",
                  id_for_log(), attempt.number, attempt.account, to_string(lease_.region), lease_.model,
                  or_none(attempt.upstream_status ? std::to_string(*attempt.upstream_status) : ""),
                  to_string(settlement.verdict), or_none(attempt.reason), or_none(attempt.rule), attempt.took.count());
    }

    /// Whether the upstream has not got the route that it is known for: it may be another one by now.
    bool lacks_route(Verdict verdict) const
    {
        if (!answer_ || generation_of(request_.path) == Generation::none) return false;
        return answer_->status == not_found || (translation_->changes_route() && verdict == Verdict::bad_parameters);
    }

    std::string reason_of(Verdict verdict) const
    {
        if (end_ != TransferEnd::complete) return std::string{to_string(end_)};
        return verdict == Verdict::success ? "" : failure_code(answer_->facts());
    }

    std::string origin() const
    try {
        return request_origin(notes_.facts().api_key, *body_, request_.content_type);
    } catch (const std::system_error& error) {
        log_error("a request's body cannot be read again: {}", error.what());
        return {};
    }

    /// What the client will have seen when finish() is done.
    RequestNotes::Seen seen()
    {
        if (relay_.started())
            return {.status = relay_.seen_status(answer_->status),
                    .bytes_left = end_ == TransferEnd::complete && !exchange_->gone() ? relay_.bytes_left() : 0,
                    .gone = exchange_->gone()};
        if (exchange_->gone()) return {.status = std::nullopt, .bytes_left = 0, .gone = true};
        if (const auto reply = reply_instead()) return seen(*reply);
        const auto& whole = whole_answer();
        return {.status = relay_.seen_status(whole->status), .bytes_left = relay_.size_of(*whole)};
    }
    RequestNotes::Seen seen(const Reply& reply) const
    {
        return {.status = relay_.seen_status(reply.status), .bytes_left = reply.body.size()};
    }

    /// Of a request that ends otherwise than with an attempt; what was logged once stays.
    void log_end(RequestOutcome outcome, const RequestNotes::Seen& seen,
                 std::shared_ptr<const StoredEligibility> eligibility = nullptr)
    {
        if (std::exchange(logged_, true)) return;
        context_.write_queue.log({.facts = notes_.facts(),
                                  .model = rule_.id,
                                  .end = notes_.end(outcome, seen, tried_.size(), std::move(eligibility)),
                                  .last_attempt = std::nullopt});
    }
    void log_client_gone()
    {
        log_end(RequestOutcome::client_gone, {.status = std::nullopt, .bytes_left = 0, .gone = true});
    }

    void choose()
    {
        const Settings& settings = settings_->settings;
        const DefaultModels defaults = default_models(*settings_, context_.upstream_kind);
        const AskedModel asked = asked_model(reading_, request_, defaults);
        if (reading_.state == ModelReading::State::named) notes_.asked_for(reading_.name);
        rule_ = context_.catalog->resolve(asked.name, settings);
        auto refusal =
            key_ ? refusal_by_model(*key_, reading_, asked, request_, *context_.catalog, settings, defaults, rule_)
                 : std::nullopt;
        if (refusal) {
            refuse(RequestOutcome::key_refused, *std::move(refusal));
            return;
        }
        translate();
    }

    /// Runs `read`, which reads the body, on the loop or, if that would wait for the disk, elsewhere; then `next`.
    void with_body(std::function<void()> read, std::function<void()> next)
    {
        if (body_->in_memory()) {
            read();
            next();
            return;
        }
        context_.threads.submit([self = shared_from_this(), read = std::move(read), next = std::move(next)]() mutable {
            try {
                read();
            } catch (const std::exception&) {
                // The disk; forwarding meets it again and says so.
            }
            EventLoop& loop = self->context_.loop;
            loop.post([self = std::move(self), next = std::move(next)] { next(); });
        });
    }

    /// Makes of the request what the upstream is to get.
    void translate()
    {
        const bool is_plain = reading_.doubt.empty() && reading_.state != ModelReading::State::unreadable;
        const bool is_named = reading_.state == ModelReading::State::named;
        translation_.emplace(request_, context_.upstream_kind, settings_->settings, is_named ? rule_.send_as : "");
        const bool translates = is_plain && translation_->reads_body();
        const bool may_stream = keep_alive_blanks().count() > 0 && generation_of(request_.path) == Generation::chat;
        if (!translates && !may_stream) {
            take_on();
            return;
        }
        with_body(
            [this, translates, may_stream, is_plain] {
                is_stream_ = may_stream && (!is_plain || may_ask_for_stream(*body_, request_.content_type));
                if (translates) translated_body_ = translation_->body(body_, request_.content_type);
            },
            [this] { take_on(); });
    }

    void take_on()
    {
        if (exchange_->gone()) {  // while the body was read
            log_client_gone();
            return;
        }
        if (key_ && !key_->models.empty() && translation_->lacks_model()) {
            refuse(RequestOutcome::key_refused, doubtful_model_reply(too_many_fields));
            return;
        }
        request_.target = translation_->target();
        if (translated_body_) body_ = std::move(translated_body_);
        const auto blanks = keep_alive_blanks();
        const bool sends_blanks = blanks.count() > 0 && !is_stream_ && generation_of(request_.path) != Generation::none;
        if (sends_blanks) relay_.keep_alive(blanks);
        if (const auto pictures = translation_->pictures()) relay_.limit_pictures(*pictures);
        // What is to be read on its way, or to go on behind a blank, has to come as it is.
        if (sends_blanks || translation_->pictures()) refuse_codings(request_);
        reserve(std::nullopt);
    }

    std::chrono::seconds keep_alive_blanks() const
    {
        const auto of_key = key_ ? key_->keep_alive_blanks : std::nullopt;
        const bool is_json = request_.method == "POST" && !takes_events(request_);
        return std::chrono::seconds{is_json ? of_key.value_or(settings_->settings.keep_alive_blanks) : 0};
    }

    /// `before`: the attempt that has just ended.
    void reserve(std::optional<Settlement> before)
    {
        const auto patience =
            std::min<milliseconds>(std::chrono::seconds{settings_->settings.queue_timeout}, time_left());
        const auto id = context_.write_queue.reserve(
            {.rule = rule_,
             .tried = tried_,
             .lease_for = time_left() + lease_margin,
             .wait_for = patience,
             .api_key = key_ ? std::optional{key_->id} : std::nullopt,
             .day_begins = parse_daily_time(settings_->settings.reset_counts_time).value_or(DailyTime{}),
             .request = notes_.facts()},
            [self = shared_from_this()](Reservation reservation) { self->on_reserved(std::move(reservation)); },
            std::move(before));
        // Not by way of `this`: a refusal may be on its way longer than this lives.
        exchange_->on_gone([&write_queue = context_.write_queue, id, weak = weak_from_this()] {
            write_queue.withdraw(id);
            if (const auto self = weak.lock()) self->log_client_gone();
        });
    }

    void on_reserved(Reservation reservation)
    {
        if (reservation) {
            if (exchange_->gone()) {
                context_.write_queue.give_back(reservation->id);
                log_client_gone();
                return;
            }
            lease_ = std::move(*reservation);
            send();
        } else if (!tried_.empty()) {
            log_end(outcome_of(last_verdict_), seen());
            finish();  // no other account: the client gets what there is
        } else {
            refuse(reservation.error());
        }
    }

    void refuse(const NoLease& reason)
    {
        switch (reason.why) {
        case NoLease::Why::none_eligible: refuse_with_reason(RequestOutcome::no_account); return;
        case NoLease::Why::busy: refuse_with_reason(RequestOutcome::busy); return;
        case NoLease::Why::upstream_down:
            refuse(RequestOutcome::upstream_down, upstream_down_reply(reason.retry_at, system_now()));
            return;
        case NoLease::Why::key_refused:
            refuse(RequestOutcome::key_refused,
                   api_key_error_reply(reason.key.value_or(ApiKeyRefusal{}), system_now()));
            return;
        case NoLease::Why::database_refuses:
            refuse(RequestOutcome::database_unavailable, database_refuses_reply());
            return;
        }
    }

    void refuse(RequestOutcome outcome, Reply reply)
    {
        if (log_enabled(LogLevel::debug)) log_debug("request {}: refused, {}", id_for_log(), to_string(outcome));
        log_end(outcome, seen(reply));
        relay_.give(std::move(reply), trace_headers());
    }

    void refuse_with_reason(RequestOutcome outcome)
    {
        if (log_enabled(LogLevel::debug)) log_debug("request {}: refused, {}", id_for_log(), to_string(outcome));
        context_.refusals.refuse(
            exchange_, rule_, settings_, trace_headers(),
            [self = shared_from_this(), outcome](const Reply& reply, std::shared_ptr<const StoredEligibility> note) {
                self->log_end(outcome, self->seen(reply), std::move(note));
            });
    }

    void send()
    {
        self_ = shared_from_this();
        const auto resume = [weak = weak_from_this()] {
            const auto self = weak.lock();
            if (self && self->transfer_) self->transfer_->resume();
        };
        exchange_->on_drained(resume);
        exchange_->on_gone(resume);  // the client is gone: the rest of the answer is read and dropped
        UpstreamRequest request{
            .base_url = settings_->settings.upstream_base_url,
            .method = request_.method,
            .target = request_.target,
            .headers = headers_for_upstream(
                request_, upstream_token(lease_.region, lease_.session_id, lease_.proxy_url.value_or(""))),
            .body = body_,
            .has_body = request_.method == "POST" || request_.method == "PUT" || request_.method == "PATCH",
            .timeout = time_left()};
        notes_.begin_attempt();
        transfer_ = &context_.upstream.start(std::move(request), *this);
    }

    /// Whether jimeng-api may have tried to fetch a finished picture when it did not reach its provider. It says the
    /// same words then as before it has made one.
    bool may_have_fetched() const
    {
        if (!answer_->facts().code) return false;
        if (!body_->in_memory()) return true;  // a spool file is not searched here
        const FormFields fields{*body_, request_.content_type};
        const FormField* format = fields.find("response_format");
        return format != nullptr && format->text == "b64_json";
    }

    /// Of an answer that has come whole, or whose start says all.
    Judgement judged() const
    {
        if (answer_->tells_nothing()) return {.verdict = Verdict::may_have_run};
        AnswerHead facts = answer_->facts();
        facts.took = notes_.attempt_took();
        facts.proxy_url = lease_.proxy_url.value_or("");
        facts.upstream = context_.upstream_kind;
        Judgement judgement = context_.verdict_rules ? judge(facts, *context_.verdict_rules) : judge(facts);
        if (judgement.verdict == Verdict::provider_unreachable && may_have_fetched())
            judgement.verdict = Verdict::may_have_run;
        return judgement;
    }

    Judgement judgement_of(TransferEnd end)
    {
        switch (end) {
        case TransferEnd::complete:
            if (answer_->events) answer_->events->end();
            return judgement_ ? *judgement_ : judged();
        case TransferEnd::unreachable: return {.verdict = Verdict::provider_unreachable};
        case TransferEnd::timed_out:
        case TransferEnd::cut:
        case TransferEnd::cancelled: break;
        }
        return {.verdict = Verdict::interrupted};
    }

    bool may_try_another(Verdict verdict)
    {
        const Retry retry = retry_of(verdict, last_took_);
        if (retry == Retry::never) return false;
        if (retry != Retry::with_others && std::exchange(tried_once_more_, true)) return false;
        if (retry == Retry::once_elsewhere) rule_.regions = without(rule_.regions, only(lease_.region));
        return !relay_.started() && !exchange_->gone() && end_ != TransferEnd::cancelled &&
               std::cmp_less(tried_.size(), settings_->settings.max_attempts) && time_left() > min_attempt;
    }

    /// What tells the client about its request's way; never who served it.
    Headers trace_headers() const
    {
        return {{"X-Dreamina-Request-Id", notes_.id()}, {"X-Dreamina-Attempts", fmt::format("{}", tried_.size())}};
    }

    /// The answer has been judged, or is a stream that will be; what comes now is passed on.
    void start_answer()
    {
        if (!answer_->events) judgement_ = judged();
        tried_.push_back(lease_.account);  // counts among the attempts that the headers tell
        relay_.start(*answer_, trace_headers());
        tried_.pop_back();
        pass_on(answer_->held.release());
    }

    void pass_on(std::string_view piece)
    {
        if (answer_->events) answer_->events->feed(piece);
        relay_.pass_on(piece);
    }

    /// The last one of the upstream's that came whole.
    std::optional<UpstreamAnswer>& whole_answer()
    {
        return end_ == TransferEnd::complete && answer_ ? answer_ : last_answer_;
    }

    /// Our word, where no answer of the upstream's came or it is to be told otherwise.
    std::optional<Reply> reply_instead()
    {
        const auto& whole = whole_answer();
        if (!whole) return no_answer_reply(end_, anything_sent_);
        auto error = settings_->settings.upstream_errors_as_openai && whole->verdict
                         ? told_error(*whole, *whole->verdict)
                         : std::nullopt;
        if (!error) return std::nullopt;
        if (const std::string* when = find_header(whole->headers, "Retry-After"))
            error->headers.push_back({"Retry-After", *when});
        error->headers.push_back(should_retry(false));
        return error;
    }

    /// The client gets the last whole answer of the upstream, untouched, or our word.
    void finish()
    {
        if (relay_.started()) {
            if (end_ == TransferEnd::complete) {
                relay_.finish();
            } else {
                relay_.abort();
            }
            return;
        }
        if (auto reply = reply_instead()) {
            relay_.give(*std::move(reply), trace_headers());
            return;
        }
        auto& whole = whole_answer();
        relay_.start(*whole, trace_headers());
        relay_.pass_on(whole->held.release());
        relay_.finish();
    }

    ProxyContext& context_;
    std::shared_ptr<Exchange> exchange_;
    std::shared_ptr<const ApiKey> key_;                 // null for the administrator
    std::shared_ptr<const ResolvedSettings> settings_;  // as they were when the request came
    Clock::time_point deadline_;                        // PROXY_TIMEOUT is for all attempts together
    Request request_;
    std::shared_ptr<const Body> body_;
    RequestNotes notes_;
    Relay relay_;
    ModelReading reading_{.state = ModelReading::State::unreadable, .name = {}};  // until the body has been read
    std::optional<RequestTranslation> translation_;
    std::shared_ptr<const Body> translated_body_;  // until it takes the body's place
    bool is_stream_ = false;                       // the client asks for one
    bool logged_ = false;
    ModelRule rule_;
    std::vector<AccountId> tried_;
    bool tried_once_more_ = false;
    bool anything_sent_ = false;
    Verdict last_verdict_ = Verdict::success;
    milliseconds last_took_{};

    // The present attempt.
    Lease lease_;
    Transfer* transfer_ = nullptr;      // until on_end
    std::shared_ptr<Forwarding> self_;  // while the upstream works for us
    std::optional<UpstreamAnswer> answer_;
    std::optional<Judgement> judgement_;  // once the answer has begun to reach the client
    TransferEnd end_ = TransferEnd::complete;

    std::optional<UpstreamAnswer> last_answer_;  // of an earlier attempt
};

}  // namespace

void forward(ProxyContext& context, std::shared_ptr<Exchange> exchange, std::shared_ptr<const ApiKey> key)
{
    std::make_shared<Forwarding>(context, std::move(exchange), std::move(key))->begin();
}

}  // namespace dreamina
