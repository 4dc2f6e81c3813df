#include "proxy/forwarding.hpp"

#include <optional>
#include <utility>

#include "proxy/held_answer.hpp"
#include "proxy/headers.hpp"
#include "proxy/model_name.hpp"
#include "proxy/openai_error.hpp"

namespace dreamina {
namespace {

/// A lease outlives its request by this much, so that its own worker settles it unless that worker is dead.
constexpr std::chrono::seconds lease_margin{60};

/// Lives until the answer is finished and the lease settled, also when the client has gone: what was sent to the
/// upstream may have been paid for and is let finish.
class Forwarding : public TransferListener, public std::enable_shared_from_this<Forwarding> {
public:
    Forwarding(ProxyContext& context, std::shared_ptr<Exchange> exchange)
        : context_(context), exchange_(std::move(exchange)), settings_(context.settings.current()),
          request_(std::move(exchange_->mutable_request())), body_(std::make_shared<Body>(std::move(request_.body)))
    {
    }

    void begin()
    {
        if (body_->in_memory()) {
            reserve(read_model_name(*body_, request_.content_type));
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
            context.loop.post([self = std::move(self), model = std::move(model)] { self->reserve(model); });
        });
    }

    void on_head(int status, Headers headers) override
    {
        status_ = status;
        streams_ = is_event_stream(headers);
        held_.emplace(status, headers);
        headers_ = std::move(headers);
        if (!held_->holds()) start_answer();
    }

    bool on_body(std::string_view piece) override
    {
        if (exchange_->backlogged()) return false;
        if (held_->holds()) {
            if (!held_->hold(piece)) start_answer();
        } else {
            pass_on(piece);
        }
        return true;
    }

    void on_end(TransferEnd end) override
    {
        transfer_ = nullptr;
        end_ = end == TransferEnd::complete && !held_ ? TransferEnd::cut : end;  // no final status ever came
        Settlement settlement{.lease = lease_.id,
                              .verdict = verdict_of(end_),
                              .ban_for = ban_duration(),
                              .session_id = lease_.session_id};
        // The answer's last piece waits for the booking: a client that has its answer finds it counted.
        context_.ledger.settle(std::move(settlement), [self = shared_from_this()] { self->finish(); });
        self_.reset();
    }

private:
    milliseconds ban_duration() const
    {
        constexpr double millis_per_hour = 3'600'000;
        return milliseconds{static_cast<std::int64_t>(settings_->settings.account_ban_duration_hours * millis_per_hour)};
    }
    std::chrono::seconds timeout() const { return std::chrono::seconds{settings_->settings.proxy_timeout}; }

    void reserve(const std::optional<std::string>& model)
    {
        rule_ = context_.catalog->resolve(model.value_or(""), settings_->settings);
        context_.ledger.reserve(rule_, timeout() + lease_margin, [self = shared_from_this()](auto reservation) {
            self->on_reserved(std::move(reservation));
        });
    }

    void on_reserved(tl::expected<Reservation, Ledger::Unavailable> outcome)
    {
        if (!outcome) {
            Reply reply = openai_error(503, "server_error", "database_unavailable",
                                       "the database cannot be written at the moment");
            reply.headers.push_back({"Retry-After", "5"});
            answer(*exchange_, reply);
            return;
        }
        Reservation& reservation = *outcome;
        if (!reservation) {
            context_.refusals.refuse(exchange_, rule_, settings_);
            return;
        }
        if (exchange_->gone()) {
            context_.ledger.give_back(reservation->id);
            return;
        }
        lease_ = std::move(*reservation);
        send();
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
            .timeout = timeout()};
        transfer_ = &context_.upstream.start(std::move(request), *this);
    }

    Verdict verdict_of(TransferEnd end)
    {
        switch (end) {
        case TransferEnd::complete: return verdict_ ? *verdict_ : held_->verdict();
        case TransferEnd::unreachable: return Verdict::provider_unreachable;
        case TransferEnd::timed_out:
        case TransferEnd::cut:
        case TransferEnd::cancelled: break;
        }
        return Verdict::interrupted;
    }

    /// The answer has been judged; what comes now is passed on.
    void start_answer()
    {
        verdict_ = held_->verdict();
        Headers headers = headers_for_client(headers_);
        if (streams_) headers.push_back({"X-Accel-Buffering", "no"});  // events reach the client as they come
        exchange_->start(status_, headers);
        pass_on(held_->release());
    }

    void pass_on(std::string_view piece)
    {
        if (streams_) {
            exchange_->write(piece);
            return;
        }
        exchange_->write(last_piece_);
        last_piece_ = piece;
    }

    void finish()
    {
        if (end_ == TransferEnd::complete) {
            if (!exchange_->started()) start_answer();
            exchange_->write(last_piece_);
            exchange_->finish();
        } else if (exchange_->started()) {
            exchange_->abort();
        } else {
            answer(*exchange_, failure_reply());
        }
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
    std::shared_ptr<const ResolvedSettings> settings_;  // as they were when the request came
    Request request_;
    std::shared_ptr<const Body> body_;
    ModelRule rule_;
    Lease lease_;
    Transfer* transfer_ = nullptr;  // until on_end
    std::shared_ptr<Forwarding> self_;  // while the upstream works for us

    int status_ = 0;
    Headers headers_;
    bool streams_ = false;
    std::optional<HeldAnswer> held_;
    std::optional<Verdict> verdict_;
    std::string last_piece_;
    TransferEnd end_ = TransferEnd::complete;
};

}  // namespace

void forward(ProxyContext& context, std::shared_ptr<Exchange> exchange)
{
    std::make_shared<Forwarding>(context, std::move(exchange))->begin();
}

}  // namespace dreamina
