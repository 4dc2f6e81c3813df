#include "command_line.hpp"

#include <doctest/doctest.h>

#include "commands/commands.hpp"

using namespace dreamina;

namespace {

CommandLine parsed(const std::vector<std::string>& words)
{
    const auto line = parse_command_line(words);
    REQUIRE_MESSAGE(line.has_value(), (line ? "" : line.error()));
    return *line;
}

std::string fault(const std::vector<std::string>& words)
{
    const auto line = parse_command_line(words);
    return line ? "" : line.error();
}

}  // namespace

TEST_CASE("the folder stands before or behind the command")
{
    using Words = std::vector<std::string>;
    for (const Words& words :
         {Words{"--data", "d", "export", "f", "--plain"}, Words{"export", "f", "--plain", "--data=d"},
          Words{"export", "--plain", "--data", "d", "f"}}) {
        const CommandLine line = parsed(words);
        CHECK(line.folder == "d");
        CHECK(line.command == "export");
        CHECK(line.arguments == Words{"f"});
        CHECK(line.has("--plain"));
    }
    CHECK(parsed({"--data", "d"}).command.empty());
    CHECK(parsed({"--data", "d", "--once", "prune"}).once == "prune");
    CHECK(parsed({"generate-key", "f"}).folder.empty());
    CHECK(parsed({"--help"}).has("--help"));
}

TEST_CASE("what does not fit is named")
{
    CHECK(fault({}) == "--data DIR is missing; see --help");
    CHECK(fault({"backup", "f"}) == "--data DIR is missing; see --help");
    CHECK(fault({"--data", "d", "dance"}) == "\"dance\" is no command; see --help");
    CHECK(fault({"--data", "d", "backup"}) == "usage: backup FILE; see --help");
    CHECK(fault({"--data", "d", "backup", "f", "g"}) == "usage: backup FILE; see --help");
    CHECK(fault({"--data", "d", "rotate-key", "f"}) == "rotate-key takes no argument, and \"f\" is one; see --help");
    CHECK(fault({"--data", "d", "backup", "f", "--replace"}) == "backup has no option --replace; see --help");
    CHECK(fault({"--data", "d", "--replace"}) == "--replace needs a command; see --help");
    CHECK(fault({"--data", "d", "backup", "f", "--list"}) == "backup has no option --list; see --help");
    CHECK(fault({"--data", "d", "--once", "x", "--list"}) == "--once and --list exclude each other");
    CHECK(fault({"--data", "d", "--once="}) == "--once needs the name of a job");
    CHECK(fault({"--data"}) == "--data needs a folder");
    CHECK(fault({"-x"}) == "\"-x\" is no option; see --help");
}

TEST_CASE("a password on the command line is not said back")
{
    CHECK(fault({"--data", "d", "set-password", "--password=hunter2"}) == "\"--password\" is no option; see --help");
    CHECK(fault({"--data", "d", "set-password", "--password-stdin=hunter2"}).find("hunter2") == std::string::npos);
}

TEST_CASE("the help tells every command")
{
    for (const Command& command : commands()) CHECK(usage().find(command.name) != std::string::npos);
}
