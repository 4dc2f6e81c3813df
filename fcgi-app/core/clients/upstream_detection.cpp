#include "core/clients/upstream_detection.hpp"

#include <algorithm>
#include <array>
#include <chrono>

#include "core/base/json_reader.hpp"
#include "core/base/text.hpp"
#include "core/domain/address.hpp"

namespace dreamina {
namespace {

using std::chrono::steady_clock;

/// Welcome pages are smaller.
constexpr std::size_t max_page = 1U << 20U;
constexpr std::size_t max_version_length = 32;
constexpr std::size_t max_suggestion_length = 200;

/// How jimeng-api begins its answer to a path that it does not have.
constexpr std::string_view unknown_path_words = "[请求有误]";
constexpr int unknown_path_code = -1000;
/// How jimeng-api-go's framework answers one, and what it says where its welcome page is missing.
constexpr std::string_view page_not_found = "404 page not found";
constexpr std::string_view no_welcome_page = "Error reading welcome page";

/// A base URL taken apart: "http", "user:pass@host:8000", "/v1".
struct Parts {
    std::string scheme, authority, path;

    std::string whole() const { return scheme + "://" + authority + path; }
    /// Fit to be shown: without credentials.
    std::string shown() const { return scheme + "://" + host() + path; }
    std::string host() const { return authority.substr(authority.rfind('@') + 1); }  // npos + 1 is 0
    Parts with_scheme(std::string other) const { return {std::move(other), authority, path}; }
    Parts with_path(std::string other) const { return {scheme, authority, std::move(other)}; }
};

Parts parts_of(std::string url)
{
    while (url.ends_with('/')) url.pop_back();
    const std::size_t host = url.find("://") + 3;
    const std::size_t path = std::min(url.find('/', host), url.size());
    return {to_lower(url.substr(0, host - 3)), url.substr(host, path - host), url.substr(path)};
}

/// What stands before a segment `v1` of the path; nothing if there is none.
std::optional<std::string> path_before_v1(const std::string& path)
{
    const std::size_t at = (path + '/').find("/v1/");
    return at == std::string::npos ? std::nullopt : std::optional{path.substr(0, at)};
}

bool is_pong(const HttpAnswer& answer) { return answer.status == 200 && trim(answer.body) == "pong"; }

bool is_html(const HttpAnswer& answer)
{
    const std::string start = to_lower(trim(answer.body).substr(0, 64));
    return to_lower(answer.content_type).starts_with("text/html") || start.starts_with("<!doctype html") ||
           start.starts_with("<html");
}

bool is_gateway_error(int status)
{
    constexpr std::array statuses{502, 503, 504, 520, 521, 522, 523, 524, 530};
    return std::find(statuses.begin(), statuses.end(), status) != statuses.end();
}

Json json_of(const HttpAnswer& answer)
{
    auto document = parse_json(answer.body);
    return document && document->is_object() ? std::move(*document) : Json::object();
}

bool is_unknown_path_of_jimeng_api(const HttpAnswer& answer)
{
    const Json json = json_of(answer);
    return json.contains("code") && json["code"] == unknown_path_code && json.contains("message") &&
           json["message"].is_string() && json["message"].get_ref<const std::string&>().starts_with(unknown_path_words);
}

bool names_jimeng_api(const HttpAnswer& answer)
{
    const Json json = json_of(answer);
    return json.contains("service") && json["service"] == "jimeng-api";
}

std::string version_in(const HttpAnswer& answer)
{
    const Json json = json_of(answer);
    if (!json.contains("version") || !json["version"].is_string()) return {};
    const auto& version = json["version"].get_ref<const std::string&>();
    const bool fit = version.size() <= max_version_length && std::all_of(version.begin(), version.end(), [](char c) {
                         return (c > ' ' && c <= '~') && c != '<' && c != '>';
                     });
    return fit ? version : std::string{};
}

class Look {
public:
    Look(HttpTransport& http, milliseconds patience, const std::stop_token& stop)
        : http_(http), end_(steady_clock::now() + patience), stop_(stop)
    {
    }

