#include "core/domain/upstream_diagnosis.hpp"

#include <algorithm>

namespace dreamina {

std::string_view to_string(UpstreamDiagnosis diagnosis)
{
    switch (diagnosis) {
    case UpstreamDiagnosis::jimeng_api: return "jimeng_api";
    case UpstreamDiagnosis::jimeng_api_go: return "jimeng_api_go";
    case UpstreamDiagnosis::another_upstream: return "another_upstream";
    case UpstreamDiagnosis::ends_in_v1: return "ends_in_v1";
    case UpstreamDiagnosis::wrong_path: return "wrong_path";
    case UpstreamDiagnosis::redirect: return "redirect";
    case UpstreamDiagnosis::web_page: return "web_page";
    case UpstreamDiagnosis::not_the_service: return "not_the_service";
    case UpstreamDiagnosis::http_error: return "http_error";
    case UpstreamDiagnosis::https_needed: return "https_needed";
    case UpstreamDiagnosis::no_https: return "no_https";
    case UpstreamDiagnosis::bad_certificate: return "bad_certificate";
    case UpstreamDiagnosis::tls_fault: return "tls_fault";
    case UpstreamDiagnosis::not_http: return "not_http";
    case UpstreamDiagnosis::bad_address: return "bad_address";
    case UpstreamDiagnosis::unreachable: return "unreachable";
    case UpstreamDiagnosis::unknown_host: return "unknown_host";
    case UpstreamDiagnosis::timed_out: return "timed_out";
    case UpstreamDiagnosis::cut: return "cut";
    case UpstreamDiagnosis::gateway_error: return "gateway_error";
    }
    return "unreachable";
}

std::optional<UpstreamDiagnosis> parse_upstream_diagnosis(std::string_view text)
{
    const auto found = std::find_if(all_upstream_diagnoses.begin(), all_upstream_diagnoses.end(),
                                    [&](UpstreamDiagnosis diagnosis) { return to_string(diagnosis) == text; });
    return found == all_upstream_diagnoses.end() ? std::nullopt : std::optional{*found};
}

bool is_upstream(UpstreamDiagnosis diagnosis)
{
    return diagnosis == UpstreamDiagnosis::jimeng_api || diagnosis == UpstreamDiagnosis::jimeng_api_go ||
           diagnosis == UpstreamDiagnosis::another_upstream;
}

bool is_away(UpstreamDiagnosis diagnosis)
{
    switch (diagnosis) {
    case UpstreamDiagnosis::unreachable:
    case UpstreamDiagnosis::unknown_host:
    case UpstreamDiagnosis::timed_out:
    case UpstreamDiagnosis::cut:
    case UpstreamDiagnosis::gateway_error: return true;
    default: return false;
    }
}

UpstreamKind kind_of(UpstreamDiagnosis diagnosis)
{
    switch (diagnosis) {
    case UpstreamDiagnosis::jimeng_api: return UpstreamKind::jimeng_api;
    case UpstreamDiagnosis::jimeng_api_go: return UpstreamKind::jimeng_api_go;
    default: return UpstreamKind::unknown;
    }
}

}  // namespace dreamina
