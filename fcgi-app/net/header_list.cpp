#include "net/header_list.hpp"

#include "core/base/json_reader.hpp"

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

}  // namespace dreamina
