#include "storage/model_store.hpp"

#include "storage/temporary_database.hpp"

using namespace dreamina;

namespace {

/// "us hk": as people write it.
std::string words(RegionSet regions)
{
    std::string all;
    for (const Region region : all_regions)
        if (contains(regions, region)) all += (all.empty() ? "" : " ") + std::string{to_string(region)};
    return all;
}

}  // namespace

TEST_CASE("the catalogue as it is shipped")
{
    TemporaryDatabase database;
    const ModelCatalog catalog{ModelStore{*database}.all()};
    struct Row {
        const char* name;
        const char* counted_as;
        const char* regions;
        bool needs_points;
        std::optional<std::int64_t> limit;
    };
    Settings settings;
    settings.limit_jimeng_4_0 = 1;
    settings.limit_jimeng_4_1 = 2;
    settings.limit_nanobanana = 3;
    settings.limit_nanobananapro = 4;
    settings.limit_video_3_0 = 5;
    const char* all = "us hk jp sg cn";
    for (const Row& row : std::initializer_list<Row>{
             {"jimeng-4.0", "jimeng-4.0", all, true, 1},
             {"jimeng-4.1", "jimeng-4.1", all, true, 2},
             {"nanobanana", "nanobanana", "us hk jp sg", false, 3},
             {"nanobananapro", "nanobananapro", "us hk jp sg", false, 4},
             {"video-3.0", "video-3.0", all, true, 5},
             {"jimeng-video-3.0", "video-3.0", all, true, 5},
             {"jimeng-video-3.0-pro", "video-3.0", "hk jp sg cn", true, 5},
             {"jimeng-video-3.0-fast", "video-3.0", "hk jp sg cn", true, 5},
             {"jimeng-3.0", "jimeng-3.0", all, true, {}},
             {"jimeng-4.5", "jimeng-4.5", all, true, {}},
             {"jimeng-video-3.5-pro", "jimeng-video-3.5-pro", all, true, {}},
             {"jimeng-4.6", "jimeng-4.6", "hk jp sg cn", true, {}},
             {"jimeng-5.0", "jimeng-5.0", "hk jp sg cn", true, {}},
             {"jimeng-video-2.0", "jimeng-video-2.0", "hk jp sg cn", true, {}},
             {"jimeng-video-2.0-pro", "jimeng-video-2.0-pro", "hk jp sg cn", true, {}},
             {"jimeng-3.1", "jimeng-3.1", "cn", true, {}},
             {"jimeng-video-seedance-2.0", "jimeng-video-seedance-2.0", "cn", true, {}},
             {"jimeng-video-seedance-2.0-fast", "jimeng-video-seedance-2.0-fast", "cn", true, {}},
             {"jimeng-video-veo3", "jimeng-video-veo3", "hk jp sg", true, {}},
             {"jimeng-video-veo3.1", "jimeng-video-veo3.1", "hk jp sg", true, {}},
             {"jimeng-video-sora2", "jimeng-video-sora2", "hk jp sg", true, {}},
             {"of-tomorrow", "of-tomorrow", all, true, {}},
             {"", "unknown", all, true, {}},
         }) {
        CAPTURE(std::string{row.name});
        const ModelRule rule = catalog.resolve(row.name, settings);
        CHECK(rule.id == row.counted_as);
        CHECK(words(rule.regions) == row.regions);
        CHECK(rule.needs_points == row.needs_points);
        CHECK(rule.daily_limit == row.limit);
        CHECK(rule.limit_bit.has_value() == row.limit.has_value());
    }
}

TEST_CASE("an administrator's row is a model without a build")
{
    TemporaryDatabase database;
    database->script(
        "INSERT INTO models (id, needs_points) VALUES ('new-1', 0);"
        "INSERT INTO model_names VALUES ('new-1', 'new-1', 9), ('new-1-alias', 'new-1', 8)");
    const ModelCatalog catalog{ModelStore{*database}.all()};
    CHECK(catalog.models().back().id == "new-1");
    const ModelRule rule = catalog.resolve("new-1-alias", Settings{});
    CHECK(rule.id == "new-1");
    CHECK(words(rule.regions) == "sg");
    CHECK_FALSE(rule.needs_points);
}

TEST_CASE("the limit that was applied is remembered")
{
    TemporaryDatabase database;
    ModelStore models{*database};
    CHECK(models.applied_limit("video-3.0").limit_bit == 4);
    CHECK_FALSE(models.applied_limit("video-3.0").limit);
    models.set_applied_limit("video-3.0", 0);
    CHECK(models.applied_limit("video-3.0").limit == 0);
    CHECK_FALSE(models.applied_limit("jimeng-3.0").limit_bit);
    CHECK_FALSE(models.applied_limit("of-tomorrow").limit_bit);
}
