#pragma once
/// A model on the wire: how it is shown, and how the fields that a client may set are read. What is shown can be sent
/// back as it is.

#include <string_view>
#include <vector>

#include "core/base/json_reader.hpp"
#include "core/domain/model_catalog.hpp"
#include "core/domain/settings.hpp"

namespace dreamina {

/// The settings that a model's limit can come from, by their keys.
std::vector<std::string_view> limit_settings();

/// {"id", "needs_points", "regions", "names", "limit_setting", "daily_limit"}: `regions` are those of the id itself,
/// `names` the others with theirs, `daily_limit` the one in force, be it the setting's or the model's own.
Json model_json(const Model& model, const Settings& settings);

/// Reads a whole new model. Without a word about them: all regions, points needed, no limit.
Result<Model> read_new_model(JsonReader& reader, const Settings& settings);

/// Reads what is to change in `stored` and returns the model as it shall be.
Result<Model> read_model_change(JsonReader& reader, const Model& stored, const Settings& settings);

}  // namespace dreamina
