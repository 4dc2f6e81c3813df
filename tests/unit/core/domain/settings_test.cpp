#include "core/domain/settings.hpp"

#include <limits>
#include <map>
#include <ostream>

#include <doctest/doctest.h>
#include <fmt/format.h>

using namespace dreamina;

namespace {

Environment environment_of(std::map<std::string, std::string> variables)
{
    return [variables = std::move(variables)](const std::string& name) -> std::optional<std::string> {
        const auto found = variables.find(name);
        return found == variables.end() ? std::nullopt : std::optional<std::string>{found->second};
    };
}

const Environment no_environment = environment_of({});

/// The message of the fault, empty if the value was taken.
std::string fault_of(const char* key, const SettingValue& value)
{
    Settings settings;
    const Settings before = settings;
    const auto applied = apply_setting(settings, *find_setting(key), value);
    if (applied) return "";
    CHECK(applied.error().code == "invalid_setting");
    CHECK(settings == before);
    return applied.error().message;
}

/// What the table gives back after it took the value.
SettingValue taken(const char* key, const SettingValue& value)
{
    Settings settings;
    const SettingRow& row = *find_setting(key);
    const auto applied = apply_setting(settings, row, value);
    CHECK_MESSAGE(applied.has_value(), (applied ? "" : applied.error().message));
    return row.get(settings);
}

SettingValue text(const char* content) { return std::string{content}; }
SettingValue whole(std::int64_t number) { return number; }

}  // namespace

TEST_CASE("no setting that people have in their files goes away; each is there once, with a help and a range")
{
    const std::vector<std::string_view> keys{"ADMIN_PASSWORD",
                                             "UPSTREAM_BASE_URL",
                                             "HOST",
                                             "PORT",
                                             "METRICS_TOKEN",
                                             "PROXY_TIMEOUT",
                                             "MAX_UPLOAD_SIZE",
                                             "DEFAULT_IMAGE_MODEL",
                                             "DEFAULT_VIDEO_MODEL",
                                             "LOG_LEVEL",
                                             "LIMIT_JIMENG_4_0",
                                             "LIMIT_JIMENG_4_1",
                                             "LIMIT_NANOBANANA",
                                             "LIMIT_NANOBANANAPRO",
                                             "LIMIT_VIDEO_3_0",
                                             "RESET_COUNTS_TIME",
                                             "SESSION_UPDATE_DAYS",
                                             "SESSION_UPDATE_BATCH_SIZE",
                                             "AUTO_REGISTER_ENABLED",
                                             "AUTO_REGISTER_INTERVAL",
                                             "AUTO_REGISTER_TARGET",
                                             "POINTS_UPDATE_ENABLED",
                                             "POINTS_UPDATE_INTERVAL",
                                             "CN_POINTS_ENABLED",
                                             "DAILY_CREDITS_ENABLED",
                                             "SESSION_CHECK_ENABLED",
                                             "ACCOUNT_BAN_DURATION_HOURS",
                                             "MAX_ATTEMPTS",
                                             "ACCOUNT_MAX_CONCURRENCY",
                                             "QUEUE_TIMEOUT",
                                             "REGISTER_API_URL",
                                             "REGISTER_API_KEY",
                                             "REGISTER_MAIL_TYPE",
                                             "DEFAULT_POINTS",
                                             "RETENTION_DAYS",
                                             "VERDICT_SAMPLES",
                                             "AUDIT_RETENTION_DAYS",
                                             "BACKUP_KEEP",
                                             "DATABASE_URL",
                                             "SECRET_KEY_FILE"};
    for (const std::string_view key : keys) CHECK_MESSAGE(find_setting(key), key);
    for (const SettingRow& row : setting_rows()) {
        CAPTURE(row.key);
        CHECK(find_setting(row.key) == &row);
        CHECK_FALSE(row.help.empty());
        CHECK_FALSE(row.group.empty());
        CHECK_FALSE(range_text(row).empty());
    }
    CHECK(find_setting("port") == nullptr);
    CHECK(find_setting("") == nullptr);
}

