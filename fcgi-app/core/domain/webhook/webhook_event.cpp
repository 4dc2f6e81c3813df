#include "core/domain/webhook/webhook_event.hpp"

#include <stdexcept>

#include <nlohmann/json.hpp>

namespace dreamina {
namespace {

/// Members keep their order: the type first, as people read it.
using OrderedJson = nlohmann::ordered_json;

std::string_view to_string(WebhookEventKind kind)
{
    switch (kind) {
    case WebhookEventKind::in_progress: return "in_progress";
    case WebhookEventKind::completed: return "completed";
    case WebhookEventKind::failed: return "failed";
    case WebhookEventKind::cancelled: return "cancelled";
    }
    return "";
}

std::string native_payload(const WebhookEvent& event, Time at)
{
    OrderedJson data = OrderedJson::parse(event.object, nullptr, false);
    if (!data.is_object()) throw std::invalid_argument("a generation is to be told of that is no JSON object");
    if (event.result && event.result->size() <= max_webhook_result) {
        OrderedJson result = OrderedJson::parse(*event.result, nullptr, false);
        if (!result.is_discarded()) data["result"] = std::move(result);
    }
    return OrderedJson{
        {"type", event_name(event.kind, event.form)}, {"timestamp", to_rfc3339(at)}, {"data", std::move(data)}}
        .dump();
}

/// As OpenAI's `video.completed`.
std::string video_payload(const WebhookEvent& event, std::string_view id, Time at)
{
    const auto created_at = std::chrono::floor<std::chrono::seconds>(at.time_since_epoch()).count();
    return OrderedJson{{"id", id},
                       {"object", "event"},
                       {"created_at", created_at},
                       {"type", event_name(event.kind, event.form)},
                       {"data", {{"id", event.public_id}}}}
        .dump();
}

}  // namespace

std::string event_name(WebhookEventKind kind, WebhookForm form)
{
    std::string name = form == WebhookForm::native ? "generation." : "video.";
    return name.append(to_string(kind));
}

std::string webhook_payload(const WebhookEvent& event, std::string_view id, Time at)
{
    return event.form == WebhookForm::native ? native_payload(event, at) : video_payload(event, id, at);
}

std::string webhook_test_payload(Time at)
{
    return OrderedJson{{"type", test_event_name}, {"timestamp", to_rfc3339(at)}, {"data", OrderedJson::object()}}
        .dump();
}

}  // namespace dreamina
