#include "core/storage/generations/generation_store.hpp"

#include <fmt/format.h>

#include "core/storage/generations/generation_admission.hpp"
#include "core/storage/temporary_database.hpp"

using namespace dreamina;
using namespace std::chrono_literals;

namespace {

std::string generation_id(int number) { return fmt::format("{:024x}", number); }

struct StoredGenerations : TemporaryDatabase {
    Time now = start;
    GenerationStore store{**this};

    Generation row(int number)
    {
        return {.id = generation_id(number),
                .api_key = 7,
                .method = "POST",
                .target = "/v1/images/generations?a=b",
                .content_type = "application/json",
                .request_headers = R"([["X-Own","1"]])",
                .model = "jimeng-4.0",
                .body_file = generation_id(number) + ".body",
                .body_bytes = 12,
                .body_hash = "hash",
                .worker = "one",
                .created_at = now,
                .start_by = now + 1h,
                .expires_at = now + 24h};
    }
    Generation added(int number)
    {
        const Generation generation = row(number);
        store.add(generation);
        return generation;
    }
    GenerationState state(int number) { return store.find(generation_id(number)).value().state; }
    std::vector<std::string> begin(int number, std::string_view worker = "one")
    {
        const BegunGeneration begun{.id = generation_id(number), .lease = 5};
        return store.begin({&begun, 1}, worker, now);
    }
    std::vector<std::string> end(int number, GenerationState state = GenerationState::completed)
    {
        const GenerationEnd end{.id = generation_id(number),
                                .state = state,
                                .status = 200,
                                .answer_headers = R"([["Content-Type","application/json"]])",
                                .answer_file = generation_id(number) + ".answer",
                                .answer_bytes = 30,
                                .outcome = "success",
                                .expires_at = now + 24h};
        return store.end({&end, 1}, now);
    }
    Admission admitted(const Generation& generation, const std::string& key = "", std::int64_t most = 100)
    {
        NewGeneration wanted{.row = generation, .max_queued_of_key = most, .max_queued = 2000};
        if (!key.empty())
            wanted.key = IdempotencyKey{.api_key = generation.api_key, .path = "/v1/images/generations", .digest = key};
        wanted.key_expires_at = now + 24h;
        return admit(**this, wanted, now);
    }
};

using GenerationIds = std::vector<std::string>;

}  // namespace

TEST_CASE("a generation comes back as it was stored, and goes its way once")
{
    StoredGenerations all;
    all.added(1);
    auto found = all.store.find(generation_id(1)).value();
    CHECK(found.state == GenerationState::queued);
    CHECK(found.target == "/v1/images/generations?a=b");
    CHECK(found.request_headers == R"([["X-Own","1"]])");
    CHECK(found.start_by == all.now + 1h);
    CHECK_FALSE(found.sent_at);

    all.now += 5s;
    CHECK(all.begin(1) == GenerationIds{generation_id(1)});
    found = all.store.find(generation_id(1)).value();
    CHECK(found.state == GenerationState::in_progress);
    CHECK(found.sent_at == all.now);
    CHECK(found.version == 2);
    CHECK(all.begin(1) == GenerationIds{generation_id(1)});  // another account: the same generation
    CHECK(all.store.find(generation_id(1)).value().attempts == 2);
    CHECK(all.store.find(generation_id(1)).value().version == 2);

    all.now += 5s;
    CHECK(all.end(1) == GenerationIds{generation_id(1)});
    found = all.store.find(generation_id(1)).value();
    CHECK(found.state == GenerationState::completed);
    CHECK(found.status == 200);
    CHECK(found.answer_file == generation_id(1) + ".answer");
    CHECK(found.ended_at == all.now);

    CHECK(all.end(1, GenerationState::failed).empty());  // what has ended stays so
    CHECK(all.begin(1).empty());
    CHECK(all.state(1) == GenerationState::completed);
}