TEST_CASE("every default is a value that the table itself takes, as it is and as text")
{
    for (const SettingRow& row : setting_rows()) {
        CAPTURE(row.key);
        Settings settings;
        const SettingValue fallback = row.get(settings);
        CHECK(apply_setting(settings, row, fallback));
        CHECK(settings == Settings{});
        std::string written = "null";
        if (const auto* number = std::get_if<std::int64_t>(&fallback)) written = fmt::format("{}", *number);
        if (const auto* number = std::get_if<double>(&fallback)) written = fmt::format("{}", *number);
        if (const auto* truth = std::get_if<bool>(&fallback)) written = *truth ? "true" : "false";
        if (const auto* content = std::get_if<std::string>(&fallback)) written = *content;
        CHECK(apply_setting(settings, row, written));
        CHECK(settings == Settings{});
    }
}

TEST_CASE("ranges for people come from the same numbers")
{
    CHECK(range_text(*find_setting("PORT")) == "1–65535");
    CHECK(range_text(*find_setting("PROXY_TIMEOUT")) == "1–86400 s");
    CHECK(range_text(*find_setting("LIMIT_VIDEO_3_0")) == "0–1000000000 calls");
    CHECK(range_text(*find_setting("ACCOUNT_BAN_DURATION_HOURS")) == "more than 0, at most 87600 h");
    CHECK(range_text(*find_setting("REGISTER_MAIL_TYPE")) == "moemail, tempmailhub");
    CHECK(range_text(*find_setting("RESET_COUNTS_TIME")) == "HH:MM");
    CHECK(range_text(*find_setting("AUTO_REGISTER_ENABLED")) == "true, false");
}

TEST_CASE("whole numbers")
{
    CHECK(taken("PORT", whole(1)) == whole(1));
    CHECK(taken("PORT", whole(65535)) == whole(65535));
    CHECK(taken("PORT", 60.0) == whole(60));
    CHECK(taken("PORT", text("8080")) == whole(8080));
    CHECK(taken("PORT", text(" 8080 ")) == whole(8080));
    CHECK(taken("PORT", text("8080.0")) == whole(8080));
    const std::string fault = "PORT must be a whole number from 1 to 65535";
    for (const SettingValue& bad : std::vector<SettingValue>{whole(0),
                                                             whole(-1),
                                                             whole(65536),
                                                             whole(std::numeric_limits<std::int64_t>::max()),
                                                             1.5,
                                                             1e300,
                                                             -1e300,
                                                             std::numeric_limits<double>::quiet_NaN(),
                                                             std::numeric_limits<double>::infinity(),
                                                             true,
                                                             false,
                                                             text(""),
                                                             text("x"),
                                                             text("80x"),
                                                             text("0x50"),
                                                             text("80 81"),
                                                             text("nan"),
                                                             text("inf"),
                                                             text("1e400"),
                                                             text("true"),
                                                             text("99999999999999999999999"),
                                                             text("null")})
        CHECK(fault_of("PORT", bad) == fault);
    CHECK(fault_of("PORT", nullptr) == "PORT must not be null");
}

TEST_CASE("ranges of the numeric settings")
{
    struct Row {
        const char* key;
        double least;
        double most;
    };
    for (const Row& row : std::vector<Row>{{"PORT", 1, 65535},
                                           {"PROXY_TIMEOUT", 1, 86400},
                                           {"LIMIT_JIMENG_4_0", 0, 1e9},
                                           {"LIMIT_JIMENG_4_1", 0, 1e9},
                                           {"LIMIT_NANOBANANA", 0, 1e9},
                                           {"LIMIT_NANOBANANAPRO", 0, 1e9},
                                           {"LIMIT_VIDEO_3_0", 0, 1e9},
                                           {"SESSION_UPDATE_DAYS", 1, 36500},
                                           {"SESSION_UPDATE_BATCH_SIZE", 1, 50},
                                           {"AUTO_REGISTER_INTERVAL", 60, 1e9},
                                           {"POINTS_UPDATE_INTERVAL", 60, 1e9},
                                           {"ACCOUNT_BAN_DURATION_HOURS", 0.001, 87600},
                                           {"RETENTION_DAYS", 1, 3650},
                                           {"AUDIT_RETENTION_DAYS", 1, 36500},
                                           {"BACKUP_KEEP", 1, 365},
                                           {"DEFAULT_POINTS", 0, 1e9}}) {
        CAPTURE(row.key);
        CHECK(fault_of(row.key, row.least) == "");
        CHECK(fault_of(row.key, row.most) == "");
        CHECK(fault_of(row.key, row.least - 1) != "");
        CHECK(fault_of(row.key, row.most + 1) != "");
    }
}

