#include "command_line.hpp"

#include <doctest/doctest.h>

#include <fmt/format.h>

#include "commands/commands.hpp"

using namespace dreamina;

namespace {

CommandLine parsed(const std::vector<std::string>& words)
{
    const auto line = parse_command_line(words);
    REQUIRE_MESSAGE(line.has_value(), (line ? "" : line.error().text));
    return *line;
}

std::string fault(const std::vector<std::string>& words)
{
    const auto line = parse_command_line(words);
    CHECK((line || line.error().status == exit_bad_usage));
    return line ? "" : line.error().text;
}

/// What --help and --version print.
std::string answer(const std::vector<std::string>& words)
{
    const auto line = parse_command_line(words);
    REQUIRE_FALSE(line.has_value());
    CHECK(line.error().status == 0);
    return line.error().text;
}

}  // namespace

TEST_CASE("the folder stands before or behind the command")
{
    using Words = std::vector<std::string>;
    for (const Words& words :
         {Words{"--data", "d", "export", "f", "--plain"}, Words{"export", "f", "--plain", "--data=d"},
          Words{"export", "--plain", "--data", "d", "f"}, Words{"--plain", "--data", "d", "export", "f"}}) {
        const CommandLine line = parsed(words);
        CHECK(line.folder == "d");
        CHECK(line.command == "export");
        CHECK(line.arguments == Words{"f"});
        CHECK(line.has("--plain"));
    }
    CHECK(parsed({"--data", "d"}).command.empty());
    CHECK(parsed({"--data", "d", "--once", "prune"}).once == "prune");
    CHECK(parsed({"--data", "d", "--wait", "30"}).wait == std::chrono::seconds{30});
    CHECK(parsed({"--data", "d"}).wait == std::chrono::seconds{0});
    CHECK(parsed({"generate-key", "f"}).folder.empty());
}

TEST_CASE("a file may be called like a command or an option")
{
    using Words = std::vector<std::string>;
    CHECK(parsed({"--data", "d", "backup", "check"}).arguments == Words{"check"});
    CHECK(parsed({"--data", "d", "backup", "--", "--plain"}).arguments == Words{"--plain"});
    CHECK(parsed({"--data", "backup", "backup", "backup"}).folder == "backup");
}

TEST_CASE("of a folder that is named twice the last one counts")
{
    CHECK(parsed({"--data", "d", "--data", "e", "check", "--json", "--json"}).folder == "e");
}

TEST_CASE("what does not fit is named")
{
    CHECK(fault({}) == "--data DIR is missing; see --help");
    CHECK(fault({"backup", "f"}) == "--data DIR is missing; see backup --help");
    CHECK(fault({"--data", "d", "dance"}) == "\"dance\" is no command; see --help");
    CHECK(fault({"--data", "d", "backup"}) == "FILE is required; see backup --help");
    CHECK(fault({"--data", "d", "backup", "f", "g"}) == "backup was given an argument too many; see backup --help");
    CHECK(fault({"--data", "d", "rotate-key", "f"}) ==
          "rotate-key was given an argument too many; see rotate-key --help");
    CHECK(fault({"--data", "d", "backup", "f", "--replace"}) == "backup has no option --replace; see backup --help");
    CHECK(fault({"--data", "d", "--replace"}) == "--replace needs a command; see --help");
    CHECK(fault({"--data", "d", "backup", "f", "--list"}) == "backup has no option --list; see backup --help");
    CHECK(fault({"--data", "d", "--once", "x", "--list"}) == "--list excludes --once; see --help");
    CHECK(fault({"--data", "d", "--once="}) == "--once needs its JOB; see --help");
    CHECK(fault({"--data", "d", "--once", "x", "--wait", "3"}).find("excludes") != std::string::npos);
    CHECK(fault({"--data", "d", "--wait", "-1"}).find("--wait") != std::string::npos);
    CHECK(fault({"--data", "d", "--wait", "long"}).find("--wait") != std::string::npos);
    CHECK(fault({"--data", "d", "check", "--wait", "3"}) == "check has no option --wait; see check --help");
    CHECK(fault({"--data"}) == "--data needs its DIR; see --help");
    CHECK(fault({"--data=", "check"}) == "--data needs its DIR; see --help");
    CHECK(fault({"-x"}) == "\"-x\" is no option; see --help");
}

TEST_CASE("a password on the command line is not said back")
{
    CHECK(fault({"--data", "d", "set-password", "--password=hunter2"}) ==
          "\"--password\" is no option; see set-password --help");
    CHECK(fault({"--data", "d", "set-password", "--password-stdin=hunter2"}) ==
          "--password-stdin takes no value; see --help");
    CHECK(fault({"--data", "d", "set-password", "hunter2"}).find("hunter2") == std::string::npos);
}

TEST_CASE("the help tells every command, and the command's help its arguments and options")
{
    const std::string all = answer({"--help"});
    for (const Command& command : commands()) {
        CHECK(all.find(fmt::format("  {} ", command.name)) != std::string::npos);
        const std::string own = answer({std::string{command.name}, "--help"});
        for (const auto& words : {command.arguments, command.options})
            for (const CommandWord& word : words) {
                CHECK(own.find(word.name) != std::string::npos);
                CHECK(own.find(word.help) != std::string::npos);
            }
    }
    CHECK(answer({"--version"}).starts_with("dreamina-scheduler "));
}
