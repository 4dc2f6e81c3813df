#pragma once
/// What clients are told of generations, beside the answers themselves.

#include "core/base/message/message.hpp"
#include "core/domain/generation.hpp"
#include "net/exchange.hpp"

namespace dreamina {

/// 507: the disk has no room for the body.
Reply no_room_reply();
/// 422: the Idempotency-Key stands for another body.
Reply key_reused_reply();
/// 429: too many wait already.
Reply queue_full_reply();
/// 400: X-Dreamina-Webhook is no address that the key's events may go to.
Reply webhook_refused_reply(const Message& fault);
Reply unknown_generation_reply();
/// 409, with when to ask again.
Reply not_finished_reply(std::chrono::seconds retry_after);
Reply expired_reply();
/// 410: it may have been paid for, but there was no room for the answer, or it had to go.
Reply answer_not_kept_reply();
/// 504: the worker died after it was sent. Not to be sent again.
Reply outcome_unknown_reply();
Reply cancelled_reply();
Reply already_ended_reply();
/// 503: the first request with this key ended unsent while the repeated one waited for it.
Reply try_again_reply();
/// 409: it completed, so there is nothing to ask for again.
Reply completed_reply();
/// 409: what it was asked for with is not kept any more.
Reply body_not_kept_reply();
/// 409: its API key is revoked or deleted.
Reply key_gone_reply();
Reply unknown_video_reply();
/// 404: OpenAI has it, the upstreams have not. `message`: what it is.
Reply not_supported_reply(std::string_view message);
/// 404: it failed or was cancelled, or its answer holds no video.
Reply no_video_reply(std::string_view message);
/// 400 for a parameter of a query or a body.
Reply invalid_parameter_reply(std::string_view message);
/// 405, with those that are allowed.
Reply method_not_allowed_reply(std::string_view allowed);

/// The answer is that of an earlier request.
Header replayed();
/// Answers about generations change, and are nobody else's.
Header no_store();

/// 409 with a code and a sentence in `error`, and so on: see openai_error.
Reply json_reply(int status, const std::string& body);

}  // namespace dreamina
