#include "core/storage/stores/model_store.hpp"

#include <fmt/format.h>

#include "core/base/message/coded_error.hpp"
#include "core/storage/accounts/account_selection.hpp"

namespace dreamina {

namespace {

/// As many as accounts.exhausted has places for (the checks of the table `models`).
constexpr int limit_bits = 51;

Model read_model(Database& database, const Query& row)
{
    Model model;
    model.id = row.text("id");
    model.needs_points = row.boolean("needs_points");
    model.limit_setting = row.optional_text("limit_setting");
    model.own_limit = row.optional_integer("daily_limit");
    if (const auto bit = row.optional_integer("limit_bit")) model.limit_bit = static_cast<int>(*bit);
    auto names =
        database.query("SELECT name, regions, send_as FROM model_names WHERE model_id = ? ORDER BY position", model.id);
    while (names.next())
        model.names.push_back({names.text("name"), static_cast<RegionSet>(names.integer("regions")),
                               names.optional_text("send_as").value_or("")});
    return model;
}

tl::unexpected<Error> no_limit_bit()
{
    return field_failure("error.no_limit_bit", "daily_limit", {"field.too_many_limits", {{"max", limit_bits}}});
}

}  // namespace

std::vector<Model> ModelStore::all()
{
    std::vector<Model> models;
    auto rows =
        database_.query("SELECT id, needs_points, limit_setting, daily_limit, limit_bit FROM models ORDER BY position");
    while (rows.next()) models.push_back(read_model(database_, rows));
    return models;
}

std::optional<Model> ModelStore::find(std::string_view id)
{
    auto row =
        database_.query("SELECT id, needs_points, limit_setting, daily_limit, limit_bit FROM models WHERE id = ?", id);
    if (!row.next()) return std::nullopt;
    return read_model(database_, row);
}

std::optional<std::string> ModelStore::owner_of(std::string_view name)
{
    auto row = database_.query("SELECT model_id FROM model_names WHERE name = ?", name);
    return row.next() ? std::optional{row.text()} : std::nullopt;
}

Result<void> ModelStore::add(const Model& model)
{
    std::optional<int> bit;
    if (has_limit(model)) {
        bit = take_limit_bit();
        if (!bit) return no_limit_bit();
    }
    database_.run(
        "INSERT INTO models (id, needs_points, limit_setting, daily_limit, limit_bit, position) "
        "VALUES (?, ?, ?, ?, ?, (SELECT coalesce(max(position), 0) + 1 FROM models))",
        model.id, model.needs_points, model.limit_setting, model.own_limit, bit);
    store_names(model);
    return {};
}

Result<void> ModelStore::change(const Model& model)
{
    const std::optional<int> before = applied_limit(model.id).limit_bit;
    std::optional<int> after;
    if (has_limit(model)) {
        after = before ? before : take_limit_bit();
        if (!after) return no_limit_bit();
    } else if (before) {
        AccountSelection{database_}.clear_exhausted_bit(*before);
    }
    database_.run(
        "UPDATE models SET needs_points = ?2, limit_setting = ?3, daily_limit = ?4, limit_bit = ?5, "
        "applied_limit = CASE WHEN limit_bit IS NOT DISTINCT FROM ?5 THEN applied_limit END WHERE id = ?1",
        model.id, model.needs_points, model.limit_setting, model.own_limit, after);
    store_names(model);
    return {};
}

bool ModelStore::remove(std::string_view id)
{
    if (const auto bit = applied_limit(id).limit_bit) AccountSelection{database_}.clear_exhausted_bit(*bit);
    return database_.run("DELETE FROM models WHERE id = ?", id) > 0;  // and its names
}

std::optional<int> ModelStore::take_limit_bit()
{
    std::vector<bool> taken(limit_bits);
    auto rows = database_.query("SELECT limit_bit FROM models WHERE limit_bit IS NOT NULL");
    while (rows.next()) taken[static_cast<std::size_t>(rows.integer())] = true;

    auto last = database_.query("SELECT last_limit_bit FROM pool_state");
    last.next();
    for (int step = 1; step <= limit_bits; ++step) {
        const int bit = static_cast<int>((last.integer() + step) % limit_bits);
        if (taken[static_cast<std::size_t>(bit)]) continue;
        database_.run("UPDATE pool_state SET last_limit_bit = ?", bit);
        return bit;
    }
    return std::nullopt;
}

void ModelStore::store_names(const Model& model)
{
    database_.run("DELETE FROM model_names WHERE model_id = ?", model.id);
    for (const ModelName& name : model.names)
        database_.run(
            "INSERT INTO model_names (name, model_id, regions, send_as, position) "
            "VALUES (?, ?, ?, ?, (SELECT coalesce(max(position), 0) + 1 FROM model_names))",
            name.name, model.id, int{name.regions}, null_if_empty(name.send_as));
}

ModelStore::AppliedLimit ModelStore::applied_limit(std::string_view model)
{
    auto row = database_.query("SELECT limit_bit, applied_limit FROM models WHERE id = ?", model);
    if (!row.next()) return {};
    AppliedLimit applied;
    if (const auto bit = row.optional_integer("limit_bit")) applied.limit_bit = static_cast<int>(*bit);
    applied.limit = row.optional_integer("applied_limit");
    return applied;
}

void ModelStore::set_applied_limit(std::string_view model, std::int64_t limit)
{
    database_.run("UPDATE models SET applied_limit = ? WHERE id = ?", limit, model);
}

}  // namespace dreamina
