#include "api/settings/settings.hpp"

#include <doctest/doctest.h>

#include "api/api_fixture.hpp"
#include "api/session/session.hpp"
#include "core/base/file.hpp"
#include "core/base/secret.hpp"
#include "core/base/key_ring.hpp"
#include "core/storage/stores/lease_store.hpp"
#include "core/storage/stores/model_store.hpp"
#include "core/storage/accounts/encryption_store.hpp"
#include "core/storage/stores/session_store.hpp"
#include "core/storage/stores/upstream_facts_store.hpp"

using namespace dreamina;

namespace {

class SettingsApi : public ApiFixture {
public:
    using ApiFixture::ApiFixture;

    Reply send(const std::string& body) { return reply(settings_routes(), request("POST", "/api/settings", body)); }
    Json shown()
    {
        const Reply answer = reply(settings_routes(), request("GET", "/api/settings"));
        CHECK_MESSAGE(answer.status == 200, answer.body);
        return Json::parse(answer.body);
    }
    Json change(const Json& body)
    {
        const Reply answer = send(body.dump());
        CHECK_MESSAGE(answer.status == 200, answer.body);
        return Json::parse(answer.body);
    }
    std::string file() const { return read_file(config()).value_or(""); }
};

}  // namespace

TEST_CASE("all settings are shown, the secrets masked")
{
    SettingsApi api{{{"REGISTER_API_KEY", "key-geheim"}, {"PORT", "5555"}}};
    const Json all = api.shown();
    CHECK(all.size() == setting_rows().size());
    CHECK(all["ADMIN_PASSWORD"] == "********");
    CHECK(all["REGISTER_API_KEY"] == "********");
    CHECK(all["REGISTER_API_URL"] == nullptr);
    CHECK(all["PORT"] == 5555);
    CHECK(all["AUTO_REGISTER_ENABLED"] == false);
    CHECK(all["DEFAULT_POINTS"] == 120.0);
    CHECK(all.dump().find("geheim") == std::string::npos);
    CHECK(all.dump().find("admin123") == std::string::npos);

    SettingsApi without;
    CHECK(without.shown()["REGISTER_API_KEY"] == nullptr);
}

TEST_CASE("the whole answer posted back changes nothing")
{
    SettingsApi api{{{"REGISTER_API_KEY", "key-geheim"}, {"PORT", "5555"}}};
    api.change({{"ADMIN_PASSWORD", "geheim"}, {"REGISTER_API_URL", "http://r:1"}});
    api.token = "geheim";
    const std::string before = api.file();
    const Settings settings = api.settings();
    SessionStore{api.database()}.add(secret_digest("browser"), api.now);

    CHECK(api.change(api.shown()) == api.shown());
    CHECK(api.settings() == settings);
    CHECK(api.settings().register_api_key == "key-geheim");
    CHECK(api.file() == before);
    CHECK(SessionStore{api.database()}.find(secret_digest("browser"), api.now));
}

TEST_CASE("a changed limit counts in the database once the change is answered")
{
    SettingsApi api;
    const auto applied = [&](const char* model) { return ModelStore{api.database()}.applied_limit(model).limit; };
    api.change({{"LIMIT_JIMENG_4_0", 7}, {"ACCOUNT_MAX_CONCURRENCY", 3}});
    CHECK(applied("jimeng-4.0") == 7);
    CHECK(LeaseStore{api.database()}.max_concurrency() == 3);
    api.change({{"reset", {"LIMIT_JIMENG_4_0"}}});
    CHECK(applied("jimeng-4.0") == Settings{}.limit_jimeng_4_0);
}

