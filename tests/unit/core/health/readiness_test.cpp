#include "core/health/readiness.hpp"

#include "core/base/file.hpp"
#include "core/base/message/message_catalog.hpp"
#include "core/clients/recording_transport.hpp"
#include "core/health/machine_checks.hpp"
#include "core/health/service_checks.hpp"
#include "core/pool/account_pool.hpp"
#include "core/pool/circuit_breaker.hpp"
#include "core/storage/engine/transaction.hpp"
#include "core/storage/stores/upstream_facts_store.hpp"

using namespace dreamina;
using namespace std::chrono_literals;

namespace {

struct Watched : AccountPool {
    Watched()
    {
        presence.beat(now);
        add("a@x.org");
    }
    ReadinessReport look()
    {
        presence.beat(now);
        return readiness.look(**this, *config, now);
    }
    void write_config(const std::string& text)
    {
        REQUIRE(write_file_atomically(folder / "config.json", text, 0600));
        config->refresh();
    }

    std::optional<int> status = 200;
    std::string body = "pong";
    RecordingTransport http{
        [this](const HttpRequest&) { return status ? answer_of(*status, body) : fault_of(HttpFault::unreachable); }};
    Readiness readiness{file, http};
    SchedulerPresence presence = SchedulerPresence::announce(file).value();
    std::unique_ptr<SettingsFile> config =
        SettingsFile::open(folder / "config.json", [](const std::string&) { return std::nullopt; }).value();
};

}  // namespace

TEST_CASE("all is well")
{
    Watched service;
    const auto found = service.look();
    CHECK(found.ready());
    CHECK(found.scheduler.level == Level::ok);
    REQUIRE(service.http.asked.size() == 1);
    CHECK(service.http.asked[0].url == "http://localhost:8080/ping");
    CHECK(service.http.asked[0].bearer.empty());
}

TEST_CASE("checks are cached: neither the disk nor the upstream is asked more often than needed")
{
    Watched service;
    for (int i = 0; i < 100; ++i) CHECK(service.look().ready());
    CHECK(service.http.asked.size() == 1);
    const auto written = number(*service, "SELECT written_at FROM write_probe");
    service.now += 2s;
    CHECK(service.look().ready());
    CHECK(number(*service, "SELECT written_at FROM write_probe") == written);
    service.now += 1s;
    CHECK(service.look().ready());
    CHECK(number(*service, "SELECT written_at FROM write_probe") == written + 3000);
    service.now += 7s;
    service.look();
    CHECK(service.http.asked.size() == 2);
}

TEST_CASE("a clock that is set back makes nothing last for ever")
{
    Watched service;
    service.look();
    service.now -= 24h;
    service.status.reset();
    CHECK(service.look().upstream.code == "health.upstream.unreachable");
}

TEST_CASE("an upstream that no request has tried lately is asked; another service at its address does not count")
{
    Watched service;
    struct Row {
        std::optional<int> status;
        const char* body;
        const char* code;
    };
    for (const Row& row : std::initializer_list<Row>{{200, "pong", "ok"},
                                                     {200, R"({"service":"jimeng-api","version":"1.6.3"})", "ok"},
                                                     {200, "<!doctype html>", "web_page"},
                                                     {200, R"({"status":"ok"})", "not_the_service"},
                                                     {302, "", "redirect"},
                                                     {404, "404 page not found", "http_error"},
                                                     {500, "", "http_error"},
                                                     {502, "pong", "gateway_error"},
                                                     {503, "pong", "gateway_error"},
                                                     {504, "pong", "gateway_error"},
                                                     {std::nullopt, "", "unreachable"}}) {
        service.status = row.status;
        service.body = row.body;
        service.now += 10s;
        const ReadinessReport found = service.look();
        CAPTURE(row.body);
        CHECK(found.upstream.short_code() == row.code);
        const bool reachable = row.code == std::string_view{"ok"};
        CHECK(found.ready() == reachable);
        CHECK(found.upstream.advice().empty() == reachable);
    }
}

