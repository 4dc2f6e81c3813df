/// The READMEs' tables of settings are the code's.

#include <algorithm>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "core/base/file.hpp"
#include "core/base/text.hpp"
#include "core/domain/settings.hpp"
#include "generate/settings_table.hpp"

using namespace dreamina;

namespace {

/// Those of a table of the code that stand for a setting.
std::vector<std::string> expected_rows(const std::string& table)
{
    std::vector<std::string> rows;
    for (std::size_t begin = 0; begin < table.size();) {
        const auto end = table.find('\n', begin);
        const std::string line = table.substr(begin, end - begin);
        if (line.starts_with("| `")) rows.push_back(line);
        begin = end + 1;
    }
    return rows;
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

/// `file`: its path below the checkout.
void check_table(const std::string& file, const std::string& table)
{
    INFO(file << ": the build's target \"generated\" writes this table under the heading \"Settings\":\n\n" << table);
    const auto readme = read_file(PROJECT_FOLDER "/" + file);
    REQUIRE_MESSAGE(readme.has_value(), "there is no such file that can be read");
    bool heading_found = false;
    const auto rows = rows_of_readme(*readme, heading_found);
    REQUIRE_MESSAGE(heading_found, "it has no heading \"Settings\"");
    REQUIRE_MESSAGE(!rows.empty(), "no table row \"| `KEY` | …\" under the heading \"Settings\"");
    const auto expected = expected_rows(table);
    CHECK(rows.size() == expected.size());
    for (std::size_t i = 0; i < std::min(rows.size(), expected.size()); ++i) CHECK(rows[i] == expected[i]);
}

}  // namespace

TEST_CASE("the table of all settings is the code's")
{
    CHECK(expected_rows(settings_table()).size() == setting_rows().size());
    check_table("fcgi-app/README.md", settings_table());
}

TEST_CASE("the README's table of settings is the code's")
{
    const auto table = often_changed_settings_table();
    REQUIRE(table.has_value());
    check_table("README.md", *table);
}
