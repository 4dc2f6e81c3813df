/// The README's table of settings is the code's.

#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "base/file.hpp"
#include "base/text.hpp"
#include "domain/settings.hpp"

using namespace dreamina;

namespace {

std::string default_text(const SettingRow& row)
{
    const SettingValue value = row.get(Settings{});
    if (const auto* boolean = std::get_if<bool>(&value)) return *boolean ? "true" : "false";
    if (const auto* whole = std::get_if<std::int64_t>(&value)) return fmt::format("{}", *whole);
    if (const auto* number = std::get_if<double>(&value)) return fmt::format("{}", *number);
    if (const auto* text = std::get_if<std::string>(&value)) return *text;
    return "none";
}

std::string_view effect_text(SettingEffect effect)
{
    switch (effect) {
    case SettingEffect::at_once: break;
    case SettingEffect::nginx_reload: return " Takes effect when nginx is reloaded.";
    case SettingEffect::restart: return " Takes effect at the next start.";
    }
    return "";
}

std::string table_row(const SettingRow& row)
{
    return fmt::format("| `{}` | {} | {} | {}{} |", row.key, default_text(row), range_text(row), row.help,
                       effect_text(row.effect));
}

/// Every row of the code's table as it must stand in the README.
std::string expected_table()
{
    std::string table = "| Setting | Default | Range | Meaning |\n| --- | --- | --- | --- |\n";
    for (const SettingRow& row : setting_rows()) table += table_row(row) + '\n';
    return table;
}

/// The table's rows under the heading "Settings", up to the next heading.
std::vector<std::string> rows_of_readme(std::string_view readme, bool& heading_found)
{
    std::vector<std::string> rows;
    heading_found = false;
    while (!readme.empty()) {
        const std::string_view line = trim(readme.substr(0, readme.find('\n')));
        const auto end = readme.find('\n');
        readme = end == std::string_view::npos ? std::string_view{} : readme.substr(end + 1);
        if (line.starts_with('#')) {
            if (heading_found) break;
            heading_found = trim(line.substr(line.find_first_not_of('#'))) == "Settings";
        } else if (heading_found && line.starts_with("| `")) {
            rows.emplace_back(line);
        }
    }
    return rows;
}

}  // namespace

TEST_CASE("the README's table of settings is the code's")
{
    const std::string advice =
        "the README's heading \"Settings\" must be followed by this table:\n\n" + expected_table();
    INFO(advice);
    const auto readme = read_file(PROJECT_FOLDER "/README.md");
    REQUIRE_MESSAGE(readme.has_value(), "there is no README.md that can be read");
    bool heading_found = false;
    const auto rows = rows_of_readme(*readme, heading_found);
    REQUIRE_MESSAGE(heading_found, "README.md has no heading \"Settings\"");
    REQUIRE_MESSAGE(!rows.empty(), "no table row \"| `KEY` | …\" under the heading \"Settings\"");
    CHECK(rows.size() == setting_rows().size());
    for (std::size_t i = 0; i < std::min(rows.size(), setting_rows().size()); ++i)
        CHECK(rows[i] == table_row(setting_rows()[i]));
}
