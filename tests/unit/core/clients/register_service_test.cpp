#include "core/clients/register_service.hpp"

#include <doctest/doctest.h>

#include "core/base/json_reader.hpp"
#include "core/clients/recording_transport.hpp"
#include "holds.hpp"

using namespace dreamina;
using State = RegistrationTask::State;

namespace {

constexpr const char* key = "the-key";
constexpr const char* password = "hunter2!";
const std::string session(32, 'a');

/// A register service that answers every call so.
struct Scene {
    explicit Scene(HttpResult result) : http([result](const HttpRequest&) { return result; }) {}
    Scene(int status, const Json& body) : Scene(answer_of(status, body.dump())) {}

    Result<RefreshedSession> update() { return service.update_session("a@b.c", password, {}); }
    Result<RegistrationTask> task() { return service.task("t-1", {}); }

    RecordingTransport http;
    RegisterService service{http, "http://register:8001/api/", key};
};

Json account(const char* email = "a@b.c")
{
    return {{"email", email}, {"password", "pw:1"}, {"session_id", "hk-" + session}};
}

Json completed(Json result)
{
    return {{"task_id", "t-1"}, {"status", "completed"}, {"result", result}, {"error", nullptr}};
}

}  // namespace

TEST_CASE("health")
{
    Scene well{200, {{"status", "ok"}}};
    CHECK(well.service.health({}));
    CHECK(well.http.asked.at(0).url == "http://register:8001/api/health");
    CHECK(well.http.asked.at(0).method == "GET");
    CHECK(Scene{200, {{"status", "starting"}}}.service.health({}).error().code == "register_unavailable");
    CHECK(Scene{200, {{"status", 1}}}.service.health({}).error().code == "register_not_understood");
    CHECK(Scene{fault_of(HttpFault::unreachable)}.service.health({}).error().code == "register_unreachable");
}

TEST_CASE("one account and many are asked for on their own routes, with the key, and never twice")
{
    Scene one{200, {{"task_id", "0f-1"}, {"status", "pending"}}};
    CHECK(one.service.start(1, "moemail", {}).value() == "0f-1");
    Scene many{200, {{"task_id", "0f-2"}, {"status", "pending"}}};
    CHECK(many.service.start(3, "tempmailhub", {}).value() == "0f-2");
    const HttpRequest& first = one.http.asked.at(0);
    CHECK(first.url == "http://register:8001/api/register");
    CHECK(first.method == "POST");
    CHECK(first.bearer == key);
    CHECK(first.json_body == R"({"mail_type":"moemail"})");
    CHECK_FALSE(first.repeatable);
    const HttpRequest& second = many.http.asked.at(0);
    CHECK(second.url == "http://register:8001/api/register/batch");
    CHECK(second.json_body == R"({"count":3,"mail_type":"tempmailhub"})");
    CHECK_FALSE(second.repeatable);

    Scene none{200, {}};
    CHECK_FALSE(none.service.start(0, "moemail", {}));
    CHECK(none.http.asked.empty());
}

TEST_CASE("a task's id must be one, before it becomes part of a path")
{
    for (const Json& id : {Json(nullptr), Json(7), Json(""), Json("../x"), Json(".."), Json("a b"), Json("a?b"),
                           Json(std::string(200, 'a'))}) {
        CAPTURE(id.dump());
        const auto started = Scene{200, {{"task_id", id}, {"status", "pending"}}}.service.start(1, "moemail", {});
        REQUIRE_FALSE(started);
        CHECK(started.error().code == "register_not_understood");
        CHECK(holds(started.error().message, "task_id"));
    }
    Scene scene{200, {}};
    CHECK_FALSE(scene.service.task("../session", {}));
    CHECK(scene.http.asked.empty());
}

