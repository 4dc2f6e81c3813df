#include "proxy/forwarding.hpp"

#include <optional>
#include <utility>

#include <fmt/format.h>

#include "base/secret.hpp"
#include "proxy/headers.hpp"
#include "proxy/held_answer.hpp"
#include "proxy/key_refusal.hpp"
#include "proxy/model_name.hpp"
#include "proxy/openai_error.hpp"
#include "proxy/refusal.hpp"

namespace dreamina {
namespace {

using Clock = EventLoop::Clock;

/// A lease outlives its request by this much, so that its own worker settles it unless that worker is dead.
constexpr std::chrono::seconds lease_margin{60};

/// With less time left another account is not worth a try.
constexpr std::chrono::seconds shortest_attempt{1};

constexpr std::size_t request_id_bytes = 8;

constexpr std::size_t large_piece = 16 * 1024;

/// Lives until the answer is finished and the lease settled, also when the client has gone: what was sent to the
/// upstream may have been paid for and is let finish.
class Forwarding : public TransferListener, public std::enable_shared_from_this<Forwarding> {
public:
    Forwarding(ProxyContext& context, std::shared_ptr<Exchange> exchange, std::shared_ptr<const ApiKey> key)
        : context_(context),
          exchange_(std::move(exchange)),
          key_(std::move(key)),
          settings_(context.settings.current()),
          deadline_(Clock::now() + std::chrono::seconds{settings_->settings.proxy_timeout}),
          request_(std::move(exchange_->mutable_request())),
          body_(std::make_shared<Body>(std::move(request_.body)))
    {
    }

    void begin()
    {
        if (body_->in_memory()) {
            choose(read_model_name(*body_, request_.content_type));
            return;
        }
        context_.threads.submit([self = shared_from_this()]() mutable {
            std::optional<std::string> model;
            try {
                model = read_model_name(*self->body_, self->request_.content_type);
            } catch (const std::exception&) {
                // The disk; forwarding meets it again and says so.
            }
            ProxyContext& context = self->context_;
            context.loop.post([self = std::move(self), model = std::move(model)] { self->choose(model); });
        });
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
        const Verdict verdict = verdict_of(end_);
        Settlement settlement{.lease = lease_.id,
                              .verdict = verdict,
                              .ban_for = ban_duration(),
                              .session_id = lease_.session_id,
                              .request = request_id_,
                              .unreached = end_ == TransferEnd::unreachable};
        tried_.push_back(lease_.account);
        if (may_try_another(verdict)) {
            if (end_ == TransferEnd::complete) last_answer_ = std::move(answer_);
            answer_.reset();
            reserve(std::move(settlement));
            return;
        }
        // The answer's last piece waits for the booking: a client that has its answer finds it counted.
        context_.ledger.settle(std::move(settlement), [self] { self->finish(); });
    }

private:
    /// An upstream's answer as far as it has come.
    struct Answer {
        Answer(int upstream_status, Headers upstream_headers)
            : status(upstream_status),
              headers(std::move(upstream_headers)),
              held(status, headers),
              streams(is_event_stream(headers))
        {
        }
        int status;
        Headers headers;
        HeldAnswer held;
        bool streams;
    };

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

    void choose(const std::optional<std::string>& model)
    {
        rule_ = context_.catalog->resolve(model.value_or(""), settings_->settings);
        if (key_ && !may_use(*key_, rule_.id)) {
            give(model_not_allowed_reply(rule_.id == unnamed_model ? "" : model.value_or("")));
            return;
        }
        if (exchange_->gone()) return;  // while the model was read
        reserve(std::nullopt);
    }

    /// `before`: the attempt that has just ended.
    void reserve(std::optional<Settlement> before)
    {
        const auto patience =
            std::min<milliseconds>(std::chrono::seconds{settings_->settings.queue_timeout}, time_left());
        const auto id = context_.ledger.reserve(
            {.rule = rule_,
             .tried = tried_,
             .lease_for = time_left() + lease_margin,
             .wait_for = patience,
             .api_key = key_ ? std::optional{key_->id} : std::nullopt,
             .day_begins = parse_daily_time(settings_->settings.reset_counts_time).value_or(DailyTime{})},
            [self = shared_from_this()](Reservation reservation) { self->on_reserved(std::move(reservation)); },
            std::move(before));
        // Not by way of `this`: a refusal may be on its way longer than this lives.
        exchange_->on_gone([&ledger = context_.ledger, id] { ledger.withdraw(id); });
    }

    void on_reserved(Reservation reservation)
    {
        if (reservation) {
            if (exchange_->gone()) {
                context_.ledger.give_back(reservation->id);
                return;
            }
            lease_ = std::move(*reservation);
            send();
        } else if (!tried_.empty()) {
            finish();  // nobody else: the client gets what there is
        } else {
            refuse(reservation.error());
        }
    }

    void refuse(const NoLease& reason)
    {
        switch (reason.why) {
        case NoLease::Why::nobody:
        case NoLease::Why::busy: context_.refusals.refuse(exchange_, rule_, settings_, marks()); return;
        case NoLease::Why::upstream_down: give(upstream_down_reply(reason.retry_at, system_now())); return;
        case NoLease::Why::key_refused:
            give(key_refusal_reply(reason.key.value_or(ApiKeyRefusal{}), system_now()));
            return;
        case NoLease::Why::database_refuses: give(database_refuses_reply()); return;
        }
    }

