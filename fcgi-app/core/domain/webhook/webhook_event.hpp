#pragma once
/// What has happened to a generation, as its receiver is told.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/clock.hpp"
#include "core/domain/api_key.hpp"

namespace dreamina {

/// A longer result is left to be fetched.
constexpr std::size_t max_webhook_result = 20'000;

enum class WebhookEventKind { in_progress, completed, failed, cancelled };

/// How an event is told: as a whole object, or with the id alone, as OpenAI tells of videos.
enum class WebhookForm { native, openai_video };

struct WebhookEvent {
    std::string generation_id;  ///< the row's
    std::string public_id;      ///< as clients know it
    ApiKeyId key = 0;
    WebhookEventKind kind = WebhookEventKind::completed;
    WebhookForm form = WebhookForm::native;
    std::string object;                 ///< native: the generation as clients see it, a JSON object; has the result_url
    std::optional<std::string> result;  ///< native: what came of it; left out unless it is JSON and short enough
};

/// "generation.completed", "video.completed".
std::string event_name(WebhookEventKind kind, WebhookForm form);

constexpr std::string_view test_event_name = "webhook.test";

/// The body of its request. `id`: the delivery's. Throws std::invalid_argument if `object` is none.
std::string webhook_payload(const WebhookEvent& event, std::string_view id, Time at);

/// The body of a test.
std::string webhook_test_payload(Time at);

}  // namespace dreamina
