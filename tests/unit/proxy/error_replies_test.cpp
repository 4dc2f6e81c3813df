#include "proxy/error_replies.hpp"

#include <cstdlib>
#include <ctime>

#include <doctest/doctest.h>

#include "core/base/json_reader.hpp"

using namespace dreamina;

namespace {

using std::chrono::hours;
using std::chrono::seconds;

const Time refused_at = parse_rfc3339("2026-11-22T12:00:00Z").value();

/// The local time zone for one test.
class ZoneUtc {
public:
    ZoneUtc()
    {
        if (const char* zone = std::getenv("TZ")) before_ = zone;
        ::setenv("TZ", "UTC", 1);
        ::tzset();
    }
    ~ZoneUtc()
    {
        before_ ? ::setenv("TZ", before_->c_str(), 1) : ::unsetenv("TZ");
        ::tzset();
    }

private:
    std::optional<std::string> before_;
};

struct Row {
    std::string name;
    Eligibility eligibility;
    std::string sentence;
    std::string retry_after;
};

}  // namespace

TEST_CASE("why no account serves, and when to come back")
{
    const ZoneUtc zone;
    Settings settings;
    settings.reset_counts_time = "00:00";  // in twelve hours
    const Row rows[] = {
        {"an empty pool", {}, "no account can serve this request: the pool is empty", "60"},
        {"disabled", {.total = 3, .disabled = 3}, "no account can serve m: of 3, 3 disabled", "60"},
        {"no session",
         {.total = 1, .without_session = 1},
         "no account can serve m: of 1, 1 without a valid session",
         "60"},
        {"another region",
         {.total = 2, .other_region = 2},
         "no account can serve m: of 2, 2 in a region that does not have the model",
         "60"},
        {"banned, one of them soon",
         {.total = 2, .banned = 2, .next_ban_end = refused_at + seconds{90}},
         "no account can serve m: of 2, 2 banned",
         "90"},
        {"banned until unbanned by hand", {.total = 2, .banned = 2}, "no account can serve m: of 2, 2 banned", "60"},
        {"a ban that is over but not ended yet",
         {.total = 1, .banned = 1, .next_ban_end = refused_at - seconds{5}},
         "no account can serve m: of 1, 1 banned",
         "1"},
        {"a fraction of a second is rounded up",
         {.total = 1, .banned = 1, .next_ban_end = refused_at + std::chrono::milliseconds{1001}},
         "no account can serve m: of 1, 1 banned",
         "2"},
        {"at the limit", {.total = 4, .at_limit = 4}, "no account can serve m: of 4, 4 at their daily limit", "43200"},
        {"without points",
         {.total = 4, .without_points = 4},
         "no account can serve m: of 4, 4 without points",
         "43200"},
        {"without points, which are asked for",
         {.total = 4, .without_points = 4, .points_doubted = 1},
         "no account can serve m: of 4, 4 without points",
         "10"},
        {"a ban ends before the points are known",
         {.total = 2, .banned = 1, .without_points = 1, .points_doubted = 1, .next_ban_end = refused_at + seconds{3}},
         "no account can serve m: of 2, 1 banned, 1 without points",
         "3"},
        {"a ban ends before the reset",
         {.total = 9,
          .disabled = 1,
          .banned = 2,
          .without_session = 1,
          .other_region = 1,
          .without_points = 1,
          .at_limit = 3,
          .next_ban_end = refused_at + hours{1}},
         "no account can serve m: of 9, 2 banned, 3 at their daily limit, 1 without points, 1 without a valid session, "
         "1 in a region that does not have the model, 1 disabled",
         "3600"},
        {"the reset comes before a ban's end",
         {.total = 2, .banned = 1, .at_limit = 1, .next_ban_end = refused_at + hours{20}},
         "no account can serve m: of 2, 1 banned, 1 at their daily limit",
         "43200"},
        {"all merely busy", {.total = 5}, "no account can serve m: of 5, none is free", "60"},
    };
    for (const Row& row : rows) {
        CAPTURE(row.name);
        const Reply reply = no_account_reply({.id = "m"}, row.eligibility, settings, refused_at);
        CHECK(reply.status == 503);
        CHECK(*find_header(reply.headers, "Retry-After") == row.retry_after);
        CHECK(*find_header(reply.headers, "Access-Control-Allow-Origin") == "*");
        // An account comes back by itself, or is back already; else an administrator has to act.
        const bool waits = row.retry_after != "60" || row.name == "all merely busy";
        CHECK(*find_header(reply.headers, "X-Should-Retry") == (waits ? "true" : "false"));
        CHECK(Json::parse(reply.body) ==
              Json{{"error", {{"message", row.sentence}, {"type", "server_error"}, {"code", "no_account"}}}});
    }
}

TEST_CASE("where nothing was sent another try makes sense; where a generation may have run it does not")
{
    const auto retry = [](const Reply& reply) { return *find_header(reply.headers, "X-Should-Retry"); };
    CHECK(retry(no_account_reply({.id = "m"}, {.total = 1, .busy = 1}, {}, refused_at)) == "true");
    CHECK(retry(no_account_reply({.id = "m"}, {.unknown = true}, {}, refused_at)) == "true");
    CHECK(retry(upstream_down_reply(refused_at, refused_at)) == "true");
    CHECK(retry(database_refuses_reply()) == "true");
    CHECK(retry(no_answer_reply(TransferEnd::unreachable, false)) == "true");
    CHECK(retry(no_answer_reply(TransferEnd::unreachable, true)) == "false");
    CHECK(retry(no_answer_reply(TransferEnd::timed_out, true)) == "false");
    CHECK(retry(no_answer_reply(TransferEnd::cut, true)) == "false");
    CHECK(no_answer_reply(TransferEnd::timed_out, true).status == 504);
    CHECK(no_answer_reply(TransferEnd::cut, true).status == 502);
    CHECK(find_header(database_refuses_reply().headers, "Access-Control-Expose-Headers")->find("X-Should-Retry") !=
          std::string::npos);
}
