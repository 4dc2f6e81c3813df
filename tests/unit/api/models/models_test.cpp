#include "api/models/models.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "api/api_fixture.hpp"
#include "core/pool/pool.hpp"
#include "core/storage/stores/model_store.hpp"
#include "core/storage/engine/transaction.hpp"

using namespace dreamina;

namespace {

class Models : public ApiFixture {
public:
    Reply send(const std::string& method, const std::string& target, std::string body = "")
    {
        return reply(model_routes(), request(method, target, std::move(body)));
    }
    Json ask(const std::string& method, const std::string& target, std::string body = "", int status = 200)
    {
        const Reply answer = send(method, target, std::move(body));
        CHECK_MESSAGE(answer.status == status, answer.body);
        return Json::parse(answer.body);
    }
    void check(const std::vector<Scenario>& scenarios)
    {
        for (const Scenario& scenario : scenarios) {
            CAPTURE(scenario.name);
            const Reply answer = send(scenario.method, scenario.target, scenario.body);
            CHECK_MESSAGE(answer.status == scenario.status, answer.body);
            CHECK_MESSAGE(answer.body.find(scenario.body_part) != std::string::npos, answer.body);
        }
    }
    std::vector<std::string> ids()
    {
        std::vector<std::string> found;
        const Json listed = ask("GET", "/api/models");
        for (const Json& item : listed["items"]) found.push_back(item["id"]);
        return found;
    }

    AccountId add_account(const std::string& email, Region region = Region::us)
    {
        return accounts().add({.email = email,
                               .password = "pass-word",
                               .region = region,
                               .session_id = "0123456789abcdef0123456789abcdef",
                               .points = 10},
                              now);
    }
    /// One request for the model, served to its end; the account, nothing if none may.
    std::optional<AccountId> serve(std::string_view model)
    {
        const ModelCatalog catalog{ModelStore{database()}.all()};
        Transaction transaction{database()};
        const Reservation lease =
            reserve(database(), catalog.resolve(model, settings()), "worker", now, now + std::chrono::minutes{5});
        if (!lease) return std::nullopt;
        settle(database(), {.lease = lease->id, .session_id = lease->session_id}, now);
        transaction.commit();
        return lease->account;
    }
};

Json regions(std::initializer_list<const char*> names)
{
    Json list = Json::array();
    for (const char* name : names) list.push_back(name);
    return list;
}

const Json everywhere = regions({"us", "hk", "jp", "sg", "cn"});

}  // namespace

TEST_CASE("the list: the shipped models in their order")
{
    Models api;
    const auto ids = api.ids();
    CHECK(ids.size() == 32);
    CHECK(ids.front() == "jimeng-4.0");
    CHECK(ids.back() == "jimeng");
    CHECK(
        api.ask("GET", "/api/models/video-3.0") ==
        Json{{"id", "video-3.0"},
             {"needs_points", true},
             {"regions", everywhere},
             {"send_as", "jimeng-video-3.0"},
             {"names",
              {{{"name", "jimeng-video-3.0"}, {"regions", everywhere}, {"send_as", nullptr}},
               {{"name", "jimeng-video-3.0-pro"}, {"regions", regions({"hk", "jp", "sg", "cn"})}, {"send_as", nullptr}},
               {{"name", "jimeng-video-3.0-fast"},
                {"regions", regions({"hk", "jp", "sg", "cn"})},
                {"send_as", nullptr}}}},
             {"limit_setting", "LIMIT_VIDEO_3_0"},
             {"daily_limit", 60}});
    CHECK(api.ask("GET", "/api/models/jimeng-3.1") == Json{{"id", "jimeng-3.1"},
                                                           {"needs_points", true},
                                                           {"regions", regions({"cn"})},
                                                           {"send_as", nullptr},
                                                           {"names", Json::array()},
                                                           {"limit_setting", nullptr},
                                                           {"daily_limit", nullptr}});
    CHECK(api.ask("GET", "/api/models")["items"][4] == api.ask("GET", "/api/models/video-3.0"));
}

