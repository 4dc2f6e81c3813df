#include "core/clients/upstream_tokens.hpp"

#include <algorithm>
#include <map>
#include <set>

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "core/base/json_reader.hpp"
#include "core/clients/recording_transport.hpp"
#include "core/domain/account/region_token.hpp"

using namespace dreamina;

namespace {

using Tokens = std::vector<std::string>;

std::string numbered_session(int number) { return fmt::format("{:032x}", number + 0x1000); }
std::string token(int number, Region region = Region::us, std::string_view proxy = {})
{
    return upstream_token(region, numbered_session(number), proxy);
}
Tokens tokens(int count, Region region = Region::us)
{
    Tokens all;
    for (int i = 0; i < count; ++i) all.push_back(token(i, region));
    return all;
}

Tokens split(std::string_view list)
{
    Tokens parts;
    for (;;) {
        const auto comma = list.find(',');
        parts.emplace_back(list.substr(0, comma));
        if (comma == std::string_view::npos) return parts;
        list.remove_prefix(comma + 1);
    }
}

Json row_of(const std::string& of, double points)
{
    return {{"token", of},
            {"points", {{"giftCredit", points}, {"purchaseCredit", 0}, {"vipCredit", 0}, {"totalCredit", points}}}};
}

HttpResult code(int number, const char* message)
{
    return answer_of(200, Json{{"code", number}, {"message", message}, {"data", nullptr}}.dump());
}

/// An upstream where each token has 7 points, but for those that fail.
struct Upstream {
    explicit Upstream(bool fails_as_a_whole)
        : http([this, fails_as_a_whole](const HttpRequest& request) -> HttpResult {
              Json rows = Json::array();
              for (const std::string& of : split(request.bearer)) {
                  const auto failing = bad.find(of);
                  if (failing == bad.end()) {
                      rows.push_back(row_of(of, 7));
                  } else if (fails_as_a_whole) {
                      return failing->second;
                  } else {
                      rows.push_back({{"token", of}, {"error", failing->second->body}});
                  }
              }
              return answer_of(200, rows.dump());
          })
    {
    }

    std::map<std::string, HttpResult> bad;
    RecordingTransport http;
    UpstreamTokens client{http, "http://upstream:8000/"};
};

const HttpResult expired = code(-2002, "Token已失效，请重新登录");
const HttpResult unreachable_provider = code(-1000, "connect ECONNREFUSED 127.0.0.1:443");

void check_all_failed(const std::vector<PointsAnswer>& answers, TokenFault fault)
{
    for (const auto& answer : answers) {
        REQUIRE_FALSE(answer);
        CHECK(answer.error().fault == fault);
        CHECK_FALSE(answer.error().reason.empty());
    }
}

/// One token asked of an upstream that answers so.
PointsAnswer points_of(HttpResult result, const std::string& of = token(0))
{
    RecordingTransport http{[&](const HttpRequest&) { return result; }};
    return UpstreamTokens{http, "http://upstream"}.points({of}, {}).at(0);
}

}  // namespace

TEST_CASE("many tokens are asked for in few calls, and answered in the order asked")
{
    RecordingTransport http{[](const HttpRequest& request) {
        Json rows = Json::array();
        for (const std::string& of : split(request.bearer))
            rows.insert(rows.begin(), row_of(of, std::stoi(of.substr(of.size() - 4), nullptr, 16)));
        return answer_of(200, rows.dump());
    }};
    const UpstreamTokens client{http, "http://upstream:8000/prefix/"};
    Tokens asked = tokens(120);
    std::reverse(asked.begin(), asked.end());
    asked.push_back(asked.front());  // asked twice, sent once
    const auto answers = client.points(asked, {});
    REQUIRE(answers.size() == 121);
    for (int i = 0; i < 120; ++i) CHECK(answers.at(static_cast<std::size_t>(i)) == 0x1000 + 119 - i);
    CHECK(answers.back() == 0x1000 + 119);
    REQUIRE(http.asked.size() == 3);
    std::multiset<std::string> sent;
    for (const HttpRequest& request : http.asked) {
        CHECK(request.method == "POST");
        CHECK(request.url == "http://upstream:8000/prefix/token/points");
        CHECK(request.repeatable);
        CHECK_FALSE(request.json_body);
        for (const std::string& of : split(request.bearer)) sent.insert(of);
    }
    CHECK(sent.size() == 120);
    CHECK(client.points({}, {}).empty());
}

