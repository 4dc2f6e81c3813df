#include "net/client.hpp"

#include "core/base/text.hpp"

namespace dreamina {

ClientAddress client_of(const Request& request)
{
    const std::string forwarded_for = joined_header(request.headers, "X-Forwarded-For");
    const std::string real_ip = joined_header(request.headers, "X-Real-Ip");
    const std::string forwarded = joined_header(request.headers, "Forwarded");
    return client_address(
        {.peer = request.remote_address, .forwarded_for = forwarded_for, .real_ip = real_ip, .forwarded = forwarded});
}

bool is_over_tls(const Request& request)
{
    if (request.over_tls) return true;
    if (client_address({.peer = request.remote_address}).is_public) return false;
    const std::string proto = joined_header(request.headers, "X-Forwarded-Proto");
    // The first is the browser's own connection.
    return equals_ignoring_case(trim(std::string_view{proto}.substr(0, proto.find(','))), "https");
}

}  // namespace dreamina
