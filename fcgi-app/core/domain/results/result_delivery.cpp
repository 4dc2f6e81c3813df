#include "core/domain/results/result_delivery.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "core/domain/results/media_type.hpp"
#include "core/domain/results/result_hosts.hpp"

namespace dreamina {
namespace {

/// nginx's internal location.
constexpr std::string_view accel_prefix = "/dreamina-results/";

constexpr std::int64_t longest_cached = 86'400;

}  // namespace

std::vector<std::pair<std::string, std::string>> delivery_headers(const StoredResult& result, const std::string& place,
                                                                  ResultDisposition disposition, Time now)
{
    const bool shows = disposition == ResultDisposition::inline_;
    const auto left = std::chrono::floor<std::chrono::seconds>(result.expires_at - now).count();
    const auto cached =
        result.is_pinned ? longest_cached : std::clamp(std::int64_t{left}, std::int64_t{0}, longest_cached);
    return {{"Content-Type", result.mime},
            {"Content-Disposition", fmt::format("{}; filename=\"{}{}.{}\"", shows ? "inline" : "attachment",
                                                result_id_prefix, result.id, extension_of(result.mime))},
            {"Cache-Control", fmt::format("private, max-age={}", cached)},
            {"X-Accel-Redirect", fmt::format("{}{}", accel_prefix, place)}};
}

std::string other_copy(const StoredResult& result, const std::optional<std::string>& hosts, Time now)
{
    if (!result.source_url || result.source_until.value_or(now) <= now) return {};
    const auto source = result_source(*result.source_url, hosts);
    return source && source->is_allowed ? *result.source_url : std::string{};
}

}  // namespace dreamina
