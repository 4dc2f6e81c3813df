#include "server/router.hpp"

#include <doctest/doctest.h>

#include "api/api_fixture.hpp"
#include "base/secret.hpp"
#include "storage/session_store.hpp"

using namespace dreamina;

namespace {

Outcome done(Call&) { return Reply{.status = 200, .headers = {}, .body = "done"}; }
Outcome throws(Call&) { throw std::runtime_error("a word with a secret"); }
Outcome broken(Call& call)
{
    call.database.run("SELECT nothing FROM nowhere");
    return Reply{};
}

const std::vector<Route> routes{
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
        const Match match = find_route(routes, row.method, row.path);
        CHECK((match.route ? match.route->pattern : "") == row.pattern);
        CHECK(match.captures == row.captures);
        if (!match.route) CHECK(match.allowed == row.allowed);
    }
}

TEST_CASE("who may call")
{
    ApiFixture api{{{"ADMIN_PASSWORD", "geheim"}}};
    SessionStore{api.database()}.add(secret_digest("good-token"), api.now);
    SessionStore{api.database()}.add(secret_digest("old-token"), api.now - session_age_limit - std::chrono::hours{1});
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
        {"a cookie nobody gave", "GET", {{"Cookie", "dreamina_session=bad-token"}, guard}, 401},
        {"an empty cookie", "GET", {{"Cookie", "dreamina_session="}}, 401},
        {"the digest as a cookie", "GET", {{"Cookie", "dreamina_session=" + secret_digest("good-token")}}, 401},
        {"an expired cookie", "GET", {{"Cookie", "dreamina_session=old-token"}}, 401},
        {"a wrong password beside a good cookie", "GET", {{"Authorization", "Bearer no"}, good_cookie}, 401},
        {"the guard alone", "POST", {guard}, 401},
    };
    for (const Row& row : rows) {
        CAPTURE(row.name);
        Request request;
        request.method = row.method;
        request.headers = row.headers;
        Call call = api.call(request);
        const auto refusal = refuse_access(call, Access::admin);
        CHECK((refusal ? refusal->status : 200) == row.status);
        if (refusal && row.status == 401) CHECK(find_header(refusal->headers, "WWW-Authenticate") != nullptr);
        if (refusal) CHECK(refusal->body.find("geheim") == std::string::npos);
        CHECK_FALSE(refuse_access(call, Access::open));
    }
}

TEST_CASE("the password may be kept as a hash")
{
    ApiFixture api{{{"ADMIN_PASSWORD", hash_password("geheim")}}};
    const auto status = [&](const std::string& password) {
        Request request;
        request.method = "GET";
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
    CHECK(Json::parse(error_reply(404, {"c", "d"}).body) == Json{{"detail", "d"}, {"code", "c"}});
}