    void send()
    {
        self_ = shared_from_this();
        const auto resume = [weak = weak_from_this()] {
            const auto self = weak.lock();
            if (self && self->transfer_) self->transfer_->resume();
        };
        exchange_->on_drained(resume);
        exchange_->on_gone(resume);  // nobody reads any more: the rest of the answer is let run out
        UpstreamRequest request{
            .base_url = settings_->settings.upstream_base_url,
            .method = request_.method,
            .target = request_.target,
            .headers = headers_for_upstream(
                request_, upstream_token(lease_.region, lease_.session_id, lease_.proxy_url.value_or(""))),
            .body = body_,
            .has_body = request_.method == "POST" || request_.method == "PUT" || request_.method == "PATCH",
            .timeout = time_left()};
        transfer_ = &context_.upstream.start(std::move(request), *this);
    }

    Verdict verdict_of(TransferEnd end)
    {
        switch (end) {
        case TransferEnd::complete: return verdict_ ? *verdict_ : answer_->held.verdict();
        case TransferEnd::unreachable: return Verdict::provider_unreachable;
        case TransferEnd::timed_out:
        case TransferEnd::cut:
        case TransferEnd::cancelled: break;
        }
        return Verdict::interrupted;
    }

    bool may_try_another(Verdict verdict)
    {
        const Retry retry = consequence_of(verdict).retry;
        if (retry == Retry::never || (retry == Retry::once && std::exchange(tried_once_more_, true))) return false;
        return !exchange_->started() && !exchange_->gone() && end_ != TransferEnd::cancelled &&
               std::cmp_less(tried_.size(), settings_->settings.max_attempts) && time_left() > shortest_attempt;
    }

    /// What tells the client about its request's way; never who served it.
    Headers marks() const
    {
        return {{"X-Dreamina-Request-Id", request_id_}, {"X-Dreamina-Attempts", fmt::format("{}", tried_.size())}};
    }

    void start(const Answer& answer)
    {
        Headers headers = headers_for_client(answer.headers);
        for (Header& mark : marks()) headers.push_back(std::move(mark));
        if (answer.streams) headers.push_back({"X-Accel-Buffering", "no"});  // events reach the client as they come
        exchange_->start(answer.status, headers);
    }

    /// The answer has been judged; what comes now is passed on.
    void start_answer()
    {
        verdict_ = answer_->held.verdict();
        tried_.push_back(lease_.account);  // counts among the attempts that the headers tell
        start(*answer_);
        tried_.pop_back();
        pass_on(answer_->held.release());
    }

    void pass_on(std::string_view piece)
    {
        if (answer_->streams) {
            exchange_->write(piece);
            return;
        }
        exchange_->write(last_piece_);
        // Of a large piece the last byte is enough to hold back: the rest need not be copied.
        const std::size_t held = piece.size() < large_piece ? piece.size() : 1;
        exchange_->write(piece.substr(0, piece.size() - held));
        last_piece_ = piece.substr(piece.size() - held);
    }

    /// The client gets the last whole answer of the upstream, untouched, or our word where none came.
    void finish()
    {
        if (exchange_->started()) {
            if (end_ == TransferEnd::complete) {
                exchange_->write(last_piece_);
                exchange_->finish();
            } else {
                exchange_->abort();
            }
            return;
        }
        auto& whole = end_ == TransferEnd::complete && answer_ ? answer_ : last_answer_;
        if (!whole) {
            give(failure_reply());
            return;
        }
        start(*whole);
        exchange_->write(whole->held.release());
        exchange_->finish();
    }

    void give(Reply reply)
    {
        for (Header& mark : marks()) reply.headers.push_back(std::move(mark));
        answer(*exchange_, reply);
    }

    Reply failure_reply() const
    {
        switch (end_) {
        case TransferEnd::timed_out:
            return openai_error(504, "server_error", "upstream_timeout",
                                "the upstream did not answer within PROXY_TIMEOUT");
        case TransferEnd::unreachable:
            return openai_error(502, "server_error", "upstream_unreachable", "the upstream cannot be reached");
        default:
            return openai_error(502, "server_error", "upstream_cut", "the upstream cut the connection amid its answer");
        }
    }

    ProxyContext& context_;
    std::shared_ptr<Exchange> exchange_;
    std::shared_ptr<const ApiKey> key_;                 // null for the administrator
    std::shared_ptr<const ResolvedSettings> settings_;  // as they were when the request came
    Clock::time_point deadline_;                        // PROXY_TIMEOUT is for all attempts together
    Request request_;
    std::shared_ptr<const Body> body_;
    std::string request_id_ = random_hex(request_id_bytes);
    ModelRule rule_;
    std::vector<AccountId> tried_;
    bool tried_once_more_ = false;

    // The present attempt.
    Lease lease_;
    Transfer* transfer_ = nullptr;      // until on_end
    std::shared_ptr<Forwarding> self_;  // while the upstream works for us
    std::optional<Answer> answer_;
    std::optional<Verdict> verdict_;  // once the answer has begun to reach the client
    std::string last_piece_;
    TransferEnd end_ = TransferEnd::complete;

    std::optional<Answer> last_answer_;  // of an earlier attempt
};

}  // namespace

void forward(ProxyContext& context, std::shared_ptr<Exchange> exchange, std::shared_ptr<const ApiKey> key)
{
    std::make_shared<Forwarding>(context, std::move(exchange), std::move(key))->begin();
}

}  // namespace dreamina