TEST_CASE("numbers")
{
    CHECK(taken("ACCOUNT_BAN_DURATION_HOURS", whole(4)) == SettingValue{4.0});
    CHECK(taken("ACCOUNT_BAN_DURATION_HOURS", text("0.5")) == SettingValue{0.5});
    CHECK(fault_of("ACCOUNT_BAN_DURATION_HOURS", whole(0)) ==
          "ACCOUNT_BAN_DURATION_HOURS must be a number more than 0 and at most 87600");
    CHECK(fault_of("DEFAULT_POINTS", -0.1) == "DEFAULT_POINTS must be a number from 0 to 1000000000");
    CHECK(fault_of("DEFAULT_POINTS", true) != "");
    CHECK(fault_of("DEFAULT_POINTS", text("1,5")) != "");
    CHECK(fault_of("DEFAULT_POINTS", std::numeric_limits<double>::quiet_NaN()) != "");
}

TEST_CASE("switches")
{
    for (const char* yes : {"true", "TRUE", "1", "yes", "On", " on "})
        CHECK(taken("AUTO_REGISTER_ENABLED", text(yes)) == SettingValue{true});
    for (const char* no : {"false", "False", "0", "no", "OFF"})
        CHECK(taken("AUTO_REGISTER_ENABLED", text(no)) == SettingValue{false});
    CHECK(taken("AUTO_REGISTER_ENABLED", true) == SettingValue{true});
    for (const SettingValue& bad : std::vector<SettingValue>{whole(1), whole(0), 1.0, text(""), text("ja"), text("2")})
        CHECK(fault_of("AUTO_REGISTER_ENABLED", bad) == "AUTO_REGISTER_ENABLED must be true or false");
    CHECK(fault_of("AUTO_REGISTER_ENABLED", nullptr) == "AUTO_REGISTER_ENABLED must not be null");
}

TEST_CASE("null is a value only where it may be one")
{
    for (const SettingValue& none :
         std::vector<SettingValue>{nullptr, text(""), text("null"), text("NULL"), text("  ")})
        CHECK(taken("REGISTER_API_URL", none) == SettingValue{nullptr});
    CHECK(taken("REGISTER_API_KEY", text("k")) == text("k"));
    CHECK(fault_of("HOST", nullptr) == "HOST must not be null");
    CHECK(fault_of("HOST", text(" ")) == "HOST must not be empty");
}

TEST_CASE("URLs")
{
    for (const char* good :
         {"http://localhost:8080", "https://example.com", "HTTP://h", "http://h/", "http://h/base/path",
          "http://[::1]:80", "http://[::1]", "http://user:pw@h:1", "http://10.0.0.1", "http://例子.cn", " http://h "})
        CHECK(fault_of("UPSTREAM_BASE_URL", text(good)) == "");
    for (const char* bad : {"",           "localhost:8080", "ftp://h",        "http://",     "http:///path",
                            "http://:80", "http://h:0",     "http://h:65536", "http://h:x",  "http://h:",
                            "http://h h", "http://h/a b",   "http://h?q",     "http://h/#f", "http://[::1",
                            "http://[x]", "http://user@",   "http://h\nx",    "http://a\\b", "http:/h",
                            "://h",       "http://{h}"}) {
        CAPTURE(bad);
        CHECK(fault_of("UPSTREAM_BASE_URL", text(bad)).starts_with("UPSTREAM_BASE_URL must "));
    }
    CHECK(fault_of("UPSTREAM_BASE_URL", "http://" + std::string(3000, 'h')) ==
          "UPSTREAM_BASE_URL must have at most 2048 bytes");
    CHECK(fault_of("UPSTREAM_BASE_URL", nullptr) == "UPSTREAM_BASE_URL must not be null");
    CHECK(fault_of("REGISTER_API_URL", text("nonsense")) ==
          "REGISTER_API_URL must be an http or https URL with a host, without spaces, query and fragment");
}

