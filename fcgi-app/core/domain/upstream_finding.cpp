#include "domain/upstream_finding.hpp"

#include <algorithm>

namespace dreamina {

std::string_view to_string(UpstreamFinding finding)
{
    switch (finding) {
    case UpstreamFinding::jimeng_api: return "jimeng_api";
    case UpstreamFinding::jimeng_api_go: return "jimeng_api_go";
    case UpstreamFinding::another_upstream: return "another_upstream";
    case UpstreamFinding::ends_in_v1: return "ends_in_v1";
    case UpstreamFinding::wrong_path: return "wrong_path";
    case UpstreamFinding::redirect: return "redirect";
    case UpstreamFinding::web_page: return "web_page";
    case UpstreamFinding::not_the_service: return "not_the_service";
    case UpstreamFinding::http_error: return "http_error";
    case UpstreamFinding::https_needed: return "https_needed";
    case UpstreamFinding::no_https: return "no_https";
    case UpstreamFinding::bad_certificate: return "bad_certificate";
    case UpstreamFinding::tls_fault: return "tls_fault";
    case UpstreamFinding::not_http: return "not_http";
    case UpstreamFinding::bad_address: return "bad_address";
    case UpstreamFinding::unreachable: return "unreachable";
    case UpstreamFinding::unknown_host: return "unknown_host";
    case UpstreamFinding::timed_out: return "timed_out";
    case UpstreamFinding::cut: return "cut";
    case UpstreamFinding::gateway_error: return "gateway_error";
    }
    return "unreachable";
}

std::optional<UpstreamFinding> parse_upstream_finding(std::string_view text)
{
    const auto found = std::find_if(all_upstream_findings.begin(), all_upstream_findings.end(),
                                    [&](UpstreamFinding finding) { return to_string(finding) == text; });
    return found == all_upstream_findings.end() ? std::nullopt : std::optional{*found};
}

bool is_upstream(UpstreamFinding finding)
{
    return finding == UpstreamFinding::jimeng_api || finding == UpstreamFinding::jimeng_api_go ||
           finding == UpstreamFinding::another_upstream;
}

bool is_away(UpstreamFinding finding)
{
    switch (finding) {
    case UpstreamFinding::unreachable:
    case UpstreamFinding::unknown_host:
    case UpstreamFinding::timed_out:
    case UpstreamFinding::cut:
    case UpstreamFinding::gateway_error: return true;
    default: return false;
    }
}

UpstreamKind kind_of(UpstreamFinding finding)
{
    switch (finding) {
    case UpstreamFinding::jimeng_api: return UpstreamKind::jimeng_api;
    case UpstreamFinding::jimeng_api_go: return UpstreamKind::jimeng_api_go;
    default: return UpstreamKind::unknown;
    }
}

}  // namespace dreamina
