#pragma once
/// `models` and `model_names`: the catalogue; and the place in accounts.exhausted that each model with a limit has
/// (its limit bit; pool_state.last_limit_bit remembers which was given away last).

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.hpp"
#include "core/domain/model_catalog.hpp"
#include "core/storage/engine/database.hpp"

namespace dreamina {

class ModelStore {
public:
    explicit ModelStore(Database& database) : database_(database) {}

    /// In the order they were added.
    std::vector<Model> all();
    std::optional<Model> find(std::string_view id);

    /// The model that has this very name; wildcards are names like any other here.
    std::optional<std::string> owner_of(std::string_view name);

    /// These three are part of a write transaction that ends with apply_limits(): until then a model with a new limit
    /// bit keeps no account out. Ids and names are the caller's to check. The model's limit_bit is the store's to
    /// choose. Error code "no_limit_bit": as many models as there can be have a limit already.
    Result<void> add(const Model& model);
    Result<void> change(const Model& model);
    bool remove(std::string_view id);

    struct AppliedLimit {
        std::optional<int> limit_bit;
        std::optional<std::int64_t> limit;  ///< that accounts' exhausted sets were computed with
    };
    AppliedLimit applied_limit(std::string_view model);
    void set_applied_limit(std::string_view model, std::int64_t limit);

private:
    std::optional<int> take_limit_bit();
    void store_names(const Model& model);

    Database& database_;
};

}  // namespace dreamina
