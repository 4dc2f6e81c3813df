#include "generate/settings_table.hpp"

#include <algorithm>
#include <set>

#include <doctest/doctest.h>

#include "jobs.hpp"

using namespace dreamina;

namespace {

bool has_row(const std::string& row) { return settings_table().find("\n" + row + "\n") != std::string::npos; }

std::string readme_fault(std::string_view readme)
{
    const auto renewed = renewed_readme(readme, settings_table());
    REQUIRE(!renewed.has_value());
    CHECK(renewed.error().code == "invalid_readme");
    return renewed.error().message;
}

const std::string begin_line = "<!-- generated:settings -->\n";
const std::string end_line = "<!-- /generated:settings -->\n";

}  // namespace

TEST_CASE("the table has a heading, and of each setting default, range and meaning")
{
    CHECK(settings_table().starts_with("| Setting | Default | Range | Meaning |\n| --- | --- | --- | --- |\n| `"));
    CHECK(has_row("| `PROXY_TIMEOUT` | 300 | 1–86400 s | Maximum duration of a forwarded request. |"));
    CHECK(has_row("| `AUTO_REGISTER_ENABLED` | false | true, false | Register new accounts on a schedule. |"));
    CHECK(
        has_row("| `ACCOUNT_BAN_DURATION_HOURS` | 4 | more than 0, at most 87600 h | "
                "How long an account is banned after the upstream rejected it. |"));
}

TEST_CASE("a setting that may be null has the default none")
{
    CHECK(
        has_row("| `METRICS_TOKEN` | none | any text | "
                "Bearer token for /metrics only. Not needed for requests from this machine. |"));
}

TEST_CASE("the table says of a setting when a change takes effect, unless that is at once")
{
    CHECK(has_row("| `PORT` | 5100 | 1–65535 | Port nginx listens on. Takes effect when nginx is reloaded. |"));
    CHECK(
        has_row("| `DATABASE_URL` | sqlite+aiosqlite:///./dreamina.db | sqlite:///FILE or a path | "
                "SQLite file, relative to the data folder. Takes effect at the next start. |"));
}

TEST_CASE("the short table has rows of the long one, and each once")
{
    const auto table = often_changed_settings_table();
    REQUIRE(table.has_value());
    CHECK(table->starts_with("| Setting | Default | Range | Meaning |\n| --- | --- | --- | --- |\n| `"));
    std::set<std::string> rows;
    for (auto begin = table->find("| `"); begin != std::string::npos; begin = table->find("\n| `", begin)) {
        if ((*table)[begin] == '\n') ++begin;
        const std::string row = table->substr(begin, table->find('\n', begin) - begin);
        CHECK_MESSAGE(has_row(row), row);
        CHECK_MESSAGE(rows.insert(row).second, row);
    }
    CHECK(rows.size() == 12);
}

TEST_CASE("the short table has the same settings in Chinese, with Chinese words")
{
    const auto english = often_changed_settings_table();
    const auto chinese = often_changed_settings_table(Language::chinese);
    REQUIRE(english.has_value());
    REQUIRE(chinese.has_value());
    CHECK(chinese->starts_with("| 设置 | 默认值 | 范围 | 含义 |\n| --- | --- | --- | --- |\n| `"));
    CHECK(std::count(chinese->begin(), chinese->end(), '\n') == std::count(english->begin(), english->end(), '\n'));
    CHECK(chinese->find("| `PROXY_TIMEOUT` | 300 | 1–86400 秒 |") != std::string::npos);
    CHECK(chinese->find("| `ACCOUNT_BAN_DURATION_HOURS` | 4 | 大于 0，不超过 87600 小时 |") != std::string::npos);
    CHECK(chinese->find("| `SECRET_KEY_FILE` | 无 | 路径 |") != std::string::npos);
    CHECK(chinese->find("下次启动时生效。 |") != std::string::npos);
}

TEST_CASE("only what stands between the marks is replaced")
{
    const std::string table = "| a |\n";
    const auto renewed =
        renewed_readme("# Title\n\n" + begin_line + "old\n" + end_line + "\nThe rest | of it.\n", table);
    REQUIRE(renewed.has_value());
    CHECK(*renewed == "# Title\n\n" + begin_line + "\n" + table + "\n" + end_line + "\nThe rest | of it.\n");
    CHECK(renewed_readme(*renewed, table).value() == *renewed);
}

TEST_CASE("a mark that is missing or stands twice is named, and nothing is guessed")
{
    CHECK(readme_fault("# Title\n" + end_line) == "the line <!-- generated:settings --> must be there once");
    CHECK(readme_fault("# Title\n" + begin_line) == "the line <!-- /generated:settings --> must be there once");
    CHECK(readme_fault(begin_line + end_line + begin_line) ==
          "the line <!-- generated:settings --> must be there once");
    CHECK(readme_fault(end_line + begin_line) == "the marks of settings are in the wrong order");
}

TEST_CASE("each scheduled job is told with its time and what it does")
{
    const std::string table = timed_jobs_table();
    CHECK(table.starts_with(
        "| scheduled job | when, by default | what it does |\n| --- | --- | --- |\n| `end_bans` | Every second | "));
    CHECK(table.find("\n| `backup` | Daily at 03:30 | copies the database") != std::string::npos);
    for (const TimedJob& job : timed_jobs()) CHECK_MESSAGE(!job.help.empty(), job.name);
    CHECK(renewed_readme("a\n<!-- generated:timed-jobs -->\nold\n<!-- /generated:timed-jobs -->\nb\n", "T\n",
                         "timed-jobs") ==
          "a\n<!-- generated:timed-jobs -->\n\nT\n\n<!-- /generated:timed-jobs -->\nb\n");
}
