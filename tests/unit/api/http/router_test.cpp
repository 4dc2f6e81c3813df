#include "api/http/router.hpp"

#include <doctest/doctest.h>

#include "api/api_fixture.hpp"
#include "core/base/message/coded_error.hpp"
#include "core/storage/stores/session_store.hpp"

using namespace dreamina;

namespace {

HandlerResult done(Call&) { return Reply{.status = 200, .headers = {}, .body = "done"}; }
HandlerResult throws(Call&) { throw std::runtime_error("a word with a secret"); }
HandlerResult broken(Call& call)
{
    call.database.run("SELECT nothing FROM nowhere");
    return Reply{};
}

const std::vector<Route> test_routes{
    {"GET", "/api/things", Access::admin, done},
    {"POST", "/api/things", Access::admin, done},
    {"POST", "/api/things/bulk", Access::admin, done},
    {"PUT", "/api/things/{id}", Access::admin, done},
    {"DELETE", "/api/things/{id}", Access::admin, done},
    {"POST", "/api/things/{id}/parts/{part}", Access::admin, done},
    {"GET", "/healthz", Access::open, done},
};

}  // namespace

TEST_CASE("a route is found by method and path")
{
    struct Row {
        std::string method;
        std::string path;
        std::string pattern;  ///< of the route that is found; empty: none
        std::vector<std::string> captures;
        std::string allowed;
    };
    const Row rows[] = {
        {"GET", "/api/things", "/api/things", {}, ""},
        {"HEAD", "/api/things", "/api/things", {}, ""},
        {"GET", "/healthz", "/healthz", {}, ""},
        {"POST", "/api/things/bulk", "/api/things/bulk", {}, ""},
        {"PUT", "/api/things/7", "/api/things/{id}", {"7"}, ""},
        {"PUT", "/api/things/bulk", "/api/things/{id}", {"bulk"}, ""},
        {"PUT", "/api/things/a b%", "/api/things/{id}", {"a b%"}, ""},
        {"POST", "/api/things/1/parts/2", "/api/things/{id}/parts/{part}", {"1", "2"}, ""},
        {"PATCH", "/api/things", "", {}, "GET, POST"},
        {"get", "/api/things", "", {}, "GET, POST"},
        {"", "/api/things", "", {}, "GET, POST"},
        {"GET", "/api/things/7", "", {}, "PUT, DELETE"},
        {"HEAD", "/api/things/7", "", {}, "PUT, DELETE"},
        {"DELETE", "/healthz", "", {}, "GET"},
        {"GET", "/api/nothing", "", {}, ""},
        {"GET", "/api/thing", "", {}, ""},
        {"GET", "/api/thingses", "", {}, ""},
        {"GET", "/API/things", "", {}, ""},
        {"GET", "/api/things/", "", {}, ""},
        {"PUT", "/api/things/", "", {}, ""},
        {"GET", "/api//things", "", {}, ""},
        {"GET", "//api/things", "", {}, ""},
        {"PUT", "/api/things/1/2", "", {}, ""},
        {"GET", "/", "", {}, ""},
        {"GET", "", "", {}, ""},
        {"GET", "api/things", "", {}, ""},
        {"OPTIONS", "*", "", {}, ""},
    };
    for (const Row& row : rows) {
        CAPTURE(row.method);
        CAPTURE(row.path);
        const Match match = find_route(test_routes, row.method, row.path);
        CHECK((match.route ? match.route->pattern : "") == row.pattern);
        CHECK(match.captures == row.captures);
        if (!match.route) CHECK(match.allowed == row.allowed);
    }
}

