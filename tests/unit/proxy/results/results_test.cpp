#include "proxy/results/results.hpp"

#include <future>

#include "proxy/forwarding_service.hpp"

using namespace dreamina;

namespace {

struct Storing {
    ForwardingService service{[](LocalServer::Connection&) {}, 0};
    Results results{{.loop = service.loop,
                     .threads = *service.threads,
                     .connections = service.connections,
                     .write_queue = *service.write_queue,
                     .settings = *service.settings,
                     .database_file = service.folder / "dreamina.db"}};

    Storing() { service.change({{"RESULTS_MIN_FREE_GB", 0}}); }
    /// How many of one result got a row.
    std::size_t added()
    {
        std::optional<std::size_t> count;
        const std::string id = fmt::format("0199aabbccddeeff{:08x}", ++made);
        results.add({.request_id = "r1",
                     .model = "jimeng-4.0",
                     .results = {{.id = id, .url = "https://p3-sign.byteimg.com/a.png"}}},
                    [&](const auto& rows) { count = rows.size(); });
        service.run_until([&] { return count.has_value(); });
        return *count;
    }
    int made = 0;
};

}  // namespace

TEST_CASE("nothing is stored until the disk has been looked at")
{
    Storing here;
    CHECK_FALSE(here.results.has_room());
    CHECK(here.added() == 0);
    here.results.refresh();
    here.service.run_until([&] { return here.results.has_room(); });
    CHECK(here.added() == 1);
    CHECK(here.service.count("results") == 1);
}

TEST_CASE("nothing is stored while the disk has no room")
{
    Storing here;
    here.results.refresh();
    here.service.run_until([&] { return here.results.has_room(); });
    here.service.change({{"RESULTS_MIN_FREE_GB", 1'000'000}});
    CHECK_FALSE(here.results.has_room());
    CHECK(here.added() == 0);
    here.service.change({{"RESULTS_MIN_FREE_GB", 0}});
    CHECK(here.added() == 1);
}

TEST_CASE("while a disk is waited for, rows are written, and another folder is looked at then")
{
    Storing here;
    here.results.refresh();
    here.service.run_until([&] { return here.results.has_room(); });
    here.service.change({{"RESULTS_MIN_FREE_GB", 0.001}});
    std::promise<void> disk;
    here.service.threads->submit([answers = disk.get_future().share()] { answers.wait(); });
    std::filesystem::create_directory_symlink("/proc", here.service.folder / "full");  // nothing is free there
    here.service.change({{"RESULTS_FOLDER", "full/results"}});
    here.results.refresh();
    CHECK(here.added() == 1);
    disk.set_value();
    here.service.run_until([&] { return !here.results.has_room(); });
    CHECK(here.added() == 0);
}
