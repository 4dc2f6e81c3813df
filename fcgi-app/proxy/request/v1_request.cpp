#include "proxy/request/v1_request.hpp"

#include <algorithm>
#include <utility>

#include "proxy/generations/generations.hpp"
#include "proxy/results/results.hpp"

namespace dreamina {
namespace {

using Clock = EventLoop::Clock;

/// A lease outlives its request by this much, so that its own worker settles it unless that worker is dead.
constexpr std::chrono::seconds lease_margin{60};

/// A client that has its answer may send its next request before the last one is booked, by another worker.
constexpr std::chrono::milliseconds booking_time{50};

/// With less time left another account is not worth a try.
constexpr std::chrono::seconds min_attempt{1};

}  // namespace

V1Request::V1Request(ProxyContext& context, std::shared_ptr<Exchange> exchange, std::shared_ptr<const ApiKey> key,
                     std::shared_ptr<GenerationRun> generation)
    : context_(context),
      exchange_(std::move(exchange)),
      generation_(std::move(generation)),
      key_(key ? std::optional{key->id} : std::nullopt),
      settings_(context.settings.current()),
      deadline_(Clock::now() + std::chrono::seconds{settings().proxy_timeout}),
      outgoing_(std::move(exchange_->mutable_request()), std::move(key), settings_),
      asked_body_(generation_ ? outgoing_.body() : nullptr),
      notes_(outgoing_.request(), outgoing_.body()->size(), key_, generation_ ? generation_->id() : std::string{}),
      relay_(context.loop, *exchange_, notes_),
      answer_(*exchange_, settings(), notes_, relay_)
{
}

V1Request::~V1Request() { listen_to_client(nullptr, nullptr); }

milliseconds V1Request::time_left() const
{
    return std::max(std::chrono::ceil<milliseconds>(deadline_ - Clock::now()), milliseconds{1});
}

void V1Request::listen_to_client(std::function<void()> drained, std::function<void()> gone)
{
    exchange_->on_drained(std::move(drained));
    exchange_->on_gone(std::move(gone));
}

Completion V1Request::read_body(void (OutgoingRequest::*read)())
{
    return Completion{[this, read](Completion::Resume resume) {
        if (outgoing_.body()->in_memory()) {
            (outgoing_.*read)();
            resume({});
            return;
        }
        context_.threads.submit([this, read, resume = std::move(resume)]() mutable {
            try {
                (outgoing_.*read)();
            } catch (const std::exception&) {
                // The disk; the attempt meets it again and says so.
            }
            EventLoop& loop = context_.loop;
            loop.post([resume = std::move(resume)] { resume({}); });
        });
    }};
}

std::optional<Reply> V1Request::choose_model()
{
    const ModelReading& reading = outgoing_.reading();
    if (reading.state == ModelReading::State::named) notes_.asked_for(reading.name);
    return outgoing_.choose_model(*context_.catalog, context_.upstream_kind);
}

std::optional<Reply> V1Request::translate()
{
    if (auto refusal = outgoing_.apply_translation()) return refusal;
    const bool has_client = !generation_ || !generation_->is_async();
    if (const auto every = outgoing_.blanks(); has_client && every.count() > 0) relay_.keep_alive(every);
    if (const auto pictures = outgoing_.pictures()) relay_.limit_pictures(*pictures);
    const StoreMode stores = context_.results != nullptr ? outgoing_.stores() : StoreMode::off;
    if (stores != StoreMode::off) {
        const std::string origin =
            stores == StoreMode::rewrite ? public_origin(outgoing_.request(), settings()) : std::string{};
        capture_ =
            std::make_unique<ResultCapture>(stores, origin, context_.results->folder(), context_.results->has_room());
        relay_.capture_results(*capture_);
    }
    return std::nullopt;
}

Completion V1Request::admission() { return generation_->admission(outgoing_.rule().id, std::move(asked_body_)); }

bool V1Request::is_admitted()
{
    if (generation_->phase() == GenerationRun::Phase::refused) return false;
    if (!client_is_gone()) return true;
    end_waiting();
    return false;
}

bool V1Request::has_ended_elsewhere(const NoLease& reason)
{
    if (!generation_) return false;
    const bool is_undecided = generation_->phase() != GenerationRun::Phase::accepted;
    if (reason.why != NoLease::Why::generation_over && !is_undecided) return false;
    if (!is_undecided) {
        log_client_gone();
        return true;
    }
    is_logged_ = true;
    generation_->ended();
    return true;
}

Callback<Reservation> V1Request::reserve()
{
    if (generation_ && tried_.empty()) deadline_ = Clock::now() + generation_->timeout();
    const milliseconds queue_timeout = std::chrono::seconds{settings().queue_timeout};
    WriteQueue::ReservationRequest wanted{
        .rule = outgoing_.rule(),
        .tried = tried_,
        .lease_for = time_left() + lease_margin,
        .wait_for = generation_ && tried_.empty() ? generation_->patience(queue_timeout)
                                                  : std::min<milliseconds>(queue_timeout, time_left()),
        .api_key = key_,
        .day_begins = parse_daily_time(settings().reset_counts_time).value_or(DailyTime{}),
        .request = notes_.facts(),
        .generation = generation_ ? generation_->claim() : nullptr,
        .is_low = generation_ && generation_->row().priority < 0};
    return Callback<Reservation>{[this, wanted = std::move(wanted)](auto resume) mutable {
        std::optional<Settlement> before;
        if (const auto unsettled = std::move(unsettled_)) before = std::move(*unsettled);
        const auto id = context_.write_queue.reserve(std::move(wanted), std::move(resume), std::move(before));
        // The call is dropped then, and this with it; or a lease is on its way already.
        listen_to_client(nullptr, [this, id] {
            context_.write_queue.withdraw(id);
            log_client_gone();
        });
    }};
}

void V1Request::give_back(const Reservation& lease)
{
    if (lease) context_.write_queue.give_back(lease->id);
    if (lease && generation_ && generation_->was_released()) generation_->give_back();
    end_waiting();
}

void V1Request::end_waiting()
{
    if (generation_) log_client_gone();
}

void V1Request::refuse_at_once(const Reply& reply)
{
    refuse({RequestOutcome::key_refused, reply});
    log();
}

bool V1Request::may_find_room_soon(const NoLease& reason)
{
    if (generation_ && generation_->is_async()) return generation_->may_wait_for(reason);
    const bool is_busy = reason.why == NoLease::Why::busy && settings().queue_timeout == 0;
    const bool is_key_busy = reason.key && reason.key->why == ApiKeyRefusal::Why::concurrency;
    return (is_busy || is_key_busy) && !std::exchange(waited_for_booking_, true);
}

Completion V1Request::booking(const NoLease& reason)
{
    if (generation_ && generation_->is_async()) return generation_->room(reason.retry_at);
    return Completion{[this](auto resume) { context_.loop.after(booking_time, [resume] { resume({}); }); }};
}

Callback<Refusal> V1Request::explain(const NoLease& reason)
{
    return dreamina::explain(reason, outgoing_.rule(), settings_, context_.ineligibility);
}

Attempt V1Request::new_attempt(Lease lease)
{
    if (generation_ && tried_.empty()) {
        generation_->set_sent();
        deadline_ = Clock::now() + generation_->timeout();
    }
    return Attempt{{.context = context_,
                    .exchange = *exchange_,
                    .outgoing = outgoing_,
                    .settings = settings(),
                    .notes = notes_,
                    .relay = relay_},
                   std::move(lease),
                   static_cast<int>(tried_.size()) + 1};
}

Completion V1Request::send(Attempt& attempt)
{
    return Completion{[this, &attempt](Completion::Resume resume) {
        // Of a client that is gone the rest of the answer is read and dropped.
        const auto resume_transfer = [&attempt] { attempt.resume(); };
        listen_to_client(resume_transfer, [this, resume_transfer, lease = attempt.lease().id] {
            keep_for_retry(lease);
            resume_transfer();
        });
        attempt.start(time_left(), [this, resume = std::move(resume)] {
            listen_to_client(nullptr, nullptr);
            resume({});
        });
    }};
}

/// Of a library that would ask again by itself: what it asks for then is this very answer.
void V1Request::keep_for_retry(LeaseId lease)
{
    const Request& request = outgoing_.request();
    if (generation_ || context_.generations == nullptr || relay_.started() || !settings().join_sdk_retries ||
        request.method != "POST" || !sdk_retry_count(request) || generation_of(request.path) == GenerationKind::none)
        return;
    is_lost_ = true;
    relay_.stop_keep_alive();
    generation_ = context_.generations->keep_lost({.id = notes_.id(),
                                                   .request = outgoing_.asked_request(),
                                                   .body = outgoing_.asked_body(),
                                                   .key = key_,
                                                   .model = outgoing_.rule().id,
                                                   .lease = lease},
                                                  exchange_);
}

void V1Request::end_attempt(Attempt& attempt)
{
    unsettled_ = std::make_unique<Settlement>(attempt.settlement());
    tried_.push_back(attempt.lease().account);
    answer_.attempt_ended(attempt.verdict(), attempt.end(), attempt.take_answer());
}

bool V1Request::may_try_another(const Attempt& attempt)
{
    const Retry retry = retry_of(attempt.verdict(), attempt.took());
    if (retry == Retry::never) return false;
    if (retry != Retry::with_others && std::exchange(tried_once_more_, true)) return false;
    ModelRule& rule = outgoing_.rule();
    if (retry == Retry::once_elsewhere) rule.regions = without(rule.regions, only(attempt.lease().region));
    return !relay_.started() && !exchange_->gone() && !is_lost_ && attempt.end() != TransferEnd::cancelled &&
           std::cmp_less(tried_.size(), settings().max_attempts) && time_left() > min_attempt;
}

AnsweredResults V1Request::answered_results() const
{
    return {.request_id = notes_.id(),
            .generation_id = generation_ ? std::optional{notes_.id()} : std::nullopt,
            .api_key = key_.value_or(0),
            .account = tried_.back(),
            .model = outgoing_.rule().id,
            .is_video = generation_of(outgoing_.request().path) == GenerationKind::videos,
            .results = capture_->answered()};
}

Completion V1Request::links_replaced()
{
    return Completion{[this](Completion::Resume resume) {
        if (!answer_.is_whole()) return resume({});
        answer_.begin();
        if (!capture_->is_to_be_replaced()) return resume({});
        context_.results->add(answered_results(), [this, resume = std::move(resume)](const auto& added) {
            capture_->replace(added);
            are_results_stored_ = true;
            resume({});
        });
    }};
}

void V1Request::store_results()
{
    if (are_results_stored_ || !answer_.is_whole() || capture_->answered().empty()) return;
    context_.results->add_later(answered_results(), capture_->take_files());
}

void V1Request::settle()
{
    is_logged_ = !exchange_->is_lingering();
    if (is_logged_) unsettled_->end = answer_.end();
    if (generation_) unsettled_->generation = generation_->end(answer_.outcome(), true);
    context_.write_queue.settle(std::move(*unsettled_));
    unsettled_.reset();
    if (generation_) generation_->ended();
}

Completion V1Request::delivery()
{
    return Completion{[this](auto resume) {
        if (!exchange_->is_lingering()) return resume({});
        exchange_->on_delivered([resume] { resume({}); });
    }};
}

void V1Request::log()
{
    if (std::exchange(is_logged_, true)) return;
    context_.write_queue.log(
        {.facts = notes_.facts(), .model = outgoing_.rule().id, .end = answer_.end(), .last_attempt = std::nullopt},
        generation_ ? generation_->end(answer_.outcome(), was_sent()) : nullptr);
    if (generation_) generation_->ended();
}

void V1Request::log_client_gone()
{
    answer_.client_left();
    if (generation_ && generation_->was_released()) {  // another worker has it
        is_logged_ = true;
        generation_->ended();
    }
    log();
}

}  // namespace dreamina