TEST_CASE("who may call")
{
    ApiFixture api{{{"ADMIN_PASSWORD", "geheim"}}};
    SessionStore{api.database()}.add(session_digest("good-token", "geheim"), api.now);
    SessionStore{api.database()}.add(session_digest("old-token", "geheim"),
                                     api.now - session_age_limit - std::chrono::hours{1});
    const Header good_cookie{"Cookie", "dreamina_session=good-token"};
    const Header guard{"X-Requested-With", "dreamina"};

    struct Row {
        std::string name;
        std::string method;
        Headers headers;
        int status;  ///< 200: may go on
    };
    const Row rows[] = {
        {"nothing", "GET", {}, 401},
        {"the right password", "GET", {{"Authorization", "Bearer geheim"}}, 200},
        {"the right password, a change", "POST", {{"Authorization", "Bearer geheim"}}, 200},
        {"a wrong password", "GET", {{"Authorization", "Bearer geheim2"}}, 401},
        {"an empty password", "GET", {{"Authorization", "Bearer "}}, 401},
        {"the default password", "GET", {{"Authorization", "Bearer admin123"}}, 401},
        {"another scheme", "GET", {{"Authorization", "Basic geheim"}}, 401},
        {"the cookie", "GET", {good_cookie}, 200},
        {"the cookie, a change without the guard", "POST", {good_cookie}, 403},
        {"the cookie, PUT without the guard", "PUT", {good_cookie}, 403},
        {"the cookie, DELETE without the guard", "DELETE", {good_cookie}, 403},
        {"the cookie, a change with the guard", "POST", {good_cookie, guard}, 200},
        {"the cookie, HEAD", "HEAD", {good_cookie}, 200},
        {"an unknown cookie", "GET", {{"Cookie", "dreamina_session=bad-token"}, guard}, 401},
        {"an empty cookie", "GET", {{"Cookie", "dreamina_session="}}, 401},
        {"the digest as a cookie",
         "GET",
         {{"Cookie", "dreamina_session=" + session_digest("good-token", "geheim")}},
         401},
        {"an expired cookie", "GET", {{"Cookie", "dreamina_session=old-token"}}, 401},
        {"a wrong password beside a good cookie", "GET", {{"Authorization", "Bearer no"}, good_cookie}, 401},
        {"the guard alone", "POST", {guard}, 401},
        {"two bearers, the first good",
         "GET",
         {{"Authorization", "Bearer geheim"}, {"Authorization", "Bearer x"}},
         401},
        {"two bearers, both good",
         "GET",
         {{"Authorization", "Bearer geheim"}, {"Authorization", "Bearer geheim"}},
         401},
        {"a proxy's Basic beside the cookie", "GET", {{"Authorization", "Basic eDp5"}, good_cookie}, 200},
        {"our own page", "POST", {good_cookie, guard, {"Sec-Fetch-Site", "same-origin"}}, 200},
        {"the address bar", "GET", {good_cookie, {"Sec-Fetch-Site", "none"}}, 200},
        {"another site", "POST", {good_cookie, guard, {"Sec-Fetch-Site", "cross-site"}}, 403},
        {"another site reads", "GET", {good_cookie, {"Sec-Fetch-Site", "cross-site"}}, 403},
        {"another port of this host", "POST", {good_cookie, guard, {"Sec-Fetch-Site", "same-site"}}, 403},
        {"our own page without TLS",
         "POST",
         {good_cookie, guard, {"Host", "nas:5100"}, {"Origin", "http://nas:5100"}},
         200},
        {"behind a proxy that says its host",
         "POST",
         {good_cookie,
          guard,
          {"Host", "127.0.0.1:5100"},
          {"X-Forwarded-Host", "a.example"},
          {"Origin", "https://A.example"}},
         200},
        {"another port without TLS", "POST", {good_cookie, guard, {"Host", "nas:5100"}, {"Origin", "http://nas"}}, 403},
        {"another origin", "POST", {good_cookie, guard, {"Host", "nas:5100"}, {"Origin", "http://evil.example"}}, 403},
        {"an origin that hides", "POST", {good_cookie, guard, {"Host", "nas:5100"}, {"Origin", "null"}}, 403},
        {"an origin and no host", "POST", {good_cookie, guard, {"Origin", "http://nas:5100"}}, 403},
        {"a bearer needs none of it",
         "POST",
         {{"Authorization", "Bearer geheim"}, {"Origin", "http://evil.example"}},
         200},
    };
    for (const Row& row : rows) {
        CAPTURE(row.name);
        Request request;
        request.method = row.method;
        request.headers = row.headers;
        request.remote_address = "198.51.100.7";
        Call call = api.call(request);
        const auto refusal = refuse_access(call, Access::admin);
        CHECK((refusal ? refusal->status : 200) == row.status);
        if (refusal && row.status == 401) CHECK(find_header(refusal->headers, "WWW-Authenticate") != nullptr);
        if (refusal) CHECK(refusal->body.find("geheim") == std::string::npos);
        CHECK_FALSE(refuse_access(call, Access::open));
    }
}

