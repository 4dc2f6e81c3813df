#include "api/settings/settings_schema.hpp"

#include <doctest/doctest.h>

#include "api/api_fixture.hpp"
#include "core/base/file.hpp"
#include "core/pool/worker_presence.hpp"

using namespace dreamina;

namespace {

struct Schema : ApiFixture {
    using ApiFixture::ApiFixture;

    Json row(const std::string& key)
    {
        const Reply answer = reply(settings_schema_routes(), request("GET", "/api/settings/schema"));
        CHECK_MESSAGE(answer.status == 200, answer.body);
        CHECK(answer.body.find("geheim") == std::string::npos);
        const Json body = Json::parse(answer.body);
        CHECK(body["settings"].size() == setting_rows().size());
        for (const Json& each : body["settings"])
            if (each["key"] == key) return each;
        FAIL("no such setting: " << key);
        return {};
    }
};

}  // namespace

TEST_CASE("a setting tells all that a form needs: type, bounds, unit, default, value, source, effect")
{
    Schema api{{{"PROXY_TIMEOUT", "600"}}};
    const Json timeout = api.row("PROXY_TIMEOUT");
    CHECK(timeout["type"] == "integer");
    CHECK(timeout["group"] == "proxy");
    CHECK(timeout["name"]["zh"] == "请求超时");
    CHECK(timeout["unit"] == "s");
    CHECK(timeout["min"] == 1);
    CHECK(timeout["max"] == 86400);
    CHECK(timeout["default"] == 300);
    CHECK(timeout["value"] == 600);
    CHECK(timeout["source"] == "environment");
    CHECK(timeout["effect"] == "at_once");
    CHECK(api.row("PORT")["effect"] == "nginx_reload");
    CHECK(api.row("DATABASE_URL")["effect"] == "restart");
    CHECK(api.row("LOG_LEVEL")["choices"].size() == 5);
    CHECK(api.row("LOG_LEVEL")["source"] == "default");
    CHECK(api.row("AUTO_REGISTER_TARGET")["nullable"] == true);
    CHECK(api.row("ACCOUNT_BAN_DURATION_HOURS")["above_min"] == true);
}

TEST_CASE("what the file says is in force and is said to come from there")
{
    Schema api{{{"PORT", "5555"}}};
    REQUIRE(write_file_atomically(api.config(), R"({"PORT": 6666})", 0600));
    api.settings_file().refresh();
    CHECK(api.row("PORT")["value"] == 6666);
    CHECK(api.row("PORT")["source"] == "file");
}

TEST_CASE("it tells how many of the workers act on the file as it is")
{
    Schema api;
    const auto workers = [&] {
        return Json::parse(api.reply(settings_schema_routes(), Schema::request("GET", "/api/settings/schema")).body)
            .at("workers");
    };
    CHECK(workers() == Json{{"running", 0}, {"up_to_date", 0}});
    const auto folder = presence_folder(api.config().parent_path() / "dreamina.db");
    const auto quick = WorkerPresence::announce(folder).value();
    const auto slow = WorkerPresence::announce(folder).value();
    CHECK(quick.tell_settings(api.settings_file().version()));
    CHECK(slow.tell_settings(api.settings_file().version()));
    CHECK(workers() == Json{{"running", 2}, {"up_to_date", 2}});
    REQUIRE(write_file_atomically(api.config(), R"({"PORT": 6666})", 0600));  // not loaded yet
    CHECK(workers() == Json{{"running", 2}, {"up_to_date", 0}});
    CHECK(quick.tell_settings(api.settings_file().version()));
    CHECK(workers() == Json{{"running", 2}, {"up_to_date", 1}});
}

TEST_CASE("secrets are masked, and so are their defaults")
{
    Schema api{{{"REGISTER_API_KEY", "geheim"}}};
    CHECK(api.row("REGISTER_API_KEY")["value"] == "********");
    CHECK(api.row("ADMIN_PASSWORD")["value"] == "********");
    CHECK(api.row("ADMIN_PASSWORD")["default"] == nullptr);
    CHECK(api.row("METRICS_TOKEN")["value"] == nullptr);
}

TEST_CASE("every setting is explained in both languages")
{
    for (const SettingRow& row : setting_rows()) {
        CAPTURE(row.key);
        CHECK_FALSE(row.name.empty());
        CHECK_FALSE(row.name_zh.empty());
        CHECK(row.help.ends_with('.'));
        CHECK(row.help_zh.ends_with("。"));
        CHECK(row.form.empty() == row.form_zh.empty());
    }
}

TEST_CASE("what a reset leads to is told of settings that stand in the file")
{
    Schema api{{{"PORT", "5555"}, {"METRICS_TOKEN", "geheim"}}};
    CHECK(api.row("PORT")["reset"] == nullptr);
    REQUIRE(write_file_atomically(api.config(), R"({"PORT": 6666, "MAX_ATTEMPTS": 1, "METRICS_TOKEN": null})", 0600));
    CHECK(api.row("PORT")["reset"] == Json{{"value", 5555}, {"source", "environment"}});
    CHECK(api.row("MAX_ATTEMPTS")["reset"] == Json{{"value", 3}, {"source", "default"}});
    CHECK(api.row("METRICS_TOKEN")["reset"] == Json{{"value", "********"}, {"source", "environment"}});
}

TEST_CASE("a file that cannot be read is told of, beside the settings that stay in force")
{
    Schema api;
    REQUIRE(write_file_atomically(api.config(), R"({"PORT": 0})", 0600));
    const Reply answer = api.reply(settings_schema_routes(), ApiFixture::request("GET", "/api/settings/schema"));
    CHECK(Json::parse(answer.body)["fault"].get<std::string>().find("PORT must be") != std::string::npos);
    CHECK(api.row("PORT")["value"] == 5100);
}

TEST_CASE(
    "where the nginx that we ship listens is told, and why it has not taken a change; of another nothing is known")
{
    Schema api;
    const auto nginx = [&] {
        return Json::parse(
            api.reply(settings_schema_routes(), api.request("GET", "/api/settings/schema")).body)["nginx"];
    };
    CHECK(nginx() == nullptr);
    const auto file = api.config().parent_path() / "nginx.json";
    REQUIRE(write_file_atomically(file, R"({"host": "0.0.0.0", "port": 5100, "port_fixed": true, "fault": "taken"})",
                                  0600));
    CHECK(nginx() == Json{{"host", "0.0.0.0"}, {"port", 5100}, {"port_fixed", true}, {"fault", "taken"}});
    REQUIRE(write_file_atomically(file, R"({"host": "0.0.0.0", "port": 51)", 0600));  // in the middle of a write
    CHECK(nginx() == nullptr);
}
