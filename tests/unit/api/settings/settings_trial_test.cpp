#include "api/settings/settings_trial.hpp"

#include <doctest/doctest.h>

#include "api/api_fixture.hpp"
#include "core/clients/local_server.hpp"

using namespace dreamina;

namespace {

struct Trial : ApiFixture {
    using ApiFixture::ApiFixture;

    Reply send(const Json& body)
    {
        return reply(settings_trial_routes(), request("POST", "/api/settings/test", body.dump()));
    }
    Json found(const Json& body)
    {
        const Reply answer = send(body);
        CHECK_MESSAGE(answer.status == 200, answer.body);
        CHECK(answer.body.find("geheim") == std::string::npos);
        const Json said = Json::parse(answer.body);
        CHECK(said["ok"] == (said["code"] == "ok"));
        CHECK(said["message"] != "");
        return said;
    }
};

/// A register service that takes one key.
LocalServer::Work register_service(const std::string& key)
{
    return [key](LocalServer::Connection& connection) {
        const std::string request = connection.request();
        if (request.starts_with("GET /health ")) {
            connection.answer(200, R"({"status": "ok"})");
        } else if (request.find("Bearer " + key + "\r\n") == std::string::npos) {
            connection.answer(401, R"({"detail": "who are you"})");
        } else {
            connection.answer(404, R"({"detail": "no such task"})");
        }
    };
}

}  // namespace

TEST_CASE("an upstream that answers is found, saved or not")
{
    LocalServer upstream{[](LocalServer::Connection& connection) {
        connection.answer(connection.request().starts_with("GET /ping ") ? 200 : 404, "pong");
    }};
    Trial unsaved;
    CHECK(unsaved.found({{"what", "upstream"}, {"url", upstream.url("")}})["code"] == "ok");
    Trial saved{{{"UPSTREAM_BASE_URL", upstream.url("")}}};
    CHECK(saved.found({{"what", "upstream"}})["http_status"] == 200);
}

TEST_CASE("what is wrong with an upstream is said")
{
    Trial api;
    LocalServer other{[](LocalServer::Connection& connection) {
        connection.request();
        connection.answer(404, "<html>");
    }};
    const Json strange = api.found({{"what", "upstream"}, {"url", other.url("")}});
    CHECK(strange["code"] == "http_error");
    CHECK(strange["http_status"] == 404);
    CHECK(api.found({{"what", "upstream"}, {"url", "http://127.0.0.1:1"}})["code"] == "unreachable");
    LocalServer rude{[](LocalServer::Connection& connection) { connection.request(); }};
    CHECK(api.found({{"what", "upstream"}, {"url", rude.url("")}})["code"] == "cut");
}

TEST_CASE("which upstream it is, is said, and what to enter where another address would do")
{
    LocalServer upstream{[](LocalServer::Connection& connection) {
        const std::string request = connection.request();
        if (request.starts_with("GET /ping ")) return connection.answer(200, "pong");
        if (request.starts_with("GET / "))
            return connection.answer(200, R"({"service":"jimeng-api","version":"1.6.3"})");
        connection.answer(200, R"({"code":-1000,"message":"[请求有误]: x","data":null})");
    }};
    Trial api;
    const Json good = api.found({{"what", "upstream"}, {"url", upstream.url("")}});
    CHECK(good["upstream"] == "jimeng-api");
    CHECK(good["version"] == "1.6.3");
    CHECK(good["message"] == "jimeng-api 1.6.3 responds");
    CHECK(good["instead"].is_null());
    const Json longer = api.found({{"what", "upstream"}, {"url", upstream.url("/v1")}});
    CHECK(longer["code"] == "ends_in_v1");
    CHECK(longer["upstream"].is_null());
    CHECK(longer["instead"] == upstream.url(""));
    CHECK(longer["message"].get<std::string>().find("Enter " + upstream.url("")) != std::string::npos);

    LocalServer site{[](LocalServer::Connection& connection) {
        connection.request();
        connection.answer(200, "<!DOCTYPE html>", "Content-Type: text/html\r\n");
    }};
    CHECK(api.found({{"what", "upstream"}, {"url", site.url("")}})["code"] == "web_page");
}

TEST_CASE("a register service is asked for its health and for what it thinks of the key")
{
    LocalServer service{register_service("geheim")};
    const std::string url = service.url("");
    Trial api{{{"REGISTER_API_URL", url}, {"REGISTER_API_KEY", "geheim"}}};
    CHECK(api.found({{"what", "register_service"}})["code"] == "ok");
    CHECK(api.found({{"what", "register_service"}, {"key", "********"}})["code"] == "ok");
    CHECK(api.found({{"what", "register_service"}, {"key", "another"}})["code"] == "unauthorized");
    CHECK(api.found({{"what", "register_service"}, {"url", "http://127.0.0.1:1"}, {"key", "geheim"}})["code"] ==
          "unreachable");
    // Another address does not get to know the stored key.
    CHECK(api.found({{"what", "register_service"}, {"url", "http://127.0.0.1:1"}})["code"] == "not_configured");
    CHECK(Trial{}.found({{"what", "register_service"}})["code"] == "not_configured");
}

TEST_CASE("a question that cannot be asked is refused with the field's name")
{
    Trial api;
    const std::pair<Json, std::string> scenarios[] = {
        {Json::object(), "what"},
        {{{"what", "weather"}}, "what"},
        {{{"what", "upstream"}, {"url", "ftp://x"}}, "url"},
        {{{"what", "upstream"}, {"key", "k"}}, "key"},
        {{{"what", "upstream"}, {"colour", "red"}}, "colour"},
    };
    for (const auto& [body, field] : scenarios) {
        const Reply answer = api.send(body);
        CHECK(answer.status == 422);
        CHECK_MESSAGE(answer.body.find(field) != std::string::npos, answer.body);
    }
}