TEST_CASE("add: what is not said, and what is")
{
    Models api;
    CHECK(api.ask("POST", "/api/models", R"({"id":"plain"})") == Json{{"id", "plain"},
                                                                      {"needs_points", true},
                                                                      {"regions", everywhere},
                                                                      {"send_as", nullptr},
                                                                      {"names", Json::array()},
                                                                      {"limit_setting", nullptr},
                                                                      {"daily_limit", nullptr}});
    const Json whole =
        api.ask("POST", "/api/models",
                R"({"id":"seed","needs_points":false,"regions":["CN","us"],"daily_limit":0,"send_as":"s5",
                                   "names":[{"name":"seed*","send_as":"s5*"},
                                            {"name":"org/seed","regions":["sg","hk"],"send_as":"org/seed"}]})");
    CHECK(whole["send_as"] == "s5");
    CHECK(whole["needs_points"] == false);
    CHECK(whole["regions"] == regions({"us", "cn"}));
    CHECK(whole["names"] == Json{{{"name", "seed*"}, {"regions", regions({"us", "cn"})}, {"send_as", "s5*"}},
                                 {{"name", "org/seed"}, {"regions", regions({"hk", "sg"})}, {"send_as", nullptr}}});
    CHECK(whole["daily_limit"] == 0);
    CHECK(api.ask("GET", "/api/models/seed") == whole);
    CHECK(api.ids().back() == "seed");

    const Json by_setting = api.ask("POST", "/api/models", R"({"id":"by-setting","limit_setting":"LIMIT_NANOBANANA"})");
    CHECK(by_setting["limit_setting"] == "LIMIT_NANOBANANA");
    CHECK(by_setting["daily_limit"] == 60);
    CHECK(api.ask("POST", "/api/models",
                  R"({"id":"both","limit_setting":"LIMIT_NANOBANANA","daily_limit":60})")["daily_limit"] == 60);
    CHECK(api.ask("POST", "/api/models",
                  R"({"id":"null","limit_setting":"LIMIT_NANOBANANA","daily_limit":null})")["daily_limit"] == 60);
}