TEST_CASE("a call never carries more than a header can hold")
{
    Upstream upstream{true};
    Tokens asked;
    const std::string proxy = "http://user:" + std::string(400, 'p') + "@host:1";
    for (int i = 0; i < 50; ++i) asked.push_back(token(i, Region::jp, proxy));
    asked.push_back(token(50, Region::jp, "http://" + std::string(9000, 'h')));
    for (const auto& answer : upstream.client.points(asked, {})) CHECK(answer == 7);
    for (const HttpRequest& request : upstream.http.asked) {
        const bool alone = split(request.bearer).size() == 1;
        CHECK((alone || request.bearer.size() <= max_token_bytes_per_call));
    }
}

TEST_CASE("one bad token among fifty fails alone, wherever it stands")
{
    for (int place = 0; place < 50; ++place) {
        for (const HttpResult& fault : {expired, code(-2001, "[请求jimeng失败]: shark not pass (错误码: 1019)"),
                                        unreachable_provider, answer_of(401, "{}"), answer_of(431, "<html>")}) {
            CAPTURE(place);
            Upstream upstream{true};
            upstream.bad.emplace(token(place), fault);
            const auto answers = upstream.client.points(tokens(50), {});
            for (int i = 0; i < 50; ++i) CHECK(answers.at(static_cast<std::size_t>(i)).has_value() == (i != place));
            CHECK(upstream.http.asked.size() <= 13);  // 1 + 2 for each halving
        }
    }
}

TEST_CASE("several bad tokens, each with its own reason")
{
    Upstream upstream{true};
    upstream.bad = {{token(3), expired}, {token(4), code(-2001, "risk control (错误码: -4)")}, {token(49), expired}};
    const auto answers = upstream.client.points(tokens(50), {});
    CHECK(answers.at(3).error().fault == TokenFault::session_expired);
    CHECK(answers.at(4).error().fault == TokenFault::failed);
    CHECK(english(answers.at(4).error().reason) == "The upstream returned -2001: risk control (错误码: -4)");
    CHECK(answers.at(49).error().fault == TokenFault::session_expired);
    CHECK(std::count_if(answers.begin(), answers.end(), [](const auto& answer) { return answer.has_value(); }) == 47);
}

TEST_CASE("a login error is told in several ways, and nothing else is one")
{
    for (const HttpResult& login_error : {
             code(-2002, "[登录失效]: login error。请重新获取refresh_token并更新配置"),
             code(-2001, "[请求jimeng失败]: login error (错误码: 34010105)"),
             code(-2001, "[即梦API请求失败]: login error (错误码: 34010105)"),
             code(-2001, "[请求jimeng失败]: check login error"),
             answer_of(401, R"({"code":-2002,"message":"Token已失效","data":null})"),
             answer_of(401, R"({"error":"[API_TOKEN_EXPIRES] [登录失效]: login error"})"),
             answer_of(429,
                       R"json({"error":"[API_REQUEST_FAILED] [即梦API请求失败]: login error (错误码: 34010105)"})json"),
         }) {
        CAPTURE(login_error->body);
        CHECK(points_of(login_error).error().fault == TokenFault::session_expired);
    }
    for (const HttpResult& other : {
             code(-2001, "[即梦API请求失败]: shark not pass (错误码: 1019)"),
             code(-1000, "login error"),
             code(-1000, "Cannot destructure property 'gift_credit' of '(intermediate value)' as it is undefined."),
             code(-1000, "timeout of 45000ms exceeded"),
             answer_of(401, "<html>log in first"),
             answer_of(401, R"({"error":"Unauthorized"})"),
             answer_of(403, R"({"error":"login error"})"),
             answer_of(500, R"({"error":"login error"})"),
             answer_of(200, R"([{"token":"x","error":"login error"}])"),
         }) {
        CAPTURE(other->body);
        CHECK(points_of(other).error().fault != TokenFault::session_expired);
    }
}

