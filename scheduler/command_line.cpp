#include "command_line.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "commands/commands.hpp"

namespace dreamina {
namespace {

/// Those of the program itself; the commands' own stand in their table.
constexpr std::array plain_options{std::string_view{"--list"}, std::string_view{"--version"},
                                   std::string_view{"--help"}};

bool is_known_option(std::string_view option)
{
    const auto among = [&](const auto& list) { return std::find(list.begin(), list.end(), option) != list.end(); };
    if (among(plain_options)) return true;
    return std::any_of(commands().begin(), commands().end(), [&](const Command& it) { return among(it.options); });
}

std::string fault_of(const CommandLine& line)
{
    if (line.has("--help") || line.has("--version")) return "";
    if (line.has("--once") && line.has("--list")) return "--once and --list exclude each other";
    if (line.has("--once") && line.once.empty()) return "--once needs the name of a job";
    const Command* command = find_command(line.command);
    if (!line.command.empty() && command == nullptr)
        return fmt::format("\"{}\" is no command; see --help", line.command);
    for (const std::string& option : line.options) {
        const bool fits = command == nullptr ? option == "--once" || option == "--list"
                                             : std::find(command->options.begin(), command->options.end(), option) !=
                                                   command->options.end();
        if (!fits && command != nullptr) return fmt::format("{} has no option {}; see --help", command->name, option);
        if (!fits) return fmt::format("{} needs a command; see --help", option);
    }
    if (command != nullptr && line.arguments.size() != command->arguments.size()) {
        return command->arguments.empty()
                   ? fmt::format("{} takes no argument, and \"{}\" is one; see --help", command->name,
                                 line.arguments.front())
                   : fmt::format("usage: {} {}; see --help", command->name, fmt::join(command->arguments, " "));
    }
    if (line.folder.empty() && (command == nullptr || command->needs_folder))
        return "--data DIR is missing; see --help";
    return "";
}

}  // namespace

tl::expected<CommandLine, std::string> parse_command_line(const std::vector<std::string>& words)
{
    CommandLine line;
    for (std::size_t i = 0; i < words.size(); ++i) {
        const std::string& word = words[i];
        if (!word.starts_with("--") || word == "--") {
            if (word.starts_with('-') && word != "-")
                return tl::unexpected(fmt::format("\"{}\" is no option; see --help", word));
            if (line.command.empty()) {
                line.command = word;
            } else {
                line.arguments.push_back(word);
            }
            continue;
        }
        const auto equals = word.find('=');
        const std::string name = word.substr(0, equals);
        if (name == "--data" || name == "--once") {
            if (equals == std::string::npos && i + 1 == words.size())
                return tl::unexpected(name + (name == "--data" ? " needs a folder" : " needs the name of a job"));
            const std::string value = equals == std::string::npos ? words[++i] : word.substr(equals + 1);
            (name == "--data" ? line.folder : line.once) = value;
            if (name == "--once") line.options.insert(name);
        } else if (equals == std::string::npos && is_known_option(name)) {
            line.options.insert(name);
        } else {
            // Not quoted whole: it may be a password that was meant for the prompt.
            return tl::unexpected(fmt::format("\"{}\" is no option; see --help", name));
        }
    }
    if (const std::string fault = fault_of(line); !fault.empty()) return tl::unexpected(fault);
    return line;
}

std::string usage()
{
    std::string text = R"(usage: dreamina-scheduler --data DIR [COMMAND | --once JOB | --list]

Runs Dreamina Manager's timed jobs and the jobs that wait in its database, until SIGTERM. There is one scheduler for a
database; a second one ends at once. With a command it does that instead, and ends.

  --data DIR   folder of config.json and the database
  --once JOB   run one timed job to its end, here or in the scheduler that runs, and exit
  --list       print the timed jobs: when they run, how the last run went, when the next one is
  --version
  --help

Commands:
)";
    for (const Command& command : commands()) {
        std::string form{command.name};
        for (const std::string_view argument : command.arguments) form += fmt::format(" {}", argument);
        for (const std::string_view option : command.options) form += fmt::format(" [{}]", option);
        text += fmt::format("  {}\n      {}\n", form, command.summary);
    }
    return text + R"(
Passwords are asked for at the terminal, or read from the standard input with --password-stdin; never from the command
line, which everybody on the machine can see.

Exit status: 0, 1 if something failed, 64 for a wrong command line, 75 if what must be stopped runs, 78 if the
configuration or the key cannot be used.
)";
}

}  // namespace dreamina
