#include "proxy/videos/video_json.hpp"

#include <doctest/doctest.h>

#include "core/base/file.hpp"
#include "core/base/json_reader.hpp"
#include "proxy/videos/video_content.hpp"
#include "proxy/videos/video_terms.hpp"
#include "temporary_folder.hpp"

using namespace dreamina;
using namespace std::chrono_literals;

namespace {

const Time made_at = from_millis(1'795'861'200'000);

Generation video_row(GenerationState state)
{
    return {.id = "019aab000000000000000001",
            .model = "video-3.0",
            .shape = GenerationShape::openai_video,
            .meta = video_meta({.model = "jimeng-video-3.0", .seconds = "10", .size = "1280x720"}),
            .state = state,
            .created_at = made_at,
            .ended_at = has_ended(state) ? std::optional{made_at + 60s} : std::nullopt,
            .expires_at = made_at + 24h};
}

struct AnsweredVideo {
    TemporaryFolder folder;
    Generation row = video_row(GenerationState::completed);

    Reply content(const std::string& answer)
    {
        row.status = 200;
        row.answer_headers = R"([["Content-Type","application/json"]])";
        row.answer_file = "a.answer";
        row.answer_bytes = static_cast<std::int64_t>(answer.size());
        write_file_atomically(folder / "a.answer", answer, 0600);
        return video_content(row, folder.path(), {});
    }
};

}  // namespace

TEST_CASE("a video has all that OpenAI's libraries read, in every state")
{
    TemporaryFolder folder;
    const auto shown = [&](GenerationState state) {
        return parse_json(video_json(video_row(state), {.progress = 7}, folder.path())).value();
    };
    CHECK(shown(GenerationState::in_progress) == Json{{"id", "gen_019aab000000000000000001"},
                                                      {"object", "video"},
                                                      {"model", "jimeng-video-3.0"},
                                                      {"status", "in_progress"},
                                                      {"progress", 7},
                                                      {"created_at", 1'795'861'200},
                                                      {"completed_at", nullptr},
                                                      {"expires_at", nullptr},
                                                      {"prompt", nullptr},
                                                      {"seconds", "10"},
                                                      {"size", "1280x720"},
                                                      {"remixed_from_video_id", nullptr},
                                                      {"error", nullptr}});
    const Json done = shown(GenerationState::completed);
    CHECK(done["completed_at"] == 1'795'861'260);
    CHECK(done["expires_at"] == 1'795'947'600);
    CHECK(shown(GenerationState::cancelled)["status"] == "cancelled");
    Generation failed = video_row(GenerationState::failed);
    failed.error_code = failed.outcome = "content_refused";
    const Json shown_failed = parse_json(video_json(failed, {}, folder.path())).value();
    CHECK(shown_failed["error"] ==
          Json{{"code", "content_refused"}, {"message", "the generation failed: content_refused"}});
    CHECK(shown_failed["completed_at"].is_null());
}

TEST_CASE("a video's bytes are at the provider's address, or in the answer itself")
{
    AnsweredVideo video;
    const Reply elsewhere = video.content(R"({"data":[{"url":"https://cdn.example/1.mp4?x=1"}]})");
    CHECK(elsewhere.status == 302);
    CHECK(*find_header(elsewhere.headers, "Location") == "https://cdn.example/1.mp4?x=1");
    const Reply here = video.content(R"({"data":[{"b64_json":"AAEC"}]})");
    CHECK(here.status == 200);
    CHECK(here.body == std::string("\0\1\2", 3));
    CHECK(*find_header(here.headers, "Content-Type") == "video/mp4");
}

TEST_CASE("an address that is none leads nowhere")
{
    AnsweredVideo video;
    for (const char* answer :
         {R"({"data":[{"url":"javascript:x"}]
})",
          R"({"data":[{"url":"https://a/\r\nSet-Cookie: b"}]})", R"({"data":[{"url":""}]})", R"({"data":[]})",
          R"({"data":null})", R"({"data":[3]})", "[]", R"({"data":[{"url":7}]})", R"({"data":[{"b64_json":"?"}]})"}) {
        CAPTURE(answer);
        CHECK(video.content(answer).status == 404);
    }
}

TEST_CASE("a stored copy comes before the provider's, and where the answer is not kept any longer")
{
    TemporaryFolder folder;
    const Reply reply = video_content(video_row(GenerationState::completed), folder.path(), "/v1/results/res_1.mp4");
    CHECK(reply.status == 302);
    CHECK(*find_header(reply.headers, "Location") == "/v1/results/res_1.mp4");
    CHECK(video_content(video_row(GenerationState::failed), folder.path(), "/v1/results/res_1.mp4").status == 404);
}

TEST_CASE("an answer that is too large to be held is not read for its video")
{
    AnsweredVideo video;
    const std::string answer = R"({"data":[{"b64_json":"aGVsbG8="}]})";
    CHECK(video.content(answer).status == 200);
    video.row.answer_bytes = 65 * 1024 * 1024;
    const Reply reply = video_content(video.row, video.folder.path(), {});
    CHECK(reply.status == 404);
    CHECK(reply.body.find("/result") != std::string::npos);
}

TEST_CASE("what failed, was cancelled or is not kept has no bytes")
{
    TemporaryFolder folder;
    CHECK(video_content(video_row(GenerationState::failed), folder.path(), {}).status == 404);
    CHECK(video_content(video_row(GenerationState::cancelled), folder.path(), {}).status == 404);
    CHECK(video_content(video_row(GenerationState::completed), folder.path(), {}).status == 410);
}
