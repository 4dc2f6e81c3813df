#include "core/storage/generations/generation_list.hpp"

#include "core/base/time_ordered_id.hpp"
#include "core/storage/generations/generation_store.hpp"
#include "core/storage/temporary_database.hpp"

using namespace dreamina;
using namespace std::chrono_literals;

namespace {

struct ListedGenerations : TemporaryDatabase {
    GenerationStore store{**this};

    /// Made so many minutes after the start.
    std::string add(int minute, GenerationState state = GenerationState::queued,
                    const std::string& model = "jimeng-4.0", std::int64_t key = 7)
    {
        const Time created = start + std::chrono::minutes{minute};
        const std::string id = new_time_ordered_id(created);
        store.add({.id = id,
                   .api_key = key,
                   .method = "POST",
                   .target = "/v1/images/generations",
                   .request_headers = "[]",
                   .model = model,
                   .body_hash = "hash",
                   .worker = "one",
                   .created_at = created,
                   .expires_at = created + 24h});
        if (state == GenerationState::in_progress) {
            const BegunGeneration begun{.id = id, .lease = 1};
            store.begin({&begun, 1}, "one", created);
        } else if (has_ended(state)) {
            const GenerationEnd end{.id = id, .state = state, .expires_at = created + 24h};
            store.end({&end, 1}, created);
        }
        return id;
    }
    std::vector<std::string> found(const GenerationSearch& search)
    {
        std::vector<std::string> ids;
        for (const Generation& each : search_generations(**this, search, "", 100).items) ids.push_back(each.id);
        return ids;
    }
};

using ListedIds = std::vector<std::string>;

}  // namespace

TEST_CASE("generations are found by what is asked for")
{
    ListedGenerations all;
    const std::string queued = all.add(1);
    const std::string running = all.add(2, GenerationState::in_progress, "video-3.0");
    const std::string failed = all.add(3, GenerationState::failed, "jimeng-4.0", 0);
    CHECK(all.found({}) == ListedIds{failed, running, queued});
    CHECK(all.found({.states = {GenerationState::queued, GenerationState::in_progress}}) == ListedIds{running, queued});
    CHECK(all.found({.states = {GenerationState::failed, GenerationState::queued}}) == ListedIds{failed, queued});
    CHECK(all.found({.states = {GenerationState::queued}}) == ListedIds{queued});
    CHECK(all.found({.id = running}) == ListedIds{running});
    CHECK(all.found({.model = "video-3.0"}) == ListedIds{running});
    CHECK(all.found({.model = "video"}).empty());
    CHECK(all.found({.api_key = 0}) == ListedIds{failed});
    CHECK(all.found({.from = start + 2min}) == ListedIds{failed, running});
    CHECK(all.found({.to = start + 2min}) == ListedIds{queued});
}

TEST_CASE("pages of generations follow each other, whatever comes meanwhile")
{
    ListedGenerations all;
    ListedIds added;
    for (int minute = 0; minute < 5; ++minute) added.push_back(all.add(minute));
    const auto first = search_generations(*all, {}, "", 2);
    REQUIRE(first.items.size() == 2);
    CHECK(first.items[0].id == added[4]);
    CHECK(first.next == added[3]);
    all.add(9);
    const auto second = search_generations(*all, {}, first.next, 2);
    REQUIRE(second.items.size() == 2);
    CHECK(second.items[0].id == added[2]);
    const auto third = search_generations(*all, {}, second.next, 2);
    CHECK(third.items.size() == 1);
    CHECK(third.next.empty());
}

TEST_CASE("how many are to be sent before one counts those of its model that wait")
{
    ListedGenerations all;
    all.add(1, GenerationState::in_progress);
    const std::string first = all.add(2);
    const std::string other = all.add(3, GenerationState::queued, "video-3.0");
    const std::string second = all.add(4);
    CHECK(generations_ahead(*all) == std::map<std::string, std::int64_t>{{first, 0}, {other, 0}, {second, 1}});
    CHECK(all.store.position(all.store.find(second).value()) == 1);
}