TEST_CASE("add: what is refused, and nothing is written")
{
    Models api;
    const Json before = api.ask("GET", "/api/models");
    const auto with = [](const std::string& fields) { return R"({"id":"new",)" + fields + "}"; };
    const std::string long_name(101, 'x');
    api.check({
        {"a known id", "POST", "/api/models", R"({"id":"video-3.0"})", 409, "the model video-3.0 already exists"},
        {"another's name as id", "POST", "/api/models", R"({"id":"jimeng-video-3.0"})", 409,
         "the name jimeng-video-3.0 already belongs to the model video-3.0"},
        {"another's alias", "POST", "/api/models", with(R"("names":[{"name":"jimeng-video-3.0-pro"}])"), 409,
         "belongs to the model video-3.0"},
        {"another's id as a name", "POST", "/api/models", with(R"("names":[{"name":"x"},{"name":"jimeng-4.0"}])"), 409,
         "the name jimeng-4.0 already belongs to the model jimeng-4.0"},
        {"no id", "POST", "/api/models", "{}", 422, "id is required"},
        {"null for an id", "POST", "/api/models", R"({"id":null})", 422, "id must not be null"},
        {"a number for an id", "POST", "/api/models", R"({"id":5})", 422, "id must be a string"},
        {"an empty id", "POST", "/api/models", R"({"id":""})", 422, "id must not be empty"},
        {"an id with a star", "POST", "/api/models", R"({"id":"seed*"})", 422, "id must not contain *"},
        {"an id with a slash", "POST", "/api/models", R"({"id":"a/b"})", 422, "id must not contain /"},
        {"an id of dots", "POST", "/api/models", R"({"id":".."})", 422, "id must not be"},
        {"an id with a blank behind", "POST", "/api/models", R"({"id":"a "})", 422, "id must not start or end"},
        {"an id with a tab", "POST", "/api/models", R"({"id":"a\tb"})", 422, "id must not contain control"},
        {"a long id", "POST", "/api/models", R"({"id":")" + long_name + R"("})", 422, "id must have at most 100 bytes"},
        {"where what has no model is counted", "POST", "/api/models", R"({"id":"unknown"})", 422,
         "id must not be unknown"},
        {"an unknown field", "POST", "/api/models", with(R"("colour":"red")"), 422, "colour"},
        {"points as a number", "POST", "/api/models", with(R"("needs_points":1)"), 422, "needs_points must be true or"},
        {"points as null", "POST", "/api/models", with(R"("needs_points":null)"), 422, "needs_points must not be null"},
        {"no region", "POST", "/api/models", with(R"("regions":[])"), 422, "regions must not be empty"},
        {"null for regions", "POST", "/api/models", with(R"("regions":null)"), 422, "regions must not be null"},
        {"a region as text", "POST", "/api/models", with(R"("regions":"us")"), 422, "regions must be a list"},
        {"an unknown region", "POST", "/api/models", with(R"("regions":["us","xx"])"), 422,
         "regions[1] must be one of us"},
        {"a region as a number", "POST", "/api/models", with(R"("regions":[1])"), 422, "regions[0] must be a string"},
        {"names as text", "POST", "/api/models", with(R"("names":"a")"), 422, "names must be a list"},
        {"null for names", "POST", "/api/models", with(R"("names":null)"), 422, "names must not be null"},
        {"a name as text", "POST", "/api/models", with(R"("names":["a"])"), 422, "names[0] must be an object"},
        {"a name without one", "POST", "/api/models", with(R"("names":[{"regions":["us"]}])"), 422,
         "names[0].name is required"},
        {"an empty name", "POST", "/api/models", with(R"("names":[{"name":"a"},{"name":""}])"), 422,
         "names[1].name must not"},
        {"a long name", "POST", "/api/models", with(R"("names":[{"name":")" + long_name + R"("}])"), 422,
         "names[0].name must"},
        {"a name with a blank", "POST", "/api/models", with(R"("names":[{"name":" a"}])"), 422,
         "names[0].name must not start"},
        {"a name without regions", "POST", "/api/models", with(R"("names":[{"name":"a","regions":[]}])"), 422,
         "names[0].regions must not be empty"},
        {"a name's strange region", "POST", "/api/models", with(R"("names":[{"name":"a","regions":["mars"]}])"), 422,
         "names[0].regions[0] must be one of"},
        {"a name's unknown field", "POST", "/api/models", with(R"("names":[{"name":"a","limit":1}])"), 422,
         "names[0].limit"},
        {"a name twice", "POST", "/api/models", with(R"("names":[{"name":"a"},{"name":"b"},{"name":"a"}])"), 422,
         "names[2].name is the same as names[0].name"},
        {"the id as a name", "POST", "/api/models", with(R"("names":[{"name":"new"}])"), 422,
         "names[0].name is the same as the ID"},
        {"a star to send", "POST", "/api/models", with(R"("send_as":"s*")"), 422,
         "send_as may contain * only where the name contains it once"},
        {"nothing to send", "POST", "/api/models", with(R"("send_as":"")"), 422, "send_as must not be empty"},
        {"two stars to send", "POST", "/api/models", with(R"("names":[{"name":"a*","send_as":"**"}])"), 422,
         "names[0].send_as must contain * at most once"},
        {"a limit below 0", "POST", "/api/models", with(R"("daily_limit":-1)"), 422,
         "daily_limit must be from 0 to 1000000000"},
        {"a limit beyond all", "POST", "/api/models", with(R"("daily_limit":1000000001)"), 422,
         "daily_limit must be from 0"},
        {"half a call", "POST", "/api/models", with(R"("daily_limit":1.5)"), 422, "daily_limit must be a whole number"},
        {"a limit as text", "POST", "/api/models", with(R"("daily_limit":"5")"), 422,
         "daily_limit must be a whole number"},
        {"a setting that there is not", "POST", "/api/models", with(R"("limit_setting":"LIMIT_X")"), 422,
         "limit_setting must be null or one of LIMIT_JIMENG_4_0, "},
        {"a setting that is no limit", "POST", "/api/models", with(R"("limit_setting":"PORT")"), 422,
         "limit_setting must be"},
        {"two limits", "POST", "/api/models", with(R"("limit_setting":"LIMIT_NANOBANANA","daily_limit":5)"), 422,
         "daily_limit comes from the setting LIMIT_NANOBANANA"},
        {"a list", "POST", "/api/models", "[]", 422, "JSON object"},
        {"no JSON", "POST", "/api/models", "id=new", 400, "malformed_json"},
        {"nothing", "POST", "/api/models", "", 400, "malformed_json"},
    });
    CHECK(api.ask("GET", "/api/models") == before);
}

