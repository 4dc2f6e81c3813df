#include "net/request.hpp"

#include <algorithm>

#include "core/base/text.hpp"

namespace dreamina {
namespace {

int hex_digit(char c)
{
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

std::string decode(std::string_view text)
{
    std::string decoded;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '+') {
            decoded.push_back(' ');
        } else if (text[i] == '%' && i + 2 < text.size() && hex_digit(text[i + 1]) >= 0 &&
                   hex_digit(text[i + 2]) >= 0) {
            decoded.push_back(static_cast<char>(hex_digit(text[i + 1]) * 16 + hex_digit(text[i + 2])));
            i += 2;
        } else {
            decoded.push_back(text[i]);
        }
    }
    return decoded;
}

/// Takes the first `name=value` off the query.
std::string_view take_pair(std::string_view& query)
{
    const auto ampersand = query.find('&');
    const std::string_view pair = query.substr(0, ampersand);
    query = ampersand == std::string_view::npos ? std::string_view{} : query.substr(ampersand + 1);
    return pair;
}

}  // namespace

const std::string* find_header(const Headers& headers, std::string_view name)
{
    const auto found = std::find_if(headers.begin(), headers.end(),
                                    [&](const Header& header) { return equals_ignoring_case(header.name, name); });
    return found == headers.end() ? nullptr : &found->value;
}

std::string joined_header(const Headers& headers, std::string_view name)
{
    std::string joined;
    for (const Header& header : headers) {
        if (!equals_ignoring_case(header.name, name)) continue;
        if (!joined.empty()) joined += ',';
        joined += header.value;
    }
    return joined;
}

std::optional<std::string_view> Request::bearer_token() const
{
    constexpr std::string_view scheme = "bearer ";
    const auto is_authorization = [](const Header& each) { return equals_ignoring_case(each.name, "Authorization"); };
    if (std::count_if(headers.begin(), headers.end(), is_authorization) > 1) return std::nullopt;
    const std::string* header = find_header(headers, "Authorization");
    if (header == nullptr || header->size() <= scheme.size()) return std::nullopt;
    const std::string_view value = *header;
    if (!equals_ignoring_case(value.substr(0, scheme.size()), scheme)) return std::nullopt;
    return trim(value.substr(scheme.size()));
}

std::optional<std::string_view> Request::cookie(std::string_view name) const
{
    for (const Header& header : headers) {
        if (!equals_ignoring_case(header.name, "Cookie")) continue;
        std::string_view rest = header.value;
        while (!rest.empty()) {
            const std::string_view pair = trim(rest.substr(0, rest.find(';')));
            const auto equals = pair.find('=');
            if (equals != std::string_view::npos && pair.substr(0, equals) == name) return pair.substr(equals + 1);
            const auto semicolon = rest.find(';');
            rest = semicolon == std::string_view::npos ? std::string_view{} : rest.substr(semicolon + 1);
        }
    }
    return std::nullopt;
}

bool stays_under(std::string_view target, std::string_view first)
{
    std::string path = decode(target.substr(0, target.find('?')));
    std::replace(path.begin(), path.end(), '\\', '/');
    if (!path.starts_with('/')) return false;
    std::string_view rest = std::string_view{path}.substr(1);
    int depth = 0;
    for (;;) {
        const auto slash = rest.find('/');
        const std::string_view whole = rest.substr(0, slash);
        const std::string_view segment = whole.substr(0, whole.find(';'));  // Java's servers cut parameters off
        if (depth == 0 && whole != first) return false;
        if (segment == "..") {
            if (--depth < 1) return false;
        } else if (segment != "." && !segment.empty()) {
            ++depth;
        }
        if (slash == std::string_view::npos) return true;
        rest = rest.substr(slash + 1);
    }
}

std::optional<std::string> query_parameter(std::string_view query, std::string_view name)
{
    std::optional<std::string> found;
    while (!query.empty()) {
        const std::string_view pair = take_pair(query);
        const auto equals = pair.find('=');
        if (decode(pair.substr(0, equals)) == name)
            found = equals == std::string_view::npos ? std::string{} : decode(pair.substr(equals + 1));
    }
    return found;
}

std::vector<std::string> query_parameter_names(std::string_view query)
{
    std::vector<std::string> names;
    while (!query.empty()) {
        const std::string_view pair = take_pair(query);
        names.push_back(decode(pair.substr(0, pair.find('='))));
    }
    return names;
}

}  // namespace dreamina
