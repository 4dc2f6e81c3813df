#include "domain/verdict.hpp"

#include <set>

#include <doctest/doctest.h>

using namespace dreamina;

namespace {

struct VerdictRow {
    std::string name;
    AnswerHead answer;
    Verdict verdict;
};

template <std::size_t Count>
void check_rows(const VerdictRow (&rows)[Count])
{
    for (const VerdictRow& row : rows) {
        CAPTURE(row.name);
        CAPTURE(row.answer.status);
        CHECK(to_string(judge(row.answer)) == to_string(row.verdict));
    }
}

AnswerHead coded(std::int64_t code, std::string message = "") { return {200, code, std::move(message), ""}; }
AnswerHead spoken(int status, std::string error = "") { return {status, {}, "", std::move(error)}; }

}  // namespace

TEST_CASE("HTTP 200 with a negative code")
{
    const VerdictRow rows[] = {
        {"a success has no code", {200, {}, "", ""}, Verdict::success},
        {"a code that is not negative is no error", coded(0), Verdict::success},
        {"session", coded(-2002, "Request /mweb/v1/aigc_draft/generate failed: token expired"),
         Verdict::session_expired},
        {"points", coded(-2009), Verdict::points_used_up},
        {"points by word, -2007", coded(-2007, "生成图片失败，积分不足"), Verdict::points_used_up},
        {"points by word, -2008", coded(-2008, "积分不足，请充值"), Verdict::points_used_up},
        {"points by word, -2001", coded(-2001, "请求失败：积分不足"), Verdict::points_used_up},
        {"points by number, -2007", coded(-2007, "failed (错误码: 1006)"), Verdict::points_used_up},
        {"points by number, -2008", coded(-2008, "failed (错误码: 1006)"), Verdict::points_used_up},
        {"points by number, -2001", coded(-2001, "failed (错误码: 1006)"), Verdict::points_used_up},
        {"another number", coded(-2007, "failed (错误码: 1007)"), Verdict::generation_failed},
        {"content", coded(-2006, "content violates"), Verdict::content_refused},
        {"content, whatever it says of points", coded(-2006, "积分不足"), Verdict::content_refused},
        {"bad parameters, -2000", coded(-2000, "Params body.prompt invalid"), Verdict::bad_parameters},
        {"bad parameters, -1001", coded(-1001), Verdict::bad_parameters},
        {"bad parameters that mention a timeout", coded(-2000, "timeout must be a number"), Verdict::bad_parameters},
        {"a plain error", coded(-1000, "[POST /v1/nowhere] unknown route"), Verdict::bad_parameters},
        {"a code nobody knows", coded(-4242, "?"), Verdict::bad_parameters},
        {"generation failed, image", coded(-2007, "生成图片失败"), Verdict::generation_failed},
        {"generation failed, video", coded(-2008, "video failed: timeout"), Verdict::generation_failed},
        {"anti-bot 1019", coded(-2001, "shark not pass (错误码: 1019)"), Verdict::request_failed},
        {"anti-bot -4", coded(-2001, "ret=-4"), Verdict::request_failed},
        {"anti-bot 4013", coded(-2001, "(错误码: 4013)"), Verdict::request_failed},
    };
    check_rows(rows);
}

TEST_CASE("the upstream's own network errors, in every spelling")
{
    for (const std::string words :
         {"connect ECONNREFUSED 127.0.0.1:443", "read ECONNRESET", "ECONNABORTED", "connect ETIMEDOUT 1.2.3.4:443",
          "getaddrinfo ENOTFOUND dreamina.example", "getaddrinfo EAI_AGAIN dreamina.example", "socket hang up",
          "timeout of 45000ms exceeded"}) {
        CAPTURE(words);
        CHECK(judge(coded(-1000, words)) == Verdict::provider_unreachable);
        CHECK(judge(coded(-2001, words)) == Verdict::provider_unreachable);
        CHECK(judge(spoken(500, words)) == Verdict::provider_unreachable);
        CHECK(judge({500, {}, words, ""}) == Verdict::provider_unreachable);
        CHECK(judge(coded(-2006, words)) == Verdict::content_refused);
        CHECK(judge(spoken(400, words)) == Verdict::bad_parameters);
    }
}

TEST_CASE("a status with [CODE] message")
{
    const VerdictRow rows[] = {
        {"a success", spoken(200), Verdict::success},
        {"created", spoken(201), Verdict::success},
        {"no content", spoken(204), Verdict::success},
        {"redirect", spoken(302), Verdict::success},
        {"session", spoken(401, "[API_TOKEN_EXPIRES] token expired"), Verdict::session_expired},
        {"401 for another reason", spoken(401, "unauthorized"), Verdict::bad_parameters},
        {"points, image", spoken(429, "[API_IMAGE_INSUFFICIENT_POINTS] no"), Verdict::points_used_up},
        {"points, video", spoken(429, "[API_VIDEO_INSUFFICIENT_POINTS] no"), Verdict::points_used_up},
        {"points by word", spoken(429, "[API_REQUEST_FAILED] 积分不足"), Verdict::points_used_up},
        {"points by word in message", {429, {}, "积分不足", ""}, Verdict::points_used_up},
        {"content, 400", spoken(400, "[API_CONTENT_FILTERED] no"), Verdict::content_refused},
        {"content, 500", spoken(500, "[API_CONTENT_FILTERED] no"), Verdict::content_refused},
        {"content, 429", spoken(429, "[API_CONTENT_FILTERED] no"), Verdict::content_refused},
        {"content, 200", spoken(200, "[API_CONTENT_FILTERED] no"), Verdict::content_refused},
        {"bad parameters", spoken(400, "[API_REQUEST_PARAMS_INVALID] prompt"), Verdict::bad_parameters},
        {"unknown route", spoken(404), Verdict::bad_parameters},
        {"too large", spoken(413), Verdict::bad_parameters},
        {"generation failed, image", spoken(429, "[API_IMAGE_GENERATION_FAILED] x"), Verdict::generation_failed},
        {"generation failed, video", spoken(429, "[API_VIDEO_GENERATION_FAILED] x"), Verdict::generation_failed},
        {"anti-bot", spoken(500, "[API_REQUEST_FAILED] 1019"), Verdict::request_failed},
        {"rate limited", spoken(429, "too many requests"), Verdict::rate_limited},
        {"rate limited without a word", spoken(429), Verdict::rate_limited},
        {"server error", spoken(500, "oops"), Verdict::server_error},
        {"server error without a word", spoken(500), Verdict::server_error},
        {"bad gateway", spoken(502), Verdict::gateway_error},
        {"overloaded", spoken(503), Verdict::gateway_error},
        {"gateway timeout", spoken(504), Verdict::gateway_error},
        {"gave up waiting", spoken(524), Verdict::gateway_gave_up},
        {"another of the gateway's", spoken(520), Verdict::gateway_error},
    };
    check_rows(rows);
}

TEST_CASE("an answer with both: the code counts before the status")
{
    CHECK(judge({500, -2002, "", ""}) == Verdict::session_expired);
    CHECK(judge({429, -2009, "", ""}) == Verdict::points_used_up);
    CHECK(judge({400, -2006, "", ""}) == Verdict::content_refused);
}

TEST_CASE("every verdict has a word of its own")
{
    std::set<std::string_view> words;
    for (int i = 0; i <= static_cast<int>(Verdict::interrupted); ++i) words.insert(to_string(static_cast<Verdict>(i)));
    CHECK(words.size() == static_cast<std::size_t>(Verdict::interrupted) + 1);
    CHECK_FALSE(words.contains("unknown"));
}