TEST_CASE("change: only what is named")
{
    Models api;
    const Json before =
        api.ask("POST", "/api/models",
                R"({"id":"seed","regions":["cn"],"daily_limit":5,"names":[{"name":"a"},{"name":"b*"}]})");
    struct Row {
        std::string body;
        std::string field;
        Json value;
    };
    Json expected = before;
    for (const Row& row : std::initializer_list<Row>{
             {"{}", "id", "seed"},
             {R"({"needs_points":false})", "needs_points", false},
             {R"({"regions":["jp","us"]})", "regions", regions({"us", "jp"})},
             {R"({"daily_limit":7})", "daily_limit", 7},
             {R"({"names":[{"name":"c"},{"name":"a","regions":["cn"]}]})", "names",
              Json{{{"name", "c"}, {"regions", regions({"us", "jp"})}, {"send_as", nullptr}},
                   {{"name", "a"}, {"regions", regions({"cn"})}, {"send_as", nullptr}}}},
             {R"({"send_as":"s5"})", "send_as", "s5"},
             {R"({"send_as":null})", "send_as", nullptr},
             {R"({"names":[]})", "names", Json::array()},
             {R"({"daily_limit":null})", "daily_limit", nullptr},
         }) {
        CAPTURE(row.body);
        expected[row.field] = row.value;
        CHECK(api.ask("PUT", "/api/models/seed", row.body) == expected);
        CHECK(api.ask("GET", "/api/models/seed") == expected);
    }
}

TEST_CASE("change: every row that the list gave, sent back, changes nothing")
{
    Models api;
    api.ask("POST", "/api/models", R"({"id":"seed","regions":["cn"],"daily_limit":5,"names":[{"name":"*"}]})");
    const Json before = api.ask("GET", "/api/models");
    for (const Json& row : before["items"])
        CHECK(api.ask("PUT", "/api/models/" + row["id"].get<std::string>(), row.dump()) == row);
    CHECK(api.ask("GET", "/api/models") == before);
}

TEST_CASE("change: what is stored already needs no judging, however odd")
{
    Models api;
    api.database().script(
        "INSERT INTO models (id, needs_points, limit_setting, limit_bit) VALUES ('odd', 1, 'LIMIT_OF_OLD', 9);"
        "INSERT INTO model_names (name, model_id, regions) VALUES (' odd name ', 'odd', 1)");
    Json row = api.ask("GET", "/api/models/odd");
    CHECK(row["regions"] == everywhere);
    CHECK(row["daily_limit"] == nullptr);
    row.erase("daily_limit");
    row["needs_points"] = false;
    const Json changed = api.ask("PUT", "/api/models/odd", row.dump());
    CHECK(changed["needs_points"] == false);
    CHECK(changed["names"][0]["name"] == " odd name ");
    CHECK(changed["limit_setting"] == "LIMIT_OF_OLD");
}