TEST_CASE("jimeng-api-go, which asks for one token after the other, is asked for one at a time")
{
    RecordingTransport http{[](const HttpRequest& request) {
        CHECK(request.timeout == std::chrono::seconds{200});
        return answer_of(
            200, Json::array({{{"token", request.bearer},
                               {"points",
                                {{"gift_credit", 3}, {"purchase_credit", 1}, {"vip_credit", 0}, {"total_credit", 4}}}}})
                     .dump());
    }};
    for (const auto& answer :
         UpstreamTokens{http, "http://upstream", UpstreamKind::jimeng_api_go}.points(tokens(5), {}))
        CHECK(answer == 4);
    CHECK(http.asked.size() == 5);
}

TEST_CASE("no proxy goes to jimeng-api-go, nor anywhere before it is known who is there")
{
    RecordingTransport http{[](const HttpRequest& request) {
        Json rows = Json::array();
        for (const std::string& of : split(request.bearer)) rows.push_back(row_of(of, 7));
        return answer_of(200, rows.dump());
    }};
    const Tokens asked{token(0), token(1, Region::us, "http://u:pw@proxy:1"), token(2)};
    for (const UpstreamTokens& client : {UpstreamTokens{http, "http://u", UpstreamKind::jimeng_api_go},
                                         UpstreamTokens{http, "http://u", UpstreamKind::unknown, false}}) {
        const auto answers = client.points(asked, {});
        CHECK(answers.at(0) == 7);
        CHECK(answers.at(1).error().fault == TokenFault::not_known);
        CHECK(answers.at(2) == 7);
        CHECK_FALSE(client.check(asked.at(1), {}));
        CHECK(client.receive(asked, {}).at(1).error().fault == TokenFault::not_known);
    }
    for (const HttpRequest& request : http.asked) CHECK(request.bearer.find("proxy") == std::string::npos);
    CHECK(UpstreamTokens{http, "http://u", UpstreamKind::jimeng_api}.points(asked, {}).at(1) == 7);
}

TEST_CASE("a provider that is silent behind jimeng-api-go is not waited for once for each token")
{
    RecordingTransport http{[](const HttpRequest& request) {
        return answer_of(200, Json::array({{{"token", request.bearer},
                                            {"error", "[API_REQUEST_FAILED] [请求超时]: POST /x超时，请稍后重试"}}})
                                  .dump());
    }};
    check_all_failed(UpstreamTokens{http, "http://u", UpstreamKind::jimeng_api_go}.points(tokens(50), {}),
                     TokenFault::upstream);
    CHECK(http.asked.size() == 3);
}

TEST_CASE("what the upstream needs 195 s for is waited for, and an empty body has no content type")
{
    RecordingTransport http{[](const HttpRequest& request) {
        CHECK(request.timeout >= std::chrono::seconds{200});
        CHECK(request.json_body.has_value() == request.url.ends_with("/token/check"));
        return fault_of(HttpFault::timed_out);
    }};
    const UpstreamTokens client{http, "http://upstream"};
    client.points(tokens(1), {});
    client.receive(tokens(1), {});
    CHECK_FALSE(client.check(token(0), {}));
    CHECK(http.asked.size() == 3);
}

TEST_CASE("a web page in the upstream's place is asked once")
{
    RecordingTransport http{[](const HttpRequest&) {
        return HttpAnswer{.status = 200, .body = "<p>hello", .content_type = "text/html; charset=utf-8"};
    }};
    check_all_failed(UpstreamTokens{http, "http://upstream"}.points(tokens(200), {}), TokenFault::upstream);
    CHECK(http.asked.size() == 1);
}

