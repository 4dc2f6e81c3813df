#include "core/storage/stores/refused_models.hpp"

namespace dreamina {

void RefusedModels::remember(std::string_view name, Region region, Time until, Time now)
{
    if (name.empty() || name.size() > max_model_name_length) return;
    database_.run("DELETE FROM refused_models WHERE until <= ?", now);
    database_.run(
        "INSERT INTO refused_models (name, region, until) SELECT ?1, ?2, ?3 "
        "WHERE (SELECT count(*) FROM refused_models) < ?4 OR EXISTS (SELECT 1 FROM refused_models WHERE name = ?1 AND "
        "region = ?2) "
        "ON CONFLICT (name, region) DO UPDATE SET until = excluded.until",
        name, to_string(region), until, max_refused_models);
}

RefusedRegions RefusedModels::all(Time now)
{
    auto rows = database_.query("SELECT name, region FROM refused_models WHERE until > ?", now);
    RefusedRegions refused;
    while (rows.next()) {
        const auto region = parse_region(rows.text("region"));
        if (region) refused[rows.text("name")] |= only(*region);
    }
    return refused;
}

}  // namespace dreamina