TEST_CASE("a default model is a model's name")
{
    for (const char* key : {"DEFAULT_IMAGE_MODEL", "DEFAULT_VIDEO_MODEL"}) {
        CAPTURE(key);
        CHECK(fault_of(key, text(" jimeng-4.0 ")) == "");
        CHECK(fault_of(key, text("")) == std::string{key} + " must not be empty");
        CHECK(fault_of(key, text("jimeng-*")) == std::string{key} + " must not contain *, which stands for any text");
        CHECK(fault_of(key, std::string(101, 'm')) == std::string{key} + " must have at most 100 bytes");
    }
}

TEST_CASE("what is rendered into nginx's file is an address and nothing else")
{
    for (const char* good :
         {"0.0.0.0", "127.0.0.1", "::", "::1", "fe80::1", "localhost", "my-host.example.com", "a_b", "h."})
        CHECK(fault_of("HOST", text(good)) == "");
    for (const char* bad :
         {"",   "a b", "h;",   "h{", "h}", "0.0.0.0;}", "h\nx",        "999.1.1.1", "1.2.3", "[::]", "h:80",
          "-h", "h-",  "a..b", ".",  "h#", "$host",     "unix:/tmp/x", "*",         "\"h\"", "ü",    "::g"}) {
        CAPTURE(bad);
        CHECK(fault_of("HOST", text(bad)) != "");
    }
    CHECK(fault_of("HOST", text("a b")) == "HOST must be an IP address or a host name");
    CHECK(fault_of("HOST", std::string(254, 'a')) != "");
    CHECK(fault_of("HOST", whole(1)) == "HOST must be a string");
}

TEST_CASE("the folder of results is one of its own")
{
    for (const char* good : {"results", "results/", "pictures/of/all", "..results", "generations-2", "/mnt/results",
                             "/srv/generations", "/process"}) {
        CAPTURE(good);
        CHECK(fault_of("RESULTS_FOLDER", text(good)) == "");
    }
    for (const char* bad : {"../../..",
                            "..",
                            ".",
                            "./results",
                            "a/../b",
                            "a/./b",
                            "generations",
                            "generations/x",
                            "run//x",
                            "backups/",
                            "logs",
                            "spool",
                            "workers",
                            "config.json",
                            "dreamina.db",
                            "dreamina.db-wal",
                            "/",
                            "/..",
                            "/proc/x",
                            "/proc",
                            "/dev/null",
                            "/sys/fs",
                            "/mnt/../proc/x",
                            "//proc"}) {
        CAPTURE(bad);
        CHECK(fault_of("RESULTS_FOLDER", text(bad)) != "");
    }
    CHECK(fault_of("RESULTS_FOLDER", text("run/x")) ==
          "RESULTS_FOLDER must be a folder of its own: run in the data folder belongs to the service");
    CHECK(fault_of("RESULTS_FOLDER", text("/dev/null")) ==
          "RESULTS_FOLDER must not be below /dev: nothing can be kept there");
}

TEST_CASE("closed lists are read in any case and kept in one")
{
    CHECK(taken("LOG_LEVEL", text("WARNING")) == text("warning"));
    CHECK(taken("REGISTER_MAIL_TYPE", text("TempMailHub")) == text("tempmailhub"));
    CHECK(fault_of("LOG_LEVEL", text("warn")) == "LOG_LEVEL must be one of debug, info, warning, error, critical");
    CHECK(fault_of("REGISTER_MAIL_TYPE", text("gmail")) == "REGISTER_MAIL_TYPE must be one of moemail, tempmailhub");
    CHECK(parse_log_level("debug") == LogLevel::debug);
    CHECK(parse_log_level("critical") == LogLevel::critical);
    for (const std::string_view level : find_setting("LOG_LEVEL")->choices)
        CHECK((level == "info") == (parse_log_level(level) == LogLevel::info));
}

TEST_CASE("the time of day")
{
    CHECK(taken("RESET_COUNTS_TIME", text("23:59")) == text("23:59"));
    CHECK(taken("RESET_COUNTS_TIME", text(" 8:00 ")) == text("08:00"));
    for (const char* bad : {"24:00", "9:0", "09:60", "0900", "noon"})
        CHECK(fault_of("RESET_COUNTS_TIME", text(bad)) ==
              "RESET_COUNTS_TIME must be a time of day as HH:MM, from 00:00 to 23:59");
}