TEST_CASE("all tokens bad: each is told so")
{
    Upstream upstream{true};
    for (const std::string& of : tokens(50)) upstream.bad.emplace(of, expired);
    check_all_failed(upstream.client.points(tokens(50), {}), TokenFault::session_expired);
    CHECK(upstream.http.asked.size() == 99);
}

TEST_CASE("where each row has its own error, one call is enough")
{
    Upstream upstream{false};
    upstream.bad = {
        {token(1), answer_of(0, "[API_TOKEN_EXPIRES] Token已失效")},
        {token(3), answer_of(0, "[API_REQUEST_FAILED] [即梦API请求失败]: login error (错误码: 34010105)")},
        {token(4), answer_of(0, "[API_REQUEST_FAILED] [即梦API请求失败]: risk (错误码: 1019)")},
        {token(5),
         answer_of(0, "[API_REQUEST_FAILED] [请求超时]: POST /commerce/v1/benefits/user_credit超时，请稍后重试")},
        {token(6), answer_of(0, "[API_REQUEST_FAILED] [服务器错误]: 即梦服务器暂时不可用 (502)")},
        {token(2), answer_of(0, "[API_REQUEST_FAILED] proxy http://u:pw@h failed for " + token(2))}};
    const auto answers = upstream.client.points(tokens(50), {});
    CHECK(upstream.http.asked.size() == 1);
    CHECK(answers.at(0) == 7);
    CHECK(answers.at(1).error().fault == TokenFault::session_expired);
    CHECK(answers.at(3).error().fault == TokenFault::session_expired);
    CHECK(answers.at(4).error().fault == TokenFault::failed);
    CHECK(answers.at(5).error().fault == TokenFault::upstream);
    CHECK(answers.at(6).error().fault == TokenFault::upstream);
    CHECK(answers.at(2).error().fault == TokenFault::failed);
    CHECK(english(answers.at(2).error().reason) ==
          "The upstream returned: [API_REQUEST_FAILED] proxy http://…@h failed for …");
}

TEST_CASE("an upstream that is away or broken is asked once, and that says nothing of a token")
{
    struct Row {
        const char* name;
        HttpResult result;
        TokenFault fault;
        std::size_t asked;
    };
    const Row rows[] = {
        {"unreachable", fault_of(HttpFault::unreachable), TokenFault::upstream, 1},
        {"cut", fault_of(HttpFault::cut), TokenFault::upstream, 1},
        {"no URL", fault_of(HttpFault::bad_request), TokenFault::upstream, 1},
        {"cancelled", fault_of(HttpFault::cancelled), TokenFault::cancelled, 1},
        {"500", answer_of(500, R"({"error":"[SYSTEM_ERROR] Internal Server Error"})"), TokenFault::upstream, 1},
        {"500, no provider", answer_of(500, R"({"error":"[API_REQUEST_FAILED] connect ECONNREFUSED"})"),
         TokenFault::upstream, 1},
        {"502", answer_of(502, "<html>"), TokenFault::upstream, 1},
        {"503", answer_of(503, ""), TokenFault::upstream, 1},
        {"429", answer_of(429, R"({"error":"[API_RATE_LIMITED] Too Many Requests"})"), TokenFault::upstream, 1},
        {"302", answer_of(302, ""), TokenFault::upstream, 1},
        {"no route", answer_of(404, R"({"error":"[SYSTEM_NOT_ROUTE_MATCHING] x"})"), TokenFault::not_offered, 1},
        {"no route, as a code", code(-1000, "[请求有误]: 未知路由"), TokenFault::not_offered, 1},
        {"slow", fault_of(HttpFault::timed_out), TokenFault::upstream, 2},
    };
    for (const Row& row : rows) {
        CAPTURE(row.name);
        RecordingTransport http{[&](const HttpRequest&) { return row.result; }};
        check_all_failed(UpstreamTokens{http, "http://upstream"}.points(tokens(500), {}), row.fault);
        CHECK(http.asked.size() == row.asked);
    }
}