TEST_CASE("under traffic, too, something that is no upstream is not taken for one")
{
    Watched service;
    service.look();
    service.serve("jimeng-4.0", Verdict::not_an_upstream);
    UpstreamFactsStore facts{*service};
    facts.expect("http://localhost:8080");
    facts.found("http://localhost:8080",
                {.diagnosis = UpstreamDiagnosis::web_page, .message = external_text("a web page")}, service.now,
                service.now);
    service.body = "<html>";
    service.now += 10s;
    CHECK(service.look().upstream.code == "health.upstream.web_page");
    service.body = "pong";
    service.now += 10s;
    CHECK(service.look().ready());
}

TEST_CASE("another address is asked at once")
{
    Watched service;
    service.look();
    service.serve("jimeng-4.0");
    CHECK(service.look().ready());
    service.status.reset();
    service.write_config(R"({"UPSTREAM_BASE_URL": "http://elsewhere:1/base/"})");
    CHECK(service.look().upstream.code == "health.upstream.unreachable");
    CHECK(service.http.asked.back().url == "http://elsewhere:1/base/ping");
}

TEST_CASE("under traffic the breaker knows best")
{
    Watched service;
    service.look();
    service.serve("jimeng-4.0");
    service.status.reset();
    service.now += 30s;
    CHECK(service.look().ready());
    service.now += 50s;
    CHECK(service.look().ready());
    CHECK(service.http.asked.size() == 1);
    service.now += 11s;  // a minute after the traffic was seen
    CHECK(service.look().upstream.code == "health.upstream.unreachable");

    service.status = 200;
    BreakerStore{*service}.set_state(opened(service.now));
    CHECK(service.look().upstream.code == "health.upstream.outage");
    BreakerStore{*service}.set_state({});
    service.now += 10s;
    CHECK(service.look().ready());
}

TEST_CASE("a database that is locked, a bad file and a scheduler that stands still are told, and so is their end")
{
    Watched service;
    {
        Database other{service.file};
        Transaction holds{other};
        CHECK(service.look().database.code == "health.database.locked");
    }
    CHECK(service.look().database.code == "health.database.locked");  // for a moment more
    service.now += 3s;
    CHECK(service.look().ready());

    service.write_config("{");
    CHECK(english(service.look().settings.summary()).find("config.json") != std::string::npos);
    CHECK_FALSE(service.look().ready());
    service.write_config("{}");
    CHECK(service.look().ready());

    service.now += 11s;
    const auto found = service.readiness.look(*service, *service.config, service.now);
    CHECK(found.scheduler.code == "health.scheduler.stuck");
    CHECK(found.scheduler_signs.locked);
    CHECK_FALSE(found.ready());
    CHECK(service.look().ready());
}

TEST_CASE("a stranger is told the kind of fault, and no path, address or time")
{
    CHECK(public_summary({Level::ok, "health.database.ok"}).empty());
    Findings faults{{Level::fault, "health.settings.bad", {{"fault", external_text("/srv/config.json: PORT")}}},
                    look_at_breaker({}, at("2026-11-22T10:00:00Z"))};
    for (const WriteFault fault :
         {WriteFault::missing, WriteFault::full, WriteFault::locked, WriteFault::read_only, WriteFault::broken})
        faults.push_back(look_at_writing(fault));
    for (const UpstreamDiagnosis diagnosis : all_upstream_diagnoses)
        if (!is_upstream(diagnosis))
            faults.push_back(look_at_upstream({.diagnosis = diagnosis, .instead = "http://host:8080"}));
    const Time now = at("2026-11-22T10:00:00Z");
    faults.push_back(look_at_scheduler({}, now));
    faults.push_back(look_at_scheduler({.locked = true, .beat_at = now - 1min}, now));
    faults.push_back(look_at_scheduler({.locked = false, .beat_at = now - 1min}, now));
    for (const Finding& fault : faults) {
        const Message told = public_summary(fault);
        CHECK_MESSAGE(english_templates().contains(told.code), fault.code);
        CHECK(english(told).find_first_of("/\\0123456789{") == std::string::npos);
    }
}
