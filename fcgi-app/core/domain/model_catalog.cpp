#include "domain/model_catalog.hpp"

#include "base/text.hpp"

namespace dreamina {

ModelCatalog::ModelCatalog(std::vector<Model> models) : models_(std::move(models))
{
    for (std::size_t i = 0; i < models_.size(); ++i) {
        for (const ModelName& name : models_[i].names) by_name_.emplace(name.name, Entry{i, name.regions});
    }
}

ModelRule ModelCatalog::resolve(std::string_view name, const Settings& settings) const
{
    const std::string key{name};
    if (const auto found = by_name_.find(key); found != by_name_.end()) {
        const Model& model = models_[found->second.model];
        return {.id = model.id,
                .regions = found->second.regions,
                .needs_points = model.needs_points,
                .daily_limit = daily_limit(model, settings),
                .limit_bit = model.limit_bit};
    }
    const bool countable =
        !key.empty() && key.size() <= longest_model_name && is_valid_utf8(key) && !has_control_characters(key);
    ModelRule rule;
    rule.id = countable ? key : std::string{unnamed_model};
    return rule;
}

std::optional<std::int64_t> daily_limit(const Model& model, const Settings& settings)
{
    if (!model.limit_setting) return std::nullopt;
    const SettingRow* row = find_setting(*model.limit_setting);
    if (row == nullptr) return std::nullopt;
    const SettingValue value = row->get(settings);
    const auto* limit = std::get_if<std::int64_t>(&value);
    return limit ? std::optional{*limit} : std::nullopt;
}

}  // namespace dreamina