TEST_CASE("an upstream that cannot reach its provider is not asked for each token")
{
    RecordingTransport http{[](const HttpRequest&) { return unreachable_provider; }};
    check_all_failed(UpstreamTokens{http, "http://upstream"}.points(tokens(500), {}), TokenFault::upstream);
    CHECK(http.asked.size() <= 10);
}

TEST_CASE("one region's way being closed leaves the others their points")
{
    RecordingTransport http{[](const HttpRequest& request) {
        Json rows = Json::array();
        for (const std::string& of : split(request.bearer)) {
            if (of.starts_with("sg-")) return unreachable_provider;
            rows.push_back(row_of(of, 7));
        }
        return answer_of(200, rows.dump());
    }};
    Tokens asked = tokens(70, Region::us);
    for (const Region region : {Region::sg, Region::cn, Region::hk}) {
        const Tokens more = tokens(70, region);
        asked.insert(asked.end(), more.begin(), more.end());
    }
    const auto answers = UpstreamTokens{http, "http://upstream"}.points(asked, {});
    for (std::size_t i = 0; i < asked.size(); ++i) {
        CHECK(answers.at(i).has_value() == !asked.at(i).starts_with("sg-"));
        if (!answers.at(i)) CHECK(answers.at(i).error().fault == TokenFault::upstream);
    }
    CHECK(http.asked.size() < 40);
}

TEST_CASE("a dead proxy is its account's affair")
{
    Upstream upstream{true};
    const std::string dead = token(0, Region::us, "http://u:pw@proxy:1");
    upstream.bad.emplace(dead, unreachable_provider);
    Tokens asked = tokens(60);
    asked.push_back(dead);
    asked.push_back(token(1, Region::us, "http://u:pw@proxy:2"));
    const auto answers = upstream.client.points(asked, {});
    CHECK(answers.at(60).error().fault == TokenFault::upstream);
    for (std::size_t i = 0; i < asked.size(); ++i) CHECK(answers.at(i).has_value() == (i != 60));
}

TEST_CASE("what is not known is never 0")
{
    const std::string one = token(0);
    const auto row = [&](Json points) {
        return answer_of(200, Json::array({{{"token", one}, {"points", points}}}).dump());
    };
    struct Row {
        const char* name;
        HttpResult result;
    };
    const Row rows[] = {
        {"not JSON", answer_of(200, "<html>")},
        {"empty", answer_of(200, "")},
        {"cut short", answer_of(200, R"([{"token")")},
        {"null", answer_of(200, "null")},
        {"an object", answer_of(200, "{}")},
        {"no rows", answer_of(200, "[]")},
        {"rows of another kind", answer_of(200, R"([1, null, "x", [], {"token": 1}, {}])")},
        {"another token", answer_of(200, Json::array({row_of(token(9), 5)}).dump())},
        {"the same token twice", answer_of(200, Json::array({row_of(one, 5), row_of(one, 6)}).dump())},
        {"no points", answer_of(200, Json::array({{{"token", one}}}).dump())},
        {"points null", row(nullptr)},
        {"points a number", row(5)},
        {"points a list", row(Json::array({5}))},
        {"no total", row({{"giftCredit", 5}})},
        {"total null", row({{"totalCredit", nullptr}})},
        {"total text", row({{"totalCredit", "5"}})},
        {"total true", row({{"totalCredit", true}})},
        {"total negative", row({{"totalCredit", -1}})},
        {"no total, in the other dialect", row({{"gift_credit", 5}})},
        {"total null, in the other dialect", row({{"total_credit", nullptr}})},
        {"total beyond all reason", row({{"totalCredit", 1e13}})},
        {"total NaN", answer_of(200, R"([{"token":")" + one + R"(","points":{"totalCredit":NaN}}])")},
        {"total infinite", answer_of(200, R"([{"token":")" + one + R"(","points":{"totalCredit":1e999}}])")},
        {"too large", fault_of(HttpFault::too_large)},
    };
    for (const Row& each : rows) {
        CAPTURE(each.name);
        const PointsAnswer answer = points_of(each.result);
        REQUIRE_FALSE(answer);
        CHECK(answer.error().fault == TokenFault::not_known);
        CHECK_FALSE(answer.error().reason.empty());
    }
    CHECK(points_of(row({{"totalCredit", 0}})) == 0);
    CHECK(points_of(row({{"totalCredit", 12.5}})) == 12.5);
    CHECK(points_of(row({{"total_credit", 0}})) == 0);
    CHECK(points_of(row({{"gift_credit", 3}, {"purchase_credit", 2}, {"vip_credit", 1}, {"total_credit", 6}})) == 6);
    CHECK(points_of(answer_of(
              200, Json::array({{{"token", one}, {"error", nullptr}, {"points", {{"totalCredit", 3}}}}}).dump())) == 3);
}

