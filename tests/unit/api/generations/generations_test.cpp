#include "api/generations/generations.hpp"

#include <doctest/doctest.h>

#include "api/api_fixture.hpp"
#include "api/audit/audit.hpp"
#include "core/base/time_ordered_id.hpp"
#include "core/storage/generations/generation_files.hpp"
#include "core/storage/generations/generation_store.hpp"
#include "core/storage/generations/idempotency_store.hpp"
#include "core/storage/log/request_store.hpp"

using namespace dreamina;
using namespace std::chrono_literals;

namespace {

struct GenerationsApi : ApiFixture {
    GenerationStore store{database()};
    std::filesystem::path folder = generation_folder(config());

    void write(const std::string& name, const std::string& content)
    {
        auto file = NewFile::create(folder, name);
        REQUIRE(file.has_value());
        CHECK(file->write(content));
        CHECK(file->finish());
    }
    bool has_file(const std::string& name) { return std::filesystem::exists(folder / name); }

    std::string add(Time created)
    {
        const std::string id = new_time_ordered_id(created);
        store.add({.id = id,
                   .method = "POST",
                   .target = "/v1/images/generations?secret=1",
                   .content_type = "application/json",
                   .request_headers = "[]",
                   .model = "jimeng-4.0",
                   .body_file = id + ".body",
                   .body_bytes = 12,
                   .body_hash = "hash",
                   .worker = "one",
                   .created_at = created,
                   .start_by = created + 1h,
                   .expires_at = created + 24h});
        write(id + ".body", "{\"n\": \"cat\"}");
        return id;
    }
    std::string begun(Time created)
    {
        const std::string id = add(created);
        const BegunGeneration begun{.id = id, .lease = 5};
        store.begin({&begun, 1}, "one", created + 2s);
        return id;
    }
    std::string ended(Time created, GenerationState state, const std::string& type = "application/json",
                      const std::string& body = R"({"created":1})")
    {
        const std::string id = begun(created);
        write(id + ".answer", body);
        const bool is_good = state == GenerationState::completed;
        const GenerationEnd end{
            .id = id,
            .state = state,
            .status = is_good ? 200 : 502,
            .answer_headers = Json::array({Json::array({"Content-Type", type}), Json::array({"X-Own", "1"})}).dump(),
            .answer_file = id + ".answer",
            .answer_bytes = static_cast<std::int64_t>(body.size()),
            .error_code = is_good ? "" : "upstream_failed",
            .outcome = is_good ? "success" : "upstream_failed",
            .expires_at = created + 25h};
        store.end({&end, 1}, created + 1h);
        return id;
    }
    Reply send(const std::string& method, const std::string& target)
    {
        return reply(generation_routes(), request(method, target));
    }
    Json ask(const std::string& method, const std::string& target, int status)
    {
        const Reply answer = send(method, target);
        CHECK_MESSAGE(answer.status == status, answer.body);
        return Json::parse(answer.body);
    }
    Json get(const std::string& target) { return ask("GET", target, 200); }
    std::vector<std::string> listed(const std::string& query)
    {
        std::vector<std::string> ids;
        const Json page = get("/api/generations" + query);
        for (const Json& each : page["items"]) ids.push_back(each["request_id"]);
        return ids;
    }
    /// The latest row of the audit trail.
    Json audited()
    {
        const Reply answer = reply(audit_routes(), request("GET", "/api/audit?subject=generation"));
        const Json items = Json::parse(answer.body)["items"];
        return items.empty() ? Json(nullptr) : items[0];
    }
};

const std::string unknown_generation_id = "gen_000000000000000000000000";

}  // namespace

TEST_CASE("a generation of the list")
{
    GenerationsApi api;
    const std::string id = api.add(api.now);
    const Json page = api.get("/api/generations");
    CHECK(page["open"] == Json{{"queued", 1}, {"in_progress", 0}});
    CHECK(page["next_cursor"] == nullptr);
    REQUIRE(page["items"].size() == 1);
    CHECK(page["items"][0] == Json{{"id", "gen_" + id},
                                   {"request_id", id},
                                   {"state", "queued"},
                                   {"version", 1},
                                   {"method", "POST"},
                                   {"path", "/v1/images/generations"},
                                   {"model", "jimeng-4.0"},
                                   {"api_key_id", nullptr},
                                   {"created_at", "2026-11-22T12:00:00.000Z"},
                                   {"start_by", "2026-11-22T13:00:00.000Z"},
                                   {"sent_at", nullptr},
                                   {"detached_at", nullptr},
                                   {"ended_at", nullptr},
                                   {"expires_at", "2026-11-23T12:00:00.000Z"},
                                   {"attempt_count", 0},
                                   {"queue_position", 1},
                                   {"progress", 0},
                                   {"eta_seconds", nullptr},
                                   {"eta_sample", 0},
                                   {"status", nullptr},
                                   {"outcome", nullptr},
                                   {"error_code", nullptr},
                                   {"may_have_been_paid", false},
                                   {"bytes_in", 12},
                                   {"bytes_out", 0},
                                   {"retry_of", nullptr}});
}

