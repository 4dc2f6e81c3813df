#include "command_line.hpp"

#include <algorithm>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <fmt/format.h>

#include "commands/commands.hpp"
#include "core/base/exit_status.hpp"

namespace dreamina {
namespace {

constexpr const char* description =
    R"(Runs Dreamina Manager's scheduled jobs and the jobs that are queued in its database, until SIGTERM.
There is one scheduler for a database; a second one ends at once. With a command it does that
instead, and ends.
)";

constexpr const char* footer =
    R"(dreamina-scheduler COMMAND --help describes a command's arguments and options.

Passwords are asked for at the terminal or, with --password-stdin, read from standard input; never
from the command line, which every user of the machine can see.

Exit status: 0 for success, 1 if something failed, 64 if the command line is wrong, 75 if another
scheduler runs or the service must be stopped first, 78 if the configuration or the key cannot be
used.)";

constexpr std::int64_t max_wait = 1'000'000;

bool is_flag(const CLI::Option& option) { return option.get_items_expected_max() == 0; }

/// CLI11's own has none for hidden ones.
std::string name_of(const CLI::Option& option) { return "--" + option.get_lnames().front(); }

/// The program's options and, hidden, those of all commands: an option may stand before its command.
void add_options(CLI::App& app, CommandLine& line)
{
    app.set_help_flag("-h,--help", "Print this help and exit");
    app.set_version_flag("--version", "dreamina-scheduler " DREAMINA_VERSION, "Print the version and exit");
    app.add_option("--data", line.folder, "Folder of config.json and the database")->type_name("DIR")->take_last();
    CLI::Option* list =
        app.add_flag("--list")->description("Print the scheduled jobs with their last and next runs, and exit");
    app.add_option("--once", line.once, "Run one scheduled job, here or in the running scheduler, and exit")
        ->type_name("JOB")
        ->take_last()
        ->excludes(list);
    app.add_option_function<std::int64_t>(
           "--wait", [&line](const std::int64_t& seconds) { line.wait = std::chrono::seconds{seconds}; },
           "If something keeps the service from starting, wait so long for that to be mended before it ends")
        ->type_name("SECONDS")
        ->check(CLI::Range(std::int64_t{0}, max_wait))
        ->take_last()
        ->excludes(list)
        ->excludes("--once");
    for (const Command& command : commands())
        for (const CommandWord& option : command.options)
            if (const std::string name{option.name}; app.get_option_no_throw(name) == nullptr)
                app.add_flag(name)->group("");
}

void add_commands(CLI::App& app, CommandLine& line)
{
    for (const Command& command : commands()) {
        CLI::App* added = app.add_subcommand(std::string{command.name}, std::string{command.summary} + "\n");
        if (command.needs_folder)
            added->footer("--data DIR is needed too: the folder of config.json and the database.");
        added->fallthrough()->group("Commands");
        for (const CommandWord& argument : command.arguments) {
            const auto take = [&line](const std::string& value) { line.arguments.push_back(value); };
            added->add_option_function<std::string>(std::string{argument.name}, take, std::string{argument.help})
                ->type_name("")
                ->required();
        }
        for (const CommandWord& option : command.options)
            added->add_flag(std::string{option.name})->description(std::string{option.help});
    }
    app.require_subcommand(0, 1);
}

/// CLI11 would take the next word for an empty value, and convert a flag's.
std::string fault_of_values(const CLI::App& app, const std::vector<std::string>& words)
{
    for (const std::string& word : words) {
        const auto equals = word.find('=');
        const CLI::Option* option = app.get_option_no_throw(word.substr(0, equals));
        if (option == nullptr) continue;
        const bool is_last = &word == &words.back();
        const bool takes_value = !is_flag(*option);
        const bool has_value = equals == std::string::npos ? !is_last : equals + 1 < word.size();
        if (takes_value && !has_value) return fmt::format("{} needs its {}", name_of(*option), option->get_type_name());
        if (!takes_value && equals != std::string::npos) return name_of(*option) + " takes no value";
    }
    return "";
}

/// Without a value: it may be a password that was meant for the prompt.
std::string fault_of_extra(const std::string& word, const std::string& command)
{
    if (word.starts_with('-')) return fmt::format("\"{}\" is no option", word.substr(0, word.find('=')));
    if (command.empty()) return fmt::format("\"{}\" is no command", word);
    return command + " was given an argument too many";
}

/// What CLI11 lets pass, because an option may belong to any command and stand anywhere.
std::string fault_of(const CLI::App& app, const CommandLine& line)
{
    if (app.remaining_size(true) > 0) return fault_of_extra(app.remaining(true).front(), line.command);
    const Command* command = find_command(line.command);
    for (const CLI::Option* given : app.get_options([](const CLI::Option* option) { return option->count() > 0; })) {
        const std::string name = name_of(*given);
        if (name == "--data") continue;
        const bool is_hidden = given->get_group().empty();
        if (command == nullptr && is_hidden) return name + " needs a command";
        const auto fits = [&](const CommandWord& option) { return option.name == name; };
        if (command != nullptr && std::none_of(command->options.begin(), command->options.end(), fits))
            return fmt::format("{} has no option {}", command->name, name);
    }
    if (line.folder.empty() && (command == nullptr || command->needs_folder)) return "--data DIR is missing";
    return "";
}

NothingToRun wrong(const std::string& fault, const std::string& command)
{
    return {.status = exit_bad_usage,
            .text = fmt::format("{}; see {}--help", fault, command.empty() ? command : command + " ")};
}

}  // namespace

tl::expected<CommandLine, NothingToRun> parse_command_line(std::vector<std::string> words)
{
    CommandLine line;
    CLI::App app{description, "dreamina-scheduler"};
    app.allow_extras();
    app.get_formatter()->label("SUBCOMMAND", "COMMAND");
    app.get_formatter()->label("Positionals", "Arguments");
    app.get_formatter()->label("REQUIRED", "(required)");
    add_options(app, line);
    add_commands(app, line);
    app.footer(footer);  // the commands would inherit it

    if (const std::string fault = fault_of_values(app, words); !fault.empty()) return tl::unexpected(wrong(fault, ""));
    const auto name_command = [&] {
        for (const CLI::App* command : app.get_subcommands()) line.command = command->get_name();
    };
    try {
        std::reverse(words.begin(), words.end());
        app.parse(std::move(words));
    } catch (const CLI::CallForVersion& version) {
        return tl::unexpected(NothingToRun{.text = std::string{version.what()} + "\n"});
    } catch (const CLI::CallForHelp&) {
        return tl::unexpected(NothingToRun{.text = app.help()});
    } catch (const CLI::ParseError& error) {
        name_command();
        return tl::unexpected(wrong(error.what(), line.command));
    }
    name_command();
    if (const std::string fault = fault_of(app, line); !fault.empty())
        return tl::unexpected(wrong(fault, line.command));
    const auto take_options = [&](const CLI::App& from) {
        for (const CLI::Option* given : from.get_options([](const CLI::Option* it) { return it->count() > 0; }))
            if (is_flag(*given)) line.options.insert(name_of(*given));
    };
    take_options(app);
    for (const CLI::App* command : app.get_subcommands()) take_options(*command);
    return line;
}

}  // namespace dreamina
