#include "proxy/generations/header_list.hpp"

#include "core/base/json_reader.hpp"
#include "core/base/text.hpp"
#include "proxy/answer/headers.hpp"

namespace dreamina {

std::string header_list(const Headers& headers)
{
    Json list = Json::array();
    for (const Header& header : headers) list.push_back({header.name, header.value});
    return list.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Headers parse_header_list(std::string_view text)
{
    Headers headers;
    const auto list = parse_json(text);
    if (!list || !list->is_array()) return headers;
    for (const Json& pair : *list) {
        if (!pair.is_array() || pair.size() != 2 || !pair[0].is_string() || !pair[1].is_string()) continue;
        headers.push_back({pair[0].get<std::string>(), pair[1].get<std::string>()});
    }
    return headers;
}

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
