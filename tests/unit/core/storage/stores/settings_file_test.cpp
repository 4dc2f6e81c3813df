#include "core/storage/stores/settings_file.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <map>
#include <ostream>
#include <thread>

#include <doctest/doctest.h>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "core/base/file.hpp"

using namespace dreamina;

namespace {

/// A data folder of its own for each test, and what an administrator does in it.
class Folder {
public:
    Folder() { REQUIRE(::mkdtemp(path_.data()) != nullptr); }
    ~Folder() { std::filesystem::remove_all(path_); }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;

    std::filesystem::path config() const { return std::filesystem::path{path_} / "config.json"; }
    void write(std::string_view text) const { std::ofstream{config()} << text; }
    void replace(std::string_view text) const
    {
        const auto other = std::filesystem::path{path_} / "new";
        std::ofstream{other} << text;
        std::filesystem::rename(other, config());
    }
    std::string text() const { return read_file(config()).value_or(""); }
    nlohmann::json json() const { return nlohmann::json::parse(text()); }

private:
    std::string path_ = (std::filesystem::temp_directory_path() / "settings-file-XXXXXX").string();
};

Environment environment_of(std::map<std::string, std::string> variables)
{
    return [variables = std::move(variables)](const std::string& name) -> std::optional<std::string> {
        const auto found = variables.find(name);
        return found == variables.end() ? std::nullopt : std::optional<std::string>{found->second};
    };
}

std::unique_ptr<SettingsFile> open(const Folder& folder, std::map<std::string, std::string> variables = {})
{
    auto file = SettingsFile::open(folder.config(), environment_of(std::move(variables)));
    REQUIRE_MESSAGE(file.has_value(), (file ? "" : file.error().message));
    return std::move(*file);
}

Error open_error(const Folder& folder, std::map<std::string, std::string> variables = {})
{
    const auto file = SettingsFile::open(folder.config(), environment_of(std::move(variables)));
    return file ? Error{"", ""} : file.error();
}

SettingValue whole(std::int64_t number) { return number; }

/// As the earlier program leaves it behind.
constexpr const char* earlier_file = R"({
  "ADMIN_PASSWORD": "geheim-密码",
  "UPSTREAM_BASE_URL": "http://localhost:8000",
  "HOST": "0.0.0.0",
  "PORT": 5100,
  "PROXY_TIMEOUT": 600,
  "LOG_LEVEL": "INFO",
  "LIMIT_JIMENG_4_0": 60,
  "LIMIT_JIMENG_4_1": 10,
  "LIMIT_NANOBANANA": 60,
  "LIMIT_NANOBANANAPRO": 60,
  "LIMIT_VIDEO_3_0": 60,
  "RESET_COUNTS_TIME": "00:00",
  "SESSION_UPDATE_DAYS": 7,
  "SESSION_UPDATE_BATCH_SIZE": 5,
  "AUTO_REGISTER_ENABLED": false,
  "AUTO_REGISTER_INTERVAL": 3600,
  "REGISTER_API_URL": null,
  "REGISTER_API_KEY": null,
  "REGISTER_MAIL_TYPE": "moemail",
  "DEFAULT_POINTS": 120.0,
  "DATABASE_URL": "sqlite+aiosqlite:///./dreamina.db"
})";

}  // namespace

TEST_CASE("a missing file is an empty one and is not made")
{
    const Folder folder;
    const auto file = open(folder, {{"PORT", "6000"}});
    CHECK(file->current()->settings.port == 6000);
    CHECK(file->current()->settings.host == "0.0.0.0");
    CHECK(file->fault_message().empty());
    CHECK_FALSE(file->refresh());
    CHECK_FALSE(std::filesystem::exists(folder.config()));
}

