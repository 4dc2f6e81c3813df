#pragma once
/// What was asked for on the command line: `--data DIR` and a command with its arguments, in any order.

#include <chrono>
#include <set>
#include <string>
#include <vector>

#include <tl/expected.hpp>

namespace dreamina {

struct CommandLine {
    std::string folder;
    std::string command;  ///< empty: the service itself, or what an option asks for
    std::vector<std::string> arguments;
    std::set<std::string, std::less<>> options;  ///< those without a value, such as "--plain"
    std::string once;                            ///< of --once
    std::chrono::seconds wait{0};                ///< of --wait

    bool has(std::string_view option) const { return options.contains(option); }
};

/// Why there is nothing to run.
struct NothingToRun {
    int status = 0;    ///< the exit status: 0 if --help or --version was asked for
    std::string text;  ///< what was asked for; else what is wrong, in one sentence that quotes no value
};

/// Checked against the table of commands.
tl::expected<CommandLine, NothingToRun> parse_command_line(std::vector<std::string> words);

}  // namespace dreamina
