#include "core/base/text.hpp"
#include "core/domain/webhook/webhook_target.hpp"
#include "net/client.hpp"
#include "proxy/results/results.hpp"

namespace dreamina {
namespace {

/// As a proxy in front of us that is in a private network tells it, or the client itself.
std::string host_of(const Request& request)
{
    const bool is_proxied = !client_address({.peer = request.remote_address}).is_public;
    const std::string forwarded = is_proxied ? joined_header(request.headers, "X-Forwarded-Host") : std::string{};
    const std::string host = forwarded.empty() ? joined_header(request.headers, "Host") : forwarded;
    return std::string{trim(std::string_view{host}.substr(0, host.find(',')))};
}

}  // namespace

std::string public_origin(const Request& request, const Settings& settings)
{
    if (settings.public_url) {
        std::string url = *settings.public_url;
        while (url.ends_with('/')) url.pop_back();
        return url;
    }
    const std::string host = host_of(request);
    if (!is_webhook_host(host)) return {};
    return (is_over_tls(request) ? "https://" : "http://") + host;
}

}  // namespace dreamina
