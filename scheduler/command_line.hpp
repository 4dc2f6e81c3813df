#pragma once
/// What was asked for on the command line: `--data DIR` and a command with its arguments, in any order.

#include <set>
#include <string>
#include <vector>

#include <tl/expected.hpp>

namespace dreamina {

struct CommandLine {
    std::string folder;
    std::string command;  ///< empty: the service itself, or what an option asks for
    std::vector<std::string> arguments;
    std::set<std::string, std::less<>> options;  ///< "--plain" …, and those that have a value: "--once"
    std::string once;                            ///< of --once

    bool has(std::string_view option) const { return options.contains(option); }
};

/// Checked against the table of commands; else what is wrong, in one sentence.
tl::expected<CommandLine, std::string> parse_command_line(const std::vector<std::string>& words);

std::string usage();

}  // namespace dreamina
