#include "core/domain/model_catalog.hpp"

#include <doctest/doctest.h>

#include "core/storage/empty_database.hpp"
#include "core/storage/stores/model_store.hpp"
#include "temporary_folder.hpp"

using namespace dreamina;

namespace {

/// The rows that a new database starts with.
class ShippedCatalog {
public:
    ShippedCatalog()
    {
        Database database{make_empty_database(folder_ / "dreamina.db")};
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
        {"jimeng-5.0-lite", "jimeng-5.0-lite", true, "all", {}},
        {"jimeng-4.7", "jimeng-4.7", true, "cn hk jp sg", {}},
        {"jimeng-2.1", "jimeng-2.1", true, "cn", {}},
        {"jimeng-2.0-pro", "jimeng-2.0-pro", true, "cn", {}},
        {"jimeng-2.0", "jimeng-2.0", true, "cn", {}},
        {"jimeng-1.4", "jimeng-1.4", true, "cn", {}},
        {"jimeng-xl-pro", "jimeng-xl-pro", true, "cn", {}},
        {"jimeng-video-4.0", "jimeng-video-4.0", true, "cn", {}},
        {"jimeng-video-4.0-pro", "jimeng-video-4.0-pro", true, "cn", {}},
        {"jimeng-video-seedance-2.0-vip", "jimeng-video-seedance-2.0-vip", true, "cn", {}},
        {"jimeng-video-seedance-2.0-fast-vip", "jimeng-video-seedance-2.0-fast-vip", true, "cn", {}},
        {"jimeng-video-seedance-2.0-mini", "jimeng-video-seedance-2.0-mini", true, "cn", {}},
        {"jimeng-video-seedance-2.5", "jimeng-video-seedance-2.5", true, "cn", {}},
        {"jimeng", "jimeng", true, "cn", {}},
        {"seedance-2.0", "jimeng-video-seedance-2.0", true, "cn", {}},
        {"seedance-2.0-fast", "jimeng-video-seedance-2.0-fast", true, "cn", {}},
        {"seedance-2.0-vip", "jimeng-video-seedance-2.0-vip", true, "cn", {}},
        {"seedance-2.0-fast-vip", "jimeng-video-seedance-2.0-fast-vip", true, "cn", {}},
        {"seedance-2.0-mini", "jimeng-video-seedance-2.0-mini", true, "cn", {}},
        {"seedance-2.5", "jimeng-video-seedance-2.5", true, "cn", {}},
        {"jimeng-video-seedance-*", "jimeng-video-seedance-2.0", true, "cn", {}},
        {"seedance-*", "jimeng-video-seedance-2.0", true, "cn", {}},
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

TEST_CASE("what the upstream calls otherwise is sent on under its name, with the size that stands behind it")
{
    const ShippedCatalog catalog;
    CHECK(catalog.resolve("video-3.0").send_as == "jimeng-video-3.0");
    CHECK(catalog.resolve("video-3.0:1024x768").send_as == "jimeng-video-3.0:1024x768");
    CHECK(catalog.resolve("seedance-2.0-fast").send_as == "jimeng-video-seedance-2.0-fast");
    CHECK(catalog.resolve("seedance-9.9").send_as == "jimeng-video-seedance-9.9");
    CHECK(catalog.resolve("seedance-9.9").id == "jimeng-video-seedance-2.0");
    for (const char* same : {"jimeng-video-3.0", "jimeng-4.0", "jimeng-4.0:1024x1024", "nobody's"})
        CHECK(catalog.resolve(same).send_as.empty());
}

TEST_CASE("where a name is sent on as another one, each has a star or none has, and no more")
{
    CHECK_FALSE(send_as_fault("a", "b"));
    CHECK_FALSE(send_as_fault("a-*", "b-*-c"));
    CHECK_FALSE(send_as_fault("a-*-*", "b"));
    CHECK(send_as_fault("a", "b*"));
    CHECK(send_as_fault("*-*", "b*"));
    CHECK(send_as_fault("*", "**"));
    CHECK(send_as_fault("a", ""));
    CHECK(send_as_fault("a", " b"));

    const ModelCatalog catalog{{Model{.id = "m", .names = {{.name = "m"}, {.name = "a-*-z", .send_as = "b-*"}}}}};
    CHECK(catalog.resolve("a-x*y-z", {}).send_as == "b-x*y");
    CHECK(catalog.resolve("a--z", {}).send_as == "b-");
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

TEST_CASE("an unknown model: any region, needs points, no limit, counted under its own name")
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

TEST_CASE("a name with a size behind it is that name")
{
    const ShippedCatalog catalog;
    for (const auto& [asked, name] :
         std::vector<std::pair<std::string, std::string>>{{"jimeng-4.0:1024x1024", "jimeng-4.0"},
                                                          {"jimeng-4.0:", "jimeng-4.0"},
                                                          {"jimeng-4.0:1:2", "jimeng-4.0"},
                                                          {"nanobanana:2k", "nanobanana"},
                                                          {"jimeng-video-3.0-pro:16:9", "jimeng-video-3.0-pro"}}) {
        CAPTURE(asked);
        const ModelRule rule = catalog.resolve(asked);
        const ModelRule wanted = catalog.resolve(name);
        CHECK(rule.id == wanted.id);
        CHECK(int{rule.regions} == int{wanted.regions});
        CHECK(rule.needs_points == wanted.needs_points);
        CHECK(rule.daily_limit == wanted.daily_limit);
        CHECK(rule.limit_bit == wanted.limit_bit);
    }
    CHECK(catalog.resolve("jimeng-9.9:1024x1024").id == "jimeng-9.9:1024x1024");
    CHECK(catalog.resolve(":1024x1024").id == ":1024x1024");
}

TEST_CASE("wildcards of the catalogue go before sizes where they say as much")
{
    const ModelCatalog catalog{{{.id = "a", .names = {{"a"}, {"a:b"}}},
                                {.id = "large", .names = {{"large"}, {"a:large*"}}},
                                {.id = "any", .names = {{"any"}, {"*"}}}}};
    CHECK(catalog.resolve("a:1x1", Settings{}).id == "a");
    CHECK(catalog.resolve("a:b:1x1", Settings{}).id == "a");
    CHECK(catalog.resolve("a:large-1x1", Settings{}).id == "large");
    CHECK(catalog.resolve("c:1x1", Settings{}).id == "any");
}

TEST_CASE("a name that cannot be one is counted as unknown")
{
    const ShippedCatalog catalog;
    CHECK(catalog.resolve(std::string(max_model_name_length, 'a')).id == std::string(max_model_name_length, 'a'));
    for (const std::string& name :
         {std::string{}, std::string(max_model_name_length + 1, 'a'), std::string(1 << 20, 'a'),
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

TEST_CASE("a limit of its own")
{
    Model model{.id = "m", .own_limit = 2, .limit_bit = 7, .names = {{"m"}}};
    CHECK(has_limit(model));
    CHECK(daily_limit(model, Settings{}) == 2);
    model.own_limit = 0;
    CHECK(has_limit(model));
    CHECK(daily_limit(model, Settings{}) == 0);
    model.own_limit.reset();
    CHECK_FALSE(has_limit(model));
    CHECK_FALSE(daily_limit(model, Settings{}));
}

TEST_CASE("a star stands for any text, also for none; nothing else is special")
{
    struct Row {
        const char* wildcard;
        const char* text;
        bool fits;
    };
    for (const Row& row : std::initializer_list<Row>{
             {"*", "anything", true},
             {"*", "", true},
             {"**", "", true},
             {"seed*", "seed", true},
             {"seed*", "seedance", true},
             {"seed*", "a-seed", false},
             {"*seed", "a-seed", true},
             {"*seed", "seeds", false},
             {"*-3.*", "jimeng-3.1", true},
             {"*-3.*", "jimeng-3-1", false},
             {"a*b*c", "a-b-b-c", true},
             {"a*b*c", "a-c-b", false},
             {"a*a", "a", false},
             {"a*a", "aa", true},
             {"*ab", "aab", true},
             {"*aab*", "aaaab", true},
             {"*abc", "ababc-abc", true},
             {"a?c", "abc", false},
             {"[ab]*", "a", false},
             {"[ab]*", "[ab]x", true},
             {"a.c*", "abc", false},
             {"Seed*", "seedance", false},
             {"即梦*", "即梦-4.0", true},
             {"exact", "exact", true},
             {"exact", "exactly", false},
             {"", "", true},
             {"", "a", false},
         }) {
        CAPTURE(std::string{row.wildcard});
        CAPTURE(std::string{row.text});
        CHECK(fits_wildcard(row.wildcard, row.text) == row.fits);
    }
    // A hostile pair costs steps by the product of the lengths, not by its power.
    std::string stars;
    for (int i = 0; i < 30; ++i) stars += "a*";
    CHECK_FALSE(fits_wildcard(stars + "b", std::string(max_model_name_length, 'a')));
}

TEST_CASE("which of several names is meant: the exact one, then the wildcard with the most literal characters")
{
    const ModelCatalog catalog{{
        {.id = "rest", .needs_points = false, .names = {{"rest"}, {"*"}}},
        {.id = "seed", .names = {{"seed"}, {"seed*", only(Region::cn)}, {"s*"}}},
        {.id = "fast", .names = {{"fast"}, {"*-fast"}, {"seedance-2"}}},
        {.id = "late", .names = {{"late"}, {"fas*"}, {"即梦*"}, {"*-fas*"}}},
        {.id = "long", .names = {{"long"}, {"*4.0-"}}},
        {.id = "even", .names = {{"even"}, {"*-4.*"}, {"*4.0*"}}},
        {.id = "odd", .names = {{"odd"}, {"jim*"}}},
    }};
    struct Row {
        const char* name;
        const char* id;
    };
    for (const Row& row : std::initializer_list<Row>{
             {"seedance", "seed"},       // seed* has more than s*
             {"seedance-2", "fast"},     // exactly so
             {"seedance-fast", "fast"},  // *-fast has five, seed* four
             {"sora", "seed"},
             {"fast", "fast"},  // exactly, although fas* fits
             {"faster", "late"},
             {"x-fast", "fast"},   // five against the four of *-fas*
             {"jim-4.0", "even"},  // three each: the first in the catalogue
             {"jimeng", "odd"},
             {"即梦-4.", "even"},  // characters, not bytes: 即梦 are two, -4. three
             {"即梦", "late"},
             {"gpt", "rest"},
             {"REST", "rest"},
             {"", "unknown"},
             {"a\nb", "unknown"},
         }) {
        CAPTURE(std::string{row.name});
        CHECK(catalog.resolve(row.name, Settings{}).id == row.id);
    }
    CHECK(int{catalog.resolve("seedling", Settings{}).regions} == int{only(Region::cn)});
    CHECK_FALSE(catalog.resolve("gpt", Settings{}).needs_points);
    CHECK(catalog.resolve(std::string(max_model_name_length + 1, 's'), Settings{}).id == unnamed_model);
}

TEST_CASE("what may be a name, and what an id")
{
    for (const std::string& name : {std::string{"a"}, std::string{"jimeng-video-3.0"}, std::string{"即梦"},
                                    std::string{"two words"}, std::string(max_model_name_length, 'x')}) {
        CAPTURE(name);
        CHECK_FALSE(model_name_fault(name));
        CHECK_FALSE(model_id_fault(name));
    }
    for (const std::string name : {"*", "seed*", "org/model", "unknown", "."}) {
        CAPTURE(name);
        CHECK_FALSE(model_name_fault(name));
        CHECK(model_id_fault(name));
    }
    CHECK(model_id_fault(".."));
    for (const std::string& name : {std::string{}, std::string(max_model_name_length + 1, 'x'), std::string{"\xC3\x28"},
                                    std::string{"a\tb"}, std::string{" a"}, std::string{"a "}}) {
        CAPTURE(name.size());
        CHECK(model_name_fault(name));
        CHECK(model_id_fault(name));
    }
}

TEST_CASE("where a model is offered under its id")
{
    CHECK(int{regions_of({.id = "m", .names = {{"n", only(Region::us)}, {"m", only(Region::cn)}}})} ==
          int{only(Region::cn)});
    CHECK(int{regions_of({.id = "m", .names = {{"n", only(Region::us)}}})} == int{every_region});
}

TEST_CASE("a name is looked up as it is resolved: exact, alias, wildcard, or in no catalogue")
{
    const ModelCatalog catalog{{{.id = "seed", .names = {{"seed", every_region}, {"seed-*", every_region}}},
                                {.id = "fast", .names = {{"fast", every_region}, {"seed-fast", every_region}}}}};
    REQUIRE(catalog.find("seed-fast"));
    CHECK(catalog.find("seed-fast")->id == "fast");
    REQUIRE(catalog.find("seed-5"));
    CHECK(catalog.find("seed-5")->id == "seed");
    CHECK(catalog.find("seed") == &catalog.models()[0]);
    CHECK(catalog.find("seeds") == nullptr);
    CHECK(catalog.find("") == nullptr);
    CHECK(catalog.find("seed-" + std::string(max_model_name_length, 'x')) == nullptr);
    CHECK(catalog.find("seed-\n") == nullptr);
}
