#include "jimeng/upstream.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace dreamina::stand_in {
namespace {

constexpr auto upstream_names = std::to_array<std::pair<std::string_view, Upstream>>({
    {"anything", Upstream::anything},
    {"jimeng-api", Upstream::jimeng_api},
    {"jimeng-api-old", Upstream::jimeng_api_old},
    {"jimeng-api-fork", Upstream::jimeng_api_fork},
    {"jimeng-api-go", Upstream::jimeng_api_go},
});

}  // namespace

std::optional<Dialect> dialect_named(std::string_view name)
{
    if (name == "a") return Dialect::a;
    if (name == "b") return Dialect::b;
    return std::nullopt;
}

std::optional<Upstream> upstream_named(std::string_view name)
{
    for (const auto& [known, upstream] : upstream_names) {
        if (known == name) return upstream;
    }
    return std::nullopt;
}

std::string_view name_of(Upstream upstream)
{
    return std::ranges::find(upstream_names, upstream, &std::pair<std::string_view, Upstream>::second)->first;
}

Role role_of(Upstream upstream) { return {upstream, upstream == Upstream::jimeng_api_go ? Dialect::b : Dialect::a}; }

}  // namespace dreamina::stand_in
