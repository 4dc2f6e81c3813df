#include "api/http/unknown_parameter.hpp"

#include <map>
#include <set>

#include <fmt/format.h>

#include "api/system/openapi.hpp"
#include "core/base/text.hpp"

namespace dreamina {
namespace {

/// What is not fit to be repeated in an answer is cut.
constexpr std::size_t max_shown_name = 64;

using Names = std::set<std::string, std::less<>>;
using RouteNames = std::map<std::string, Names, std::less<>>;

std::string key_of(std::string_view method, std::string_view path)
{
    return fmt::format("{} {}", to_lower(method), path);
}

Names names_of(const Json& operation, const Json& shared)
{
    Names names;
    for (const Json& listed : operation.value("parameters", Json::array())) {
        const std::string reference = listed.value("$ref", "");
        const Json& parameter = reference.empty() ? listed : shared.at(reference.substr(reference.rfind('/') + 1));
        if (parameter.at("in") == "query") names.insert(parameter.at("name").get<std::string>());
    }
    return names;
}

/// Read once, when the first call comes.
const RouteNames& described()
{
    static const RouteNames all = [] {
        RouteNames found;
        const Json document = Json::parse(openapi_text());
        const Json& shared = document.at("components").at("parameters");
        for (const auto& [path, methods] : document.at("paths").items())
            for (const auto& [method, operation] : methods.items())
                found[key_of(method, path)] = names_of(operation, shared);
        return found;
    }();
    return all;
}

const Names* names_at(const Route& route)
{
    const auto found = described().find(key_of(route.method, route.pattern));
    return found == described().end() ? nullptr : &found->second;
}

}  // namespace

std::optional<std::string> unknown_parameter(const Route& route, std::string_view query)
{
    if (query.empty()) return std::nullopt;
    const Names* names = names_at(route);
    if (names == nullptr) return std::nullopt;
    for (std::string& name : query_parameter_names(query))
        if (!name.empty() && !names->contains(name)) return std::move(name);
    return std::nullopt;
}

Reply unknown_parameter_reply(const Route& route, std::string_view name)
{
    const Names* names = names_at(route);
    const bool shown = name.size() <= max_shown_name && is_valid_utf8(name) && !has_control_characters(name);
    const MessageParam parameter{"name", shown ? name : std::string_view{"…"}};
    if (names == nullptr || names->empty())
        return error_reply(400, make_error("unknown_parameter", {"error.unknown_parameter_of_none", {parameter}}));
    const std::vector<std::string> known(names->begin(), names->end());
    return error_reply(400,
                       make_error("unknown_parameter", {"error.unknown_parameter", {parameter, {"names", known}}}));
}

}  // namespace dreamina
