#include "core/pool/worker_presence.hpp"

#include <memory>

#include "core/base/file.hpp"
#include "core/storage/child_process.hpp"
#include "core/storage/temporary_database.hpp"

using namespace dreamina;

namespace {

using Names = std::vector<std::string>;

std::size_t files_in(const std::filesystem::path& folder)
{
    return static_cast<std::size_t>(std::distance(std::filesystem::directory_iterator{folder}, {}));
}

}  // namespace

TEST_CASE("a worker is alive as long as it says so")
{
    TemporaryFolder folder;
    const auto workers = folder / "deep/workers";
    std::string name;
    {
        const auto worker = WorkerPresence::announce(workers);
        REQUIRE(worker);
        name = worker->name();
        CHECK_FALSE(name.empty());
        CHECK(dead_workers(workers, {name}).empty());
    }
    CHECK(dead_workers(workers, {name}) == Names{name});
    CHECK(files_in(workers) == 0);
}

TEST_CASE("it can be handed on, and two are never one")
{
    TemporaryFolder folder;
    auto announced = WorkerPresence::announce(folder.path());
    REQUIRE(announced);
    const WorkerPresence worker = std::move(*announced);
    const auto another = WorkerPresence::announce(folder.path());
    REQUIRE(another);
    CHECK(worker.name() != another->name());
    CHECK(dead_workers(folder.path(), {worker.name(), another->name()}).empty());
}

TEST_CASE("killed with -9 it is dead at once, and forgotten when told to; the living stay")
{
    TemporaryFolder folder;
    const auto living = WorkerPresence::announce(folder.path());
    REQUIRE(living);
    ChildProcess worker{[&](const ChildProcess::Say& say) {
        const auto presence = WorkerPresence::announce(folder.path());
        if (!presence) return 1;
        say(presence->name());
        ChildProcess::stay();
    }};
    const std::string name = worker.word();
    REQUIRE_FALSE(name.empty());
    CHECK(dead_workers(folder.path(), {name, living->name()}).empty());
    forget_workers(folder.path());
    CHECK(dead_workers(folder.path(), {name, living->name()}).empty());
    CHECK(files_in(folder.path()) == 2);

    worker.kill();
    CHECK(dead_workers(folder.path(), {name, living->name()}) == Names{name});
    CHECK(files_in(folder.path()) == 2);
    forget_workers(folder.path());
    CHECK(files_in(folder.path()) == 1);
    CHECK(dead_workers(folder.path(), {name, living->name()}) == Names{name});
}

TEST_CASE("the living tell which settings they act on")
{
    TemporaryFolder folder;
    const auto tell = [&](const std::string& version) {
        const auto found = workers_on_settings(folder.path(), version);
        return std::pair{found.running, found.up_to_date};
    };
    const auto first = WorkerPresence::announce(folder.path());
    REQUIRE(first);
    {
        const auto second = WorkerPresence::announce(folder.path());
        REQUIRE(second);
        CHECK(tell("a") == std::pair{2, 0});  // they have only begun
        CHECK(tell("") == std::pair{2, 0});
        CHECK(first->tell_settings("a"));
        CHECK(tell("a") == std::pair{2, 1});
        CHECK(second->tell_settings("a longer one"));
        CHECK(second->tell_settings("a"));
        CHECK(tell("a") == std::pair{2, 2});
        CHECK(first->tell_settings("b"));
        CHECK(tell("a") == std::pair{2, 1});
        CHECK(tell("b") == std::pair{2, 1});
    }
    CHECK(tell("a") == std::pair{1, 0});
    REQUIRE(write_file_atomically(folder / "0011223344556677.lock", "b", 0600));  // no longer held
    CHECK(tell("b") == std::pair{1, 1});
    CHECK(living_workers(folder.path()) == 1);
    CHECK(workers_on_settings(folder / "missing", "b").running == 0);
}

TEST_CASE("one that drains is no worker on old settings, and no dead one")
{
    TemporaryFolder folder;
    auto old = WorkerPresence::announce(folder.path());
    const auto successor = WorkerPresence::announce(folder.path());
    REQUIRE((old && successor));
    CHECK(old->tell_settings("a"));
    CHECK(successor->tell_settings("a"));
    old->tell_draining();
    CHECK(old->tell_settings("b"));  // what was on its way to be told
    const auto found = workers_on_settings(folder.path(), "a");
    CHECK(found.running == 1);
    CHECK(found.up_to_date == 1);
    CHECK(found.draining == 1);
    CHECK(living_workers(folder.path()) == 2);
    CHECK(dead_workers(folder.path(), {old->name(), successor->name()}).empty());
    forget_workers(folder.path());
    CHECK(files_in(folder.path()) == 2);
}

TEST_CASE("an unknown worker is dead; no worker is dead where none was asked for")
{
    TemporaryFolder folder;
    CHECK(dead_workers(folder.path(), {"0011223344556677"}) == Names{"0011223344556677"});
    CHECK(dead_workers(folder / "missing", {"a"}) == Names{"a"});
    CHECK(dead_workers(folder.path(), {}).empty());
    CHECK_NOTHROW(forget_workers(folder / "missing"));
}

TEST_CASE("files that are not workers' are left alone")
{
    TemporaryFolder folder;
    REQUIRE(write_file_atomically(folder / "readme.txt", "x", 0600));
    forget_workers(folder.path());
    CHECK(files_in(folder.path()) == 1);
}

TEST_CASE("a folder that cannot be is told")
{
    TemporaryFolder folder;
    REQUIRE(write_file_atomically(folder / "file", "x", 0600));
    const auto worker = WorkerPresence::announce(folder / "file/workers");
    REQUIRE_FALSE(worker);
    CHECK(worker.error().code == "unwritable");
}
