#include "proxy/client_key.hpp"

#include <algorithm>

#include "core/base/text.hpp"

namespace dreamina {
namespace {

std::ptrdiff_t count_of(const Headers& headers, std::string_view name)
{
    return std::count_if(headers.begin(), headers.end(),
                         [&](const Header& header) { return equals_ignoring_case(header.name, name); });
}

}  // namespace

std::optional<std::string_view> client_key(const Request& request)
{
    constexpr std::string_view authorization = "Authorization";
    if (count_of(request.headers, authorization) > 1 || count_of(request.headers, api_key_header) > 1)
        return std::nullopt;
    const auto bearer = request.bearer_token();
    const std::string* header = find_header(request.headers, api_key_header);
    const std::string_view key = header != nullptr ? trim(*header) : std::string_view{};
    if (key.empty()) return bearer;
    return !bearer || *bearer == key ? std::optional{key} : std::nullopt;
}

}  // namespace dreamina