TEST_CASE("one that was cancelled, or is another worker's, is not begun")
{
    StoredGenerations all;
    all.added(1);
    all.added(2);
    CHECK(all.store.cancel(generation_id(1), all.now));
    CHECK_FALSE(all.store.cancel(generation_id(1), all.now));
    CHECK(all.begin(1).empty());
    CHECK(all.state(1) == GenerationState::cancelled);
    CHECK(all.begin(2, "two").empty());
    CHECK(all.begin(2) == GenerationIds{generation_id(2)});
    CHECK_FALSE(all.store.cancel(generation_id(2), all.now));  // it may have been paid for
    CHECK(all.store.detach(generation_id(2), all.now));
    CHECK_FALSE(all.store.detach(generation_id(2), all.now));
    CHECK(all.state(2) == GenerationState::in_progress);
}

TEST_CASE("of a dead worker, what was sent has failed, what was not is anybody's, and what only its client had is gone")
{
    StoredGenerations all;
    all.added(1);
    all.added(2);
    Generation waited_for = all.row(3);
    waited_for.body_file.reset();
    CHECK(all.admitted(waited_for, "key").outcome == Admission::Outcome::admitted);
    all.begin(2);
    Generation of_living = all.row(4);
    of_living.worker = "two";
    all.store.add(of_living);
    CHECK(all.store.workers() == GenerationIds{"one", "two"});

    const std::string dead = "one";
    all.now += 1min;
    CHECK(all.store.abandon({&dead, 1}, all.now) == GenerationIds{generation_id(2)});
    const auto failed = all.store.find(generation_id(2)).value();
    CHECK(failed.state == GenerationState::failed);
    CHECK(failed.error_code == outcome_unknown_code);
    CHECK(failed.expires_at == all.now + 24h);
    CHECK(may_have_been_paid(failed));
    CHECK_FALSE(is_retryable(failed));
    CHECK_FALSE(all.store.has(generation_id(3)));
    CHECK(all.admitted(waited_for, "key").outcome == Admission::Outcome::admitted);  // the key is free again

    const auto unowned = all.store.unowned(10);
    REQUIRE(unowned.size() == 1);
    CHECK(unowned.front().id == generation_id(1));
    const GenerationIds both{generation_id(1), generation_id(2)};
    CHECK(all.store.adopt("two", both) == GenerationIds{generation_id(1)});
    CHECK(all.store.find(generation_id(1)).value().worker == "two");
    CHECK(all.store.unowned(10).empty());
    CHECK(all.store.adopt("three", both).empty());
    CHECK(all.begin(1, "one").empty());  // should the dead rise
    CHECK(all.begin(1, "two") == GenerationIds{generation_id(1)});
}

TEST_CASE("a worker that ends lets go of what it has not sent, the most urgent being taken first")
{
    StoredGenerations all;
    all.added(1);
    Generation urgent = all.row(2);
    urgent.priority = 1;
    all.store.add(urgent);
    all.added(3);
    all.begin(3);
    all.store.release_queued_of("one");
    CHECK(all.begin(1).empty());
    const auto first = all.store.unowned(1);
    REQUIRE(first.size() == 1);
    CHECK(first.front().id == generation_id(2));
    const auto in_order = all.store.unowned(10);
    REQUIRE(in_order.size() == 2);
    CHECK(in_order.back().id == generation_id(1));
    CHECK(all.store.find(generation_id(3)).value().worker == "one");
}

