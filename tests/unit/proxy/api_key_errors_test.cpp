#include "proxy/api_key_errors.hpp"

#include <doctest/doctest.h>

#include "core/base/json_reader.hpp"

using namespace dreamina;
using namespace std::chrono_literals;

namespace {

using Why = ApiKeyRefusal::Why;

const Time now = parse_rfc3339("2026-11-22T12:34:56.100Z").value();

std::string header(const Reply& reply, const char* name)
{
    const std::string* value = find_header(reply.headers, name);
    return value == nullptr ? "" : *value;
}

Json error_of(const Reply& reply) { return Json::parse(reply.body).at("error"); }

}  // namespace

TEST_CASE("why a key is refused, in the form that clients know")
{
    struct Row {
        const char* name;
        ApiKeyRefusal refusal;
        int status;
        const char* code;
        const char* retry_after;
        const char* words;
    };
    for (const Row& row : std::initializer_list<Row>{
             {"unknown", {.why = Why::unknown}, 401, "invalid_api_key", "", "no such API key"},
             {"revoked", {.why = Why::revoked}, 401, "invalid_api_key", "", "revoked"},
             {"expired", {.why = Why::expired}, 401, "invalid_api_key", "", "expired"},
             {"day",
              {.why = Why::calls_per_day, .limit = 100, .retry_at = parse_rfc3339("2026-11-23T00:00:00Z")},
              429,
              "rate_limit_exceeded",
              "41104",
              "100 calls a day"},
             {"minute",
              {.why = Why::calls_per_minute, .limit = 1, .retry_at = parse_rfc3339("2026-11-22T12:35:00Z")},
              429,
              "rate_limit_exceeded",
              "4",
              "1 call a minute"},
             {"over by now",
              {.why = Why::calls_per_minute, .limit = 7, .retry_at = now - 1s},
              429,
              "rate_limit_exceeded",
              "1",
              "7 calls a minute"},
             {"concurrency",
              {.why = Why::concurrency, .limit = 2},
              429,
              "rate_limit_exceeded",
              "1",
              "2 requests in flight"},
         }) {
        CAPTURE(row.name);
        const Reply reply = api_key_error_reply(row.refusal, now);
        CHECK(reply.status == row.status);
        CHECK(error_of(reply).at("code") == row.code);
        CHECK(error_of(reply).at("message").get<std::string>().find(row.words) != std::string::npos);
        CHECK(header(reply, "Retry-After") == row.retry_after);
        CHECK(header(reply, "WWW-Authenticate") == (row.status == 401 ? "Bearer" : ""));
        CHECK(header(reply, "Access-Control-Allow-Origin") == "*");
    }
}

TEST_CASE("a model that a key may not use is named")
{
    const Reply named = model_not_allowed_reply("jimeng-4.0");
    CHECK(named.status == 403);
    CHECK(error_of(named).at("code") == "model_not_allowed");
    CHECK(error_of(named).at("message").get<std::string>().find("jimeng-4.0") != std::string::npos);
    const Reply unnamed = model_not_allowed_reply("");
    CHECK(unnamed.status == 403);
    CHECK(error_of(unnamed).at("message").get<std::string>().find("names none") != std::string::npos);
}

TEST_CASE("a request that names no model, and one whose model is in doubt, are told so")
{
    const Reply by_default = default_model_not_allowed_reply("jimeng-4.5");
    CHECK(by_default.status == 403);
    CHECK(error_of(by_default).at("code") == "model_not_allowed");
    CHECK(error_of(by_default).at("message").get<std::string>().find("jimeng-4.5") != std::string::npos);
    const Reply doubtful = doubtful_model_reply("it names the model more than once");
    CHECK(doubtful.status == 400);
    CHECK(error_of(doubtful).at("code") == "doubtful_model");
    CHECK(error_of(doubtful).at("message").get<std::string>().ends_with("it names the model more than once"));
}
