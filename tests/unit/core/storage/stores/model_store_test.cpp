#include "core/storage/stores/model_store.hpp"

#include <fmt/format.h>

#include "core/storage/temporary_database.hpp"
#include "core/storage/engine/transaction.hpp"

using namespace dreamina;

namespace {

/// "us hk": as people write it.
std::string text_of(RegionSet regions)
{
    std::string all;
    for (const Region region : all_regions)
        if (contains(regions, region)) all += (all.empty() ? "" : " ") + std::string{to_string(region)};
    return all;
}

/// "new*: us hk" for each, comma between.
std::string text_of(const std::vector<ModelName>& names)
{
    std::string all;
    for (const ModelName& name : names) all += (all.empty() ? "" : ", ") + name.name + ": " + text_of(name.regions);
    return all;
}

Model limited(const std::string& id, std::int64_t limit) { return {.id = id, .own_limit = limit, .names = {{id}}}; }

struct Models : TemporaryDatabase {
    ModelStore store{**this};

    Model get(std::string_view id)
    {
        auto found = store.find(id);
        REQUIRE(found.has_value());
        return *found;
    }
    std::int64_t exhausted(AccountId id) { return number(**this, "SELECT exhausted FROM accounts WHERE id = ?", id); }
};

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
        CHECK(text_of(rule.regions) == row.regions);
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
        "INSERT INTO model_names (name, model_id, regions) VALUES ('new-1', 'new-1', 9), ('new-1-alias', 'new-1', 8)");
    const ModelCatalog catalog{ModelStore{*database}.all()};
    CHECK(catalog.models().back().id == "new-1");
    const ModelRule rule = catalog.resolve("new-1-alias", Settings{});
    CHECK(rule.id == "new-1");
    CHECK(text_of(rule.regions) == "sg");
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

TEST_CASE("a model comes, changes and goes, with its names")
{
    Models models;
    const auto before = models.store.all().size();
    const Model seed{.id = "seed",
                     .needs_points = false,
                     .own_limit = 2,
                     .names = {{"seed", only(Region::cn)}, {"seed*", only(Region::us)}, {"ance"}}};
    REQUIRE(models.store.add(seed));
    CHECK(models.store.all().size() == before + 1);
    CHECK(models.store.all().back().id == "seed");
    Model stored = models.get("seed");
    CHECK_FALSE(stored.needs_points);
    CHECK_FALSE(stored.limit_setting);
    CHECK(stored.own_limit == 2);
    CHECK(text_of(stored.names) == "seed: cn, seed*: us, ance: us hk jp sg cn");
    CHECK(models.store.owner_of("seed*") == "seed");
    CHECK(models.store.owner_of("jimeng-video-3.0-pro") == "video-3.0");
    CHECK_FALSE(models.store.owner_of("seedling"));

    stored.needs_points = true;
    stored.own_limit.reset();
    stored.limit_setting = "LIMIT_VIDEO_3_0";
    stored.names = {{"seed", only(Region::cn)}, {"ance", only(Region::hk)}};
    REQUIRE(models.store.change(stored));
    stored = models.get("seed");
    CHECK(stored.needs_points);
    CHECK(stored.limit_setting == "LIMIT_VIDEO_3_0");
    CHECK_FALSE(stored.own_limit);
    CHECK(text_of(stored.names) == "seed: cn, ance: hk");
    CHECK_FALSE(models.store.owner_of("seed*"));

    CHECK(models.store.remove("seed"));
    CHECK_FALSE(models.store.remove("seed"));
    CHECK_FALSE(models.store.find("seed"));
    CHECK_FALSE(models.store.owner_of("ance"));
    CHECK(models.store.all().size() == before);
}

TEST_CASE("a limit has a bit as long as it lasts, whatever number it is")
{
    Models models;
    REQUIRE(models.store.add({.id = "free", .names = {{"free"}}}));
    CHECK_FALSE(models.get("free").limit_bit);

    REQUIRE(models.store.change(limited("free", 2)));
    CHECK(models.get("free").limit_bit == 5);  // 0 to 4 belong to the shipped ones
    models.store.set_applied_limit("free", 2);

    REQUIRE(models.store.change(limited("free", 3)));
    CHECK(models.get("free").limit_bit == 5);
    CHECK(models.store.applied_limit("free").limit == 2);  // accounts are as they were until the new one is applied

    REQUIRE(models.store.change({.id = "free", .names = {{"free"}}}));
    CHECK_FALSE(models.get("free").limit_bit);
    CHECK_FALSE(models.store.applied_limit("free").limit);
}

TEST_CASE("who loses its limit, or goes, keeps no account out")
{
    Models models;
    const AccountId account = AccountStore{*models}.add(able_account("a@x.org"), at("2026-11-22T10:00:00Z"));
    REQUIRE(models.store.add(limited("one", 1)));
    REQUIRE(models.store.add(limited("two", 1)));
    models->run("UPDATE accounts SET exhausted = ?", 0b1100001);
    REQUIRE(models.store.change({.id = "one", .names = {{"one"}}}));
    CHECK(models.exhausted(account) == 0b1000001);
    CHECK(models.store.remove("two"));
    CHECK(models.exhausted(account) == 0b0000001);
}

TEST_CASE("a freed bit rests until all others have been given away")
{
    Models models;
    const auto add = [&](const std::string& id) {
        REQUIRE(models.store.add(limited(id, 1)));
        return models.get(id).limit_bit.value();
    };
    CHECK(add("a") == 5);
    models.store.remove("a");
    CHECK(add("b") == 6);
    for (int bit = 7; bit <= 50; ++bit) CHECK(add(fmt::format("m{}", bit)) == bit);
    CHECK(add("c") == 5);  // round, past those that the shipped models have

    const auto refused = models.store.add(limited("d", 1));
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == "no_limit_bit");
    CHECK(refused.error().message.find("maximum of 51 models with a limit") != std::string::npos);
    CHECK_FALSE(models.store.find("d"));
    REQUIRE(models.store.add({.id = "d", .names = {{"d"}}}));  // without a limit there is room
    CHECK_FALSE(models.store.change(limited("d", 1)));

    models.store.remove("m20");
    REQUIRE(models.store.change(limited("d", 1)));
    CHECK(models.get("d").limit_bit == 20);
}