TEST_CASE("values are taken in every form in which the earlier program's page sends them")
{
    SettingsApi api;
    const Json answer = api.change({{"PORT", "5101"},
                                    {"PROXY_TIMEOUT", 600.0},
                                    {"LOG_LEVEL", "INFO"},
                                    {"LIMIT_JIMENG_4_0", "10"},
                                    {"AUTO_REGISTER_ENABLED", "true"},
                                    {"POINTS_UPDATE_ENABLED", true},
                                    {"ACCOUNT_BAN_DURATION_HOURS", "0.5"},
                                    {"REGISTER_API_URL", ""},
                                    {"REGISTER_MAIL_TYPE", "tempmailhub"},
                                    {"DEFAULT_POINTS", "100"}});
    CHECK(answer["PORT"] == 5101);
    CHECK(answer["PROXY_TIMEOUT"] == 600);
    CHECK(answer["LOG_LEVEL"] == "info");
    CHECK(answer["LIMIT_JIMENG_4_0"] == 10);
    CHECK(answer["AUTO_REGISTER_ENABLED"] == true);
    CHECK(answer["ACCOUNT_BAN_DURATION_HOURS"] == 0.5);
    CHECK(answer["REGISTER_API_URL"] == nullptr);
    CHECK(answer["DEFAULT_POINTS"] == 100.0);
    CHECK(api.settings().port == 5101);
    CHECK(api.settings().points_update_enabled);
    const Json written = Json::parse(api.file());
    CHECK(written["PORT"] == 5101);
    CHECK(written["AUTO_REGISTER_ENABLED"] == true);
}

TEST_CASE("one fault and nothing is changed")
{
    SettingsApi api;
    const Settings before = api.settings();
    const Scenario scenarios[] = {
        {"an unknown key", "", "", R"({"PORT":5101,"COLOUR":"red"})", 422, "COLOUR"},
        {"a key in another case", "", "", R"({"port":5101})", 422, "port"},
        {"out of range", "", "", R"({"LOG_LEVEL":"debug","PORT":70000})", 422, "PORT must be"},
        {"a huge number", "", "", R"({"PORT":18446744073709551615})", 422, "PORT"},
        {"a fraction", "", "", R"({"PORT":5100.5})", 422, "PORT must be"},
        {"a word for a number", "", "", R"({"PORT":"many"})", 422, "PORT must be"},
        {"a boolean for a number", "", "", R"({"PORT":true})", 422, "PORT must be"},
        {"null for a number", "", "", R"({"PORT":null})", 422, "PORT must not be null"},
        {"a list", "", "", R"({"PORT":[5101]})", 422, "PORT must be"},
        {"an object", "", "", R"({"PORT":{"a":1}})", 422, "PORT must be"},
        {"a URL that is none", "", "", R"({"PORT":5101,"UPSTREAM_BASE_URL":"nowhere"})", 422, "UPSTREAM_BASE_URL must"},
        {"a time of day that is none", "", "", R"({"RESET_COUNTS_TIME":"24:00"})", 422, "RESET_COUNTS_TIME must"},
        {"a mail type that is none", "", "", R"({"REGISTER_MAIL_TYPE":"gmail"})", 422, "REGISTER_MAIL_TYPE must"},
        {"an empty password", "", "", R"({"PORT":5101,"ADMIN_PASSWORD":""})", 422, "ADMIN_PASSWORD must not be empty"},
        {"a null password", "", "", R"({"PORT":5101,"ADMIN_PASSWORD":null})", 422, "ADMIN_PASSWORD must not be null"},
        {"a password that is no text", "", "", R"({"ADMIN_PASSWORD":12345})", 422, "ADMIN_PASSWORD must"},
        {"a password with a NUL", "", "", R"({"ADMIN_PASSWORD":"a\u0000geheim"})", 422, "ADMIN_PASSWORD must"},
        {"a password without end", "", "", R"({"ADMIN_PASSWORD":")" + std::string(300, 'x') + "\"}", 422,
         "ADMIN_PASSWORD"},
        {"a good password beside a fault", "", "", R"({"ADMIN_PASSWORD":"geheim","PORT":0})", 422, "PORT must be"},
        {"a list at the top", "", "", R"([{"PORT":5101}])", 422, "JSON object"},
        {"no JSON", "", "", "PORT=5101", 400, "malformed_json"},
        {"nothing", "", "", "", 400, "malformed_json"},
    };
    for (const Scenario& scenario : scenarios) {
        CAPTURE(scenario.name);
        const Reply answer = api.send(scenario.body);
        CHECK_MESSAGE(answer.status == scenario.status, answer.body);
        CHECK_MESSAGE(answer.body.find(scenario.body_part) != std::string::npos, answer.body);
        CHECK(answer.body.find("geheim") == std::string::npos);
        CHECK(api.settings() == before);
    }
    CHECK(api.file().empty());
}

