#include "api/http/unknown_parameter.hpp"

#include "api/api_fixture.hpp"
#include "api/routes.hpp"

using namespace dreamina;

TEST_CASE("a parameter that a route does not have is refused and named, and those that it has are listed")
{
    ApiFixture api;
    const auto routes = all_routes();
    const auto answer = [&](const std::string& target) {
        return api.reply(routes, ApiFixture::request("GET", target));
    };
    const Reply refused = answer("/api/jobs?size=10&stat=running");
    CHECK(refused.status == 400);
    const Json body = Json::parse(refused.body);
    CHECK(body["code"] == "unknown_parameter");
    CHECK(body["detail"].get<std::string>() ==
          "there is no parameter \"stat\" here; there are account_id, kind, page, size, state");
    CHECK(answer("/api/jobs?size=10&state=running").status == 200);
    CHECK(answer("/api/jobs?%73ize=10").status == 200);
    CHECK(answer("/api/jobs?&size=10&").status == 200);
    CHECK(answer("/api/jobs?%").status == 400);
    CHECK(answer("/api/settings?x").status == 400);
    CHECK(answer("/api/accounts?room=jimeng-4.0").status == 200);               // the former name
    CHECK(answer("/api/accounts?page=1&size=9&email=&region=").status == 200);  // as the earlier program's page asks
}

TEST_CASE("what is not fit to be shown is not repeated")
{
    const Route route{"GET", "/api/settings", Access::admin, nullptr};
    for (const std::string& name : {std::string{"a\nb"}, std::string{"\xFF"}, std::string(1000, 'a')})
        CHECK(unknown_parameter_reply(route, name).body.size() < 200);
}

TEST_CASE("a stranger learns nothing of parameters, and monitoring may add some")
{
    ApiFixture api;
    api.token = "wrong";
    CHECK(api.reply(all_routes(), ApiFixture::request("GET", "/api/jobs?x=1")).status == 401);
    api.token = "admin123";
    CHECK(api.reply(all_routes(), ApiFixture::request("GET", "/metrics?cache=1")).status == 200);
}