TEST_CASE("change: a limit is a setting's or the model's own")
{
    struct Row {
        std::string name;
        std::string stored;  ///< how it was added, beside the id
        std::string body;
        int status;
        Json limit_setting;
        Json daily_limit;
    };
    const std::string setting = R"("limit_setting":"LIMIT_NANOBANANA")";
    for (const Row& row : std::initializer_list<Row>{
             {"the number of the setting", setting, R"({"daily_limit":60})", 200, "LIMIT_NANOBANANA", 60},
             {"another number", setting, R"({"daily_limit":5})", 422, "LIMIT_NANOBANANA", 60},
             {"no number", setting, R"({"daily_limit":null})", 422, "LIMIT_NANOBANANA", 60},
             {"no number, in the whole row", setting, "{" + setting + R"(,"daily_limit":null})", 422,
              "LIMIT_NANOBANANA", 60},
             {"another setting", setting, R"({"limit_setting":"LIMIT_VIDEO_3_0"})", 200, "LIMIT_VIDEO_3_0", 9},
             {"another setting, in the row as shown", setting,
              R"({"limit_setting":"LIMIT_VIDEO_3_0","daily_limit":60})", 200, "LIMIT_VIDEO_3_0", 9},
             {"another setting and its number", setting, R"({"limit_setting":"LIMIT_VIDEO_3_0","daily_limit":9})", 200,
              "LIMIT_VIDEO_3_0", 9},
             {"no setting any more", setting, R"({"limit_setting":null})", 200, nullptr, nullptr},
             {"the same number, but its own", setting, R"({"limit_setting":null,"daily_limit":60})", 200, nullptr, 60},
             {"its own instead", setting, R"({"limit_setting":null,"daily_limit":5})", 200, nullptr, 5},
             {"a setting for its own", R"("daily_limit":5)", "{" + setting + "}", 200, "LIMIT_NANOBANANA", 60},
             {"a setting, in the row as shown", R"("daily_limit":5)", "{" + setting + R"(,"daily_limit":5})", 200,
              "LIMIT_NANOBANANA", 60},
             {"a setting and another number", R"("daily_limit":5)", "{" + setting + R"(,"daily_limit":6})", 422,
              nullptr, 5},
             {"a setting and null", R"("daily_limit":5)", "{" + setting + R"(,"daily_limit":null})", 200,
              "LIMIT_NANOBANANA", 60},
             {"still no setting", R"("daily_limit":5)", R"({"limit_setting":null})", 200, nullptr, 5},
         }) {
        CAPTURE(row.name);
        Models api;
        REQUIRE(api.settings_file().change({{"LIMIT_VIDEO_3_0", std::int64_t{9}}}));
        api.ask("POST", "/api/models", R"({"id":"seed",)" + row.stored + "}");
        const Json answer = api.ask("PUT", "/api/models/seed", row.body, row.status);
        if (row.status != 200)
            CHECK(
                answer["detail"].get<std::string>().starts_with("daily_limit comes from the setting LIMIT_NANOBANANA"));
        const Json after = api.ask("GET", "/api/models/seed");
        CHECK(after["limit_setting"] == row.limit_setting);
        CHECK(after["daily_limit"] == row.daily_limit);
    }
}