TEST_CASE("half an answer is half an answer")
{
    RecordingTransport http{
        [](const HttpRequest&) { return answer_of(200, Json::array({row_of(token(1), 4)}).dump()); }};
    const auto answers = UpstreamTokens{http, "http://upstream"}.points(tokens(3), {});
    CHECK(answers.at(0).error().fault == TokenFault::not_known);
    CHECK(answers.at(1) == 4);
    CHECK(answers.at(2).error().fault == TokenFault::not_known);
    CHECK(http.asked.size() == 1);
}

TEST_CASE("a token that would end its header or be taken for two is not sent")
{
    Upstream upstream{true};
    for (const std::string& odd : {token(0) + "," + token(1), token(0) + "\r\nX: 1", std::string{}, std::string{"a b"}})
        CHECK(upstream.client.points({odd}, {}).at(0).error().fault == TokenFault::not_known);
    CHECK(upstream.http.asked.empty());
}

TEST_CASE("told to stop between two calls, the rest is not asked for")
{
    std::stop_source source;
    RecordingTransport http{[&](const HttpRequest& request) {
        source.request_stop();
        Json rows = Json::array();
        for (const std::string& of : split(request.bearer)) rows.push_back(row_of(of, 7));
        return answer_of(200, rows.dump());
    }};
    const auto answers = UpstreamTokens{http, "http://upstream"}.points(tokens(120), source.get_token());
    CHECK(http.asked.size() == 1);
    CHECK(answers.front() == 7);
    CHECK(answers.back().error().fault == TokenFault::cancelled);
}

TEST_CASE("no reason holds a token, its session or its proxy's password")
{
    const std::string one = token(0, Region::hk, "socks5://u:se-cret@proxy:1080");
    for (const char* around : {"failed for {}", "{}"}) {
        const std::string words = fmt::format(fmt::runtime(around), one) + " and " + numbered_session(0);
        for (const HttpResult& result : {code(-2001, words.c_str()), answer_of(500, Json{{"error", words}}.dump()),
                                         answer_of(401, Json{{"message", words}}.dump())}) {
            const std::string reason = english(points_of(result, one).error().reason);
            CAPTURE(reason);
            CHECK(reason.find(numbered_session(0)) == std::string::npos);
            CHECK(reason.find("se-cret") == std::string::npos);
        }
    }
}