TEST_CASE("the administrator's password is kept as it is given, and never told")
{
    CHECK(taken("ADMIN_PASSWORD", text(" with blanks ")) == text(" with blanks "));
    CHECK(taken("ADMIN_PASSWORD", std::string(256, 'x')) == SettingValue{std::string(256, 'x')});
    CHECK(fault_of("ADMIN_PASSWORD", std::string(257, 'x')) == "ADMIN_PASSWORD must have at most 256 bytes");
    CHECK(fault_of("ADMIN_PASSWORD", text("")) == "ADMIN_PASSWORD must not be empty");
    CHECK(fault_of("ADMIN_PASSWORD", nullptr) == "ADMIN_PASSWORD must not be null");
    CHECK(fault_of("ADMIN_PASSWORD", whole(1234)) == "ADMIN_PASSWORD must be a string");
    CHECK(fault_of("ADMIN_PASSWORD", text("hunter2\x01")) == "ADMIN_PASSWORD must not contain control characters");
    CHECK(fault_of("ADMIN_PASSWORD", text("hunter2\xFF")) == "ADMIN_PASSWORD must be valid UTF-8");
    CHECK(fault_of("ADMIN_PASSWORD", std::string("a\0b", 3)) != "");
}

TEST_CASE("secrets are marked as such")
{
    for (const SettingRow& row : setting_rows())
        CHECK(row.secret ==
              (row.key == "ADMIN_PASSWORD" || row.key == "REGISTER_API_KEY" || row.key == "METRICS_TOKEN"));
}

TEST_CASE("the kind of a password")
{
    CHECK(password_kind("admin123") == "default");
    CHECK(password_kind("admin1234") == "plain");
    CHECK(password_kind("$6$salt$hash") == "hash");
    CHECK(password_kind("$y$j9T$salt$hash") == "hash");
    CHECK(password_kind("$2b$12$abcdefghijklmnopqrstuv") == "hash");
    CHECK(password_kind("$ecret") == "plain");
    CHECK(password_kind("$$$") == "plain");
    CHECK(password_kind("$BIG$money") == "plain");
    CHECK(password_kind("$6$") == "plain");
}

TEST_CASE("the database's file from every form it is written in")
{
    CHECK(database_path("sqlite+aiosqlite:///./dreamina.db") == "dreamina.db");
    CHECK(database_path("sqlite+aiosqlite:////var/lib/d.db") == "/var/lib/d.db");
    CHECK(database_path("sqlite:///sub/d.db?timeout=5") == "sub/d.db");
    CHECK(database_path("SQLite:///d.db") == "d.db");
    CHECK(database_path("d.db") == "d.db");
    CHECK(database_path("./my data/d.db") == "my data/d.db");
    CHECK(database_path("/abs/d.db") == "/abs/d.db");
    CHECK(database_path("../d.db") == "../d.db");
    for (const char* bad :
         {"", ".", "..", "./", "/", "sub/", "sub/..", "sqlite://", "sqlite:///", "sqlite:///?x", "sqlite:d.db",
          "sqlite://host/d.db", "postgresql://h/d", "mysql:///d", "file:d.db", ":memory:", "sqlite:///:memory:"}) {
        CAPTURE(bad);
        const auto path = database_path(bad);
        REQUIRE_FALSE(path);
        CHECK(path.error().code == "invalid_setting");
        CHECK(path.error().message.starts_with("DATABASE_URL must "));
    }
    CHECK(fault_of("DATABASE_URL", text("postgresql://u:secret@h/d")) ==
          "DATABASE_URL must be sqlite:///FILE or a plain path");
}

