#include "api/session/session.hpp"

#include <doctest/doctest.h>

#include "api/api_fixture.hpp"
#include "core/base/secret.hpp"
#include "core/storage/stores/session_store.hpp"

using namespace dreamina;

namespace {

class Sessions : public ApiFixture {
public:
    using ApiFixture::ApiFixture;

    Headers further;
    std::string peer = "127.0.0.1";
    std::string base;  ///< where nginx has put /api

    Reply log_in(const std::string& body, bool over_tls = false)
    {
        Request wanted = request("POST", "/api/login", body);
        wanted.over_tls = over_tls;
        wanted.headers = {{"Cookie", "other=1"}, {"User-Agent", "Browser/1"}};  // no bearer token
        wanted.headers.insert(wanted.headers.end(), further.begin(), further.end());
        wanted.remote_address = peer;
        wanted.base = base;
        return reply(session_routes(), std::move(wanted));
    }
    Reply with_cookie(const char* method, const std::string& path, const std::string& session)
    {
        Request wanted = request(method, path);
        wanted.headers = {{"Cookie", "dreamina_session=" + session}, {"X-Requested-With", "dreamina"}};
        return reply(session_routes(), std::move(wanted));
    }
};

std::string cookie_of(const Reply& reply)
{
    const std::string* header = find_header(reply.headers, "Set-Cookie");
    return header ? *header : "";
}

std::string session_of(const Reply& reply)
{
    const std::string cookie = cookie_of(reply);
    const auto start = cookie.find('=') + 1;
    return cookie.substr(start, cookie.find(';') - start);
}

}  // namespace

TEST_CASE("log in, look, log out")
{
    Sessions api;
    const Reply in = api.log_in(R"({"password":"admin123"})");
    CHECK(in.status == 200);
    const std::string session = session_of(in);
    CHECK(session.size() == 64);
    CHECK(cookie_of(in) == "dreamina_session=" + session + "; Path=/api; HttpOnly; SameSite=Strict; Max-Age=604800");
    CHECK(cookie_of(api.log_in(R"({"password":"admin123"})", true)).ends_with("; Secure"));
    CHECK(session_of(api.log_in(R"({"password":"admin123"})")) != session);

    CHECK(api.with_cookie("GET", "/api/me", session).status == 200);
    const Reply out = api.with_cookie("POST", "/api/logout", session);
    CHECK(out.status == 200);
    CHECK(cookie_of(out).find("Max-Age=0") != std::string::npos);
    CHECK(api.with_cookie("GET", "/api/me", session).status == 401);
    CHECK(api.with_cookie("POST", "/api/logout", session).status == 200);
}

TEST_CASE("under a path of the operator's choice, the cookie travels to /api below it and nowhere else")
{
    Sessions api;
    api.base = "/dreamina";
    CHECK(cookie_of(api.log_in(R"({"password":"admin123"})")).find("; Path=/dreamina/api; ") != std::string::npos);
}

TEST_CASE("the database never holds what a cookie carries")
{
    Sessions api;
    const std::string session = session_of(api.log_in(R"({"password":"admin123"})"));
    CHECK_FALSE(SessionStore{api.database()}.find(session, api.now));
    CHECK_FALSE(SessionStore{api.database()}.find(secret_digest(session), api.now));
    CHECK(SessionStore{api.database()}.find(session_digest(session, "admin123"), api.now));
}

TEST_CASE("an unused session ends, and every session ends after a week")
{
    Sessions api;
    const std::string session = session_of(api.log_in(R"({"password":"admin123"})"));
    for (int hours = 0; hours < 7 * 24; hours += 11) {
        CHECK(api.with_cookie("GET", "/api/me", session).status == 200);
        api.now += std::chrono::hours{11};
    }
    api.now += std::chrono::hours{2};
    CHECK(api.with_cookie("GET", "/api/me", session).status == 401);

    const std::string idle = session_of(api.log_in(R"({"password":"admin123"})"));
    api.now += std::chrono::hours{13};
    CHECK(api.with_cookie("GET", "/api/me", idle).status == 401);
}

