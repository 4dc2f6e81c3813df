#include "api/system/metrics.hpp"

#include <doctest/doctest.h>

#include "api/api_fixture.hpp"
#include "core/base/file.hpp"
#include "core/pool/pool.hpp"
#include "core/pool/scheduler_presence.hpp"
#include "core/storage/stores/breaker_store.hpp"
#include "core/storage/stores/job_store.hpp"
#include "core/storage/stores/model_store.hpp"
#include "core/storage/stores/schedule_store.hpp"

using namespace dreamina;

namespace {

class Metrics : public ApiFixture {
public:
    using ApiFixture::ApiFixture;

    Reply get(const std::string& address, const Headers& headers = {})
    {
        Request wanted = request("GET", "/metrics");
        wanted.remote_address = address;
        wanted.headers = headers;
        const auto routes = metrics_routes();
        const auto match = find_route(routes, "GET", "/metrics");
        Call made = call(wanted);
        return std::get<Reply>(run_handler({"GET", "/metrics", match.route->access, match.route->handler}, made));
    }
    std::string text()
    {
        const Reply answer = get("127.0.0.1");
        REQUIRE(answer.status == 200);
        return answer.body;
    }
};

bool has_line(const std::string& text, const std::string& line)
{
    return ("\n" + text).find("\n" + line + "\n") != std::string::npos;
}

}  // namespace

TEST_CASE("who may read them")
{
    Metrics api{{{"ADMIN_PASSWORD", "geheim"}, {"METRICS_TOKEN", "token-of-prometheus"}}};
    const Header token{"Authorization", "Bearer token-of-prometheus"};
    struct Row {
        std::string name;
        std::string address;
        Headers headers;
        int status;
    };
    for (const Row& row :
         std::vector<Row>{{"from this machine", "127.0.0.1", {}, 200},
                          {"over IPv6", "::1", {}, 200},
                          {"from elsewhere", "192.168.1.9", {}, 401},
                          {"over a socket that some proxy has", "unix:", {}, 401},
                          {"from nowhere", "", {}, 401},
                          {"a proxy on this machine", "127.0.0.1", {{"X-Forwarded-For", "203.0.113.9"}}, 401},
                          {"a proxy that says it otherwise", "127.0.0.1", {{"x-real-ip", "127.0.0.1"}}, 401},
                          {"a proxy by the standard", "127.0.0.1", {{"Forwarded", "for=127.0.0.1"}}, 401},
                          {"the token", "192.168.1.9", {token}, 200},
                          {"the token through a proxy", "127.0.0.1", {token, {"X-Forwarded-For", "203.0.113.9"}}, 200},
                          {"the password", "192.168.1.9", {{"Authorization", "Bearer geheim"}}, 200},
                          {"a wrong token", "192.168.1.9", {{"Authorization", "Bearer token-of-prometheus2"}}, 401},
                          {"a wrong token from this machine", "127.0.0.1", {{"Authorization", "Bearer no"}}, 401},
                          {"another scheme", "127.0.0.1", {{"Authorization", "Basic Z2VoZWlt"}}, 401},
                          {"an empty token", "192.168.1.9", {{"Authorization", "Bearer "}}, 401}}) {
        CAPTURE(row.name);
        const Reply answer = api.get(row.address, row.headers);
        CHECK(answer.status == row.status);
        CHECK(answer.body.find("geheim") == std::string::npos);
        CHECK(answer.body.find("prometheus") == std::string::npos);
    }
    CHECK(*find_header(api.get("::1").headers, "Content-Type") == "text/plain; version=0.0.4; charset=utf-8");
    CHECK(*find_header(api.get("::1").headers, "Cache-Control") == "no-store");
}

TEST_CASE("without a METRICS_TOKEN there is none to be guessed")
{
    Metrics api{{{"ADMIN_PASSWORD", "geheim"}}};
    for (const char* guess : {"null", "none", "********", " "})
        CHECK(api.get("192.168.1.9", {{"Authorization", std::string{"Bearer "} + guess}}).status == 401);
}

TEST_CASE("the token opens nothing else")
{
    Metrics api{{{"ADMIN_PASSWORD", "geheim"}, {"METRICS_TOKEN", "token-of-prometheus"}}};
    Request wanted;
    wanted.method = "GET";
    wanted.remote_address = "127.0.0.1";
    wanted.headers = {{"Authorization", "Bearer token-of-prometheus"}};
    Call call = api.call(wanted);
    CHECK(refuse_access(call, Access::admin).has_value());
    CHECK_FALSE(refuse_access(call, Access::metrics).has_value());
    CHECK(call.caller.kind == CallerKind::token);
}

