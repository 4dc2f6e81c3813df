#include "core/storage/webhooks/generation_webhooks.hpp"

#include <array>

#include <fmt/format.h>

#include "core/storage/generations/generation_admission.hpp"
#include "core/storage/webhooks/webhook_shelf.hpp"

using namespace dreamina;
using namespace std::chrono_literals;

namespace {

/// Generations of a key that wants to hear of them.
struct ToldGenerations : WebhookShelf {
    GenerationStore generations{**this};
    int added = 0;

    Generation row()
    {
        const std::string id = fmt::format("{:024x}", ++added);
        return {.id = id,
                .api_key = key,
                .method = "POST",
                .target = "/v1/images/generations",
                .request_headers = "[]",
                .model = "jimeng-4.0",
                .body_file = id + ".body",
                .body_hash = "hash",
                .worker = "one",
                .created_at = now,
                .expires_at = now + 24h};
    }
    std::string add(const Generation& generation)
    {
        generations.add(generation);
        return generation.id;
    }
    void begin(const std::string& id)
    {
        const BegunGeneration begun{.id = id, .lease = 5};
        REQUIRE(generations.begin({&begun, 1}, "one", now).size() == 1);
        tell(id);
    }
    void end(const std::string& id, GenerationState state, std::optional<std::string> result = std::nullopt)
    {
        const GenerationEnd end{.id = id, .state = state, .expires_at = now + 24h};
        REQUIRE(generations.end({&end, 1}, now).size() == 1);
        tell(id, std::move(result));
    }
    void tell(const std::string& id, std::optional<std::string> result = std::nullopt)
    {
        add_webhook_events(**this, std::array{GenerationChange{.id = id, .result = std::move(result)}}, now);
    }
    std::vector<WebhookDelivery> told(const std::string& id)
    {
        return deliveries.list({.key = std::nullopt, .state = std::nullopt, .generation = id}, 1, 10).items;
    }
};

}  // namespace

TEST_CASE("the end of an asynchronous generation is told with its result")
{
    ToldGenerations api;
    const std::string id = api.add(api.row());
    api.begin(id);
    CHECK(api.told(id).empty());  // the key does not want to hear of that
    api.end(id, GenerationState::completed, R"({"data":[{"url":"https://images.example/1"}]})");
    const auto told = api.told(id);
    REQUIRE(told.size() == 1);
    CHECK(told[0].event == "generation.completed");
    CHECK(told[0].url == shop_url);
    const std::string payload = api.get(told[0].id).payload;
    CHECK(payload.find(R"("id":"gen_)" + id) != std::string::npos);
    CHECK(payload.find(R"("status":"completed")") != std::string::npos);
    CHECK(payload.find("https://images.example/1") != std::string::npos);
}

TEST_CASE("a video is told of as OpenAI tells of videos")
{
    ToldGenerations api;
    Generation video = api.row();
    video.shape = GenerationShape::openai_video;
    const std::string id = api.add(video);
    api.begin(id);
    api.end(id, GenerationState::completed, R"({"data":[]})");
    const auto told = api.told(id);
    REQUIRE(told.size() == 1);
    CHECK(told[0].event == "video.completed");
    CHECK(api.get(told[0].id).payload.find(R"("data":{"id":"gen_)" + id + R"("})") != std::string::npos);
}

TEST_CASE("each state has its event, and a second account is none")
{
    ToldGenerations api;
    api.change({.url = shop_url, .in_progress = true});
    const std::string failed = api.add(api.row());
    api.begin(failed);
    api.begin(failed);
    REQUIRE(api.told(failed).size() == 1);
    CHECK(api.told(failed)[0].event == "generation.in_progress");
    api.end(failed, GenerationState::failed);
    CHECK(api.told(failed).size() == 2);

    const std::string cancelled = api.add(api.row());
    REQUIRE(api.generations.cancel(cancelled, api.now));
    api.tell(cancelled);
    REQUIRE(api.told(cancelled).size() == 1);
    CHECK(api.told(cancelled)[0].event == "generation.cancelled");
}

TEST_CASE("nobody is told of what a client waits for, and of what nobody waits for any more")
{
    ToldGenerations api;
    Generation waited_for = api.row();
    waited_for.body_file.reset();
    const std::string blocking = api.add(waited_for);
    api.begin(blocking);
    api.end(blocking, GenerationState::completed);
    CHECK(api.told(blocking).empty());

    const std::string detached = api.add(api.row());
    api.begin(detached);
    REQUIRE(api.generations.detach(detached, api.now));
    api.end(detached, GenerationState::completed);
    CHECK(api.told(detached).empty());
}

TEST_CASE("a request may name an address of its own at the hosts that its key lists")
{
    ToldGenerations api;
    api.change({.url = shop_url, .hosts = {"own.example"}});
    const auto admitted = [&](std::int64_t key, const std::string& url) {
        Generation generation = api.row();
        generation.api_key = key;
        generation.webhook = url;
        const Admission admission =
            admit(*api, {.row = generation, .key = std::nullopt, .max_queued_of_key = 10, .max_queued = 10}, api.now);
        CHECK(api.generations.has(generation.id) == (admission.outcome == Admission::Outcome::admitted));
        return admission;
    };
    const Admission own = admitted(api.key, "https://own.example/hook");
    REQUIRE(own.outcome == Admission::Outcome::admitted);
    api.begin(own.generation);
    api.end(own.generation, GenerationState::completed);
    REQUIRE(api.told(own.generation).size() == 1);
    CHECK(api.told(own.generation)[0].url == "https://own.example/hook");

    for (const char* url : {"https://other.example/", "http://own.example/", "https://127.0.0.1/", "ftp://x", ""}) {
        CAPTURE(url);
        const Admission refused = admitted(api.key, url);
        CHECK(refused.outcome == Admission::Outcome::webhook_refused);
        CHECK_FALSE(refused.fault.empty());
    }
    CHECK(admitted(0, "https://own.example/").outcome == Admission::Outcome::webhook_refused);
}