TEST_CASE("what does not log in")
{
    Sessions api{{{"ADMIN_PASSWORD", "geheim"}}};
    const Scenario scenarios[] = {
        {"a wrong password", "", "", R"({"password":"wrong"})", 401, "wrong_password"},
        {"the default, which is no more", "", "", R"({"password":"admin123"})", 401, "wrong_password"},
        {"a part of it", "", "", R"({"password":"gehei"})", 401, "wrong_password"},
        {"an empty one", "", "", R"({"password":""})", 422, "password must not be empty"},
        {"null", "", "", R"({"password":null})", 422, "password must not be null"},
        {"none", "", "", "{}", 422, "password is required"},
        {"a number", "", "", R"({"password":1})", 422, "password must be a string"},
        {"a NUL behind it", "", "", R"({"password":"geheim\u0000"})", 422, "password must not"},
        {"one without end", "", "", R"({"password":")" + std::string(1 << 20, 'x') + "\"}", 422, "password must"},
        {"an unknown field", "", "", R"({"password":"geheim","user":"root"})", 422, "user"},
        {"no JSON", "", "", "password=geheim", 400, "malformed_json"},
        {"nothing", "", "", "", 400, "malformed_json"},
    };
    for (const Scenario& scenario : scenarios) {
        CAPTURE(scenario.name);
        const Reply answer = api.log_in(scenario.body);
        CHECK_MESSAGE(answer.status == scenario.status, answer.body);
        CHECK_MESSAGE(answer.body.find(scenario.body_part) != std::string::npos, answer.body);
        CHECK(cookie_of(answer).empty());
        CHECK(answer.body.find("geheim") == std::string::npos);
    }
    CHECK(api.log_in(R"({"password":"geheim"})").status == 200);
}

TEST_CASE("a login is no other page's business")
{
    Sessions api;
    struct Row {
        Headers headers;
        int status;
    };
    const Row rows[] = {
        {{{"Sec-Fetch-Site", "same-origin"}}, 200},
        {{{"Sec-Fetch-Site", "cross-site"}}, 403},
        {{{"Sec-Fetch-Site", "same-site"}, {"X-Requested-With", "dreamina"}}, 403},
        {{{"Origin", "http://evil.example"}, {"Host", "nas:5100"}}, 403},
        {{{"Origin", "http://nas:5100"}, {"Host", "nas:5100"}}, 200},
        {{}, 200},
    };
    for (const Row& row : rows) {
        api.further = row.headers;
        const Reply answer = api.log_in(R"({"password":"admin123"})");
        CHECK(answer.status == row.status);
        if (row.status == 403) CHECK(Json::parse(answer.body)["code"] == "foreign_page");
        if (row.status == 403) CHECK(cookie_of(answer).empty());
    }
}

TEST_CASE("the default password allows no login from outside")
{
    Sessions api;
    api.peer = "198.51.100.7";
    const Reply answer = api.log_in(R"({"password":"admin123"})");
    CHECK(answer.status == 403);
    CHECK(Json::parse(answer.body)["code"] == "default_password");
    CHECK(api.log_in(R"({"password":"guessed"})").status == 403);
    CHECK(cookie_of(answer).empty());
    api.peer = "192.168.0.9";
    CHECK(api.log_in(R"({"password":"admin123"})").status == 200);
}

TEST_CASE("logins are refused for longer and longer, from elsewhere they are not")
{
    Sessions api{{{"ADMIN_PASSWORD", "geheim"}}};
    api.peer = "198.51.100.7";
    int guess = 0;
    const auto try_one = [&] { return api.log_in(R"({"password":"wrong)" + std::to_string(guess++) + "\"}"); };
    for (int i = 0; i < 5; ++i) CHECK(try_one().status == 401);
    for (const int seconds : {1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900}) {
        CHECK(try_one().status == 401);
        const Reply refused = try_one();
        CHECK(refused.status == 429);
        CHECK(*find_header(refused.headers, "Retry-After") == std::to_string(seconds));
        CHECK(api.log_in(R"({"password":"geheim"})").status == 429);
        api.now += std::chrono::seconds{seconds};
    }
    CHECK(api.log_in(R"({"password":"geheim"})").status == 200);
    CHECK(try_one().status == 401);
    api.peer = "198.51.100.8";
    CHECK(api.log_in(R"({"password":"geheim"})").status == 200);
}

TEST_CASE("a guesser with many addresses locks out none who logged in before, nor the machine's own network")
{
    Sessions api{{{"ADMIN_PASSWORD", "geheim"}}};
    const auto right = R"({"password":"geheim"})";
    api.peer = "203.0.113.5";
    CHECK(api.log_in(right).status == 200);
    int looked_at = 0;
    for (int i = 0; i < 1000; ++i) {
        api.peer = "198.51." + std::to_string(i / 250) + "." + std::to_string(i % 250);
        looked_at += api.log_in(R"({"password":"wrong)" + std::to_string(i) + "\"}").status == 401 ? 1 : 0;
    }
    CHECK(looked_at == 100);
    CHECK(api.log_in(R"({"password":"wrong one more"})").status == 429);
    api.peer = "203.0.113.6";  // of a stranger the right one is refused as well, or the answers would tell it
    CHECK(api.log_in(right).status == 429);
    for (const char* peer : {"203.0.113.5", "127.0.0.1", "192.168.7.7"}) {
        api.peer = peer;
        CHECK(api.log_in(right).status == 200);
        CHECK(api.log_in(R"({"password":"mistyped at )" + std::string{peer} + "\"}").status == 401);
        CHECK(api.log_in(right).status == 200);
    }
}

