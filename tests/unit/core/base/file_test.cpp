#include "core/base/file.hpp"

#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <ostream>
#include <thread>
#include <vector>

#include <doctest/doctest.h>

using namespace dreamina;

namespace {

class Folder {
public:
    Folder() { REQUIRE(::mkdtemp(path_.data()) != nullptr); }
    ~Folder() { std::filesystem::remove_all(path_); }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;
    std::filesystem::path operator/(const char* name) const { return std::filesystem::path{path_} / name; }

    std::vector<std::string> names() const
    {
        std::vector<std::string> found;
        for (const auto& entry : std::filesystem::directory_iterator{path_})
            found.push_back(entry.path().filename().string());
        return found;
    }

private:
    std::string path_ = (std::filesystem::temp_directory_path() / "file-test-XXXXXX").string();
};

mode_t mode_of(const std::filesystem::path& path)
{
    struct stat found {};
    REQUIRE(::stat(path.c_str(), &found) == 0);
    return found.st_mode & 07777U;
}

}  // namespace

TEST_CASE("a file is written whole and read back, whatever its bytes and its size")
{
    const Folder folder;
    const auto path = folder / "a";
    std::string bytes(1'000'000, 'x');
    bytes[5] = '\0';
    bytes[6] = '\xFF';
    for (const std::string& content : {bytes, std::string{}, std::string{"short"}}) {
        REQUIRE(write_file_atomically(path, content, 0600));
        CHECK((read_file(path).value() == content));
    }
    CHECK(folder.names() == std::vector<std::string>{"a"});  // nothing temporary stays
}

TEST_CASE("a new file has the mode asked for, an old one keeps its own")
{
    const Folder folder;
    const auto path = folder / "a";
    REQUIRE(write_file_atomically(path, "1", 0600));
    CHECK(mode_of(path) == 0600);
    REQUIRE(::chmod(path.c_str(), 0644) == 0);
    REQUIRE(write_file_atomically(path, "2", 0600));
    CHECK(mode_of(path) == 0644);
}

TEST_CASE("a link stays a link: what it leads to is written")
{
    const Folder folder;
    std::filesystem::create_directory(folder / "etc");
    std::filesystem::create_symlink("etc/real", folder / "link");
    REQUIRE(write_file_atomically(folder / "link", "1", 0640));  // which is not there yet
    CHECK(mode_of(folder / "etc/real") == 0640);
    REQUIRE(write_file_atomically(folder / "link", "2", 0600));
    CHECK(std::filesystem::is_symlink(folder / "link"));
    CHECK(read_file(folder / "etc/real").value() == "2");
    CHECK(mode_of(folder / "etc/real") == 0640);
}

TEST_CASE("what cannot be read or written is told with its path")
{
    const Folder folder;
    const auto missing = read_file(folder / "missing");
    REQUIRE_FALSE(missing);
    CHECK(missing.error().code == "not_found");
    CHECK(missing.error().message == (folder / "missing").string() + ": No such file or directory");
    CHECK(missing.error().reason.code == "file.failed");
    CHECK(read_file(folder / "").error().code == "unreadable");  // a folder
    CHECK(read_file(folder / "").error().reason.code == "file.is_directory");
    CHECK(write_file_atomically(folder / "no/such/file", "x", 0600).error().code == "unwritable");
    CHECK(lock_file(folder / "no/such/lock", false).error().code == "unwritable");
}

TEST_CASE("a path that is a folder is not written over")
{
    const Folder folder;
    std::filesystem::create_directory(folder / "sub");
    const auto written = write_file_atomically(folder / "sub", "x", 0600);
    REQUIRE_FALSE(written);
    CHECK(written.error().code == "unwritable");
    CHECK(std::filesystem::is_directory(folder / "sub"));
    CHECK(folder.names() == std::vector<std::string>{"sub"});
}

TEST_CASE("a reader meets the old file or the new one, never half of one")
{
    const Folder folder;
    const auto path = folder / "a";
    const std::string one(200'000, '1');
    const std::string two(300'000, '2');
    REQUIRE(write_file_atomically(path, one, 0600));
    std::jthread writer([&](const std::stop_token& stop) {
        for (bool first = false; !stop.stop_requested(); first = !first)
            if (!write_file_atomically(path, first ? one : two, 0600)) return;
    });
    for (int i = 0; i < 300; ++i) {
        const std::string content = read_file(path).value();
        CHECK((content == one || content == two));
    }
}

TEST_CASE("a lock keeps others out until it is let go, also in this process")
{
    const Folder folder;
    const auto path = folder / "lock";
    auto held = lock_file(path, false);
    REQUIRE(held);
    const auto second = lock_file(path, false);
    REQUIRE_FALSE(second);
    CHECK(second.error().code == "locked");
    held->reset();
    CHECK(lock_file(path, false));
}

TEST_CASE("a lock ends with the process that held it, however it ended")
{
    const Folder folder;
    const auto path = folder / "lock";
    int ready[2];
    REQUIRE(::pipe(ready) == 0);
    const pid_t child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) {
        const auto held = lock_file(path, false);
        if (!held || ::write(ready[1], "x", 1) != 1) ::_exit(1);
        for (;;) ::pause();
    }
    char byte = 0;
    REQUIRE(::read(ready[0], &byte, 1) == 1);
    CHECK_FALSE(lock_file(path, false));
    ::kill(child, SIGKILL);
    ::waitpid(child, nullptr, 0);
    CHECK(lock_file(path, false));
    ::close(ready[0]);
    ::close(ready[1]);
}

TEST_CASE("waiting for a lock ends in getting it")
{
    const Folder folder;
    const auto path = folder / "lock";
    auto held = lock_file(path, false);
    REQUIRE(held);
    bool got_it = false;
    std::jthread waiting([&] { got_it = lock_file(path, true).has_value(); });
    held->reset();
    waiting.join();
    CHECK(got_it);
}

TEST_CASE("what root makes in a service's folder is the service's" * doctest::skip(::geteuid() != 0))
{
    const Folder folder;
    const std::filesystem::path inner = folder / "data";
    REQUIRE(::mkdir(inner.c_str(), 0750) == 0);
    REQUIRE(::chown(inner.c_str(), 1234, 1235) == 0);
    REQUIRE(lock_file(inner / "lock", false));
    REQUIRE(write_file_atomically(inner / "new", "x", 0600));
    for (const char* name : {"lock", "new"}) {
        struct stat is {};
        REQUIRE(::stat((inner / name).c_str(), &is) == 0);
        CHECK(is.st_uid == 1234);
        CHECK(is.st_gid == 1235);
    }
}