TEST_CASE("change: what is refused, and nothing is written")
{
    Models api;
    api.ask("POST", "/api/models", R"({"id":"seed","daily_limit":5,"names":[{"name":"mine"}]})");
    const Json before = api.ask("GET", "/api/models");
    const std::string path = "/api/models/seed";
    api.check({
        {"no such model", "PUT", "/api/models/mine", "{}", 404, "unknown_model"},
        {"none to show", "GET", "/api/models/mine", "", 404, "unknown_model"},
        {"none to remove", "DELETE", "/api/models/mine", "", 404, "unknown_model"},
        {"another id", "PUT", path, R"({"id":"other"})", 422, "id cannot be changed"},
        {"no id", "PUT", path, R"({"id":null})", 422, "id cannot be changed"},
        {"another's name", "PUT", path, R"({"needs_points":false,"names":[{"name":"jimeng-video-3.0"}]})", 409,
         "video-3.0"},
        {"no region", "PUT", path, R"({"needs_points":false,"regions":[]})", 422, "regions must not be empty"},
        {"an unknown field", "PUT", path, R"({"needs_points":false,"colour":1})", 422, "colour"},
        {"a bad limit", "PUT", path, R"({"daily_limit":-1})", 422, "daily_limit must be"},
        {"no JSON", "PUT", path, "{", 400, "malformed_json"},
    });
    CHECK(api.ask("GET", "/api/models") == before);
}

TEST_CASE("a limit counts from the moment it is there, and what was counted before counts")
{
    Models api;
    const AccountId us = api.add_account("us@x.example");
    const AccountId cn = api.add_account("cn@x.example", Region::cn);
    CHECK(api.serve("seed") == us);  // as an unknown model
    CHECK(api.serve("seed") == cn);

    api.ask("POST", "/api/models", R"({"id":"seed","regions":["cn"],"daily_limit":2,"names":[{"name":"seed*"}]})");
    CHECK(api.serve("seedance") == cn);
    CHECK_FALSE(api.serve("seed"));
    api.ask("PUT", "/api/models/seed", R"({"regions":["us"]})");
    CHECK_FALSE(api.serve("seedance"));  // the wildcard's regions are its own
    CHECK(api.serve("seed") == us);
    CHECK_FALSE(api.serve("seed"));
    api.ask("PUT", "/api/models/seed", R"({"daily_limit":3})");
    CHECK(api.serve("seed") == us);
    CHECK_FALSE(api.serve("seed"));
    api.ask("PUT", "/api/models/seed", R"({"daily_limit":null})");
    CHECK(api.serve("seed") == us);
    api.ask("PUT", "/api/models/seed", R"({"limit_setting":"LIMIT_VIDEO_3_0"})");
    CHECK(api.serve("seed") == us);
    REQUIRE(api.settings_file().change({{"LIMIT_VIDEO_3_0", std::int64_t{3}}}));
    api.ask("PUT", "/api/models/seed", "{}");  // applies what is in force now
    CHECK_FALSE(api.serve("seed"));

    CHECK(api.ask("DELETE", "/api/models/seed")["message"] == "Model deleted");
    CHECK(api.serve("seed"));  // an unknown model again
    CHECK(api.serve("seedance"));
    CHECK(api.accounts().find(us)->usage["seed"] >= 5);
}

TEST_CASE("fifty-one models can have a limit")
{
    Models api;
    for (int i = 5; i < 51; ++i) api.ask("POST", "/api/models", fmt::format(R"({{"id":"m{}","daily_limit":1}})", i));
    CHECK(api.ask("POST", "/api/models", R"({"id":"more","daily_limit":1})", 409)["code"] == "no_limit_bit");
    api.ask("POST", "/api/models", R"({"id":"more"})");
    CHECK(api.ask("PUT", "/api/models/more", R"({"daily_limit":1})", 409)["code"] == "no_limit_bit");
    CHECK(api.ask("GET", "/api/models/more")["daily_limit"] == nullptr);
    api.ask("PUT", "/api/models/m7", R"({"daily_limit":null})");
    CHECK(api.ask("PUT", "/api/models/more", R"({"daily_limit":1})")["daily_limit"] == 1);
}

TEST_CASE("the catalogue is the administrator's alone")
{
    Models api;
    api.token = "wrong";
    for (const std::string method : {"GET", "POST"}) CHECK(api.send(method, "/api/models").status == 401);
    for (const std::string method : {"GET", "PUT", "DELETE"})
        CHECK(api.send(method, "/api/models/video-3.0").status == 401);
}