TEST_CASE("the file goes before the environment, the environment before the default")
{
    const auto resolved = resolve_settings(
        {{"PORT", whole(1000)}, {"REGISTER_API_URL", nullptr}, {"OTHER", text("x")}},
        environment_of(
            {{"PORT", "2000"}, {"PROXY_TIMEOUT", "20"}, {"REGISTER_API_URL", "http://h"}, {"LOG_LEVEL", ""}}));
    REQUIRE(resolved);
    CHECK(resolved->settings.port == 1000);
    CHECK(resolved->settings.proxy_timeout == 20);
    CHECK(resolved->settings.log_level == "info");
    CHECK_FALSE(resolved->settings.register_api_url);  // the file's null is a word of its own
    REQUIRE(resolved->sources.size() == setting_rows().size());
    for (std::size_t i = 0; i < setting_rows().size(); ++i) {
        const std::string_view key = setting_rows()[i].key;
        CAPTURE(key);
        const auto expected = key == "PORT" || key == "REGISTER_API_URL" ? SettingSource::file
                              : key == "PROXY_TIMEOUT"                   ? SettingSource::environment
                                                                         : SettingSource::fallback;
        CHECK((resolved->sources[i] == expected));
    }
}

TEST_CASE("nothing given, everything default")
{
    const auto resolved = resolve_settings({}, no_environment);
    REQUIRE(resolved);
    CHECK(resolved->settings == Settings{});
    CHECK(resolved->settings.admin_password == default_admin_password);
}

TEST_CASE("a key that stands there twice has its last value")
{
    CHECK(resolve_settings({{"PORT", whole(1)}, {"PORT", whole(2)}}, no_environment)->settings.port == 2);
}

TEST_CASE("quotes around a variable's value, as an env file of Docker keeps them, are taken off")
{
    const auto resolved = resolve_settings({{"PORT", whole(1000)}}, environment_of({{"ADMIN_PASSWORD", "\"pa\"ss\""},
                                                                                    {"PORT", "'2000'"},
                                                                                    {"PROXY_TIMEOUT", " '20' "},
                                                                                    {"REGISTER_API_KEY", "\"\""},
                                                                                    {"LOG_LEVEL", "\"debug\""},
                                                                                    {"HOST", "127.0.0.1"}}));
    REQUIRE(resolved);
    CHECK(resolved->settings.admin_password == "pa\"ss");
    CHECK(resolved->settings.port == 1000);
    CHECK(resolved->settings.proxy_timeout == 20);
    CHECK(resolved->settings.log_level == "debug");
    CHECK_FALSE(resolved->settings.register_api_key);  // as one that is empty
    CHECK(source_of(*resolved, "REGISTER_API_KEY") == SettingSource::fallback);
    CHECK(resolved->unquoted ==
          std::vector<std::string_view>{"ADMIN_PASSWORD", "PROXY_TIMEOUT", "LOG_LEVEL", "REGISTER_API_KEY"});
    for (const char* not_quoted : {"\"x", "x\"", "\"x'", "\""}) {
        const auto kept = resolve_settings({}, environment_of({{"ADMIN_PASSWORD", not_quoted}}));
        REQUIRE(kept);
        CHECK(kept->settings.admin_password == not_quoted);
        CHECK(kept->unquoted.empty());
    }
    // In the file they are the value's own.
    CHECK(resolve_settings({{"ADMIN_PASSWORD", text("\"x\"")}}, no_environment)->settings.admin_password == "\"x\"");
}

TEST_CASE("where a setting comes from")
{
    const auto resolved = resolve_settings({{"PORT", whole(1000)}}, environment_of({{"HOST", "127.0.0.1"}}));
    REQUIRE(resolved);
    CHECK(source_of(*resolved, "PORT") == SettingSource::file);
    CHECK(source_of(*resolved, "HOST") == SettingSource::environment);
    CHECK(source_of(*resolved, "LOG_LEVEL") == SettingSource::fallback);
}