TEST_CASE("the earlier program's file is understood, and rewritten with nothing lost")
{
    const Folder folder;
    folder.write(earlier_file);
    const auto file = open(folder);
    const Settings& settings = file->current()->settings;
    CHECK(settings.admin_password == "geheim-密码");
    CHECK(settings.proxy_timeout == 600);
    CHECK(settings.log_level == "info");
    CHECK(settings.limit_jimeng_4_1 == 10);
    CHECK_FALSE(settings.register_api_url);

    REQUIRE(file->change({{"PROXY_TIMEOUT", whole(700)}}));
    std::string expected = earlier_file;
    expected.replace(expected.find("600"), 3, "700");
    CHECK(folder.text() == expected + "\n");
}

TEST_CASE("a file that cannot be used is refused with its name, the place and the fault, and no secret")
{
    const Folder folder;
    const std::vector<std::array<std::string, 3>> rows{
        {"", "invalid_config", " is not valid JSON (line 1)"},
        {"{\n\"ADMIN_PASSWORD\": \"hunter2\",\n\"PORT\": }", "invalid_config", " is not valid JSON (line 3)"},
        {"{\"ADMIN_PASSWORD\": \"hunter2", "invalid_config", " is not valid JSON (line 1)"},
        {"{\"X\": \"\xFF\"}", "invalid_config", " is not valid JSON (line 1)"},
        {"[\"hunter2\"]", "invalid_config", " must contain a JSON object"},
        {"null", "invalid_config", " must contain a JSON object"},
        {"\"hunter2\"", "invalid_config", " must contain a JSON object"},
        {"{\"PORT\": 1e999}", "invalid_config", " contains a number that is out of range"},
        {"{\"PORT\": 0}", "invalid_setting", ": PORT must be a whole number from 1 to 65535"},
        {"{\"PORT\": true}", "invalid_setting", ": PORT must be a whole number from 1 to 65535"},
        {"{\"PORT\": 18446744073709551615}", "invalid_setting", ": PORT must be a whole number from 1 to 65535"},
        {"{\"PORT\": [5100]}", "invalid_setting", ": PORT must be a single value, not an object or a list"},
        {"{\"ADMIN_PASSWORD\": \"\"}", "invalid_setting", ": ADMIN_PASSWORD must not be empty"},
        {"{\"ADMIN_PASSWORD\": \"hunter2\\u0000\"}", "invalid_setting",
         ": ADMIN_PASSWORD must not contain control characters"},
    };
    for (const auto& [text, code, fault] : rows) {
        CAPTURE(text);
        folder.write(text);
        const Error error = open_error(folder);
        CHECK(error.code == code);
        CHECK(error.message == folder.config().string() + fault);
    }
}

