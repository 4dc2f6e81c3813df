#include "proxy/generations/generation_replies.hpp"

#include <fmt/format.h>

#include "proxy/openai_error.hpp"

namespace dreamina {
namespace {

constexpr std::chrono::seconds full_for{10};
constexpr std::chrono::seconds again_in{1};

Reply refusal_of_generation(int status, std::string_view type, std::string_view code, std::string_view message,
                            bool retry)
{
    Reply reply = openai_error(status, type, code, message);
    reply.headers.push_back(should_retry(retry));
    reply.headers.push_back(no_store());
    return reply;
}

Header exposed_here()
{
    Header header = exposed_headers();
    header.value += ", ETag, Idempotent-Replayed, Location, Preference-Applied, OpenAI-Poll-After-Ms";
    return header;
}

Header retry_after_header(std::chrono::seconds wait) { return {"Retry-After", fmt::format("{}", wait.count())}; }

}  // namespace

Reply no_room_reply()
{
    return refusal_of_generation(507, "server_error", "storage_full",
                                 "the request cannot be kept until it is sent: the disk has no room", false);
}

Reply key_reused_reply()
{
    return refusal_of_generation(422, "invalid_request_error", "idempotency_key_reused",
                                 "this Idempotency-Key was used for another request body", false);
}

Reply queue_full_reply()
{
    Reply reply =
        refusal_of_generation(429, "rate_limit_error", "queue_full", "too many requests wait to be sent already", true);
    reply.headers.push_back(retry_after_header(full_for));
    return reply;
}

Reply webhook_refused_reply(const Message& fault)
{
    return refusal_of_generation(400, "invalid_request_error", "invalid_webhook",
                                 "X-Dreamina-Webhook " + english(fault), false);
}

Reply unknown_generation_reply()
{
    return refusal_of_generation(404, "invalid_request_error", "not_found", "there is no such generation", false);
}

Reply not_finished_reply(std::chrono::seconds retry_after)
{
    Reply reply =
        refusal_of_generation(409, "invalid_request_error", "not_finished", "the generation has not ended yet", true);
    reply.headers.push_back(retry_after_header(retry_after));
    return reply;
}

Reply expired_reply()
{
    return refusal_of_generation(410, "invalid_request_error", "expired", "the answer is not kept any longer", false);
}

Reply answer_not_kept_reply()
{
    return refusal_of_generation(410, "server_error", "answer_not_kept",
                                 "the request was answered, but the answer could not be kept", false);
}

Reply outcome_unknown_reply()
{
    return refusal_of_generation(504, "server_error", "outcome_unknown",
                                 "the worker was lost after the request had been sent; it may have been paid for",
                                 false);
}

Reply cancelled_reply()
{
    return refusal_of_generation(410, "invalid_request_error", "cancelled",
                                 "the generation was cancelled before it was sent", false);
}

Reply already_ended_reply()
{
    return refusal_of_generation(409, "invalid_request_error", "already_ended", "the generation has ended already",
                                 false);
}

Reply try_again_reply()
{
    Reply reply = refusal_of_generation(503, "server_error", "not_sent",
                                        "the first request with this Idempotency-Key ended before it was sent", true);
    reply.headers.push_back(retry_after_header(again_in));
    return reply;
}

Reply completed_reply()
{
    return refusal_of_generation(409, "invalid_request_error", "already_completed",
                                 "the generation has completed: its answer is there", false);
}

Reply body_not_kept_reply()
{
    return refusal_of_generation(409, "invalid_request_error", "body_not_kept",
                                 "the request's body is not kept any longer: send the request again", false);
}

Reply key_gone_reply()
{
    return refusal_of_generation(409, "invalid_request_error", "key_gone",
                                 "the API key that it was asked for with is revoked or deleted", false);
}

Reply unknown_video_reply()
{
    return refusal_of_generation(404, "invalid_request_error", "not_found", "there is no such video", false);
}

Reply not_supported_reply(std::string_view message)
{
    return refusal_of_generation(404, "invalid_request_error", "not_supported", message, false);
}

Reply no_video_reply(std::string_view message)
{
    return refusal_of_generation(404, "invalid_request_error", "no_video", message, false);
}

Reply invalid_parameter_reply(std::string_view message)
{
    return refusal_of_generation(400, "invalid_request_error", "invalid_parameter", message, false);
}

Reply method_not_allowed_reply(std::string_view allowed)
{
    Reply reply = openai_error(405, "invalid_request_error", "method_not_allowed", "the method is not allowed here");
    reply.headers.push_back({"Allow", std::string{allowed}});
    return reply;
}

Header replayed() { return {"Idempotent-Replayed", "true"}; }

Header no_store() { return {"Cache-Control", "no-store"}; }

Reply json_reply(int status, const std::string& body)
{
    return {.status = status,
            .headers = {{"Content-Type", "application/json; charset=utf-8"}, no_store(), any_origin(), exposed_here()},
            .body = body};
}

}  // namespace dreamina