TEST_CASE("the nearest value of one that is out of range")
{
    const auto nearest = [](const char* key, const SettingValue& value) {
        return nearest_in_range(*find_setting(key), value);
    };
    CHECK(nearest("SESSION_UPDATE_BATCH_SIZE", whole(100)) == whole(50));
    CHECK(nearest("SESSION_UPDATE_BATCH_SIZE", whole(0)) == whole(1));
    CHECK(nearest("PROXY_TIMEOUT", text("999999")) == whole(86400));
    CHECK(nearest("AUTO_REGISTER_INTERVAL", 0.5) == whole(60));
    CHECK(nearest("DEFAULT_POINTS", -0.5) == SettingValue{0.0});
    CHECK(nearest("ACCOUNT_BAN_DURATION_HOURS", whole(0)) == SettingValue{0.01});
    CHECK(nearest("RESET_COUNTS_TIME", text("24:00")) == text("23:59"));
    CHECK(nearest("RESET_COUNTS_TIME", text("8:75")) == text("08:59"));
    for (const SettingRow& row : setting_rows())  // what they are put to is good
        for (const double far : {-1e300, -1.0, 0.0, 1e300})
            if (const auto value = nearest_in_range(row, far)) CHECK(fault_of(row.key.data(), *value) == "");
    // What is in range, and what is no number at all, is not for it.
    CHECK_FALSE(nearest("SESSION_UPDATE_BATCH_SIZE", whole(50)));
    CHECK_FALSE(nearest("SESSION_UPDATE_BATCH_SIZE", text("many")));
    CHECK_FALSE(nearest("SESSION_UPDATE_BATCH_SIZE", nullptr));
    CHECK_FALSE(nearest("RESET_COUNTS_TIME", text("8:00")));
    CHECK_FALSE(nearest("RESET_COUNTS_TIME", text("noon")));
    CHECK_FALSE(nearest("LOG_LEVEL", text("loud")));
    CHECK_FALSE(nearest("POINTS_UPDATE_ENABLED", whole(2)));
}

TEST_CASE("a bad value names its key, and the environment where it comes from there")
{
    const auto file = resolve_settings({{"PORT", text("x")}}, no_environment);
    REQUIRE_FALSE(file);
    CHECK(file.error().message == "PORT must be a whole number from 1 to 65535");
    const auto variable = resolve_settings({}, environment_of({{"PORT", "x"}}));
    REQUIRE_FALSE(variable);
    CHECK(variable.error().code == "invalid_setting");
    CHECK(variable.error().message == "PORT must be a whole number from 1 to 65535 (environment variable)");
    CHECK(resolve_settings({{"PORT", whole(1)}}, environment_of({{"PORT", "x"}})));  // it is not asked
}

TEST_CASE("all bad values are named, and the others are there for who wants to look further")
{
    const std::vector<SettingEntry> entries{{"LOG_LEVEL", text("loud")}, {"HOST", text("::1")}, {"PORT", text("x")}};
    const auto resolved = resolve_settings(entries, environment_of({{"MAX_ATTEMPTS", "11"}}));
    REQUIRE_FALSE(resolved);
    CHECK(resolved.error().code == "invalid_setting");
    CHECK(resolved.error().each.size() == 3);
    for (const char* part : {"PORT must be a whole number from 1 to 65535; ", "LOG_LEVEL must be one of ",
                             "MAX_ATTEMPTS must be a whole number from 1 to 10 (environment variable)"})
        CHECK(resolved.error().message.find(part) != std::string::npos);

    std::vector<Error> faults;
    const ResolvedSettings usable = resolve_settings(entries, no_environment, faults);
    CHECK(faults.size() == 2);
    CHECK(usable.settings.host == "::1");
    CHECK(usable.settings.port == Settings{}.port);
    CHECK(usable.settings.log_level == Settings{}.log_level);
}

TEST_CASE("a number that may be none")
{
    CHECK(taken("AUTO_REGISTER_TARGET", std::int64_t{20}) == SettingValue{std::int64_t{20}});
    CHECK(taken("AUTO_REGISTER_TARGET", text("0")) == SettingValue{std::int64_t{0}});
    CHECK(taken("AUTO_REGISTER_TARGET", nullptr) == SettingValue{nullptr});
    CHECK(taken("AUTO_REGISTER_TARGET", text("")) == SettingValue{nullptr});
    CHECK(find_setting("AUTO_REGISTER_TARGET")->nullable);
    for (const SettingValue& bad :
         {SettingValue{std::int64_t{-1}}, SettingValue{1.5}, text("many"), SettingValue{true}})
        CHECK(fault_of("AUTO_REGISTER_TARGET", bad) ==
              "AUTO_REGISTER_TARGET must be a whole number from 0 to 1000000000 or null");
}
