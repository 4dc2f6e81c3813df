#pragma once
/// What the proxy takes for a request's `model` compared with what nlohmann::json reads in the same body. Where
/// nlohmann accepts the body both find the same text, or both none. A key that stands there several times counts with
/// its last value, whatever that is, as nlohmann and JSON.parse have it.

#include <optional>
#include <string>
#include <string_view>
#include <tuple>

#include <nlohmann/json.hpp>

#include "core/base/json_field_scanner.hpp"
#include "core/base/text.hpp"
#include "properties/property.hpp"
#include "proxy/body/json_model_scanner.hpp"
#include "proxy/body/model_reading.hpp"

namespace dreamina::fuzz {

/// Nothing where there is no such text. The body is one that nlohmann accepts.
inline std::optional<std::string> model_by_nlohmann(const nlohmann::json& body)
{
    if (!body.is_object()) return std::nullopt;
    const auto field = body.find("model");
    return field != body.end() && field->is_string() ? std::optional{field->get<std::string>()} : std::nullopt;
}

inline std::optional<std::string> model_by_scanner(std::string_view body)
{
    return same_in_all_pieces(JsonFieldScanner{{"model"}}, body,
                              [](const JsonFieldScanner& scanner) { return scanner.text("model"); });
}

/// The strict reading; whether it accepts the body.
inline bool accepted_by_scanner(std::string_view body)
{
    const auto found = same_in_all_pieces(JsonModelScanner{"model"}, body, [](const JsonModelScanner& scanner) {
        const auto raw = [](const std::optional<JsonModelScanner::Value>& value) {
            return value ? std::optional{value->raw} : std::nullopt;
        };
        return std::tuple{scanner.is_valid(), scanner.has_value(), scanner.count(), raw(scanner.by_jimeng_api()),
                          raw(scanner.by_jimeng_api_go())};
    });
    return std::get<0>(found);
}

/// The input is the body.
inline void json_model(std::string_view input)
{
    constexpr std::size_t always_whole = 1024 / 6;  // however it is escaped
    constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
    const std::optional<std::string> found = model_by_scanner(input);
    const bool accepted = accepted_by_scanner(input);
    if (input.find('\0') != std::string_view::npos) return;  // nlohmann takes it for the input's end
    const auto json = nlohmann::json::parse(input, nullptr, false);
    // A number that stands alone ends with the input, which a scanner cannot know; some are too large for nlohmann.
    const bool has_numbers = input.find_first_of("0123456789") != std::string_view::npos;
    const bool is_short = input.size() < 10'000;
    if (!has_numbers && is_short && is_valid_utf8(input) && !input.starts_with(byte_order_mark))
        require(accepted == !json.is_discarded(), "nlohmann thinks otherwise of whether it is JSON");
    if (json.is_discarded()) return;

    const std::optional<std::string> expected = model_by_nlohmann(json);
    require(found.has_value() == expected.has_value(), "one of the two finds no model");
    if (expected && expected->size() <= always_whole) require(*found == *expected, "nlohmann reads another model");
    if (expected) require(expected->starts_with(*found), "the model is not the start of what nlohmann reads");

    const ModelReading reading = read_model(Body{std::string{input}}, "application/json");
    if (!json.is_object() || !json.contains("model") || json["model"].is_null()) return;  // then an earlier one counts
    if (input.find(byte_order_mark) != std::string_view::npos) return;                    // jimeng-api drops them
    require((reading.state == ModelReading::State::named) == (found && !found->empty()), "the proxy finds no model");
    require(reading.name == found.value_or(""), "the proxy takes another model");
}

}  // namespace dreamina::fuzz
