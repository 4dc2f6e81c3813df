#include "core/storage/generations/generation_retry.hpp"

#include "core/base/file.hpp"
#include "core/storage/generations/generation_files.hpp"
#include "core/storage/generations/generation_store.hpp"
#include "core/storage/stores/api_key_store.hpp"
#include "core/storage/temporary_database.hpp"
#include "temporary_folder.hpp"

using namespace dreamina;
using namespace std::chrono_literals;

namespace {

struct RetriesOfGenerations : TemporaryDatabase {
    TemporaryFolder files;
    GenerationStore store{**this};
    ApiKeyStore keys{**this};
    ApiKeyId key = keys.add({.name = "shop", .prefix = "dm-shop"}, "digest", start);
    Settings settings;
    Time now = start + 1h;

    /// Its body is there.
    Generation ended(GenerationState state)
    {
        const std::string id = "019aab000000000000000001";
        auto file = NewFile::create(files.path(), id + ".body");
        CHECK(file->write("{}"));
        CHECK(file->finish());
        store.add({.id = id,
                   .api_key = key,
                   .method = "POST",
                   .target = "/v1/images/generations?a=b",
                   .content_type = "application/json",
                   .request_headers = R"([["X-Own","1"]])",
                   .model = "jimeng-4.0",
                   .body_file = id + ".body",
                   .body_bytes = 2,
                   .body_hash = "hash",
                   .worker = "one",
                   .priority = -1,
                   .created_at = start,
                   .expires_at = start + 24h});
        const GenerationEnd end{.id = id, .state = state, .expires_at = start + 24h};
        if (has_ended(state)) store.end({&end, 1}, start);
        return store.find(id).value();
    }
    tl::expected<RetriedGeneration, NoRetry> retry(const Generation& generation)
    {
        return retry_generation(**this, files.path(), generation, settings, now);
    }
};

}  // namespace

TEST_CASE("what failed is asked for again by a new generation, which any worker may take")
{
    RetriesOfGenerations all;
    const Generation failed = all.ended(GenerationState::failed);
    const auto again = all.retry(failed);
    REQUIRE(again.has_value());
    CHECK(again->is_new);
    CHECK(again->generation.id != failed.id);
    const Generation stored = all.store.find(again->generation.id).value();
    CHECK(stored.state == GenerationState::queued);
    CHECK(stored.retry_of == failed.id);
    CHECK(stored.target == failed.target);
    CHECK(stored.request_headers == failed.request_headers);
    CHECK(stored.priority == -1);
    CHECK(stored.start_by == all.now + std::chrono::seconds{all.settings.generation_start_timeout});
    CHECK(stored.expires_at == all.now + std::chrono::hours{all.settings.generation_hours});
    CHECK_FALSE(stored.sent_at);
    CHECK(all.store.unowned(10).size() == 1);
    // The former one may go with its body.
    remove_generation_file(all.files.path(), *failed.body_file);
    CHECK(read_file(generation_file(all.files.path(), stored.body_file.value())).value() == "{}");
}

TEST_CASE("who asks twice for the same retry gets one")
{
    RetriesOfGenerations all;
    const Generation failed = all.ended(GenerationState::failed);
    const std::string first = all.retry(failed)->generation.id;
    const auto second = all.retry(failed);
    CHECK(second->generation.id == first);
    CHECK_FALSE(second->is_new);
    const GenerationEnd end{.id = first, .state = GenerationState::failed, .expires_at = all.now};
    all.store.end({&end, 1}, all.now);
    CHECK(all.retry(failed)->generation.id != first);
}

TEST_CASE("what cannot be asked for again")
{
    RetriesOfGenerations all;
    SUBCASE("it waits") { CHECK(all.retry(all.ended(GenerationState::queued)).error() == NoRetry::not_ended); }
    SUBCASE("it is there") { CHECK(all.retry(all.ended(GenerationState::completed)).error() == NoRetry::completed); }
    SUBCASE("its body is gone")
    {
        const Generation failed = all.ended(GenerationState::failed);
        remove_generation_file(all.files.path(), *failed.body_file);
        CHECK(all.retry(failed).error() == NoRetry::body_gone);
    }
    SUBCASE("its API key is revoked")
    {
        const Generation failed = all.ended(GenerationState::failed);
        all.keys.revoke(all.key, all.now);
        CHECK(all.retry(failed).error() == NoRetry::key_gone);
    }
    SUBCASE("too many wait")
    {
        all.settings.max_queued = 0;
        CHECK(all.retry(all.ended(GenerationState::failed)).error() == NoRetry::queue_full);
        CHECK(std::distance(std::filesystem::directory_iterator{all.files.path()}, {}) == 1);
    }
    CHECK(all.store.unowned(1).empty());
}
