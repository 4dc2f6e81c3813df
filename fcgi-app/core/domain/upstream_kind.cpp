#include "core/domain/upstream_kind.hpp"

namespace dreamina {

std::string_view to_string(UpstreamKind kind)
{
    switch (kind) {
    case UpstreamKind::jimeng_api: return "jimeng-api";
    case UpstreamKind::jimeng_api_go: return "jimeng-api-go";
    case UpstreamKind::unknown: break;
    }
    return "";
}

UpstreamKind parse_upstream_kind(std::string_view text)
{
    for (const UpstreamKind kind : {UpstreamKind::jimeng_api, UpstreamKind::jimeng_api_go})
        if (text == to_string(kind)) return kind;
    return UpstreamKind::unknown;
}

}  // namespace dreamina