TEST_CASE("the same Idempotency-Key stands for the first request, for as long as it holds")
{
    StoredGenerations all;
    CHECK(all.admitted(all.row(1), "key").outcome == Admission::Outcome::admitted);
    const auto again = all.admitted(all.row(2), "key");
    CHECK(again.outcome == Admission::Outcome::same_request);
    CHECK(again.generation == generation_id(1));
    Generation other = all.row(3);
    other.body_hash = "another";
    CHECK(all.admitted(other, "key").outcome == Admission::Outcome::key_reused);
    CHECK(all.admitted(other, "key 2").outcome == Admission::Outcome::admitted);
    Generation of_another = all.row(4);
    of_another.api_key = 8;
    CHECK(all.admitted(of_another, "key").outcome == Admission::Outcome::admitted);

    all.now += 25h;
    CHECK(all.admitted(all.row(5), "key").outcome == Admission::Outcome::admitted);
    IdempotencyStore keys{*all};
    CHECK(keys.remove_expired(all.now, 10) == 2);
    CHECK(keys.expiry_of(generation_id(5)) == all.now + 24h);
}

TEST_CASE("a key is free again when nothing was sent")
{
    StoredGenerations all;
    all.admitted(all.row(1), "key");
    const GenerationEnd refused{.id = generation_id(1), .state = GenerationState::failed, .frees_key = true};
    all.store.end({&refused, 1}, all.now);
    CHECK(all.state(1) == GenerationState::failed);
    CHECK(all.admitted(all.row(2), "key").outcome == Admission::Outcome::admitted);
    const GenerationEnd forgotten{
        .id = generation_id(2), .state = GenerationState::cancelled, .frees_key = true, .is_forgotten = true};
    all.store.end({&forgotten, 1}, all.now);
    CHECK_FALSE(all.store.has(generation_id(2)));
    CHECK(all.admitted(all.row(3), "key").outcome == Admission::Outcome::admitted);
    CHECK(all.store.cancel(generation_id(3), all.now));
    CHECK(all.admitted(all.row(4), "key").outcome == Admission::Outcome::admitted);
}

TEST_CASE("the queue is full for a key, and only with what waits without its client")
{
    StoredGenerations all;
    CHECK(all.admitted(all.row(1), "", 2).outcome == Admission::Outcome::admitted);
    CHECK(all.admitted(all.row(2), "", 2).outcome == Admission::Outcome::admitted);
    CHECK(all.admitted(all.row(3), "", 2).outcome == Admission::Outcome::queue_full);
    Generation waited_for = all.row(4);
    waited_for.body_file.reset();
    CHECK(all.admitted(waited_for, "", 2).outcome == Admission::Outcome::admitted);
    all.begin(1);
    CHECK(all.admitted(all.row(3), "", 2).outcome == Admission::Outcome::admitted);
    CHECK(all.store.queued(7).of_key == 2);
    CHECK(all.store.position(all.row(3)) == 1);
}

TEST_CASE("lists are a key's own, the newest first, by state and from an id on")
{
    StoredGenerations all;
    for (int i = 1; i <= 4; ++i) all.added(i);
    Generation other = all.row(5);
    other.api_key = 8;
    all.store.add(other);
    all.begin(2);
    const auto ids = [&](const GenerationFilter& filter) {
        GenerationIds found;
        for (const Generation& each : all.store.list(filter)) found.push_back(each.id);
        return found;
    };
    CHECK(ids({.api_key = 7, .limit = 2}) == GenerationIds{generation_id(4), generation_id(3)});
    CHECK(ids({.api_key = 7, .after = generation_id(3), .limit = 9}) ==
          GenerationIds{generation_id(2), generation_id(1)});
    CHECK(ids({.api_key = 7, .state = GenerationState::in_progress}) == GenerationIds{generation_id(2)});
    CHECK(ids({}).size() == 5);
    CHECK(ids({.api_key = 7, .limit = 2, .oldest_first = true}) == GenerationIds{generation_id(1), generation_id(2)});
    CHECK(ids({.api_key = 7, .after = generation_id(2), .oldest_first = true}) ==
          GenerationIds{generation_id(3), generation_id(4)});
    CHECK(ids({.shape = GenerationShape::openai_video}).empty());
    CHECK(ids({.api_key = std::nullopt, .shape = GenerationShape::native, .oldest_first = true}).size() == 5);
    const GenerationIds asked{generation_id(1), generation_id(2), generation_id(9)};
    CHECK(all.store.marks(asked) == std::vector<GenerationMark>{{generation_id(1), GenerationState::queued, 1},
                                                                {generation_id(2), GenerationState::in_progress, 2}});
    const auto counts = all.store.counts();
    CHECK(counts.size() == 2);
}