TEST_CASE("all faults are told together, each with its field")
{
    SettingsApi api;
    const auto fields = [&](const std::string& sent) {
        const Reply answer = api.send(sent);
        CHECK_MESSAGE(answer.status == 422, answer.body);
        std::vector<std::string> found;
        const Json body = Json::parse(answer.body);
        for (const Json& each : body["fields"]) {
            CHECK(each["code"].get<std::string>().starts_with("field."));
            CHECK(body["detail"].get<std::string>().find(each["detail"].get<std::string>()) != std::string::npos);
            found.push_back(each["field"]);
        }
        return found;
    };
    using Names = std::vector<std::string>;
    for (const SettingRow& row : setting_rows()) {  // a wrong value of any setting names its field
        CAPTURE(row.key);
        CHECK(fields("{\"" + std::string{row.key} + "\": []}") == Names{std::string{row.key}});
    }
    CHECK(fields(R"({"COLOUR": "red", "LOG_LEVEL": "loud", "MAX_ATTEMPTS": 3, "PORT": 0, "PROXY_TIMEOUT": [1]})") ==
          Names{"COLOUR", "PROXY_TIMEOUT", "LOG_LEVEL", "PORT"});
    CHECK(fields(R"({"PORT": 0, "expected": {"HOST": []}, "reset": ["COLOUR"]})") == Names{"HOST", "COLOUR", "PORT"});
    CHECK(api.file().empty());

    // A fault that stands in the file already is not the caller's, and named all the same.
    REQUIRE(write_file_atomically(api.config(), R"({"PORT": 0, "LOG_LEVEL": 3})", 0600).has_value());
    CHECK(fields(R"({"MAX_ATTEMPTS": 5})") == Names{"PORT", "LOG_LEVEL"});
}

TEST_CASE("a fault leaves logged-in browsers alone, also beside a good password")
{
    SettingsApi api;
    SessionStore{api.database()}.add(secret_digest("browser"), api.now);
    CHECK(api.send(R"({"ADMIN_PASSWORD":"geheim","PORT":0})").status == 422);
    CHECK(SessionStore{api.database()}.find(secret_digest("browser"), api.now));
}

TEST_CASE("a new password is kept as a hash, works at once, and ends all sessions")
{
    SettingsApi api;
    SessionStore{api.database()}.add(secret_digest("browser"), api.now);
    const Json answer = api.change({{"ADMIN_PASSWORD", "geheim-密码"}});
    CHECK(answer["ADMIN_PASSWORD"] == "********");
    CHECK(password_kind(api.settings().admin_password) == "hash");
    CHECK(api.file().find("geheim") == std::string::npos);
    CHECK_FALSE(SessionStore{api.database()}.find(secret_digest("browser"), api.now));

    CHECK(api.reply(settings_routes(), ApiFixture::request("GET", "/api/settings")).status == 401);
    api.token = "geheim-密码";
    CHECK(api.reply(settings_routes(), ApiFixture::request("GET", "/api/settings")).status == 200);

    // A hash is kept as it is; a password that merely looks a little like one is hashed.
    const std::string own = hash_password("another");
    api.change({{"ADMIN_PASSWORD", own}});
    CHECK(api.settings().admin_password == own);
    api.token = "another";
    api.change({{"ADMIN_PASSWORD", "$ecret$word"}});
    api.token = "$ecret$word";
    CHECK(api.reply(settings_routes(), ApiFixture::request("GET", "/api/settings")).status == 200);
}

TEST_CASE("keys of the file that are not ours are kept")
{
    SettingsApi api;
    REQUIRE(write_file_atomically(api.config(), R"({"THEIRS": {"a": [1]}, "PORT": 5101})", 0600).has_value());
    api.settings_file().refresh();
    api.change({{"LOG_LEVEL", "debug"}});
    CHECK(Json::parse(api.file()) == Json{{"THEIRS", {{"a", {1}}}}, {"PORT", 5101}, {"LOG_LEVEL", "debug"}});
}

TEST_CASE("a file that was broken by hand is not overwritten")
{
    SettingsApi api;
    REQUIRE(write_file_atomically(api.config(), "{\"PORT\": ", 0600).has_value());
    const Reply answer = api.send(R"({"PORT":5101})");
    CHECK(answer.status == 500);
    CHECK(answer.body.find("config.json") != std::string::npos);
    CHECK(api.file() == "{\"PORT\": ");
}