TEST_CASE("the default password does not work from outside, and the reply says so")
{
    for (const std::string& stored : {std::string{"admin123"}, hash_password("admin123")}) {
        ApiFixture api{{{"ADMIN_PASSWORD", stored}}};
        SessionStore{api.database()}.add(session_digest("token", stored), api.now);
        struct Row {
            std::string peer;
            Headers headers;
            int status;
        };
        const Header password{"Authorization", "Bearer admin123"};
        const Row rows[] = {
            {"127.0.0.1", {password}, 200},
            {"::1", {password}, 200},
            {"192.168.1.20", {password}, 200},
            {"::ffff:10.0.0.1", {password}, 200},
            {"unix:", {password}, 200},
            {"198.51.100.7", {password}, 403},
            {"2001:db8::1", {password}, 403},
            {"", {password}, 403},
            {"127.0.0.1", {password, {"X-Forwarded-For", "198.51.100.7"}}, 403},
            {"198.51.100.7", {password, {"X-Forwarded-For", "127.0.0.1"}}, 403},
            {"198.51.100.7", {}, 401},
            {"198.51.100.7", {{"Cookie", "dreamina_session=token"}}, 403},
            {"198.51.100.7", {{"Cookie", "dreamina_session=no"}}, 401},
            {"10.1.2.3", {{"Cookie", "dreamina_session=token"}}, 200},
        };
        for (const Row& row : rows) {
            CAPTURE(row.peer);
            Request request;
            request.method = "GET";
            request.remote_address = row.peer;
            request.headers = row.headers;
            Call call = api.call(request);
            const auto refusal = refuse_access(call, Access::admin);
            CHECK((refusal ? refusal->status : 200) == row.status);
            if (row.status != 403 || !refusal) continue;
            CHECK(refusal->body.find("\"default_password\"") != std::string::npos);
            CHECK(refusal->body.find("ADMIN_PASSWORD") != std::string::npos);
            CHECK(refusal->body.find("admin123") == std::string::npos);
        }
    }
}

TEST_CASE("a password in the clear and its session end together when it changes by hand")
{
    ApiFixture api{{{"ADMIN_PASSWORD", "geheim"}}};
    SessionStore{api.database()}.add(session_digest("token", "earlier"), api.now);
    Request request;
    request.method = "GET";
    request.remote_address = "127.0.0.1";
    request.headers = {{"Cookie", "dreamina_session=token"}};
    Call call = api.call(request);
    CHECK(refuse_access(call, Access::admin)->status == 401);
    CHECK_FALSE(call.session_id);
    const auto id = SessionStore{api.database()}.add(session_digest("token", "geheim"), api.now);
    CHECK_FALSE(refuse_access(call, Access::admin));
    CHECK(call.session_id == id);
}

TEST_CASE("guessed bearers are refused for a while, right ones as well")
{
    ApiFixture api{{{"ADMIN_PASSWORD", "geheim"}}};
    const auto call_with = [&](const std::string& password, const std::string& peer = "198.51.100.7") {
        Request request;
        request.method = "GET";
        request.remote_address = peer;
        request.headers = {{"Authorization", "Bearer " + password}};
        Call call = api.call(request);
        return refuse_access(call, Access::admin);
    };
    for (int i = 0; i < 50; ++i) CHECK(call_with("yesterday's")->status == 401);  // a script that was forgotten
    CHECK_FALSE(call_with("geheim"));
    for (int i = 0; i < 6; ++i) CHECK(call_with("guess " + std::to_string(i))->status == 401);
    const auto refused = call_with("guess 6");
    CHECK(refused->status == 429);
    CHECK(*find_header(refused->headers, "Retry-After") == "1");
    CHECK(Json::parse(refused->body)["code"] == "too_many_attempts");
    CHECK(call_with("geheim")->status == 429);
    CHECK_FALSE(call_with("geheim", "198.51.100.8"));
    CHECK(call_with("guess 0")->status == 401);  // known to be wrong: nothing is learnt
    api.now += std::chrono::seconds{1};
    CHECK_FALSE(call_with("geheim"));
    CHECK(call_with("guess 7")->status == 401);
    CHECK_FALSE(call_with("geheim"));  // a new streak began
}