TEST_CASE("sessions are listed and ended")
{
    Sessions api;
    const auto log_in = [&] { return session_of(api.log_in(R"({"password":"admin123"})")); };
    const std::string first = log_in();
    api.now += std::chrono::minutes{5};
    const std::string second = log_in();
    const std::string third = log_in();

    const Json listed = Json::parse(api.with_cookie("GET", "/api/sessions", second).body)["items"];
    REQUIRE(listed.size() == 3);
    CHECK(listed[1]["current"] == true);
    CHECK(listed[0]["current"] == false);
    CHECK(listed[2]["created_at"] == "2026-11-22T12:00:00.000Z");
    CHECK(listed[2]["expires_at"] == "2026-11-23T00:00:00.000Z");
    CHECK(listed[2]["address"] == "127.0.0.1");
    CHECK(listed[2]["user_agent"] == "Browser/1");
    CHECK(listed.dump().find(second) == std::string::npos);

    const std::string oldest = "/api/sessions/" + listed[2]["id"].dump();
    CHECK(api.with_cookie("DELETE", oldest, second).status == 200);
    CHECK(api.with_cookie("DELETE", oldest, second).status == 404);
    CHECK(api.with_cookie("DELETE", "/api/sessions/x", second).status == 404);
    CHECK(api.with_cookie("GET", "/api/me", first).status == 401);
    CHECK(api.with_cookie("DELETE", "/api/sessions", second).status == 200);
    CHECK(api.with_cookie("GET", "/api/me", third).status == 401);
    CHECK(api.with_cookie("GET", "/api/me", second).status == 200);

    const Reply by_token = api.reply(session_routes(), ApiFixture::request("DELETE", "/api/sessions"));
    CHECK(Json::parse(by_token.body)["ended"] == 1);
    CHECK(api.with_cookie("GET", "/api/me", second).status == 401);
}

TEST_CASE("a login ends the browser's earlier session")
{
    Sessions api;
    const std::string first = session_of(api.log_in(R"({"password":"admin123"})"));
    api.further = {{"Cookie", "dreamina_session=" + first}};
    const std::string second = session_of(api.log_in(R"({"password":"admin123"})"));
    CHECK(api.with_cookie("GET", "/api/me", first).status == 401);
    CHECK(api.with_cookie("GET", "/api/me", second).status == 200);
}

TEST_CASE("a login with a hash for a password")
{
    Sessions api{{{"ADMIN_PASSWORD", hash_password("geheim")}}};
    CHECK(api.log_in(R"({"password":"geheim"})").status == 200);
    CHECK(api.log_in(R"({"password":"geheim "})").status == 401);
}

TEST_CASE("me: what the page is built from")
{
    Sessions api{{{"LIMIT_NANOBANANA", "7"}}};
    const Json me = Json::parse(api.reply(session_routes(), ApiFixture::request("GET", "/api/me")).body);
    CHECK(me["authenticated"] == true);
    CHECK(me["password_is_default"] == true);
    CHECK(me["regions"] == Json{"us", "hk", "jp", "sg", "cn"});
    CHECK(me["statuses"].size() == 6);
    REQUIRE(me["models"].size() == 5);
    CHECK(me["audit"]["who"].size() == all_caller_kinds.size());
    CHECK(me["audit"]["actions"][3] == "delete");
    CHECK(me["audit"]["subjects"][0] == "account");
    CHECK(me["models"][2] == Json{{"id", "nanobanana"}, {"column", "nanobanana_count"}, {"limit", 7}});

    Sessions other{{{"ADMIN_PASSWORD", "geheim"}}};
    other.token = "geheim";
    const Json changed = Json::parse(other.reply(session_routes(), ApiFixture::request("GET", "/api/me")).body);
    CHECK(changed["password_is_default"] == false);
    other.token = "wrong";
    CHECK(other.reply(session_routes(), ApiFixture::request("GET", "/api/me")).status == 401);
}