TEST_CASE("a look at a file at fault tells all that is wrong, and what can be used of it")
{
    const Folder folder;
    folder.write(R"({"HOST": "::1", "PORT": 0, "LOG_LEVEL": [], "UPSTREAM_BASE_URL": "http://up:1"})");
    const SettingsReading reading = SettingsFile::examine(folder.config(), environment_of({{"MAX_ATTEMPTS", "5"}}));
    REQUIRE(reading.usable);
    CHECK(reading.usable->settings.host == "::1");
    CHECK(reading.usable->settings.upstream_base_url == "http://up:1");
    CHECK(reading.usable->settings.max_attempts == 5);
    REQUIRE(reading.fault);
    CHECK(
        reading.fault->message ==
        folder.config().string() +
            ": LOG_LEVEL must be a single value, not an object or a list; PORT must be a whole number from 1 to 65535");
    CHECK(reading.fault->message == open_error(folder, {{"MAX_ATTEMPTS", "5"}}).message);

    folder.write("{");
    CHECK_FALSE(SettingsFile::examine(folder.config(), environment_of({})).usable);
    folder.write("{}");
    CHECK_FALSE(SettingsFile::examine(folder.config(), environment_of({})).fault);
}

TEST_CASE("a bad variable is not blamed on the file")
{
    const Folder folder;
    folder.write("{}");
    const Error error = open_error(folder, {{"PORT", "none"}});
    CHECK(error.code == "invalid_setting");
    CHECK(error.message == "PORT must be a whole number from 1 to 65535 (environment variable)");
}

TEST_CASE("a folder in the file's place, as a container's mount makes it, is refused")
{
    const Folder folder;
    std::filesystem::create_directory(folder.config());
    CHECK(open_error(folder).code == "invalid_config");
    const std::string message = open_error(folder).message;
    CHECK(message.starts_with(folder.config().string() + " is a directory and must be a file. Docker makes"));
}

TEST_CASE("values out of range are brought into it where that is wanted, and the file as it was is kept")
{
    const Folder folder;
    const auto no_variables = environment_of({});
    const std::string before = R"({"ADMIN_PASSWORD": "geheim", "SESSION_UPDATE_BATCH_SIZE": 100, "X": [1],)"
                               R"( "AUTO_REGISTER_INTERVAL": 30, "RESET_COUNTS_TIME": "24:00", "PORT": 5100})";
    const auto copy = folder.config().string() + ".before-upgrade";
    folder.write(before);
    SettingsFile::bring_into_range(folder.config(), no_variables, [](const Settings&) { return false; });
    CHECK(folder.text() == before);
    CHECK_FALSE(std::filesystem::exists(copy));

    std::string database_url;
    SettingsFile::bring_into_range(folder.config(), no_variables, [&](const Settings& settings) {
        database_url = settings.database_url;
        return true;
    });
    CHECK(database_url == Settings{}.database_url);
    CHECK(folder.json() == nlohmann::json::parse(R"({"ADMIN_PASSWORD": "geheim", "SESSION_UPDATE_BATCH_SIZE": 50,)"
                                                 R"( "X": [1], "AUTO_REGISTER_INTERVAL": 60,)"
                                                 R"( "RESET_COUNTS_TIME": "23:59", "PORT": 5100})"));
    CHECK(read_file(copy).value() == before);
    CHECK(std::filesystem::status(copy).permissions() == std::filesystem::perms{0600});
    CHECK(open(folder)->current()->settings.session_update_batch_size == 50);
}

TEST_CASE("a file with other faults is not brought into range: it is told instead")
{
    const Folder folder;
    const auto always = [](const Settings&) { return true; };
    for (const char* text : {R"({"PORT": 0, "LOG_LEVEL": "loud"})", R"({"PORT": 0)", "[]", R"({"PORT": 1})", "{}"}) {
        folder.write(text);
        SettingsFile::bring_into_range(folder.config(), environment_of({}), always);
        CHECK(folder.text() == text);
    }
    std::filesystem::remove(folder.config());
    SettingsFile::bring_into_range(folder.config(), environment_of({}), always);
    CHECK_FALSE(std::filesystem::exists(folder.config()));
}

TEST_CASE("a byte order mark and a key that stands there twice are taken as other programs take them")
{
    const Folder folder;
    folder.write("\xEF\xBB\xBF{\"PORT\": 1, \"PORT\": 2}");
    CHECK(open(folder)->current()->settings.port == 2);
}

TEST_CASE("every way in which a file changes is seen at the next look")
{
    const Folder folder;
    folder.write(R"({"PORT": 1000})");
    const auto file = open(folder);
    CHECK_FALSE(file->refresh());

    folder.write(R"({"PORT": 1001})");
    CHECK(file->refresh());
    CHECK(file->current()->settings.port == 1001);
    CHECK_FALSE(file->refresh());

    folder.replace(R"({"PORT": 1002})");
    CHECK(file->refresh());
    CHECK(file->current()->settings.port == 1002);

    folder.replace(R"({"PORT": 1002, "UNKNOWN": 1})");  // changed, but no setting is
    CHECK_FALSE(file->refresh());

    folder.write(R"({"PORT": 1003})");
    CHECK(file->refresh());
    CHECK(file->current()->settings.port == 1003);
}

TEST_CASE("writes that follow each other faster than the file system's clock ticks are all seen")
{
    const Folder folder;
    folder.write(R"({"PORT": 1000})");
    const auto file = open(folder);
    for (std::int64_t port = 1001; port < 1200; ++port) {
        folder.write(fmt::format(R"({{"PORT": {}}})", port));  // in place and of the same size
        CHECK(file->refresh());
        CHECK(file->current()->settings.port == port);
    }
}

TEST_CASE("while the file is bad the last good settings stay in force, and the fault is told until it is mended")
{
    const Folder folder;
    folder.write(R"({"ADMIN_PASSWORD": "hunter2"})");
    const auto file = open(folder);
    for (const char* bad : {"", "{\"ADMIN_PASSWORD\": \"hunter", "[]", "{\"PORT\": 0}"}) {
        CAPTURE(bad);
        folder.write(bad);
        CHECK_FALSE(file->refresh());
        CHECK(file->current()->settings.admin_password == "hunter2");
        CHECK(english(file->fault_message()).starts_with(folder.config().string()));
        CHECK(english(file->fault_message()).find("hunter") == std::string::npos);
    }
    std::filesystem::remove(folder.config());
    std::filesystem::create_directory(folder.config());
    CHECK_FALSE(file->refresh());
    CHECK(file->current()->settings.admin_password == "hunter2");
    CHECK_FALSE(file->fault_message().empty());

    std::filesystem::remove(folder.config());
    folder.write(R"({"ADMIN_PASSWORD": "hunter3"})");
    CHECK(file->refresh());
    CHECK(file->fault_message().empty());
    CHECK(file->current()->settings.admin_password == "hunter3");
}

TEST_CASE("a file that gets lost changes nothing: the password would be the default one")
{
    const Folder folder;
    folder.write(R"({"ADMIN_PASSWORD": "hunter2"})");
    const auto file = open(folder);
    std::filesystem::remove(folder.config());
    CHECK_FALSE(file->refresh());
    CHECK(file->current()->settings.admin_password == "hunter2");
    CHECK(english(file->fault_message()) == folder.config().string() + " is gone");
    const auto changed = file->change({{"PORT", 1001}});
    REQUIRE_FALSE(changed);
    CHECK(changed.error().code == "invalid_config");
    CHECK_FALSE(std::filesystem::exists(folder.config()));

    folder.write(R"({"ADMIN_PASSWORD": "hunter3"})");
    CHECK(file->refresh());
    CHECK(file->fault_message().empty());
    CHECK(file->current()->settings.admin_password == "hunter3");
}

TEST_CASE("mended to what it was, nothing changed but the fault is gone")
{
    const Folder folder;
    folder.write(R"({"PORT": 1})");
    const auto file = open(folder);
    folder.write("x");
    CHECK_FALSE(file->refresh());
    folder.write(R"({"PORT": 1})");
    CHECK_FALSE(file->refresh());
    CHECK(file->fault_message().empty());
}

TEST_CASE("the version names the text in force: the same for the same text, another for any other")
{
    const Folder folder;
    const auto file = open(folder);
    const auto other = open(folder, {{"PORT", "5555"}});
    CHECK_FALSE(file->version().empty());
    std::vector<std::string> versions{file->version()};
    for (const char* text : {R"({"PORT": 1})", R"({"PORT":1})", R"({"PORT": 1, "ADMIN_PASSWORD": "hunter2"})"}) {
        folder.replace(text);
        file->refresh();
        CHECK(std::find(versions.begin(), versions.end(), file->version()) == versions.end());
        versions.push_back(file->version());
        CHECK(file->version().find("hunter2") == std::string::npos);
    }
    CHECK(other->version() == versions.front());
    other->refresh();
    CHECK(other->version() == file->version());
    REQUIRE(other->change({{"PORT", whole(2)}}));
    CHECK(other->version() != file->version());
    file->refresh();
    CHECK(other->version() == file->version());
    // What is not in force has no version.
    folder.replace(R"({"PORT": 0})");
    file->refresh();
    CHECK_FALSE(file->fault_message().empty());
    CHECK(file->version() == other->version());
}

TEST_CASE("a snapshot stays as it is while settings change")
{
    const Folder folder;
    const auto file = open(folder);
    const auto snapshot = file->current();
    REQUIRE(file->change({{"PORT", whole(7000)}}));
    CHECK(snapshot->settings.port == 5100);
    CHECK(file->current()->settings.port == 7000);
}

TEST_CASE("a change writes the changed keys only, for the owner's eyes only, and is in force at once")
{
    const Folder folder;
    const auto file = open(folder, {{"PORT", "6000"}, {"ADMIN_PASSWORD", "from-environment"}});
    REQUIRE(file->change({{"LOG_LEVEL", std::string{"DEBUG"}}, {"PROXY_TIMEOUT", std::string{"60"}}}));
    CHECK(folder.text() == "{\n  \"LOG_LEVEL\": \"debug\",\n  \"PROXY_TIMEOUT\": 60\n}\n");
    CHECK((std::filesystem::status(folder.config()).permissions() & std::filesystem::perms::mask) ==
          (std::filesystem::perms::owner_read | std::filesystem::perms::owner_write));
    CHECK(file->current()->settings.log_level == "debug");
    CHECK(file->current()->settings.port == 6000);
    CHECK(file->current()->sources[3] == SettingSource::environment);
    CHECK_FALSE(file->refresh());
}

TEST_CASE("unknown keys stay, in their order; the file's mode stays")
{
    const Folder folder;
    folder.write(R"({"zeta": {"b": [1, 2.50, null], "a": "密"}, "PORT": 1, "alpha": false})");
    std::filesystem::permissions(folder.config(), std::filesystem::perms{0640});
    const auto file = open(folder);
    REQUIRE(file->change({{"PORT", whole(2)}, {"HOST", std::string{"::"}}}));
    const std::string text = folder.text();
    CHECK(text.find("zeta") < text.find("PORT"));
    CHECK(text.find("PORT") < text.find("alpha"));
    CHECK(text.find("\"b\"") < text.find("\"a\""));
    CHECK(text.find("密") != std::string::npos);
    CHECK(folder.json() ==
          nlohmann::json::parse(
              R"({"zeta": {"b": [1, 2.5, null], "a": "密"}, "PORT": 2, "alpha": false, "HOST": "::"})"));
    CHECK((std::filesystem::status(folder.config()).permissions() & std::filesystem::perms::mask) ==
          std::filesystem::perms{0640});
}

TEST_CASE("one fault among the changes and nothing is written")
{
    const Folder folder;
    const std::string before = R"({"PORT": 1})";
    folder.write(before);
    const auto file = open(folder);

    const auto out_of_range = file->change({{"HOST", std::string{"::"}}, {"PORT", whole(0)}});
    REQUIRE_FALSE(out_of_range);
    CHECK(out_of_range.error().code == "invalid_setting");
    CHECK(out_of_range.error().message == "PORT must be a whole number from 1 to 65535");

    const auto unknown = file->change({{"HOST", std::string{"::"}}, {"COLOUR", std::string{"red"}}});
    REQUIRE_FALSE(unknown);
    CHECK(unknown.error().code == "unknown_setting");
    CHECK(unknown.error().message == "\"COLOUR\" is not a setting");

    CHECK(folder.text() == before);
    CHECK(file->current()->settings.host == "0.0.0.0");
}

TEST_CASE("a file that does not parse is not overwritten; a bad value in it can be mended by a change")
{
    const Folder folder;
    const auto file = open(folder);
    folder.write("{\"PORT\": 1,");
    const auto refused = file->change({{"PORT", whole(2)}});
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == "invalid_config");
    CHECK(folder.text() == "{\"PORT\": 1,");

    folder.write("{\"PORT\": 0}");
    const auto beside = file->change({{"HOST", std::string{"::"}}});
    REQUIRE_FALSE(beside);
    CHECK(beside.error().code == "invalid_setting");
    CHECK(folder.text() == "{\"PORT\": 0}");
    REQUIRE(file->change({{"PORT", whole(2)}}));
    CHECK(file->current()->settings.port == 2);
    CHECK(file->fault_message().empty());
}

