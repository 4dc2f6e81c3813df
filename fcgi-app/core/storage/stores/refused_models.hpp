#pragma once
/// Names of models that the upstream has refused in a region: for a while they are not sent there again.

#include <string_view>

#include "core/domain/model_catalog.hpp"
#include "core/storage/engine/database.hpp"

namespace dreamina {

/// Names are the clients' to choose: no more than so many are remembered.
constexpr std::int64_t max_refused_models = 1000;

class RefusedModels {
public:
    explicit RefusedModels(Database& database) : database_(database) {}

    /// Part of a larger write transaction. Nothing for a name that no model can have.
    void remember(std::string_view name, Region region, Time until, Time now);

    /// Where a name is refused now.
    RefusedRegions all(Time now);

private:
    Database& database_;
};

}  // namespace dreamina