TEST_CASE("a pool in figures")
{
    Metrics api;
    api.accounts().add({.email = "secret-person@x.example",
                        .password = "geheim-password",
                        .region = Region::hk,
                        .session_id = "0123456789abcdef0123456789abcdef",
                        .points = 12.5},
                       api.now);
    api.accounts().add({.email = "b@x.example", .password = "p"}, api.now);
    const ModelCatalog catalog{ModelStore{api.database()}.all()};
    for (const char* model : {"jimeng-4.0", "jimeng-4.0", "secret-model-of-a-client"}) {
        REQUIRE(reserve(api.database(), catalog.resolve(model, api.settings()), "worker", api.now,
                        api.now + std::chrono::minutes{5}));
    }
    JobStore{api.database()}.queue_registration(1, asked_by_admin, api.now);
    ScheduleStore{api.database()}.publish(1, {.name = "backup", .when = external_text("daily")});
    ScheduleStore{api.database()}.end(
        "backup", {.started = api.now, .ended = api.now, .ok = false, .summary = external_text("x")}, {});

    const std::string text = api.text();
    for (const char* line : {
             "dreamina_accounts{region=\"hk\",status=\"active\"} 1",
             "dreamina_accounts{region=\"us\",status=\"no_session\"} 1",
             "dreamina_accounts{region=\"cn\",status=\"banned\"} 0",
             "dreamina_points{region=\"hk\"} 12.5",
             "dreamina_model_accounts{model=\"jimeng-4.0\"} 1",
             "dreamina_model_accounts{model=\"jimeng-3.1\"} 0",
             "dreamina_model_remaining_calls{model=\"jimeng-4.0\"} 58",
             "dreamina_model_room{model=\"jimeng-4.0\"} 58",
             "dreamina_model_calls_today{model=\"jimeng-4.0\"} 2",
             "dreamina_model_calls_today{model=\"other\"} 1",
             "dreamina_requests_in_flight{model=\"jimeng-4.0\"} 2",
             "dreamina_requests_in_flight{model=\"video-3.0\"} 0",
             "dreamina_requests_in_flight{model=\"other\"} 1",
             "dreamina_requests_waiting 0",
             "dreamina_generations{state=\"queued\"} 0",
             "dreamina_upstream_breaker{state=\"closed\"} 1",
             "dreamina_upstream_breaker{state=\"open\"} 0",
             "dreamina_jobs_open{kind=\"register\",state=\"queued\"} 1",
             "dreamina_jobs_open{kind=\"points_update\",state=\"running\"} 0",
             "dreamina_scheduler_up 0",
             "dreamina_timed_job_ok{job=\"backup\"} 0",
             "dreamina_timed_job_last_end_timestamp_seconds{job=\"backup\"} 1795348800",
             "dreamina_settings_good 1",
         }) {
        CAPTURE(line);
        CHECK_MESSAGE(has_line(text, line), text);
    }
    CHECK(text.find("dreamina_model_remaining_calls{model=\"jimeng-4.5\"}") == std::string::npos);  // no limit
    CHECK(text.find("dreamina_scheduler_heartbeat_age_seconds") == std::string::npos);
    for (const char* secret : {"secret", "geheim", "x.example", "0123456789abcdef", "admin123", "dreamina.db"})
        CHECK(text.find(secret) == std::string::npos);
}

TEST_CASE("an outage and a bad config.json show")
{
    Metrics api;
    BreakerStore{api.database()}.set_state(opened(api.now));
    REQUIRE(write_file_atomically(api.config(), "{", 0600));
    api.settings_file().refresh();
    const auto presence = SchedulerPresence::announce(api.config().parent_path() / "dreamina.db").value();
    presence.beat(api.now - std::chrono::seconds{4});
    const std::string text = api.text();
    CHECK(has_line(text, "dreamina_upstream_breaker{state=\"open\"} 1"));
    CHECK(has_line(text, "dreamina_upstream_breaker{state=\"closed\"} 0"));
    CHECK(has_line(text, "dreamina_settings_good 0"));
    CHECK(has_line(text, "dreamina_scheduler_up 1"));
    CHECK(has_line(text, "dreamina_scheduler_heartbeat_age_seconds 4"));
    CHECK(has_line(text, "dreamina_scheduler_beat_age_seconds 4"));
}