TEST_CASE("a masked secret sent back changes nothing; another one is stored as it is given")
{
    const Folder folder;
    folder.write(R"({"ADMIN_PASSWORD": "hunter2", "REGISTER_API_KEY": "key"})");
    const auto file = open(folder);
    REQUIRE(file->change({{"ADMIN_PASSWORD", std::string{masked_secret}},
                          {"REGISTER_API_KEY", std::string{masked_secret}},
                          {"PORT", whole(1)}}));
    CHECK(folder.json()["ADMIN_PASSWORD"] == "hunter2");
    CHECK(folder.json()["REGISTER_API_KEY"] == "key");
    REQUIRE(file->change({{"ADMIN_PASSWORD", std::string{"$6$salt$hash"}}, {"REGISTER_API_KEY", nullptr}}));
    CHECK(file->current()->settings.admin_password == "$6$salt$hash");
    CHECK(folder.json()["REGISTER_API_KEY"].is_null());
}

TEST_CASE("a masked secret that only the environment knows is not written down")
{
    const Folder folder;
    const auto file = open(folder, {{"ADMIN_PASSWORD", "hunter2"}});
    REQUIRE(file->change({{"ADMIN_PASSWORD", std::string{masked_secret}}}));
    CHECK_FALSE(std::filesystem::exists(folder.config()));
    CHECK(file->current()->settings.admin_password == "hunter2");
}

