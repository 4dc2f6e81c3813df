#include "proxy/headers.hpp"

#include <algorithm>
#include <array>
#include <set>

#include "base/text.hpp"
#include "proxy/openai_error.hpp"

namespace dreamina {
namespace {

constexpr std::array connection_headers{"proxy",  // what CGI programs take for their own HTTP_PROXY
                                        "connection",
                                        "keep-alive",
                                        "proxy-authenticate",
                                        "proxy-authorization",
                                        "proxy-connection",
                                        "te",
                                        "trailer",
                                        "transfer-encoding",
                                        "upgrade"};

/// Ours to set, or the client's secret.
constexpr std::array replaced_headers{"host", "content-length", "content-type", "authorization", "x-api-key", "expect"};

/// nginx would take these from the upstream as orders: X-Accel-Redirect and its like, and CGI's Status.
constexpr std::string_view nginx_prefix = "x-accel-";
constexpr std::string_view cgi_status = "status";

bool steers_nginx(const std::string& lower_name)
{
    return lower_name.starts_with(nginx_prefix) || lower_name == cgi_status;
}

template <class List>
bool is_one_of(const List& list, const std::string& lower_name)
{
    return std::find(list.begin(), list.end(), lower_name) != list.end();
}

/// The names that `Connection: a, b` makes headers of the connection.
std::set<std::string> named_by_connection(const Headers& headers)
{
    std::set<std::string> names;
    for (const Header& header : headers) {
        if (!equals_ignoring_case(header.name, "Connection")) continue;
        std::string_view rest = header.value;
        while (!rest.empty()) {
            const auto comma = rest.find(',');
            names.insert(to_lower(trim(rest.substr(0, comma))));
            rest = comma == std::string_view::npos ? std::string_view{} : rest.substr(comma + 1);
        }
    }
    return names;
}

}  // namespace

Headers headers_for_upstream(const Request& request, std::string_view token)
{
    const std::set<std::string> named = named_by_connection(request.headers);
    Headers headers;
    for (const Header& header : request.headers) {
        const std::string name = to_lower(header.name);
        if (is_one_of(connection_headers, name) || is_one_of(replaced_headers, name) || named.contains(name)) continue;
        headers.push_back(header);
    }
    if (!request.content_type.empty()) headers.push_back({"Content-Type", request.content_type});
    headers.push_back({"Authorization", "Bearer " + std::string{token}});
    return headers;
}

Headers headers_for_client(const Headers& upstream)
{
    const std::set<std::string> named = named_by_connection(upstream);
    Headers headers;
    for (const Header& header : upstream) {
        const std::string name = to_lower(header.name);
        if (is_one_of(connection_headers, name) || named.contains(name) || steers_nginx(name)) continue;
        headers.push_back(header);
    }
    if (find_header(headers, any_origin().name) == nullptr) headers.push_back(any_origin());
    return headers;
}

}  // namespace dreamina
