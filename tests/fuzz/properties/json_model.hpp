#pragma once
/// What the proxy takes for a request's `model` compared with what nlohmann::json reads in the same body. Where
/// nlohmann accepts the body both find the same text, or both none. A key that stands there several times counts with
/// its last value, whatever that is, as nlohmann and JSON.parse have it.

#include <optional>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include "base/json_field_scanner.hpp"
#include "properties/property.hpp"
#include "proxy/model_name.hpp"

namespace dreamina::fuzz {

/// Nothing where there is no such text. The body is one that nlohmann accepts.
inline std::optional<std::string> model_by_nlohmann(const nlohmann::json& body)
{
    if (!body.is_object()) return std::nullopt;
    const auto field = body.find("model");
    return field != body.end() && field->is_string() ? std::optional{field->get<std::string>()} : std::nullopt;
}

inline std::optional<std::string> model_by_proxy(std::string_view body)
{
    const auto found = same_in_all_pieces(JsonFieldScanner{{"model"}}, body,
                                          [](const JsonFieldScanner& scanner) { return scanner.text("model"); });
    require(read_model_name(Body{std::string{body}}, "application/json") == found, "the proxy takes another model");
    return found;
}

/// The input is the body.
inline void json_model(std::string_view input)
{
    const std::optional<std::string> found = model_by_proxy(input);
    const auto json = nlohmann::json::parse(input, nullptr, false);
    if (json.is_discarded()) return;

    const std::optional<std::string> expected = model_by_nlohmann(json);
    require(found.has_value() == expected.has_value(), "one of the two finds no model");
    constexpr std::size_t always_whole = 1024 / 6;  // however it is escaped
    if (expected && expected->size() <= always_whole) require(*found == *expected, "nlohmann reads another model");
    if (expected) require(expected->starts_with(*found), "the model is not the start of what nlohmann reads");
}

}  // namespace dreamina::fuzz
