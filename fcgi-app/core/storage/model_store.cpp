#include "storage/model_store.hpp"

namespace dreamina {

std::vector<Model> ModelStore::all()
{
    std::vector<Model> models;
    auto rows = database_.query("SELECT id, needs_points, limit_setting, limit_bit FROM models ORDER BY rowid");
    while (rows.next()) {
        Model model;
        model.id = rows.text(0);
        model.needs_points = rows.boolean(1);
        model.limit_setting = rows.optional_text(2);
        if (const auto bit = rows.optional_integer(3)) model.limit_bit = static_cast<int>(*bit);
        auto names =
            database_.query("SELECT name, regions FROM model_names WHERE model_id = ? ORDER BY rowid", model.id);
        while (names.next()) model.names.push_back({names.text(0), static_cast<RegionSet>(names.integer(1))});
        models.push_back(std::move(model));
    }
    return models;
}

ModelStore::AppliedLimit ModelStore::applied_limit(std::string_view model)
{
    auto row = database_.query("SELECT limit_bit, applied_limit FROM models WHERE id = ?", model);
    if (!row.next()) return {};
    AppliedLimit applied;
    if (const auto bit = row.optional_integer(0)) applied.limit_bit = static_cast<int>(*bit);
    applied.limit = row.optional_integer(1);
    return applied;
}

void ModelStore::set_applied_limit(std::string_view model, std::int64_t limit)
{
    database_.run("UPDATE models SET applied_limit = ? WHERE id = ?", limit, model);
}

}  // namespace dreamina
