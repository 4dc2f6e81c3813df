#include "core/domain/webhook/webhook_event.hpp"

#include <stdexcept>

#include <doctest/doctest.h>

#include "moment.hpp"

using namespace dreamina;

namespace {

const Time happened_at = at("2026-11-22T10:00:00.250Z");

WebhookEvent native_event()
{
    return {.generation_id = "019a",
            .public_id = "gen_019a",
            .kind = WebhookEventKind::completed,
            .object = R"({"id":"gen_019a","status":"completed","result_url":"/v1/generations/gen_019a/result"})"};
}

}  // namespace

TEST_CASE("an event has its type, its time, and the generation with what came of it")
{
    WebhookEvent event = native_event();
    event.result = R"({"data":[{"url":"https://cdn.example/1.png"}]})";
    CHECK(webhook_payload(event, "msg_1", happened_at) ==
          R"({"type":"generation.completed","timestamp":"2026-11-22T10:00:00.250Z","data":{"id":"gen_019a",)"
          R"("status":"completed","result_url":"/v1/generations/gen_019a/result",)"
          R"("result":{"data":[{"url":"https://cdn.example/1.png"}]}}})");
}

TEST_CASE("a result that is long, or no JSON, is left to be fetched")
{
    WebhookEvent event = native_event();
    const std::string without = webhook_payload(event, "msg_1", happened_at);
    event.result = "\"" + std::string(max_webhook_result - 1, 'x') + "\"";
    CHECK(webhook_payload(event, "msg_1", happened_at) == without);
    event.result = "\x89PNG";
    CHECK(webhook_payload(event, "msg_1", happened_at) == without);
    event.result = "\"" + std::string(max_webhook_result - 2, 'x') + "\"";
    CHECK(webhook_payload(event, "msg_1", happened_at) != without);
}

TEST_CASE("a video's event is OpenAI's: its id alone")
{
    WebhookEvent event{.generation_id = "019a",
                       .public_id = "gen_019a",
                       .kind = WebhookEventKind::failed,
                       .form = WebhookForm::openai_video};
    CHECK(webhook_payload(event, "msg_1", happened_at) ==
          R"({"id":"msg_1","object":"event","created_at":1795341600,"type":"video.failed","data":{"id":"gen_019a"}})");
}

TEST_CASE("a generation that is no object is not told of")
{
    WebhookEvent event = native_event();
    for (const char* object : {"", "[]", "{"}) {
        event.object = object;
        CHECK_THROWS_AS(webhook_payload(event, "msg_1", happened_at), std::invalid_argument);
    }
}

TEST_CASE("a test says that it is one")
{
    CHECK(webhook_test_payload(happened_at) ==
          R"({"type":"webhook.test","timestamp":"2026-11-22T10:00:00.250Z","data":{}})");
}