TEST_CASE("a check tells live, not live, or that it does not know")
{
    const auto check = [](HttpResult result) {
        RecordingTransport http{[&](const HttpRequest& request) {
            CHECK(request.url == "http://upstream/token/check");
            CHECK(request.json_body == R"({"token":")" + token(0) + "\"}");
            CHECK(request.bearer.empty());
            return result;
        }};
        return UpstreamTokens{http, "http://upstream"}.check(token(0), {});
    };
    CHECK(check(answer_of(200, R"({"live":true})")) == true);
    CHECK(check(answer_of(200, R"({"live":false})")) == false);
    CHECK(check(expired) == false);
    CHECK(check(answer_of(401, R"({"error":"[API_TOKEN_EXPIRES] x"})")) == false);
    for (const char* odd : {"{}", "[]", "null", "", R"({"live":1})", R"({"live":"true"})", R"({"live":null})"})
        CHECK(check(answer_of(200, odd)).error().fault == TokenFault::not_known);
    CHECK(check(unreachable_provider).error().fault == TokenFault::upstream);
    CHECK(check(answer_of(500, "")).error().fault == TokenFault::upstream);
    CHECK(check(answer_of(401, "")).error().fault == TokenFault::failed);
    CHECK(check(fault_of(HttpFault::timed_out)).error().fault == TokenFault::upstream);
    CHECK(check(fault_of(HttpFault::cancelled)).error().fault == TokenFault::cancelled);
}

TEST_CASE("daily credits are claimed once, in either form of the row")
{
    RecordingTransport http{[](const HttpRequest& request) {
        CHECK(request.url == "http://upstream/token/receive");
        CHECK_FALSE(request.repeatable);
        return answer_of(
            200, Json::array(
                     {{{"token", token(0)}, {"credits", 60}, {"received", true}},
                      {{"token", token(1)}, {"credits", 66}, {"received", false}},
                      {{"token", token(2)}, {"credits", 0}, {"received", false}, {"error", "no luck"}},
                      {{"token", token(7)}, {"error", "[API_REQUEST_FAILED] no luck"}},
                      {{"token", token(8)},
                       {"credits", {{"giftCredit", 60}, {"purchaseCredit", 5}, {"vipCredit", 0}, {"totalCredit", 65}}},
                       {"received", true}},
                      {{"token", token(9)},
                       {"credits", {{"giftCredit", 0}, {"totalCredit", 0}}},
                       {"received", false},
                       {"error", "claimed today, login error (错误码: 34010105)"}},
                      {{"token", token(10)}, {"received", true}, {"receivedQuota", 60}},
                      {{"token", token(11)}, {"received", false}, {"credits", {{"giftCredit", 1}}}},
                      {{"token", token(12)}, {"credits", {{"totalCredit", 8}}}},
                      {{"token", token(3)}, {"success", true}, {"totalCredit", 70}},
                      {{"token", token(4)}, {"credits", 5}},
                      {{"token", token(5)}, {"credits", "5"}, {"received", true}}})
                     .dump());
    }};
    const auto answers = UpstreamTokens{http, "http://upstream"}.receive(tokens(13), {});
    CHECK(answers.at(0)->received == true);
    CHECK(answers.at(0)->points == 60);
    CHECK(answers.at(1)->received == false);
    CHECK(answers.at(1)->points == 66);
    CHECK(answers.at(2)->received == false);  // refused, and its credits are there all the same
    CHECK(answers.at(2)->points == 0);
    CHECK(english(answers.at(2)->refused).find("no luck") != std::string::npos);
    CHECK(answers.at(7).error().fault == TokenFault::failed);
    CHECK(answers.at(8)->received == true);
    CHECK(answers.at(8)->points == 65);
    CHECK(answers.at(9)->points == 0);  // who has told its points has a session, whatever the claim says
    CHECK(answers.at(10)->received == true);
    CHECK_FALSE(answers.at(10)->points);
    CHECK(answers.at(11).error().fault == TokenFault::not_known);
    CHECK_FALSE(answers.at(12)->received);  // that version did not say
    CHECK(answers.at(12)->points == 8);
    CHECK(answers.at(3)->received == true);
    CHECK(answers.at(3)->points == 70);
    for (const std::size_t i : {4U, 5U, 6U}) CHECK(answers.at(i).error().fault == TokenFault::not_known);
    CHECK(http.asked.size() == 1);
}
