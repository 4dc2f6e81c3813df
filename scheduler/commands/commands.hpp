#pragma once
/// THE table of commands: what people and scripts do with the data.

#include <span>
#include <string_view>
#include <vector>

#include "command_line.hpp"
#include "print_error.hpp"

namespace dreamina {

/// An argument ("FILE") or an option ("--plain") of a command, as `dreamina-scheduler COMMAND --help` describes it.
struct CommandWord {
    std::string_view name;
    std::string_view help;
};

struct Command {
    std::string_view name;
    std::vector<CommandWord> arguments;
    std::vector<CommandWord> options;
    std::string_view summary;
    /// Says on the standard streams how it went; the exit status.
    int (*run)(const CommandLine& line);
    bool needs_folder = true;
};

std::span<const Command> commands();
const Command* find_command(std::string_view name);

// One file each.
int backup_command(const CommandLine& line);
int restore_command(const CommandLine& line);
int export_command(const CommandLine& line);
int import_command(const CommandLine& line);
int set_password_command(const CommandLine& line);
int generate_key_command(const CommandLine& line);
int rotate_key_command(const CommandLine& line);
int decrypt_command(const CommandLine& line);
int check_command(const CommandLine& line);

}  // namespace dreamina