    UpstreamDetection at(const std::string& base_url, bool which) const
    {
        if (!is_base_url(base_url)) return says(UpstreamDiagnosis::bad_address, {"http.bad_url"});
        const Parts base = parts_of(base_url);
        const HttpResult ping = get(base, "/ping");
        if (!ping) return of_failure(base, ping.error());
        if (is_pong(*ping)) return which ? of_upstream(base) : an_upstream();
        // A gateway in front may have a /ping of its own, or let no GET through but for the root.
        const HttpResult root = get(base, "/");
        if (root && names_jimeng_api(*root)) return jimeng_api(version_in(*root));
        UpstreamDetection stranger = of_stranger(base, *ping);
        stranger.http_status = ping->status;
        return stranger;
    }

private:
    HttpResult get(const Parts& base, std::string_view path) const
    {
        const auto left = std::chrono::duration_cast<milliseconds>(end_ - steady_clock::now());
        return http_.send({.url = base.whole() + std::string{path},
                           .timeout = std::max(left, milliseconds{1}),
                           .max_answer = max_page},
                          stop_);
    }
    bool answers_pong(const Parts& base) const
    {
        const HttpResult ping = get(base, "/ping");
        return ping && is_pong(*ping);
    }

    static UpstreamDetection says(UpstreamDiagnosis diagnosis, Message message, std::string instead = {})
    {
        return {.diagnosis = diagnosis, .message = std::move(message), .instead = std::move(instead)};
    }
    static UpstreamDetection an_upstream()
    {
        UpstreamDetection found = says(UpstreamDiagnosis::another_upstream, {"upstream.found.answers"});
        found.http_status = 200;
        return found;
    }
    static UpstreamDetection jimeng_api(std::string version)
    {
        UpstreamDetection found = says(UpstreamDiagnosis::jimeng_api,
                                       version.empty() ? Message{"upstream.found.jimeng_api_unversioned"}
                                                       : Message{"upstream.found.jimeng_api", {{"version", version}}});
        found.version = std::move(version);
        found.http_status = 200;
        return found;
    }

    UpstreamDetection of_upstream(const Parts& base) const
    {
        const HttpResult root = get(base, "/");
        if (root && names_jimeng_api(*root)) return jimeng_api(version_in(*root));
        const bool page = root && (is_html(*root) || trim(root->body) == no_welcome_page);
        const HttpResult unknown = get(base, page ? "/v1/ping" : "/token/ping");
        if (unknown && is_unknown_path_of_jimeng_api(*unknown)) return jimeng_api({});
        const bool its_404 = unknown && unknown->status == 404 && trim(unknown->body) == page_not_found;
        UpstreamDetection found = an_upstream();
        if ((page && unknown) || its_404) {
            found.diagnosis = UpstreamDiagnosis::jimeng_api_go;
            found.message = {"upstream.found.jimeng_api_go"};
        } else {
            found.message = {"upstream.found.another_upstream"};
        }
        return found;
    }

    UpstreamDetection of_failure(const Parts& base, const HttpFailure& failure) const
    {
        switch (failure.fault) {
        case HttpFault::bad_request: return says(UpstreamDiagnosis::bad_address, failure.reason);
        case HttpFault::cancelled:
        case HttpFault::timed_out: return says(UpstreamDiagnosis::timed_out, failure.reason);
        case HttpFault::too_large:
            return says(UpstreamDiagnosis::not_the_service,
                        {"upstream.found.not_the_service", {{"host", base.host()}}});
        case HttpFault::unreachable: return of_no_connection(base, failure);
        case HttpFault::cut: break;
        }
        if (base.scheme == "http" && speaks_tls(base)) return https_needed(base);
        if (failure.trouble == HttpTrouble::not_http)
            return says(UpstreamDiagnosis::not_http, {"upstream.found.not_http", {{"host", base.host()}}});
        return says(UpstreamDiagnosis::cut, failure.reason);
    }

    UpstreamDetection of_no_connection(const Parts& base, const HttpFailure& failure) const
    {
        switch (failure.trouble) {
        case HttpTrouble::unknown_host:
            return says(UpstreamDiagnosis::unknown_host, {"upstream.found.unknown_host", {{"host", base.host()}}});
        case HttpTrouble::refused:
            return says(UpstreamDiagnosis::unreachable, {is_this_machine(base) ? "upstream.found.nothing_listens_here"
                                                                               : "upstream.found.nothing_listens",
                                                         {{"host", base.host()}}});
        case HttpTrouble::certificate:
            return says(UpstreamDiagnosis::bad_certificate,
                        {"upstream.found.bad_certificate", {{"host", base.host()}}});
        case HttpTrouble::tls: break;
        case HttpTrouble::not_http:
        case HttpTrouble::other: return says(UpstreamDiagnosis::unreachable, failure.reason);
        }
        const Parts plain = base.with_scheme("http");
        if (get(plain, "/ping"))
            return says(UpstreamDiagnosis::no_https,
                        {"upstream.found.no_https", {{"host", base.host()}, {"instead", plain.shown()}}},
                        plain.shown());
        return says(UpstreamDiagnosis::tls_fault, {"upstream.found.tls_fault", {{"host", base.host()}}});
    }