TEST_CASE("a folder that cannot be written to is told")
{
    const Folder folder;
    const auto file = SettingsFile::open(folder.config() / "missing" / "config.json", environment_of({}));
    REQUIRE(file);
    const auto changed = (*file)->change({{"PORT", whole(1)}});
    REQUIRE_FALSE(changed);
    CHECK(changed.error().code == "unwritable");
}

TEST_CASE("changes from several processes and threads at once all arrive")
{
    const Folder folder;
    folder.write(R"({"keep": "me"})");
    const std::vector<std::string> keys{"LIMIT_JIMENG_4_0", "LIMIT_JIMENG_4_1", "LIMIT_NANOBANANA",
                                        "LIMIT_NANOBANANAPRO"};
    constexpr std::int64_t rounds = 20;
    const auto change_all = [&](SettingsFile& file, const std::string& key) {
        for (std::int64_t i = 1; i <= rounds; ++i)
            if (!file.change({{key, whole(i)}})) return false;
        return true;
    };
    std::vector<pid_t> children;
    for (std::size_t i = 0; i < 2; ++i) {
        const pid_t child = ::fork();
        REQUIRE(child >= 0);
        if (child == 0) {
            auto file = SettingsFile::open(folder.config(), environment_of({}));
            ::_exit(file && change_all(**file, keys[i]) ? 0 : 1);
        }
        children.push_back(child);
    }
    const auto file = open(folder);
    std::array<bool, 2> went_well{};
    {
        std::jthread first([&] { went_well[0] = change_all(*file, keys[2]); });
        std::jthread second([&] { went_well[1] = change_all(*file, keys[3]); });
        for (int i = 0; i < 200; ++i) {
            file->refresh();
            CHECK(file->fault_message().empty());  // half a file is never seen
        }
    }
    CHECK(went_well[0]);
    CHECK(went_well[1]);
    for (const pid_t child : children) {
        int status = 1;
        CHECK(::waitpid(child, &status, 0) == child);
        CHECK(status == 0);
    }
    const nlohmann::json json = folder.json();
    CHECK(json["keep"] == "me");
    for (const std::string& key : keys) CHECK(json[key] == rounds);
    file->refresh();
    CHECK(file->current()->settings.limit_jimeng_4_1 == rounds);
}