TEST_CASE("a task goes its way")
{
    Scene pending{200, {{"task_id", "t-1"}, {"status", "pending"}, {"result", nullptr}, {"error", nullptr}}};
    CHECK(pending.task()->state == State::pending);
    CHECK(pending.http.asked.at(0).url == "http://register:8001/api/tasks/t-1");
    CHECK(pending.http.asked.at(0).repeatable);
    CHECK(Scene{200, {{"status", "processing"}}}.task()->state == State::processing);
    CHECK(Scene{404, {{"detail", "Task not found"}}}.task()->state == State::forgotten);

    const auto failed =
        Scene{200, {{"status", "failed"}, {"result", nullptr}, {"error", "no mailbox, password=x1"}}}.task();
    CHECK(failed->state == State::failed);
    CHECK(english(failed->error) == "no mailbox, password=…");
    for (const Json& error : {Json(nullptr), Json(5), Json("")})
        CHECK(Scene{200, {{"status", "failed"}, {"error", error}}}.task()->error == Message{"register.no_reason"});
    CHECK_FALSE(Scene{200, {{"status", "failed"}}}.task()->error.empty());

    const auto done = Scene{200, completed(account())}.task();
    REQUIRE(done);
    CHECK(done->state == State::completed);
    REQUIRE(done->accounts.size() == 1);
    CHECK(done->accounts[0].email == "a@b.c");
    CHECK(done->accounts[0].password == "pw:1");
    CHECK(done->accounts[0].session_id == session);
    CHECK(done->accounts[0].region == Region::hk);
    CHECK(done->errors.empty());
}

TEST_CASE("a batch gives its good accounts, and a sentence for each of the others")
{
    Json broken = account("b@b.c");
    broken["session_id"] = 5;
    const auto done =
        Scene{200, completed({{"success_count", 4},
                              {"fail_count", 3},
                              {"accounts", {account(), broken, account("c@b.c")}},
                              {"errors", {"mailbox full for pw:1", {{"email", "x@y.z"}, {"error", "captcha"}}, 7}}})}
            .task();
    REQUIRE(done);
    REQUIRE(done->accounts.size() == 2);
    CHECK(done->accounts[1].email == "c@b.c");
    REQUIRE(done->errors.size() == 5);
    CHECK(holds(english(done->errors[0]), "result.accounts[1].session_id is not text"));
    CHECK(holds(english(done->errors[1]), "counts 4 new accounts, but its response contains 3"));
    CHECK(english(done->errors[2]) == "mailbox full for …");
    CHECK(english(done->errors[3]) == "captcha");
    CHECK(holds(english(done->errors[4]), "gave no reason"));
}

TEST_CASE("an answer that makes no sense is a failure that names the field")
{
    const auto with = [](const char* name, Json value) {
        Json changed = account();
        changed[name] = value;
        return completed(changed);
    };
    const auto without = [](const char* name) {
        Json changed = account();
        changed.erase(name);
        return completed(changed);
    };
    struct Row {
        Json answer;
        const char* words;
    };
    const Row rows[] = {
        {Json::array(), "not an object"},
        {Json(5), "not an object"},
        {Json::object(), "status is missing"},
        {{{"status", nullptr}}, "status is missing"},
        {{{"status", 1}}, "status is not text"},
        {{{"status", "done"}}, "status is not pending, processing"},
        {{{"status", "completed"}}, "result is missing or not an object"},
        {completed(nullptr), "result is missing or not an object"},
        {completed("x"), "result is missing or not an object"},
        {completed({{"accounts", 5}}), "result.accounts is not a list"},
        {completed({{"accounts", Json::array()}, {"errors", "x"}}), "result.errors is not a list"},
        {without("email"), "result.email is missing"},
        {with("email", ""), "result.email is empty"},
        {with("email", 5), "result.email is not text"},
        {with("email", "nobody"), "result.email is not an email address"},
        {without("password"), "result.password is missing"},
        {with("password", Json::array()), "result.password is not text"},
        {with("password", "a\nb"), "result.password is too long or contains"},
        {without("session_id"), "result.session_id is missing"},
        {with("session_id", nullptr), "result.session_id is missing"},
        {with("session_id", ""), "result.session_id is empty"},
        {with("session_id", "us-"), "result.session_id is empty"},
        {with("session_id", "a,b"), "result.session_id is not a session id"},
    };
    for (const Row& row : rows) {
        CAPTURE(row.answer.dump());
        const auto task = Scene{200, row.answer}.task();
        REQUIRE_FALSE(task);
        CHECK(task.error().code == "register_not_understood");
        CAPTURE(task.error().message);
        CHECK(holds(task.error().message, row.words));
        CHECK_FALSE(holds(task.error().message, "pw:1"));
        CHECK_FALSE(holds(task.error().message, session));
    }
    CHECK(Scene{answer_of(200, "{half")}.task().error().code == "register_not_understood");
}