    bool speaks_tls(const Parts& base) const
    {
        const HttpResult answer = get(base.with_scheme("https"), "/ping");
        return answer || answer.error().trouble == HttpTrouble::certificate;
    }
    static UpstreamDetection https_needed(const Parts& base)
    {
        const std::string https = base.with_scheme("https").shown();
        return says(UpstreamDiagnosis::https_needed,
                    {"upstream.found.https_needed", {{"host", base.host()}, {"instead", https}}}, https);
    }

    UpstreamDetection of_stranger(const Parts& base, const HttpAnswer& answer) const
    {
        const int status = answer.status;
        if (status >= 300 && status < 400) return of_redirect(answer);
        if (is_gateway_error(status))
            return says(UpstreamDiagnosis::gateway_error,
                        {"upstream.found.gateway_error", {{"host", base.host()}, {"status", status}}});
        if (const auto before = path_before_v1(base.path)) {
            const std::string instead = base.with_path(*before).shown();
            return says(UpstreamDiagnosis::ends_in_v1, {"upstream.found.ends_in_v1", {{"instead", instead}}}, instead);
        }
        if (!base.path.empty() && answers_pong(base.with_path(""))) {
            const std::string instead = base.with_path("").shown();
            return says(UpstreamDiagnosis::wrong_path,
                        {"upstream.found.wrong_path", {{"path", base.path}, {"instead", instead}}}, instead);
        }
        if (status == 400 && base.scheme == "http" && answer.body.find("HTTPS") != std::string::npos &&
            speaks_tls(base))
            return https_needed(base);
        if (status < 400 && is_html(answer))
            return says(UpstreamDiagnosis::web_page, {"upstream.found.web_page", {{"host", base.host()}}});
        if (status < 400)
            return says(UpstreamDiagnosis::not_the_service,
                        {"upstream.found.not_the_service", {{"host", base.host()}}});
        return says(UpstreamDiagnosis::http_error,
                    {"upstream.found.http_error", {{"host", base.host()}, {"status", status}}});
    }

    /// Where the same path was kept, the address in front of it is what should have been entered.
    static UpstreamDetection of_redirect(const HttpAnswer& answer)
    {
        constexpr std::string_view asked = "/ping";
        std::string_view location = answer.location;
        if (location.ends_with(asked)) {
            location.remove_suffix(asked.size());
            const std::string target{location};
            if (target.size() <= max_suggestion_length && is_base_url(target) && !has_control_characters(target)) {
                Parts parts = parts_of(target);
                parts.path = path_before_v1(parts.path).value_or(parts.path);
                return says(UpstreamDiagnosis::redirect, {"upstream.found.redirect_to", {{"instead", parts.shown()}}},
                            parts.shown());
            }
        }
        return says(UpstreamDiagnosis::redirect, {"upstream.found.redirect"});
    }

    static bool is_this_machine(const Parts& base)
    {
        const std::string host = to_lower(base.host());
        const std::string name =
            host.starts_with('[') ? host.substr(1, host.find(']') - 1) : host.substr(0, host.find(':'));
        return name == "localhost" || is_loopback(name);
    }

    HttpTransport& http_;
    steady_clock::time_point end_;
    const std::stop_token& stop_;
};

}  // namespace

UpstreamDetection detect_upstream(HttpTransport& http, const std::string& base_url, milliseconds patience,
                                  const std::stop_token& stop)
{
    return Look{http, patience, stop}.at(base_url, true);
}

UpstreamDetection look_for_upstream(HttpTransport& http, const std::string& base_url, milliseconds patience,
                                    const std::stop_token& stop)
{
    return Look{http, patience, stop}.at(base_url, false);
}

}  // namespace dreamina
