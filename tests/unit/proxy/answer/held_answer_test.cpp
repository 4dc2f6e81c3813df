#include "proxy/answer/held_answer.hpp"

#include <doctest/doctest.h>

#include "core/domain/verdict/verdict_rules.hpp"

#include "gzipped_text.hpp"

using namespace dreamina;

namespace {

const Headers json_headers{{"Content-Type", "application/json; charset=utf-8"}};

HeldAnswer held(int status, std::string_view body, const Headers& headers = json_headers)
{
    HeldAnswer answer{status, headers};
    for (const char c : body) {
        if (!answer.hold({&c, 1})) break;
    }
    return answer;
}

}  // namespace

TEST_CASE("which answers are held back until they can be judged")
{
    struct Row {
        std::string name;
        int status;
        Headers headers;
        bool holds;
    };
    const Row rows[] = {
        {"JSON", 200, json_headers, true},
        {"JSON in another case", 200, {{"content-type", "Application/JSON"}}, true},
        {"an event stream", 200, {{"Content-Type", "text/event-stream"}}, false},
        {"a picture", 200, {{"Content-Type", "image/png"}}, false},
        {"no type", 200, {}, false},
        {"an error in HTML", 502, {{"Content-Type", "text/html"}}, true},
        {"an error in an event stream", 500, {{"Content-Type", "text/event-stream"}}, true},
        {"an error without a type", 429, {}, true},
    };
    for (const Row& row : rows) {
        CAPTURE(row.name);
        CHECK(HeldAnswer{row.status, row.headers}.holds() == row.holds);
    }
    CHECK(is_event_stream({{"content-type", "text/event-stream; charset=utf-8"}}));
    CHECK_FALSE(is_event_stream({{"Content-Type", "text/event-streams"}}));
    CHECK_FALSE(is_event_stream({}));
}

TEST_CASE("the verdict from what was held")
{
    CHECK(judge(held(200, R"({"created":1,"data":[{"url":"x"}]})").facts()).verdict == Verdict::success);
    CHECK(judge(held(200, R"({"created":1,"data":[]})").facts()).verdict == Verdict::generation_failed);
    CHECK(judge(held(200, R"({"code":-2002,"message":"x","data":null})").facts()).verdict == Verdict::session_expired);
    CHECK(judge(held(200, R"({"data":null,"message":"积分不足","code":-2007})").facts()).verdict ==
          Verdict::points_used_up);
    CHECK(judge(held(429, R"({"error":"[API_IMAGE_INSUFFICIENT_POINTS] x"})").facts()).verdict ==
          Verdict::points_used_up);
    CHECK(judge(held(429, R"({"error":{"message":"x"}})").facts()).verdict == Verdict::rate_limited);
    CHECK(judge(held(502, "<html>Bad Gateway</html>").facts()).verdict == Verdict::gateway_error);
    CHECK(judge(held(200, R"({"data":[{"code":-2002,"message":"x"}]})").facts()).verdict == Verdict::success);
    CHECK(judge(held(200, "").facts()).verdict == Verdict::success);
}

TEST_CASE("what is told of an answer to be judged")
{
    const AnswerHead facts = held(429, R"({"error":"[X] y","message":"z","code":7})").facts();
    CHECK(facts.status == 429);
    CHECK(facts.code == 7);
    CHECK(facts.error == "[X] y");
    CHECK(facts.message == "z");
    CHECK(facts.content_type == "application/json");
    CHECK(judge(HeldAnswer{200, {{"Content-Type", "text/html; charset=utf-8"}}}.facts()).verdict ==
          Verdict::not_an_upstream);
}

TEST_CASE("what was held is given out byte for byte, once")
{
    const std::string body = R"({"code":-2002, "message" : "x"})";
    HeldAnswer answer = held(200, body);
    CHECK(answer.holds());
    CHECK(answer.release() == body);
    CHECK_FALSE(answer.holds());
    CHECK(answer.release().empty());
}

TEST_CASE("an answer that is longer than any error is let go")
{
    HeldAnswer answer{200, json_headers};
    CHECK(answer.hold(R"({"data":")"));
    CHECK(answer.hold(std::string(max_held_back - 9, 'A')));
    CHECK_FALSE(answer.hold("B"));
    CHECK_FALSE(answer.holds());
    CHECK(judge(answer.facts()).verdict == Verdict::success);
    CHECK(answer.release().size() == max_held_back + 1);
}

TEST_CASE("an error that comes compressed is an error all the same, and is passed on as it came")
{
    HeldAnswer answer = held(200, gzipped, {{"Content-Type", "application/json"}, {"Content-Encoding", "gzip"}});
    CHECK(judge(answer.facts()).verdict == Verdict::session_expired);
    CHECK(answer.release() == gzipped);
}