TEST_CASE("a key file is taken only if the next start can do with it")
{
    ApiFixture api;
    const auto post = [&](const std::string& value) {
        return api.reply(settings_routes(),
                         ApiFixture::request("POST", "/api/settings", R"({"SECRET_KEY_FILE": )" + value + "}"));
    };
    const auto refused = [&](const std::string& value, const std::string& word) {
        const auto reply = post(value);
        CHECK(reply.status == 422);
        CHECK_MESSAGE(reply.body.find(word) != std::string::npos, reply.body);
        CHECK(reply.body.find("SECRET_KEY_FILE") != std::string::npos);
    };
    const auto folder = api.config().parent_path();
    refused(R"("missing.key")", "there is no key file");
    refused(R"("config.json.lock")", "no key");
    REQUIRE(write_key_file(folder / "secret.key", {EncryptionKey::random()}));
    CHECK(post(R"("secret.key")").status == 200);
    CHECK(api.settings().secret_key_file == "secret.key");
    CHECK(post("null").status == 200);

    // Once secrets are encrypted, only the file with their key will do.
    EncryptionStore{api.database()}.encrypt_with(read_key_file(folder / "secret.key")->front().id());
    CHECK(post(R"("secret.key")").status == 200);
    REQUIRE(write_key_file(folder / "other.key", {EncryptionKey::random()}));
    refused(R"("other.key")", "encrypted with the key");
    refused("null", "is not set");
    CHECK(api.settings().secret_key_file == "secret.key");
}

TEST_CASE("a setting that is reset takes what the environment says, or the default")
{
    SettingsApi api{{{"PROXY_TIMEOUT", "600"}}};
    api.change({{"PROXY_TIMEOUT", 60}, {"DEFAULT_POINTS", 5}, {"MAX_ATTEMPTS", 2}});
    const Json answer = api.change({{"reset", {"PROXY_TIMEOUT", "DEFAULT_POINTS", "PORT"}}, {"LOG_LEVEL", "debug"}});
    CHECK(answer["PROXY_TIMEOUT"] == 600);
    CHECK(answer["DEFAULT_POINTS"] == 120);
    CHECK(Json::parse(api.file()) == Json{{"MAX_ATTEMPTS", 2}, {"LOG_LEVEL", "debug"}});

    SessionStore{api.database()}.add(secret_digest("browser"), api.now);
    api.change({{"ADMIN_PASSWORD", "geheim"}});
    api.token = "geheim";
    api.change({{"reset", {"ADMIN_PASSWORD"}}});
    CHECK(api.settings().admin_password == default_admin_password);
    CHECK(SessionStore{api.database()}.list(api.now).empty());
}

TEST_CASE("a change that the caller has not seen is not overwritten")
{
    SettingsApi api;
    api.change({{"DEFAULT_POINTS", 5}, {"METRICS_TOKEN", "geheim"}});
    const std::string before = api.file();

    const Reply late = api.send(R"({"DEFAULT_POINTS": 7, "PORT": 5101, "expected": {"DEFAULT_POINTS": 120}})");
    CHECK(late.status == 409);
    CHECK_MESSAGE(late.body.find("DEFAULT_POINTS was changed in the meantime") != std::string::npos, late.body);
    CHECK(late.body.find("changed_meanwhile") != std::string::npos);
    CHECK(api.send(R"({"reset": ["METRICS_TOKEN"], "expected": {"METRICS_TOKEN": null}})").status == 409);
    CHECK(api.file() == before);

    api.change({{"DEFAULT_POINTS", 7}, {"expected", {{"DEFAULT_POINTS", 5.0}, {"METRICS_TOKEN", "********"}}}});
    CHECK(api.settings().default_points == 7);
}

TEST_CASE("what a reset and an expectation must be is said")
{
    SettingsApi api;
    const std::pair<std::string, std::string> scenarios[] = {
        {R"({"reset": "PORT"})", "reset must be a list"},
        {R"({"reset": [1]})", "reset must be a list"},
        {R"({"reset": ["COLOUR"]})", "COLOUR"},
        {R"({"reset": ["PORT"], "PORT": 5101})", "PORT cannot be changed and reset"},
        {R"({"expected": ["PORT"]})", "expected must be"},
        {R"({"expected": {"COLOUR": "red"}})", "COLOUR"},
        {R"({"expected": {"PORT": 0}})", "PORT must be"},
    };
    for (const auto& [body, word] : scenarios) {
        CAPTURE(body);
        const Reply answer = api.send(body);
        CHECK(answer.status == 422);
        CHECK_MESSAGE(answer.body.find(word) != std::string::npos, answer.body);
    }
    CHECK(api.file().empty());
}

