#include "core/health/work_checks.hpp"

#include "core/base/file.hpp"
#include "core/base/message/message_catalog.hpp"
#include "core/storage/results/result_shelf.hpp"

using namespace dreamina;

namespace {

struct KeepingResults : ResultShelf {
    KeepingResults() { settings.store_results = "copy"; }
    Finding look() { return look_at_results(**this, settings, file); }
};

}  // namespace

TEST_CASE("results without room are told with the room that they need")
{
    KeepingResults here;
    CHECK(here.look().code == "health.results.ok");
    here.settings.results_min_free_gb = 2e9;
    CHECK(english(here.look().summary()) ==
          "Results are not stored for now: less than 2000000000 GB is free on their disk.");
    here.settings.results_min_free_gb = 0;
    here.settings.results_max_gb = 0;
    CHECK(english(here.look().summary()) ==
          "Results are not stored for now: 0 GB are in use, and all of them are pinned.");
}

TEST_CASE("a folder of results that cannot be used is told as that")
{
    KeepingResults here;
    here.settings.results_folder = "pictures";
    const std::string place = (here.file.parent_path() / "pictures").string();
    REQUIRE(write_file_atomically(place, "x", 0600));
    const Finding finding = here.look();
    CHECK(finding.level == Level::warning);
    CHECK(finding.code == "health.results.unusable");
    CHECK(english(finding.summary()).find("cannot be used (" + place + ": Not a directory)") != std::string::npos);
    CHECK(finding.params.size() == 1);
}
