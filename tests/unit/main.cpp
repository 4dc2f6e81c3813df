#define DOCTEST_CONFIG_IMPLEMENT
#include <doctest/doctest.h>

#include <filesystem>
#include <string_view>

#include "recorded_statements.hpp"

namespace {

/// The file of the option --statements=FILE, which writes down what was asked of the database; empty without it.
std::filesystem::path statements_file(int argc, char** argv)
{
    constexpr std::string_view option = "--statements=";
    for (int i = 1; i < argc; ++i)
        if (std::string_view{argv[i]}.starts_with(option)) return std::string_view{argv[i]}.substr(option.size());
    return {};
}

}  // namespace

int main(int argc, char** argv)
{
    const auto file = statements_file(argc, argv);
    if (!file.empty()) dreamina::record_statements();
    const int failed = doctest::Context{argc, argv}.run();
    if (!file.empty()) dreamina::write_recorded_statements(file);
    return failed;
}
