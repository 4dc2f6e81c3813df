#pragma once
/// Which models there are, who may serve them and how often. The rows are data in the database.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "domain/region_token.hpp"
#include "domain/settings.hpp"

namespace dreamina {

/// A model under one of the names that clients ask for.
struct ModelName {
    std::string name;
    RegionSet regions = every_region;  ///< where the upstream offers it under this name
};

struct Model {
    std::string id;  ///< the name it is counted under
    bool needs_points = true;
    std::optional<std::string> limit_setting;  ///< key of the setting with its daily limit
    std::optional<int> limit_bit;  ///< its place in an account's set of exhausted models; only models with a limit
    std::vector<ModelName> names;  ///< the id itself among them
};

/// All that choosing an account for one request needs to know of the model.
struct ModelRule {
    std::string id;
    RegionSet regions = every_region;
    bool needs_points = true;
    std::optional<std::int64_t> daily_limit;  ///< calls per account and day
    std::optional<int> limit_bit;
};

/// What a request is counted under when its model cannot be read.
constexpr std::string_view unnamed_model = "unknown";

/// Longer names are nobody's model; they are counted under `unnamed_model` so that they cannot fill the database.
constexpr std::size_t longest_model_name = 100;

class ModelCatalog {
public:
    explicit ModelCatalog(std::vector<Model> models = {});

    /// The rule for a name as a client wrote it. A model that is not in the catalogue: any region, needs points,
    /// no limit, counted under its own name.
    ModelRule resolve(std::string_view name, const Settings& settings) const;

    const std::vector<Model>& models() const { return models_; }

private:
    struct Entry {
        std::size_t model;
        RegionSet regions;
    };
    std::vector<Model> models_;
    std::unordered_map<std::string, Entry> by_name_;
};

/// The daily limit in force; nothing for a model without one.
std::optional<std::int64_t> daily_limit(const Model& model, const Settings& settings);

}  // namespace dreamina
