#pragma once
/// The number `accounts.pool_class`: accounts with the same one can serve the same models
/// (sql/0017_deleted_accounts.sql computes it). Here is what its bits mean.

#include <cstdint>
#include <string>
#include <string_view>

#include "core/domain/model_catalog.hpp"

namespace dreamina {

/// Positions in it.
constexpr std::int64_t class_region_mask = 0b111;
constexpr std::int64_t class_cn_region = 4;
constexpr std::int64_t class_points_bit = 0b1000;
constexpr int class_exhausted_shift = 4;
constexpr std::int64_t class_proxy_bit = std::int64_t{1} << 59;
constexpr std::int64_t class_busy_bit = std::int64_t{1} << 60;

/// The bits that keep accounts out for as long as the upstream is what it is, as an SQL expression: one that gives
/// proxies away, or of which nobody knows yet, gets no account that has one.
std::string_view barred_bits_sql();

/// SQL: a value of pool_class, with the points bit set also where points do not matter.
std::string serving_class_sql(std::string_view pool_class);
/// The same. `cn_points`: they matter in CN too.
std::int64_t serving_class(std::int64_t pool_class, bool cn_points);

/// Whether the accounts of such a class may serve the model, busy ones among them.
bool can_serve(std::int64_t serving_class, const ModelRule& rule);
bool is_busy_class(std::int64_t pool_class);

}  // namespace dreamina
