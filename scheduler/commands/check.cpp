#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "commands/commands.hpp"
#include "commands/findings.hpp"

namespace dreamina {
namespace {

std::string_view to_string(Level level)
{
    switch (level) {
    case Level::ok: return "ok";
    case Level::warning: return "warning";
    case Level::fault: return "fault";
    }
    return "";
}

void print_lines(const std::vector<Finding>& findings)
{
    for (const Finding& found : findings) {
        fmt::print("{:<8} {:<16} {}\n", to_string(found.level), found.part, found.summary);
        if (!found.advice.empty()) fmt::print("{:<25} → {}\n", "", found.advice);
    }
}

void print_json(const std::vector<Finding>& findings, bool well)
{
    nlohmann::ordered_json rows = nlohmann::ordered_json::array();
    for (const Finding& found : findings)
        rows.push_back(nlohmann::ordered_json{{"level", to_string(found.level)},
                                              {"part", found.part},
                                              {"said", found.summary},
                                              {"advice", found.advice}});
    const nlohmann::ordered_json document{{"ok", well}, {"findings", std::move(rows)}};
    fmt::print("{}\n", document.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace));
}

}  // namespace

int check_command(const CommandLine& line)
{
    const auto findings = check_everything(line.folder);
    const bool well = std::none_of(findings.begin(), findings.end(),
                                   [](const Finding& found) { return found.level == Level::fault; });
    line.has("--json") ? print_json(findings, well) : print_lines(findings);
    return well ? 0 : exit_failed;
}

}  // namespace dreamina
