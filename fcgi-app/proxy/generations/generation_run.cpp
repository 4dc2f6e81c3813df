#include "proxy/generations/generation_run.hpp"

#include <algorithm>
#include <utility>

#include "core/base/file.hpp"
#include "core/base/time_ordered_id.hpp"
#include "core/domain/webhook/webhook_event.hpp"
#include "net/header_list.hpp"
#include "proxy/body/asked_model.hpp"
#include "proxy/generations/generations.hpp"
#include "proxy/generations/kept_headers.hpp"
#include "proxy/videos/video_request.hpp"

namespace dreamina {
namespace {

std::chrono::seconds timeout_of(std::string_view path, const Settings& settings)
{
    const bool is_video = generation_of(path) == GenerationKind::videos;
    return std::chrono::seconds{is_video ? settings.video_generation_timeout : settings.generation_timeout};
}

Generation new_row(const GenerationWish& wish, const Request& request, std::optional<std::int64_t> key,
                   const Settings& settings, const std::string& id)
{
    const Time now = system_now();
    const auto start_within = wish.start_within.value_or(std::chrono::seconds{settings.generation_start_timeout});
    Generation row{.id = id.empty() ? new_time_ordered_id(now) : id,
                   .api_key = key.value_or(0),
                   .method = request.method,
                   .target = request.target,
                   .content_type = request.content_type,
                   .request_headers = header_list(headers_to_keep(request)),
                   .body_bytes = static_cast<std::int64_t>(request.body.size()),
                   .created_at = now,
                   .expires_at = now + std::chrono::hours{settings.generation_hours}};
    if (wish.is_async) row.start_by = now + start_within;
    row.webhook = wish.webhook;
    row.priority = wish.priority;
    if (wish.video) {
        row.shape = GenerationShape::openai_video;
        row.meta = video_meta(*wish.video);
    }
    return row;
}

}  // namespace

GenerationRun::GenerationRun(Generations& generations, std::filesystem::path folder, GenerationWish wish,
                             const Request& request, std::optional<std::int64_t> key, const Settings& settings,
                             const std::string& id)
    : generations_(generations),
      folder_(std::move(folder)),
      wish_(std::move(wish)),
      row_(new_row(wish_, request, key, settings, id)),
      claim_(std::make_shared<GenerationClaim>(GenerationClaim{.id = row_.id})),
      answer_(folder_, row_.id + std::string{answer_extension}),
      timeout_(timeout_of(request.path, settings)),
      keep_for_(settings.generation_hours)
{
    if (wish_.idempotency_key) key_expires_at_ = row_.created_at + std::chrono::hours{settings.idempotency_hours};
}

GenerationRun::GenerationRun(Generations& generations, std::filesystem::path folder, Generation row,
                             const Settings& settings)
    : generations_(generations),
      folder_(std::move(folder)),
      wish_{.is_async = true},
      row_(std::move(row)),
      claim_(std::make_shared<GenerationClaim>(GenerationClaim{.id = row_.id})),
      answer_(folder_, row_.id + std::string{answer_extension}),
      phase_(Phase::deciding),
      is_adopted_(true),
      timeout_(timeout_of(path(), settings)),
      keep_for_(std::chrono::duration_cast<std::chrono::hours>(row_.expires_at - row_.created_at))
{
    answer_.keep();
}

std::shared_ptr<Exchange> GenerationRun::make_exchange(Request request)
{
    exchange_ = std::make_shared<Exchange>(std::move(request), &answer_);
    return exchange_;
}

void GenerationRun::take_over(std::shared_ptr<Exchange> exchange)
{
    exchange_ = std::move(exchange);
    exchange_->redirect(answer_);
    lost_its_client_ = awaits_row_ = was_sent_ = true;
    accept();
}

void GenerationRun::row_is_written()
{
    awaits_row_ = false;
    if (const auto then = std::exchange(when_written_, nullptr)) then();
}

Completion GenerationRun::admission(const std::string& model, std::shared_ptr<const Body> body)
{
    return Completion{[this, model, body = std::move(body)](Completion::Resume resume) {
        if (phase_ != Phase::fresh) return resume({});
        row_.model = model;
        generations_.admit(shared_from_this(), body, key_expires_at_, std::move(resume));
    }};
}

std::string GenerationRun::asked_path() const
{
    return row_.shape == GenerationShape::openai_video ? std::string{videos_route} : path();
}

std::chrono::milliseconds GenerationRun::patience(std::chrono::milliseconds queue_timeout) const
{
    if (!row_.start_by) return queue_timeout;
    return std::max(*row_.start_by - system_now(), milliseconds{0});
}

void GenerationRun::accept()
{
    phase_ = Phase::accepted;
    answer_.keep();
    if (!key_expires_at_) return;
    answer_.add_header({"Idempotency-Expires", to_rfc3339(*key_expires_at_)});
    answer_.hold_back();
}

bool GenerationRun::is_late() const { return row_.start_by && system_now() >= *row_.start_by; }

bool GenerationRun::may_wait_for(const NoLease& reason) const
{
    const bool has_row = phase_ == Phase::accepted || phase_ == Phase::deciding;
    if (!has_row || was_sent_ || is_late()) return false;
    switch (reason.why) {
    case NoLease::Why::busy:
    case NoLease::Why::upstream_down:
    case NoLease::Why::database_refuses: return true;
    case NoLease::Why::key_refused: return reason.key && reason.key->why == ApiKeyRefusal::Why::concurrency;
    case NoLease::Why::none_eligible:
    case NoLease::Why::generation_over: break;
    }
    return false;
}

Completion GenerationRun::room(std::optional<Time> retry_at)
{
    return Completion{[this, retry_at](Completion::Resume resume) {
        generations_.hold({.run = shared_from_this(), .not_before = retry_at, .resume = std::move(resume)});
    }};
}

Completion GenerationRun::kept()
{
    return Completion{[this](Completion::Resume resume) {
        if (is_read()) {
            answer_.discard();
            return resume({});
        }
        auto keep = [self = shared_from_this(), resume = std::move(resume)] {
            self->generations_.off_the_loop([self] { self->keep_answer(); }, [resume] { resume({}); });
        };
        if (awaits_row_) {
            when_written_ = std::move(keep);
        } else {
            keep();
        }
    }};
}

void GenerationRun::keep_answer()
{
    answer_file_ = answer_.finish();
    if (!answer_file_ || !is_async() || std::cmp_greater(answer_.bytes(), max_webhook_result)) return;
    if (auto body = read_file(generation_file(folder_, *answer_file_))) short_answer_ = std::move(*body);
}

std::shared_ptr<const GenerationEnd> GenerationRun::end(RequestOutcome outcome, bool was_sent)
{
    // The row of an adopted one is there, and the claim to it is in the write queue, ahead of this.
    const bool has_row = phase_ == Phase::accepted || (phase_ == Phase::deciding && is_adopted_);
    if (!has_row) return nullptr;
    const Time now = system_now();
    auto end = std::make_shared<GenerationEnd>();
    end->id = row_.id;
    end->worker = row_.worker.value_or("");
    end->outcome = to_string(outcome);
    end->state = outcome == RequestOutcome::success       ? GenerationState::completed
                 : outcome == RequestOutcome::client_gone ? GenerationState::cancelled
                                                          : GenerationState::failed;
    has_failed_ = end->state == GenerationState::failed;
    if (answer_.has_begun()) {
        end->status = answer_.status();
        end->answer_headers = header_list(answer_.headers());
        end->answer_file = answer_file_;
        end->answer_bytes = answer_.bytes();
        if (end->state == GenerationState::completed) end->result = short_answer_;
    }
    if (end->state == GenerationState::failed)
        end->error_code = !was_sent && is_late() ? start_timeout_code : to_string(outcome);
    end->expires_at = now + keep_for_;
    end->frees_key = !was_sent;
    end->is_forgotten = is_read() || (!was_sent && !row_.body_file);
    if (lost_its_client_ && has_failed_) {  // whoever repeats it has better prospects with another account
        Generation ended = row_;
        ended.sent_at = now;
        ended.outcome = end->outcome;
        end->is_forgotten = !may_have_been_paid(ended);
    }
    return end;
}

void GenerationRun::ended() { generations_.forget(shared_from_this()); }

void GenerationRun::give_back() { generations_.take_back_lease(*this); }

void GenerationRun::drop()
{
    if (exchange_) exchange_->tell_gone();
}

}  // namespace dreamina