TEST_CASE("a video keeps how it was asked for")
{
    StoredGenerations all;
    Generation video = all.row(1);
    video.shape = GenerationShape::openai_video;
    video.meta = R"({"seconds":"5"})";
    all.store.add(video);
    all.added(2);
    const Generation found = all.store.find(generation_id(1)).value();
    CHECK(found.shape == GenerationShape::openai_video);
    CHECK(found.meta == R"({"seconds":"5"})");
    CHECK(all.store.list({.api_key = 7, .shape = GenerationShape::openai_video}).size() == 1);
    CHECK(all.store.find(generation_id(2))->shape == GenerationShape::native);
    CHECK(all.store.find(generation_id(2))->meta.empty());
}

TEST_CASE("of those that wait, one of low priority is sent after all others")
{
    StoredGenerations all;
    Generation low = all.row(1);
    low.priority = low_priority;
    low.worker.reset();
    all.store.add(low);
    for (int number : {2, 3}) {
        Generation usual = all.row(number);
        usual.worker.reset();
        all.store.add(usual);
    }
    CHECK(all.store.position(all.store.find(generation_id(1)).value()) == 2);
    CHECK(all.store.position(all.store.find(generation_id(3)).value()) == 1);
    GenerationIds waiting;
    for (const Generation& each : all.store.unowned(9)) waiting.push_back(each.id);
    CHECK(waiting == GenerationIds{generation_id(2), generation_id(3), generation_id(1)});
    GenerationIds queue;
    for (const auto& place : all.store.queue()) queue.push_back(place.id);
    CHECK(queue == waiting);
}

TEST_CASE("one that has lost its client is added as sent, and is there for whoever repeats it")
{
    StoredGenerations all;
    Generation lost = all.row(1);
    lost.body_file.reset();
    all.store.add_lost(lost, 5, all.now);
    const Generation found = all.store.find(generation_id(1)).value();
    CHECK(found.state == GenerationState::in_progress);
    CHECK(found.sent_at == all.now);
    CHECK(all.store.take_lost(all.row(2), all.now - 1h) == generation_id(1));
    CHECK_FALSE(all.store.take_lost(all.row(2), all.now - 1h));
}

TEST_CASE("what has expired goes, with the names of its files; what runs never does")
{
    StoredGenerations all;
    all.added(1);
    all.added(2);
    all.begin(1);
    all.end(1);
    CHECK_FALSE(all.store.remove(generation_id(2)));
    CHECK(all.store.remove_expired(all.now + 23h, 10).empty());
    const auto removed = all.store.remove_expired(all.now + 48h, 10);
    REQUIRE(removed.size() == 1);
    CHECK(removed.front().body_file == generation_id(1) + ".body");
    CHECK(removed.front().answer_file == generation_id(1) + ".answer");
    CHECK(all.store.has(generation_id(2)));
    all.store.cancel(generation_id(2), all.now);
    CHECK(all.store.remove(generation_id(2)));
}

TEST_CASE("what runs keeps its Idempotency-Key when it is to be removed, as it would be paid for twice")
{
    StoredGenerations all;
    all.admitted(all.row(1), "digest");
    all.begin(1);
    CHECK_FALSE(all.store.remove(generation_id(1)));
    IdempotencyStore keys{*all};
    const IdempotencyKey key{.api_key = 7, .path = "/v1/images/generations", .digest = "digest"};
    CHECK(keys.find(key, all.now).has_value());
    all.end(1);
    CHECK(all.store.remove(generation_id(1)));
    CHECK_FALSE(keys.find(key, all.now).has_value());
}

