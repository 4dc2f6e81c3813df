#include "core/storage/generations/generation_files.hpp"

#include <doctest/doctest.h>

#include "core/base/file.hpp"
#include "full_disk.hpp"
#include "temporary_folder.hpp"

using namespace dreamina;

namespace {

struct GenerationFolder : TemporaryFolder {
    std::filesystem::path generations = *this / "generations";

    NewFile new_file()
    {
        auto file = NewFile::create(generations, "a.body");
        REQUIRE(file.has_value());
        return std::move(*file);
    }
    bool has(const std::string& name) const { return std::filesystem::exists(generations / name); }
};

}  // namespace

TEST_CASE("a file has its name once it is whole, and only the service may read it")
{
    GenerationFolder folder;
    NewFile file = folder.new_file();
    CHECK(file.write("one, "));
    CHECK(file.write("two"));
    CHECK(file.size() == 8);
    CHECK_FALSE(folder.has("a.body"));
    CHECK(file.finish());
    CHECK(read_file(folder.generations / "a.body") == "one, two");
    CHECK_FALSE(folder.has("a.body.part"));
    using std::filesystem::perms;
    CHECK(std::filesystem::status(folder.generations).permissions() == perms::owner_all);
    CHECK(std::filesystem::status(folder.generations / "a.body").permissions() ==
          (perms::owner_read | perms::owner_write));
    remove_generation_file(folder.generations, "a.body");
    CHECK_FALSE(folder.has("a.body"));
}

TEST_CASE("of a file that is given up nothing is left")
{
    GenerationFolder folder;
    {
        NewFile file = folder.new_file();
        file.write("half");
        CHECK(folder.has("a.body.part"));
    }
    CHECK_FALSE(folder.has("a.body.part"));
}

TEST_CASE("a full disk leaves no half file under its name")
{
    GenerationFolder folder;
    NewFile file = folder.new_file();
    {
        const FullDisk full{10};
        CHECK(file.write("ten bytes."));
        CHECK_FALSE(file.write("more"));
    }
    CHECK_FALSE(file.write("later"));
    CHECK_FALSE(file.finish());
    CHECK_FALSE(folder.has("a.body"));
}

TEST_CASE("no name leads out of the folder")
{
    GenerationFolder folder;
    write_file_atomically(folder / "outside", "x", 0600);
    for (const char* name : {"../outside", "", ".", "..", "/etc/passwd"}) {
        CAPTURE(name);
        CHECK(generation_file(folder.generations, name).empty());
        remove_generation_file(folder.generations, name);
    }
    CHECK(std::filesystem::exists(folder / "outside"));
}
