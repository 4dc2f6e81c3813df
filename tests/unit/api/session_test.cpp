#include "api/session.hpp"

#include <doctest/doctest.h>

#include "api/api_fixture.hpp"
#include "base/secret.hpp"
#include "storage/session_store.hpp"

using namespace dreamina;

namespace {

class Sessions : public ApiFixture {
public:
    using ApiFixture::ApiFixture;

    Reply log_in(const std::string& body, bool over_tls = false)
    {
        Request wanted = request("POST", "/api/login", body);
        wanted.over_tls = over_tls;
        wanted.headers = {{"Cookie", "other=1"}};  // no bearer token
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
    CHECK(cookie_of(in) ==
          "dreamina_session=" + session + "; Path=/api; HttpOnly; SameSite=Strict; Max-Age=604800");
    CHECK(cookie_of(api.log_in(R"({"password":"admin123"})", true)).ends_with("; Secure"));
    CHECK(session_of(api.log_in(R"({"password":"admin123"})")) != session);

    CHECK(api.with_cookie("GET", "/api/me", session).status == 200);
    const Reply out = api.with_cookie("POST", "/api/logout", session);
    CHECK(out.status == 200);
    CHECK(cookie_of(out).find("Max-Age=0") != std::string::npos);
    CHECK(api.with_cookie("GET", "/api/me", session).status == 401);
    CHECK(api.with_cookie("POST", "/api/logout", session).status == 200);
}

TEST_CASE("the database never holds what a cookie carries")
{
    Sessions api;
    const std::string session = session_of(api.log_in(R"({"password":"admin123"})"));
    CHECK_FALSE(SessionStore{api.database()}.is_valid(session, api.now));
    CHECK(SessionStore{api.database()}.is_valid(secret_digest(session), api.now));
}

TEST_CASE("a session ends when nobody uses it, and after a week in any case")
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
    CHECK(me["models"][2] == Json{{"id", "nanobanana"}, {"column", "nanobanana_count"}, {"limit", 7}});

    Sessions other{{{"ADMIN_PASSWORD", "geheim"}}};
    other.token = "geheim";
    const Json changed = Json::parse(other.reply(session_routes(), ApiFixture::request("GET", "/api/me")).body);
    CHECK(changed["password_is_default"] == false);
    other.token = "wrong";
    CHECK(other.reply(session_routes(), ApiFixture::request("GET", "/api/me")).status == 401);
}