TEST_CASE("an ended one is kept for as long as its Idempotency-Key holds")
{
    StoredGenerations all;
    NewGeneration wanted{.row = all.row(1),
                         .key = IdempotencyKey{.api_key = 7, .path = "/v1/images/generations", .digest = "key"},
                         .key_expires_at = all.now + 100h,
                         .max_queued_of_key = 9,
                         .max_queued = 9};
    admit(*all, wanted, all.now);
    wanted.row = all.row(2);
    wanted.key->digest = "another";
    admit(*all, wanted, all.now);
    all.begin(1);
    all.end(1);
    CHECK(all.store.find(generation_id(1)).value().expires_at == all.now + 100h);
    all.begin(2);
    const std::string dead = "one";
    all.store.abandon({&dead, 1}, all.now);
    CHECK(all.store.find(generation_id(2)).value().expires_at == all.now + 100h);
}

TEST_CASE("one that got an account and was not sent is anybody's again, but not after another attempt")
{
    StoredGenerations all;
    all.added(1);
    all.begin(1);
    all.store.take_back(generation_id(1), "two");
    CHECK(all.state(1) == GenerationState::in_progress);
    all.store.take_back(generation_id(1), "one");
    CHECK(all.state(1) == GenerationState::queued);
    CHECK_FALSE(all.store.find(generation_id(1)).value().sent_at);
    CHECK_FALSE(all.store.unowned(1).empty());
    const std::string id = generation_id(1);
    all.store.adopt("one", {&id, 1});
    all.begin(1);
    all.store.take_back(generation_id(1), "one");  // it was not sent this time either
    CHECK(all.state(1) == GenerationState::queued);
    all.added(2);
    all.begin(2);
    all.begin(2);
    all.store.take_back(generation_id(2), "one");
    CHECK(all.state(2) == GenerationState::in_progress);
}

TEST_CASE("a repeated request takes the oldest one that asks for the same and lost its client, each another one")
{
    StoredGenerations all;
    for (int i = 1; i <= 3; ++i) all.added(i);
    const auto repeat = [&](Generation asked) {
        asked.body_file.reset();
        return admit(*all, {.row = asked, .repeats_since = all.now - 1h}, all.now);
    };
    Generation again = all.row(9);
    CHECK(repeat(again).outcome == Admission::Outcome::admitted);  // none was lost
    all.store.client_lost(generation_id(1), all.now);
    all.store.client_lost(generation_id(3), all.now);
    Generation other = all.row(8);
    other.body_hash = "another";
    CHECK(repeat(other).outcome == Admission::Outcome::admitted);
    const auto first = repeat(all.row(7));
    CHECK(first.outcome == Admission::Outcome::same_request);
    CHECK(first.generation == generation_id(1));
    CHECK(repeat(all.row(7)).generation == generation_id(3));
    CHECK(repeat(all.row(7)).outcome == Admission::Outcome::admitted);
    all.store.client_lost(generation_id(1), all.now);
    all.now += 2h;
    CHECK(repeat(all.row(6)).outcome == Admission::Outcome::admitted);  // too long ago
}

TEST_CASE("several are found at once, each once, and the queue has its order")
{
    StoredGenerations all;
    for (int number = 1; number <= 3; ++number) all.added(number);
    all.begin(2);
    const GenerationIds wanted{generation_id(3), generation_id(1), generation_id(3), generation_id(9)};
    const auto found = all.store.find_all(wanted);
    REQUIRE(found.size() == 2);
    CHECK(found[0].id == generation_id(1));
    CHECK(found[1].id == generation_id(3));
    CHECK(all.store.find_all({}).empty());
    const auto queue = all.store.queue();
    REQUIRE(queue.size() == 2);
    CHECK(queue[0].id == generation_id(1));
    CHECK(queue[1].id == generation_id(3));
    CHECK(queue[1].model == found[1].model);
    CHECK(all.store.waiting_with_body(wanted) == GenerationIds{generation_id(1), generation_id(3)});
}
