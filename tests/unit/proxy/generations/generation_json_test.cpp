#include "proxy/generations/generation_json.hpp"

#include <doctest/doctest.h>

#include "core/base/file.hpp"
#include "core/base/json_reader.hpp"
#include "temporary_folder.hpp"

using namespace dreamina;
using namespace std::chrono_literals;

namespace {

const Time shown_at = from_millis(1'795'861'200'000);

Generation queued_generation()
{
    return {
        .id = "019aab000000000000000001", .model = "jimeng-4.0", .created_at = shown_at, .expires_at = shown_at + 24h};
}

Generation running_generation(milliseconds since)
{
    Generation generation = queued_generation();
    generation.state = GenerationState::in_progress;
    generation.sent_at = shown_at - since;
    return generation;
}

}  // namespace

TEST_CASE("a long wait is asked about less often")
{
    CHECK(retry_after(queued_generation(), {}) == 5s);
    CHECK(retry_after(queued_generation(), {.eta_seconds = 300}) == 30s);
    CHECK(retry_after(queued_generation(), {.eta_seconds = 30'000}) == 60s);
}

TEST_CASE("an ended generation shows what came of it, and what did not")
{
    TemporaryFolder folder;
    Generation generation = running_generation(1s);
    generation.state = GenerationState::completed;
    generation.status = 200;
    generation.outcome = "success";
    generation.answer_headers = R"([["Content-Type","application/json"],["Content-Length","13"]])";
    generation.answer_file = "a.answer";
    generation.answer_bytes = 13;
    write_file_atomically(folder / "a.answer", R"({"created":1})", 0600);
    const auto shown = parse_json(generation_json(generation, outlook(generation, {}, 0, shown_at), folder.path()));
    CHECK((*shown)["result"]["created"] == 1);
    CHECK((*shown)["progress"] == 100);
    CHECK_FALSE(shown->contains("error"));
    Reply reply = stored_answer(generation, folder.path());
    CHECK(reply.status == 200);
    CHECK(reply.body == R"({"created":1})");
    CHECK(reply.headers.size() == 1);

    generation.answer_file = "gone.answer";
    CHECK(stored_answer(generation, folder.path()).status == 410);
    generation.state = GenerationState::failed;
    generation.status.reset();
    generation.outcome = generation.error_code = outcome_unknown_code;
    const auto failed = parse_json(generation_json(generation, {}, folder.path()));
    CHECK((*failed)["error"]["code"] == "outcome_unknown");
    CHECK((*failed)["error"]["may_have_been_paid"] == true);
    CHECK((*failed)["error"]["retryable"] == false);
    CHECK(stored_answer(generation, folder.path()).status == 504);
    generation.state = GenerationState::cancelled;
    CHECK(stored_answer(generation, folder.path()).status == 410);
}