TEST_CASE("generations are filtered, and come page by page")
{
    GenerationsApi api;
    const std::string done = api.ended(api.now - 3h, GenerationState::completed);
    const std::string failed = api.ended(api.now - 2h, GenerationState::failed);
    const std::string running = api.begun(api.now - 1h);
    const std::string queued = api.add(api.now);
    using Ids = std::vector<std::string>;
    CHECK(api.listed("?state=open") == Ids{queued, running});
    CHECK(api.listed("?state=ended") == Ids{failed, done});
    CHECK(api.listed("?state=failed") == Ids{failed});
    CHECK(api.listed("?id=gen_" + running) == Ids{running});
    CHECK(api.listed("?id=" + running) == Ids{running});
    CHECK(api.listed("?api_key_id=0&model=jimeng-4.0").size() == 4);
    CHECK(api.listed("?api_key_id=1").empty());
    CHECK(api.listed("?from=2026-11-22T10:00:00Z&to=2026-11-22T11:00:00Z") == Ids{failed});
    const Json first = api.get("/api/generations?size=3");
    CHECK(first["next_cursor"] == failed);
    CHECK(api.listed("?size=3&cursor=" + failed) == Ids{done});
}

TEST_CASE("wrong parameters of generations are named")
{
    GenerationsApi api;
    for (const auto& [query, fault] : std::vector<std::pair<std::string, std::string>>{
             {"state=waiting", "state must be one of queued, in_progress, completed, failed, cancelled, open, ended"},
             {"id=gen_1", "id"},
             {"cursor=x", "cursor"},
             {"from=now", "from"},
             {"size=0", "size"}}) {
        const Reply answer = api.send("GET", "/api/generations?" + query);
        CHECK(answer.status == 422);
        CHECK_MESSAGE(answer.body.find(fault) != std::string::npos, answer.body);
    }
}

TEST_CASE("one generation tells of its attempts and its answer")
{
    GenerationsApi api;
    const std::string id = api.ended(api.now - 2h, GenerationState::failed);
    const AccountId account = api.accounts().add({.email = "a@x.org", .password = "p", .region = Region::hk}, api.now);
    RequestRecord record{.facts = {.id = id, .began_at = api.now - 2h},
                         .model = "jimeng-4.0",
                         .end = {.outcome = RequestOutcome::upstream_failed, .attempts = 1},
                         .last_attempt = AttemptRecord{.account = account, .region = Region::hk}};
    RequestStore{api.database()}.add({&record, 1});

    const Json shown = api.get("/api/generations/gen_" + id);
    CHECK(shown["state"] == "failed");
    CHECK(shown["error_code"] == "upstream_failed");
    CHECK(shown["may_have_been_paid"] == true);
    CHECK(shown["can_retry"] == true);
    CHECK(shown["answer"] == Json{{"status", 502},
                                  {"headers", Json::array({{{"name", "Content-Type"}, {"value", "application/json"}},
                                                           {{"name", "X-Own"}, {"value", "1"}}})},
                                  {"bytes", 13},
                                  {"is_kept", true}});
    CHECK(shown["request"]["attempts"][0]["email"] == "a@x.org");
    remove_generation_file(api.folder, id + ".answer");
    remove_generation_file(api.folder, id + ".body");
    const Json later = api.get("/api/generations/" + id);
    CHECK(later["answer"]["is_kept"] == false);
    CHECK(later["can_retry"] == false);

    const Json running = api.get("/api/generations/" + api.begun(api.now));
    CHECK(running["answer"] == nullptr);
    CHECK(running["request"] == nullptr);
    CHECK(api.ask("GET", "/api/generations/" + unknown_generation_id, 404)["code"] == "unknown_generation");
    CHECK(api.ask("GET", "/api/generations/x", 404)["code"] == "unknown_generation");
}

TEST_CASE("a stored answer is a file to save, whatever the upstream called it")
{
    GenerationsApi api;
    const auto header = [](const Reply& answer, const char* name) { return *find_header(answer.headers, name); };
    const std::string json = api.ended(api.now, GenerationState::completed);
    const Reply answer = api.send("GET", "/api/generations/gen_" + json + "/answer");
    CHECK(answer.status == 200);
    CHECK(answer.body == R"({"created":1})");
    CHECK(header(answer, "Content-Type") == "application/json");
    CHECK(header(answer, "Content-Disposition") == "attachment; filename=\"gen_" + json + ".json\"");
    CHECK(header(answer, "Cache-Control") == "no-store");
    CHECK(find_header(answer.headers, "X-Own") == nullptr);

    for (const char* type : {"text/html", "image/svg+xml", "application/javascript"}) {
        const std::string id = api.ended(api.now, GenerationState::completed, type, "<script>");
        CHECK(header(api.send("GET", "/api/generations/" + id + "/answer"), "Content-Type") ==
              "application/octet-stream");
    }
    const std::string lost = api.ended(api.now, GenerationState::completed);
    remove_generation_file(api.folder, lost + ".answer");
    CHECK(api.ask("GET", "/api/generations/" + lost + "/answer", 410)["code"] == "answer_not_kept");
    CHECK(api.ask("GET", "/api/generations/" + api.add(api.now) + "/answer", 409)["code"] == "generation_not_ended");
}

