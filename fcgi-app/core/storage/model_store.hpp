#pragma once
/// `models` and `model_names`: the catalogue.

#include <optional>
#include <string_view>
#include <vector>

#include "domain/model_catalog.hpp"
#include "storage/database.hpp"

namespace dreamina {

class ModelStore {
public:
    explicit ModelStore(Database& database) : database_(database) {}

    /// In the order they were added.
    std::vector<Model> all();

    struct AppliedLimit {
        std::optional<int> limit_bit;
        std::optional<std::int64_t> limit;  ///< that accounts' exhausted sets were computed with
    };
    AppliedLimit applied_limit(std::string_view model);
    void set_applied_limit(std::string_view model, std::int64_t limit);

private:
    Database& database_;
};

}  // namespace dreamina
