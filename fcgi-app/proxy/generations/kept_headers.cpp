#include "proxy/generations/kept_headers.hpp"

#include "core/base/text.hpp"
#include "proxy/answer/headers.hpp"

namespace dreamina {

Headers headers_to_keep(const Request& request)
{
    Headers headers = headers_for_upstream(request, "");
    std::erase_if(headers, [](const Header& header) {
        return equals_ignoring_case(header.name, "Authorization") || equals_ignoring_case(header.name, "Cookie") ||
               equals_ignoring_case(header.name, "Content-Type");
    });
    return headers;
}

}  // namespace dreamina