TEST_CASE("a session is fetched with e-mail and password, and comes bare with its region")
{
    Json body = account("A@B.c");
    body["expires"] = "2099-12-31T00:00:00Z";
    Scene scene{200, body};
    const auto fresh = scene.update();
    REQUIRE(fresh);
    CHECK(fresh->session_id == session);
    CHECK(fresh->region == Region::hk);
    const HttpRequest& asked = scene.http.asked.at(0);
    CHECK(asked.url == "http://register:8001/api/session/update");
    CHECK(asked.json_body == R"({"email":"a@b.c","password":"hunter2!"})");
    CHECK(asked.timeout > std::chrono::seconds{120});
    CHECK_FALSE(asked.repeatable);

    body["session_id"] = session;
    CHECK_FALSE(Scene{200, body}.update()->region);
    body["email"] = "other@b.c";
    CHECK(holds(Scene{200, body}.update().error().message, "email belongs to another account"));
    body = account();
    body["session_id"] = "";
    CHECK(holds(Scene{200, body}.update().error().message, "session_id is empty"));
    body.erase("session_id");
    CHECK(holds(Scene{200, body}.update().error().message, "session_id is missing"));
}

TEST_CASE("each failure has its code and a sentence without the password or the key")
{
    const Json refused = {{"detail",
                           {{{"loc", {"body", "password"}}, {"msg", "value is not valid"}, {"input", password}},
                            {{"loc", {"body", "email"}}, {"msg", "no such domain"}}}}};
    struct Row {
        HttpResult result;
        const char* code;
        const char* words;
    };
    const auto detail = [](int status, const Json& body) { return answer_of(status, body.dump()); };
    const Row rows[] = {
        {detail(401, {{"detail", "Invalid API key the-key"}}), "register_key_refused",
         "rejected the key (401): Invalid API key …"},
        {detail(403, {{"detail", "Not authenticated"}}), "register_key_refused", "(403): Not authenticated"},
        {detail(404, {{"detail", "no such account"}}), "register_refused", "(404): no such account"},
        {detail(422, refused), "register_refused", "(422): password - value is not valid; email - no such domain"},
        {detail(500, {{"detail", "login with hunter2! failed"}}), "register_failed", "(500): login with … failed"},
        {detail(500, {{"detail", {"one", "two"}}}), "register_failed", "(500): one; two"},
        {detail(500, {{"detail", 5}}), "register_failed", "returned an error (500)"},
        {answer_of(500, "Internal Server Error hunter2!"), "register_failed", "returned an error (500)"},
        {answer_of(429, ""), "register_unavailable", "(429)"},
        {answer_of(502, "<html>"), "register_unavailable", "(502)"},
        {answer_of(503, ""), "register_unavailable", "(503)"},
        {answer_of(302, ""), "register_not_understood", "(302)"},
        {fault_of(HttpFault::unreachable), "register_unreachable", "cannot be reached"},
        {fault_of(HttpFault::timed_out), "register_timed_out", ""},
        {fault_of(HttpFault::cut), "register_cut", ""},
        {fault_of(HttpFault::too_large), "register_not_understood", ""},
        {fault_of(HttpFault::bad_request), "register_misconfigured", ""},
        {fault_of(HttpFault::cancelled), "cancelled", "Cancelled"},
    };
    for (const Row& row : rows) {
        Scene scene{row.result};
        const auto fresh = scene.update();
        REQUIRE_FALSE(fresh);
        CAPTURE(fresh.error().message);
        CHECK(fresh.error().code == row.code);
        CHECK(holds(fresh.error().message, row.words));
        CHECK_FALSE(holds(fresh.error().message, password));
        CHECK_FALSE(holds(fresh.error().message, key));
        CHECK(scene.http.asked.size() == 1);
    }
}
