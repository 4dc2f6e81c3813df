#include "core/domain/model_catalog.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "core/base/text.hpp"

namespace dreamina {
namespace {

constexpr char any_text = '*';
constexpr std::string_view any_size = ":*";

/// Fit to be counted under: bounded, and text.
bool is_countable(std::string_view name)
{
    return !name.empty() && name.size() <= max_model_name_length && is_valid_utf8(name) &&
           !has_control_characters(name);
}

std::ptrdiff_t literal_characters(std::string_view name)
{
    // The first bytes of UTF-8 characters.
    return std::count_if(name.begin(), name.end(),
                         [](char c) { return c != any_text && (static_cast<unsigned char>(c) & 0xC0) != 0x80; });
}

/// What the upstream is to get for `asked`, which fits the name, or begins with it where a size stands behind.
std::string sent_name(const ModelName& name, std::string_view asked)
{
    if (name.send_as.empty()) return {};
    const auto star = name.name.find(any_text);
    const auto place = name.send_as.find(any_text);
    if (star == std::string::npos) return name.send_as + std::string{asked.substr(name.name.size())};
    std::string sent = name.send_as;
    if (place != std::string::npos) sent.replace(place, 1, asked.substr(star, asked.size() + 1 - name.name.size()));
    return sent;
}

}  // namespace

bool has_limit(const Model& model) { return model.limit_setting || model.own_limit; }

RegionSet regions_of(const Model& model)
{
    const auto own = std::find_if(model.names.begin(), model.names.end(),
                                  [&](const ModelName& name) { return name.name == model.id; });
    return own == model.names.end() ? every_region : own->regions;
}

bool is_wildcard(std::string_view name) { return name.find(any_text) != std::string_view::npos; }

bool fits_wildcard(std::string_view wildcard, std::string_view text)
{
    // Only the last star passed can need a longer text than it took at first: at most |wildcard| * |text| steps.
    std::size_t w = 0;
    std::size_t t = 0;
    std::optional<std::size_t> star;
    std::size_t taken_from = 0;
    while (t < text.size()) {
        if (w < wildcard.size() && wildcard[w] == any_text) {
            star = w++;
            taken_from = t;
        } else if (w < wildcard.size() && wildcard[w] == text[t]) {
            ++w;
            ++t;
        } else if (star) {
            w = *star + 1;
            t = ++taken_from;
        } else {
            return false;
        }
    }
    return wildcard.find_first_not_of(any_text, w) == std::string_view::npos;
}

std::optional<Message> model_name_fault(std::string_view name)
{
    if (name.empty()) return Message{"field.empty"};
    if (name.size() > max_model_name_length) return Message{"field.too_many_bytes", {{"max", max_model_name_length}}};
    if (!is_valid_utf8(name)) return Message{"field.not_utf8"};
    if (has_control_characters(name)) return Message{"field.control_characters"};
    if (trim(name) != name) return Message{"field.surrounding_blanks"};
    return std::nullopt;
}

std::optional<Message> model_id_fault(std::string_view id)
{
    if (auto fault = model_name_fault(id)) return fault;
    if (is_wildcard(id)) return Message{"field.only_in_names", {{"sign", "*"}}};
    if (id.find('/') != std::string_view::npos) return Message{"field.only_in_names", {{"sign", "/"}}};
    if (id == "." || id == "..") return Message{"field.path_dots"};
    if (id == unnamed_model) return Message{"field.reserved_id", {{"id", id}}};
    return std::nullopt;
}

std::optional<Message> send_as_fault(std::string_view name, std::string_view send_as)
{
    if (auto fault = model_name_fault(send_as)) return fault;
    const auto stars = [](std::string_view text) { return std::count(text.begin(), text.end(), any_text); };
    if (stars(send_as) > 1) return Message{"field.too_many_stars"};
    if (stars(send_as) == 1 && stars(name) != 1) return Message{"field.star_without_name"};
    return std::nullopt;
}

ModelCatalog::ModelCatalog(std::vector<Model> models, RefusedRegions refused)
    : models_(std::move(models)), refused_(std::move(refused))
{
    for (std::size_t i = 0; i < models_.size(); ++i) {
        for (std::size_t n = 0; n < models_[i].names.size(); ++n) {
            const std::string& name = models_[i].names[n].name;
            if (is_wildcard(name)) {
                wildcards_.push_back({name, {i, n}});
            } else {
                by_name_.emplace(name, Entry{i, n});
            }
        }
    }
    // Behind the wildcards of the catalogue: an administrator who wrote one like these meant it.
    for (std::size_t i = 0; i < models_.size(); ++i) {
        for (std::size_t n = 0; n < models_[i].names.size(); ++n) {
            const std::string& name = models_[i].names[n].name;
            if (!is_wildcard(name)) wildcards_.push_back({name + std::string{any_size}, {i, n}});
        }
    }
    std::stable_sort(wildcards_.begin(), wildcards_.end(), [](const Wildcard& left, const Wildcard& right) {
        return literal_characters(left.name) > literal_characters(right.name);
    });
}

ModelRule ModelCatalog::rule_of(const Entry& entry, std::string_view asked, const Settings& settings) const
{
    const Model& model = models_[entry.model];
    const ModelName& name = model.names[entry.name];
    return {.id = model.id,
            .regions = name.regions,
            .needs_points = model.needs_points,
            .daily_limit = daily_limit(model, settings),
            .limit_bit = model.limit_bit,
            .send_as = sent_name(name, asked)};
}

const ModelCatalog::Entry* ModelCatalog::entry_for(std::string_view name) const
{
    if (const auto found = by_name_.find(std::string{name}); found != by_name_.end()) return &found->second;
    if (!is_countable(name)) return nullptr;
    const auto fitting = std::find_if(wildcards_.begin(), wildcards_.end(),
                                      [&](const Wildcard& wildcard) { return fits_wildcard(wildcard.name, name); });
    return fitting == wildcards_.end() ? nullptr : &fitting->entry;
}

ModelRule ModelCatalog::resolve(std::string_view name, const Settings& settings) const
{
    ModelRule rule;
    if (const Entry* entry = entry_for(name)) {
        rule = rule_of(*entry, name, settings);
    } else {
        rule.id = is_countable(name) ? name : unnamed_model;
    }
    if (const auto refused = refused_.find(name); refused != refused_.end())
        rule.regions = without(rule.regions, refused->second);
    return rule;
}

const Model* ModelCatalog::find(std::string_view name) const
{
    const Entry* entry = entry_for(name);
    return entry == nullptr ? nullptr : &models_[entry->model];
}

std::optional<std::int64_t> daily_limit(const Model& model, const Settings& settings)
{
    if (model.own_limit) return model.own_limit;
    if (!model.limit_setting) return std::nullopt;
    const SettingRow* row = find_setting(*model.limit_setting);
    if (row == nullptr) return std::nullopt;
    const SettingValue value = row->get(settings);
    const auto* limit = std::get_if<std::int64_t>(&value);
    return limit ? std::optional{*limit} : std::nullopt;
}

}  // namespace dreamina