TEST_CASE("the browser that changes the password stays logged in, with a session of its own; no other does")
{
    SettingsApi api;
    const auto with_cookie = [&](const char* method, const std::string& token, const std::string& body = "") {
        Request request = ApiFixture::request(method, "/api/settings", body);
        request.headers = {{"Cookie", "dreamina_session=" + token}, {"X-Requested-With", "dreamina"}};
        return api.reply(settings_routes(), std::move(request));
    };
    for (const char* token : {"mine", "another"})
        SessionStore{api.database()}.add(session_digest(token, api.settings().admin_password), api.now);

    const Reply changed = with_cookie("POST", "mine", R"({"ADMIN_PASSWORD": "geheim"})");
    CHECK(changed.status == 200);
    const std::string* cookie = find_header(changed.headers, "Set-Cookie");
    REQUIRE(cookie != nullptr);
    CHECK(cookie->ends_with("; Path=/api; HttpOnly; SameSite=Strict; Max-Age=604800"));
    const auto begin = cookie->find('=') + 1;
    CHECK(with_cookie("GET", cookie->substr(begin, cookie->find(';') - begin)).status == 200);
    CHECK(with_cookie("GET", "mine").status == 401);
    CHECK(with_cookie("GET", "another").status == 401);
    CHECK(find_header(with_cookie("POST", "mine", R"({"PORT": 5101})").headers, "Set-Cookie") == nullptr);
}

TEST_CASE("a worker that has not heard of the new password yet does not throw out the one who changed it")
{
    SettingsApi api;
    SessionStore{api.database()}.add(session_digest("mine", "geheim"), api.now);
    REQUIRE(write_file_atomically(api.config(), R"({"ADMIN_PASSWORD": "geheim"})", 0600));
    Request request = ApiFixture::request("GET", "/api/settings");
    request.headers = {{"Cookie", "dreamina_session=mine"}};
    CHECK(api.reply(settings_routes(), std::move(request)).status == 200);
}

TEST_CASE("another upstream is awaited from the moment on at which it is set")
{
    SettingsApi api;
    UpstreamFactsStore facts{api.database()};
    facts.expect(api.settings().upstream_base_url);
    facts.found(api.settings().upstream_base_url,
                {.diagnosis = UpstreamDiagnosis::jimeng_api, .message = external_text("x")}, api.now, api.now);
    api.change({{"PORT", 5101}, {"UPSTREAM_BASE_URL", api.settings().upstream_base_url}});
    CHECK_FALSE(facts.known().awaited);
    api.change({{"UPSTREAM_BASE_URL", "http://elsewhere:8000"}});
    CHECK(facts.known().awaited);
    CHECK(facts.known().facts.base_url == "http://elsewhere:8000");
    api.change({{"reset", {"UPSTREAM_BASE_URL"}}});
    CHECK(facts.known().facts.base_url == "http://localhost:8080");
}

TEST_CASE("a folder of results is taken only if results can be kept there, and nothing is made for the question")
{
    SettingsApi api;
    const auto data = api.config().parent_path();
    const auto refused = [&](const std::string& value, const std::string& word) {
        const auto reply = api.send(Json{{"RESULTS_FOLDER", value}}.dump());
        CHECK(reply.status == 422);
        CHECK_MESSAGE(reply.body.find(word) != std::string::npos, reply.body);
        CHECK(reply.body.find("RESULTS_FOLDER") != std::string::npos);
    };
    REQUIRE(write_file_atomically(data / "a-file", "x", 0600));
    std::filesystem::create_symlink(data / "generations", data / "a-link");
    refused("../../..", "parts of the path");
    refused("a-file", "Not a directory");
    refused("a-file/below", "Not a directory");
    refused((data / "a-file").string(), "Not a directory");
    refused((data / "generations").string(), "belongs to the service");
    refused(data.string(), "folder of its own");
    std::filesystem::create_directory(data / "generations");
    refused("a-link", "belongs to the service");
    CHECK_FALSE(api.settings().results_folder);

    api.change({{"RESULTS_FOLDER", "pictures/of/all"}});
    CHECK(api.settings().results_folder == "pictures/of/all");
    CHECK_FALSE(std::filesystem::exists(data / "pictures"));
}