TEST_CASE("the password may be kept as a hash")
{
    ApiFixture api{{{"ADMIN_PASSWORD", hash_password("geheim")}}};
    const auto status = [&](const std::string& password) {
        Request request;
        request.method = "GET";
        request.remote_address = "198.51.100.7";
        request.headers = {{"Authorization", "Bearer " + password}};
        Call call = api.call(request);
        const auto refusal = refuse_access(call, Access::admin);
        return refusal ? refusal->status : 200;
    };
    CHECK(status("geheim") == 200);
    CHECK(status("geheim") == 200);
    CHECK(status("wrong") == 401);
    CHECK(status(std::string{api.settings().admin_password}) == 401);
}

TEST_CASE("what a handler throws becomes an answer that tells no secret")
{
    ApiFixture api;
    Request request;
    request.remote_address = "127.0.0.1";
    request.headers = {{"Authorization", "Bearer admin123"}};
    Call call = api.call(request);

    const auto reply = [&](Handler handler, Access access) {
        return std::get<Reply>(run_handler({"GET", "/x", access, handler}, call));
    };
    CHECK(reply(done, Access::admin).body == "done");
    const Reply thrown = reply(throws, Access::open);
    CHECK(thrown.status == 500);
    CHECK(thrown.body.find("secret") == std::string::npos);
    CHECK(Json::parse(thrown.body)["code"] == "internal");
    const Reply refused = reply(broken, Access::open);
    CHECK(refused.status == 500);
    CHECK(Json::parse(refused.body)["code"] == "database");

    request.headers.clear();
    CHECK(reply(throws, Access::admin).status == 401);  // the handler is not even called
}

TEST_CASE("JSON replies: types, and texts that are not UTF-8")
{
    const Reply reply = json_reply(201, {{"a", "\xFF"}});
    CHECK(reply.status == 201);
    CHECK(*find_header(reply.headers, "Content-Type") == "application/json; charset=utf-8");
    CHECK(*find_header(reply.headers, "Cache-Control") == "no-store");
    CHECK(Json::parse(reply.body)["a"] == "\xEF\xBF\xBD");
    CHECK(bad_body_reply({"malformed_json", "x"}).status == 400);
    CHECK(bad_body_reply({"invalid_field", "x"}).status == 422);
}

TEST_CASE("a refusal has its code, its text of the catalogue with what fills it in, and the English of it")
{
    const Reply reply = error_reply(429, "error.too_many_attempts", {{"seconds", 30}});
    CHECK(Json::parse(reply.body) == Json{{"code", "too_many_attempts"},
                                          {"reason", "error.too_many_attempts"},
                                          {"params", {{"seconds", 30}}},
                                          {"fields", Json::array()},
                                          {"detail", "too many wrong passwords: try again in 30 seconds"}});
    const Json system = Json::parse(error_reply(500, Error{"unwritable", "x: Permission denied"}).body);
    CHECK(system["code"] == "unwritable");
    CHECK(system["reason"] == "text.external");
    CHECK(system["detail"] == "x: Permission denied");
}

TEST_CASE("a refusal for several reasons tells all of them")
{
    const Error error = all_of({field_error("error.invalid_field", "name", {"field.empty"}),
                                field_error("error.unknown_field", "nmae", {"field.unknown"})});
    const Json body = Json::parse(bad_body_reply(error).body);
    CHECK(body["code"] == "invalid_field");
    CHECK(body["reason"] == "error.several");
    CHECK(body["detail"] == "name must not be empty; \"nmae\" is not a known field");
    REQUIRE(body["fields"].size() == 2);
    CHECK(body["fields"][0]["field"] == "name");
    CHECK(body["fields"][1]["field"] == "nmae");
    CHECK(body["fields"][1]["detail"] == "\"nmae\" is not a known field");
}

TEST_CASE("a refusal names each field with what is wrong with it")
{
    const Error error = field_error("error.invalid_field", "names[0].name", {"field.too_long", {{"max", 100}}});
    const Json body = Json::parse(bad_body_reply(error).body);
    CHECK(body["code"] == "invalid_field");
    CHECK(body["detail"] == "names[0].name must have at most 100 characters");
    CHECK(body["fields"] == Json::array({{{"field", "names[0].name"},
                                          {"code", "field.too_long"},
                                          {"params", {{"max", 100}}},
                                          {"detail", "names[0].name must have at most 100 characters"}}}));
    CHECK(body["params"]["fault"]["code"] == "field.too_long");
}
