/// The fuzz targets' properties with the inputs of their corpus, so that no clang is needed to see one break.

#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <string>

#include <doctest/doctest.h>

#include "properties/targets.hpp"

using namespace dreamina;

namespace {

const std::filesystem::path corpus{FUZZ_CORPUS};

std::string content_of(const std::filesystem::path& file)
{
    std::ifstream in{file, std::ios::binary};
    REQUIRE(in);
    return {std::istreambuf_iterator<char>{in}, {}};
}

/// What is wrong; an empty text if nothing is.
std::string breach(const fuzz::Target& target, const std::string& input)
{
    try {
        target.property(input);
        return "";
    } catch (const fuzz::PropertyFailure& failure) {
        return failure.what();
    }
}

}  // namespace

TEST_CASE("every property holds for every input of its corpus")
{
    for (const fuzz::Target& target : fuzz::targets) {
        std::size_t inputs = 0;
        for (const auto& entry : std::filesystem::directory_iterator{corpus / target.name}) {
            CAPTURE(entry.path());
            CHECK(breach(target, content_of(entry.path())) == "");
            ++inputs;
        }
        CAPTURE(target.name);
        CHECK(inputs > 0);
    }
}

TEST_CASE("every folder of the corpus is that of a target")
{
    std::set<std::string> known;
    for (const fuzz::Target& target : fuzz::targets) known.emplace(target.name);
    std::set<std::string> folders;
    for (const auto& entry : std::filesystem::directory_iterator{corpus}) folders.insert(entry.path().filename());
    CHECK(folders == known);
}