TEST_CASE("what waits is cancelled, what runs is only let go")
{
    GenerationsApi api;
    const std::string queued = api.add(api.now - 1h);
    CHECK(api.ask("POST", "/api/generations/gen_" + queued + "/cancel", 200)["state"] == "cancelled");
    CHECK(api.audited()["action"] == "cancel");
    CHECK(api.audited()["subject_id"] == "gen_" + queued);
    CHECK(api.audited()["old"] == Json{{"state", "queued"}});
    CHECK(api.has_file(queued + ".body"));  // its worker's to remove
    CHECK(api.ask("POST", "/api/generations/" + queued + "/cancel", 409)["code"] == "generation_ended");

    const std::string running = api.begun(api.now - 1h);
    const Json detached = api.ask("POST", "/api/generations/" + running + "/cancel", 202);
    CHECK(detached["state"] == "in_progress");
    CHECK(detached["detached_at"] == "2026-11-22T12:00:00.000Z");
    CHECK(api.audited()["new"] == Json{{"detached", true}});
    const Json once = api.audited();
    CHECK(api.ask("POST", "/api/generations/" + running + "/cancel", 202)["version"] == detached["version"]);
    CHECK(api.audited() == once);

    const std::string unowned = api.add(api.now);
    api.store.release_queued_of("one");
    api.ask("POST", "/api/generations/" + unowned + "/cancel", 200);
    CHECK_FALSE(api.has_file(unowned + ".body"));
    CHECK(api.ask("POST", "/api/generations/" + unknown_generation_id + "/cancel", 404)["code"] ==
          "unknown_generation");
}

TEST_CASE("a retry on purpose is a new generation, where the body is still there")
{
    GenerationsApi api;
    const std::string failed = api.ended(api.now - 2h, GenerationState::failed);
    const Json again = api.ask("POST", "/api/generations/gen_" + failed + "/retry", 202);
    CHECK(again["state"] == "queued");
    CHECK(again["retry_of"] == "gen_" + failed);
    CHECK(again["queue_position"] == 1);
    CHECK(api.audited()["action"] == "retry");
    CHECK(api.audited()["subject_id"] == again["id"]);
    CHECK(api.ask("POST", "/api/generations/" + failed + "/retry", 202)["id"] == again["id"]);
    CHECK_FALSE(api.store.unowned(1).empty());

    const std::string bare = api.ended(api.now - 1h, GenerationState::failed);
    remove_generation_file(api.folder, bare + ".body");
    CHECK(api.ask("POST", "/api/generations/" + bare + "/retry", 409)["code"] == "body_not_kept");
    const std::string done = api.ended(api.now - 1h, GenerationState::completed);
    CHECK(api.ask("POST", "/api/generations/" + done + "/retry", 409)["code"] == "generation_completed");
    CHECK(api.ask("POST", "/api/generations/" + api.begun(api.now) + "/retry", 409)["code"] == "generation_not_ended");
    api.database().run("UPDATE generations SET api_key_id = 99 WHERE id = ?", bare);
    CHECK(api.ask("POST", "/api/generations/" + bare + "/retry", 409)["code"] == "generation_key_gone");
}

TEST_CASE("what has ended is deleted with its files")
{
    GenerationsApi api;
    const std::string done = api.ended(api.now, GenerationState::completed);
    api.ask("DELETE", "/api/generations/gen_" + done, 200);
    CHECK_FALSE(api.has_file(done + ".answer"));
    CHECK_FALSE(api.has_file(done + ".body"));
    CHECK(api.audited()["action"] == "delete");
    CHECK(api.ask("DELETE", "/api/generations/" + done, 404)["code"] == "unknown_generation");

    const std::string running = api.begun(api.now);
    IdempotencyStore keys{api.database()};
    const IdempotencyKey key{.api_key = 0, .path = "/v1/images/generations", .digest = "digest"};
    keys.claim(key, {.body_hash = "hash", .generation = running}, api.now + 24h);
    CHECK(api.ask("DELETE", "/api/generations/" + running, 409)["code"] == "generation_not_ended");
    CHECK(keys.find(key, api.now).has_value());  // a repeated request would be paid for twice
}
