#include "api/models/model_json.hpp"

#include <algorithm>
#include <map>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "api/http/json_values.hpp"
#include "core/base/message/coded_error.hpp"

namespace dreamina {
namespace {

constexpr std::int64_t max_daily_limit = 1'000'000'000;

/// The domain judges length and characters; the reader only that it is text.
constexpr JsonReader::Text any_text{.max = std::string::npos};

Json regions_json(RegionSet regions)
{
    Json names = Json::array();
    for (const Region region : all_regions)
        if (contains(regions, region)) names.push_back(to_string(region));
    return names;
}

/// Nothing: the name itself.
std::optional<std::string> send_as_of(const ModelName& name)
{
    return name.send_as.empty() ? std::nullopt : std::optional{name.send_as};
}

/// The name that the model is counted under.
ModelName own_name(const Model& model)
{
    const auto own = std::find_if(model.names.begin(), model.names.end(),
                                  [&](const ModelName& name) { return name.name == model.id; });
    return own == model.names.end() ? ModelName{.name = model.id} : *own;
}

Json names_json(const Model& model)
{
    Json names = Json::array();
    for (const ModelName& name : model.names)
        if (name.name != model.id)
            names.push_back({{"name", name.name},
                             {"regions", regions_json(name.regions)},
                             {"send_as", value_or_null(send_as_of(name))}});
    return names;
}

/// `otherwise` where nothing is said.
RegionSet read_regions(JsonReader& reader, RegionSet otherwise)
{
    const auto texts = reader.texts("regions", {.min = 1}, any_text);
    if (texts.is_null()) reader.fail("regions", {"field.null"});
    if (!texts.value) return otherwise;
    RegionSet regions = 0;
    for (std::size_t i = 0; i < texts.value->size(); ++i) {
        const auto region = parse_region((*texts.value)[i]);
        if (region) {
            regions = static_cast<RegionSet>(regions | only(*region));
        } else {
            reader.fail(fmt::format("regions[{}]", i), not_one_of({"us", "hk", "jp", "sg", "cn"}));
        }
    }
    return regions;
}

/// What the upstream is to get for a name; `otherwise` where nothing is said.
std::string read_send_as(JsonReader& reader, std::string_view name, std::string otherwise)
{
    const auto field = reader.text("send_as", any_text);
    if (field.value && *field.value == name) return {};
    const auto fault = field.value ? send_as_fault(name, *field.value) : std::nullopt;
    if (fault) reader.fail("send_as", *fault);
    return field.present ? field.value.value_or("") : std::move(otherwise);
}

/// The aliases and wildcards; `regions` where one says nothing of its own.
std::vector<ModelName> read_names(JsonReader& reader, const std::string& id, RegionSet regions)
{
    const auto names = reader.objects("names", {}, [&](JsonReader& item) {
        const std::string name = item.required("name", item.text("name", any_text));
        if (const auto fault = model_name_fault(name)) item.fail("name", *fault);
        if (name == id) item.fail("name", {"field.is_the_id"});
        return ModelName{.name = name, .regions = read_regions(item, regions), .send_as = read_send_as(item, name, {})};
    });
    if (names.is_null()) reader.fail("names", {"field.null"});
    if (!names.value) return {};
    std::map<std::string_view, std::size_t> seen;
    for (std::size_t i = 0; i < names.value->size(); ++i) {
        const auto [first, is_new] = seen.emplace((*names.value)[i].name, i);
        if (!is_new)
            reader.fail(fmt::format("names[{}].name", i),
                        {"field.same_as", {{"other", fmt::format("names[{}].name", first->second)}}});
    }
    return *names.value;
}

/// Changes the limit from what it is in `model`. A number beside a setting only repeats what was shown: it must not
/// seem to set a limit that the setting decides.
void read_model_limit(JsonReader& reader, Model& model, const Settings& settings)
{
    const auto shown = daily_limit(model, settings);
    const auto setting_before = model.limit_setting;
    if (!model.limit_setting || !reader.holds("limit_setting", *model.limit_setting)) {
        const auto key = reader.text("limit_setting", any_text);
        const auto known = limit_settings();
        if (key.value && std::find(known.begin(), known.end(), *key.value) == known.end())
            reader.fail("limit_setting", {"field.not_null_or_one_of",
                                          {{"choices", std::vector<std::string>{known.begin(), known.end()}}}});
        if (key.present) model.limit_setting = key.value;
    }
    const bool as_shown = shown && reader.holds("daily_limit", *shown);
    const auto limit = as_shown ? Field<std::int64_t>{.present = true, .value = shown}
                                : reader.integer("daily_limit", 0, max_daily_limit);
    if (!model.limit_setting) {
        if (limit.present) model.own_limit = limit.value;
        return;
    }
    model.own_limit.reset();
    const bool newly_set = model.limit_setting != setting_before;
    const bool agrees = !limit.present || as_shown || (newly_set && limit.is_null()) ||
                        (limit.value && limit.value == daily_limit(model, settings));
    if (!agrees) reader.fail("daily_limit", {"field.from_setting", {{"setting", *model.limit_setting}}});
}

/// Reads all but the id into `model`; what is stored already and comes back as it was shown is not judged.
Result<Model> read_model(Model model, JsonReader& reader, const Settings& settings)
{
    const auto needs_points = reader.boolean("needs_points");
    if (needs_points.is_null()) reader.fail("needs_points", {"field.null"});
    model.needs_points = needs_points.value_or(model.needs_points);

    ModelName own = own_name(model);
    const RegionSet before = own.regions;
    own.regions = reader.holds("regions", regions_json(before)) ? before : read_regions(reader, before);
    own.send_as = read_send_as(reader, model.id, std::move(own.send_as));
    std::vector<ModelName> names = model.names;
    std::erase_if(names, [&](const ModelName& name) { return name.name == model.id; });
    const bool names_given = !reader.holds("names", names_json(model)) && reader.has("names");
    if (names_given) names = read_names(reader, model.id, own.regions);
    names.insert(names.begin(), std::move(own));
    model.names = std::move(names);

    read_model_limit(reader, model, settings);
    if (const auto faults = reader.finish(); !faults) return tl::unexpected(faults.error());
    return model;
}

}  // namespace

std::vector<std::string_view> limit_settings()
{
    std::vector<std::string_view> keys;
    for (const SettingRow& row : setting_rows())
        if (row.group == "limits" && row.type == SettingType::integer) keys.push_back(row.key);
    return keys;
}

Json model_json(const Model& model, const Settings& settings)
{
    const auto limit = daily_limit(model, settings);
    return {{"id", model.id},
            {"needs_points", model.needs_points},
            {"regions", regions_json(regions_of(model))},
            {"send_as", value_or_null(send_as_of(own_name(model)))},
            {"names", names_json(model)},
            {"limit_setting", model.limit_setting ? Json(*model.limit_setting) : Json(nullptr)},
            {"daily_limit", limit ? Json(*limit) : Json(nullptr)}};
}

Result<Model> read_new_model(JsonReader& reader, const Settings& settings)
{
    Model model;
    model.id = reader.required("id", reader.text("id", any_text));
    if (const auto fault = model_id_fault(model.id)) reader.fail("id", *fault);
    return read_model(std::move(model), reader, settings);
}

Result<Model> read_model_change(JsonReader& reader, const Model& stored, const Settings& settings)
{
    const auto id = reader.text("id", any_text);
    if (id.present && id.value != stored.id) reader.fail("id", {"field.model_id_fixed"});
    return read_model(stored, reader, settings);
}

}  // namespace dreamina
