#include "domain/model_catalog.hpp"

#include <doctest/doctest.h>

#include "storage/migrations.hpp"
#include "storage/model_store.hpp"
#include "temporary_folder.hpp"

using namespace dreamina;

namespace {

/// The rows that a new database starts with.
class ShippedCatalog {
public:
    ShippedCatalog()
    {
        const auto prepared = prepare_database(folder_ / "dreamina.db");
        REQUIRE_MESSAGE(prepared.has_value(), (prepared ? "" : prepared.error().message));
        Database database{folder_ / "dreamina.db"};
        catalog_ = ModelCatalog{ModelStore{database}.all()};
    }
    ModelRule resolve(std::string_view name) const { return catalog_.resolve(name, settings); }
    const std::vector<Model>& models() const { return catalog_.models(); }

    Settings settings;

private:
    TemporaryFolder folder_;
    ModelCatalog catalog_;
};

RegionSet regions_of(std::string_view names)
{
    if (names == "all") return every_region;
    RegionSet set = 0;
    for (const Region region : all_regions)
        if (names.find(to_string(region)) != std::string_view::npos) set = static_cast<RegionSet>(set | only(region));
    return set;
}

}  // namespace

TEST_CASE("the catalogue of a new database")
{
    struct Row {
        std::string name;
        std::string id;
        bool needs_points;
        std::string regions;
        std::optional<std::int64_t> limit;
    };
    const Row rows[] = {
        {"jimeng-4.0", "jimeng-4.0", true, "all", 1},
        {"jimeng-4.1", "jimeng-4.1", true, "all", 2},
        {"nanobanana", "nanobanana", false, "us hk jp sg", 3},
        {"nanobananapro", "nanobananapro", false, "us hk jp sg", 4},
        {"video-3.0", "video-3.0", true, "all", 5},
        {"jimeng-video-3.0", "video-3.0", true, "all", 5},
        {"jimeng-video-3.0-pro", "video-3.0", true, "cn hk jp sg", 5},
        {"jimeng-video-3.0-fast", "video-3.0", true, "cn hk jp sg", 5},
        {"jimeng-3.0", "jimeng-3.0", true, "all", {}},
        {"jimeng-4.5", "jimeng-4.5", true, "all", {}},
        {"jimeng-video-3.5-pro", "jimeng-video-3.5-pro", true, "all", {}},
        {"jimeng-4.6", "jimeng-4.6", true, "cn hk jp sg", {}},
        {"jimeng-5.0", "jimeng-5.0", true, "cn hk jp sg", {}},
        {"jimeng-video-2.0", "jimeng-video-2.0", true, "cn hk jp sg", {}},
        {"jimeng-video-2.0-pro", "jimeng-video-2.0-pro", true, "cn hk jp sg", {}},
        {"jimeng-3.1", "jimeng-3.1", true, "cn", {}},
        {"jimeng-video-seedance-2.0", "jimeng-video-seedance-2.0", true, "cn", {}},
        {"jimeng-video-seedance-2.0-fast", "jimeng-video-seedance-2.0-fast", true, "cn", {}},
        {"jimeng-video-veo3", "jimeng-video-veo3", true, "hk jp sg", {}},
        {"jimeng-video-veo3.1", "jimeng-video-veo3.1", true, "hk jp sg", {}},
        {"jimeng-video-sora2", "jimeng-video-sora2", true, "hk jp sg", {}},
    };
    ShippedCatalog catalog;
    catalog.settings.limit_jimeng_4_0 = 1;
    catalog.settings.limit_jimeng_4_1 = 2;
    catalog.settings.limit_nanobanana = 3;
    catalog.settings.limit_nanobananapro = 4;
    catalog.settings.limit_video_3_0 = 5;
    for (const Row& row : rows) {
        CAPTURE(row.name);
        const ModelRule rule = catalog.resolve(row.name);
        CHECK(rule.id == row.id);
        CHECK(rule.needs_points == row.needs_points);
        CHECK(int{rule.regions} == int{regions_of(row.regions)});
        CHECK(rule.daily_limit == row.limit);
        CHECK(rule.limit_bit.has_value() == row.limit.has_value());
    }

    std::size_t names = 0;
    for (const Model& model : catalog.models()) {
        names += model.names.size();
        CAPTURE(model.id);
        CHECK(catalog.resolve(model.id).id == model.id);
    }
    CHECK(names == std::size(rows));
}

TEST_CASE("the names of one model share its limit; two models never share a bit")
{
    const ShippedCatalog catalog;
    CHECK(catalog.resolve("jimeng-video-3.0-fast").limit_bit == catalog.resolve("video-3.0").limit_bit);
    std::uint64_t bits = 0;
    for (const Model& model : catalog.models()) {
        if (!model.limit_bit) continue;
        const std::uint64_t bit = std::uint64_t{1} << static_cast<unsigned>(*model.limit_bit);
        CHECK((bits & bit) == 0);
        bits |= bit;
    }
    CHECK(bits != 0);
}

TEST_CASE("a model that nobody knows: any region, needs points, no limit, counted under its own name")
{
    const ShippedCatalog catalog;
    for (const std::string name : {"jimeng-9.9", "gpt-4o", "JIMENG-4.0", "即梦", "a", "x'; DROP TABLE accounts; --"}) {
        CAPTURE(name);
        const ModelRule rule = catalog.resolve(name);
        CHECK(rule.id == name);
        CHECK(int{rule.regions} == int{every_region});
        CHECK(rule.needs_points);
        CHECK_FALSE(rule.daily_limit);
        CHECK_FALSE(rule.limit_bit);
    }
}

TEST_CASE("a name that cannot be one is counted as unknown")
{
    const ShippedCatalog catalog;
    CHECK(catalog.resolve(std::string(longest_model_name, 'a')).id == std::string(longest_model_name, 'a'));
    for (const std::string& name : {std::string{}, std::string(longest_model_name + 1, 'a'), std::string(1 << 20, 'a'),
                                    std::string{"\xC3\x28"}, std::string{"a\nb"}, std::string("a\0b", 3)}) {
        CAPTURE(name.size());
        const ModelRule rule = catalog.resolve(name);
        CHECK(rule.id == unnamed_model);
        CHECK(rule.needs_points);
        CHECK_FALSE(rule.daily_limit);
    }
}

TEST_CASE("a limit whose setting does not exist is none")
{
    Model model{.id = "m", .limit_setting = "LIMIT_NO_SUCH", .limit_bit = 7, .names = {{"m"}}};
    CHECK_FALSE(daily_limit(model, Settings{}));
    model.limit_setting = "LOG_LEVEL";
    CHECK_FALSE(daily_limit(model, Settings{}));
    model.limit_setting = "LIMIT_JIMENG_4_0";
    CHECK(daily_limit(model, Settings{}) == 60);
}
