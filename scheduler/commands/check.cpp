#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "commands/commands.hpp"
#include "commands/findings.hpp"
#include "core/base/message/message_json.hpp"

namespace dreamina {
namespace {

/// As scripts have always called them.
std::string_view shown_part(const Finding& found)
{
    const std::string_view part = found.part();
    if (part == "settings" || part == "password") return "configuration";
    if (part == "database_place") return "database";
    if (part == "time_zone") return "clock";
    if (part == "backup") return "backups";
    return part == "register_service" ? "register service" : part;
}

void print_lines(const Findings& findings)
{
    for (const Finding& found : findings) {
        fmt::print("{:<8} {:<16} {}\n", to_string(found.level), shown_part(found), english(found.summary()));
        if (const Message advice = found.advice(); !advice.empty()) fmt::print("{:<25} → {}\n", "", english(advice));
    }
}

void print_json(const Findings& findings, bool well)
{
    nlohmann::ordered_json rows = nlohmann::ordered_json::array();
    for (const Finding& found : findings)
        rows.push_back(nlohmann::ordered_json{{"level", to_string(found.level)},
                                              {"part", shown_part(found)},
                                              {"code", found.code},
                                              {"params", params_json(found.params)},
                                              {"message", english(found.summary())},
                                              {"said", english(found.summary())},  // its former name
                                              {"advice", english(found.advice())}});
    const nlohmann::ordered_json document{{"ok", well}, {"findings", std::move(rows)}};
    fmt::print("{}\n", document.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace));
}

}  // namespace

int check_command(const CommandLine& line)
{
    const auto findings = check_everything(line.folder);
    const bool well = worst_of(findings) != Level::fault;
    line.has("--json") ? print_json(findings, well) : print_lines(findings);
    return well ? 0 : exit_failed;
}

}  // namespace dreamina
