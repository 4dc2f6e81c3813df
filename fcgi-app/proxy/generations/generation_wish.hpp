#pragma once
/// What a client asks for beyond the answer itself: Prefer (RFC 7240), Idempotency-Key, X-Dreamina-Start-Within,
/// X-Dreamina-Priority, X-Dreamina-Webhook, or a path below /v1/async/.

#include <chrono>
#include <optional>
#include <string>

#include <tl/expected.hpp>

#include "core/domain/api_key.hpp"
#include "core/domain/settings.hpp"
#include "net/exchange.hpp"
#include "proxy/videos/video_terms.hpp"

namespace dreamina {

struct GenerationWish {
    bool is_async = false;  ///< 202 now, the answer later
    /// … unless it is there after so long.
    std::optional<std::chrono::seconds> wait;
    std::optional<std::string> idempotency_key;
    std::optional<std::chrono::seconds> start_within;
    std::int64_t priority = 0;           ///< among those that wait; the higher first
    std::optional<std::string> webhook;  ///< where its events are to go; not looked at yet
    bool keeps_unread = false;           ///< the answer is kept if the client does not take it
    bool is_sdk_retry = false;           ///< OpenAI's library repeats a request by itself

    std::optional<VideoTerms> video;  ///< asked for at /v1/videos

    bool is_plain() const { return !is_async && !idempotency_key && !keeps_unread; }
};

/// Longer waits are this one: what stands in between gives connections up.
constexpr std::chrono::seconds max_preferred_wait{60};

/// `Prefer: wait=N`; nothing if there is none that can be read, as RFC 7240 has it.
std::optional<std::chrono::seconds> preferred_wait(const Request& request);

/// Of what OpenAI's libraries send, the count of their own retries: 0 for what is asked for the first time. Nothing
/// from other clients.
std::optional<std::int64_t> sdk_retry_count(const Request& request);

/// As KEEP_UNREAD_RESULTS and JOIN_SDK_RETRIES say, for requests that generate something and wish for nothing.
void apply_settings(GenerationWish& wish, const Request& request, const Settings& settings);

/// POST /v1/videos, OpenAI's own.
bool creates_video(const Request& request);

/// The answer where something cannot be read. A path below /v1/async/ becomes what stands behind it. `key`: null for
/// the administrator.
tl::expected<GenerationWish, Reply> read_generation_wish(Request& request, const ApiKey* key);

}  // namespace dreamina
