#include "proxy/api_key_errors.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "proxy/openai_error.hpp"

namespace dreamina {
namespace {

/// Another of the key's requests may end at any moment.
constexpr std::chrono::seconds a_moment{1};

Reply unauthorized(std::string_view sentence)
{
    Reply reply = openai_error(401, "invalid_request_error", "invalid_api_key", sentence);
    reply.headers.push_back({"WWW-Authenticate", "Bearer"});
    return reply;
}

Reply too_many(std::string_view sentence, std::optional<Time> retry_at, Time now, bool retry = true)
{
    Reply reply = openai_error(429, "rate_limit_error", "rate_limit_exceeded", sentence);
    const auto wait = retry_at ? std::chrono::ceil<std::chrono::seconds>(*retry_at - now) : a_moment;
    reply.headers.push_back({"Retry-After", fmt::format("{}", std::max(wait, a_moment).count())});
    reply.headers.push_back(should_retry(retry));
    return reply;
}

std::string counted(std::int64_t count, std::string_view what)
{
    return fmt::format("{} {}{}", count, what, count == 1 ? "" : "s");
}

}  // namespace

Reply no_key_reply(bool any_header)
{
    constexpr std::string_view what =
        "send an API key or the administrator's password as \"Authorization: Bearer …\" or \"X-Api-Key: …\"";
    return unauthorized(any_header ? fmt::format("no key could be read from the headers, or two that differ: {}", what)
                                   : fmt::format("no key was sent: {}", what));
}

Reply wrong_key_reply()
{
    return unauthorized("the key that was sent is wrong: it is neither an API key nor the administrator's password");
}

Reply api_key_error_reply(const ApiKeyRefusal& refusal, Time now)
{
    using Why = ApiKeyRefusal::Why;
    const auto used_up = [&](std::string_view period, bool retry) {
        return too_many(
            fmt::format("this API key may make {} a {}, and has made them; the next {} begins at {}",
                        counted(refusal.limit, "call"), period, period, to_rfc3339(refusal.retry_at.value_or(now))),
            refusal.retry_at, now, retry);
    };
    switch (refusal.why) {
    case Why::unknown: break;
    case Why::revoked: return unauthorized("this API key has been revoked");
    case Why::expired: return unauthorized("this API key has expired");
    case Why::calls_per_day: return used_up("day", false);
    case Why::calls_per_minute: return used_up("minute", true);
    case Why::concurrency:
        return too_many(fmt::format("this API key may have {} in flight at the same time, and has them",
                                    counted(refusal.limit, "request")),
                        std::nullopt, now);
    }
    return unauthorized("there is no such API key");
}

Reply model_not_allowed_reply(std::string_view model)
{
    return openai_error(403, "invalid_request_error", "model_not_allowed",
                        model.empty() ? std::string{"this API key is for certain models only, and the request names "
                                                    "none that could be read"}
                                      : fmt::format("this API key may not use the model {}", model));
}

Reply default_model_not_allowed_reply(std::string_view model)
{
    return openai_error(403, "invalid_request_error", "model_not_allowed",
                        fmt::format("this API key may not use the model {}, which the upstream takes where the request "
                                    "names none that it knows",
                                    model));
}

Reply doubtful_model_reply(std::string_view doubt)
{
    return openai_error(400, "invalid_request_error", "doubtful_model",
                        fmt::format("this API key is for certain models only, and not every program reads the same "
                                    "model in this body: {}",
                                    doubt));
}

}  // namespace dreamina
