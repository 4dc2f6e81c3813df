#include "core/storage/accounts/pool_class.hpp"

#include <fmt/format.h>

#include "core/domain/upstream_kind.hpp"

namespace dreamina {

std::string_view barred_bits_sql()
{
    static const std::string sql =
        fmt::format("CASE WHEN (SELECT kind = '{}' OR awaited FROM upstream_facts) THEN {} ELSE 0 END",
                    to_string(UpstreamKind::jimeng_api_go), class_proxy_bit);
    static_assert(gives_proxies_away(UpstreamKind::jimeng_api_go));
    return sql;
}

std::string serving_class_sql(std::string_view pool_class)
{
    return fmt::format(
        "({0} | CASE WHEN {0} & {1} = {2} AND NOT (SELECT cn_points FROM pool_state) THEN {3} ELSE 0 END)", pool_class,
        class_region_mask, class_cn_region, class_points_bit);
}

std::int64_t serving_class(std::int64_t pool_class, bool cn_points)
{
    const bool free_of_points = (pool_class & class_region_mask) == class_cn_region && !cn_points;
    return pool_class | (free_of_points ? class_points_bit : 0);
}

bool can_serve(std::int64_t serving_class, const ModelRule& rule)
{
    const std::int64_t exhausted = rule.limit_bit ? std::int64_t{1} << (class_exhausted_shift + *rule.limit_bit) : 0;
    const bool in_region = ((int{rule.regions} >> (serving_class & class_region_mask)) & 1) != 0;
    return in_region && (!rule.needs_points || (serving_class & class_points_bit) != 0) &&
           (serving_class & exhausted) == 0;
}

bool is_busy_class(std::int64_t pool_class) { return (pool_class & class_busy_bit) != 0; }

}  // namespace dreamina
