#pragma once
/// What stands at UPSTREAM_BASE_URL: an upstream, or something else that was entered by mistake.

#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/clock.hpp"
#include "core/base/message/message.hpp"
#include "core/domain/upstream_kind.hpp"

namespace dreamina {

/// The names are stored, and are codes of the API: append only.
enum class UpstreamDiagnosis {
    jimeng_api,
    jimeng_api_go,
    another_upstream,  ///< answers /ping as they do, and is neither
    ends_in_v1,        ///< /v1 is added to the address automatically
    wrong_path,        ///< the upstream answers, but not below this path
    redirect,
    web_page,
    not_the_service,  ///< answers in HTTP, but is no upstream
    http_error,       ///< the same, with an error
    https_needed,
    no_https,  ///< https:// was entered, and plain HTTP is spoken there
    bad_certificate,
    tls_fault,  ///< the two agree on no TLS, and plain HTTP is not spoken either
    not_http,
    bad_address,
    unreachable,   ///< nothing listens there, or nothing lets itself be connected
    unknown_host,  ///< the name has no address
    timed_out,
    cut,
    gateway_error,  ///< a gateway answers that it does not reach what is behind it
};

inline constexpr std::array all_upstream_diagnoses{
    UpstreamDiagnosis::jimeng_api,   UpstreamDiagnosis::jimeng_api_go,   UpstreamDiagnosis::another_upstream,
    UpstreamDiagnosis::ends_in_v1,   UpstreamDiagnosis::wrong_path,      UpstreamDiagnosis::redirect,
    UpstreamDiagnosis::web_page,     UpstreamDiagnosis::not_the_service, UpstreamDiagnosis::http_error,
    UpstreamDiagnosis::https_needed, UpstreamDiagnosis::no_https,        UpstreamDiagnosis::bad_certificate,
    UpstreamDiagnosis::tls_fault,    UpstreamDiagnosis::not_http,        UpstreamDiagnosis::bad_address,
    UpstreamDiagnosis::unreachable,  UpstreamDiagnosis::unknown_host,    UpstreamDiagnosis::timed_out,
    UpstreamDiagnosis::cut,          UpstreamDiagnosis::gateway_error};

std::string_view to_string(UpstreamDiagnosis diagnosis);
std::optional<UpstreamDiagnosis> parse_upstream_diagnosis(std::string_view text);

bool is_upstream(UpstreamDiagnosis diagnosis);

/// It does not answer for now: that says nothing of which upstream it is, nor of the address.
bool is_away(UpstreamDiagnosis diagnosis);

UpstreamKind kind_of(UpstreamDiagnosis diagnosis);

/// What was found, and what to do about it.
struct UpstreamDetection {
    UpstreamDiagnosis diagnosis = UpstreamDiagnosis::unreachable;
    std::string version = {};  ///< as the upstream tells it; empty if it does not
    Message message = {};      ///< holds neither credentials nor the upstream's text
    std::string instead = {};  ///< the address to enter, where another one would do
    std::optional<int> http_status = {};
};

}  // namespace dreamina
