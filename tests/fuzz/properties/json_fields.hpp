#pragma once
/// JsonFieldScanner on any bytes: what it finds does not depend on the pieces, is valid text within its limit, and is
/// what nlohmann::json finds wherever that accepts the text.

#include <array>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <nlohmann/json.hpp>

#include "core/base/json_field_scanner.hpp"
#include "core/base/text.hpp"
#include "properties/property.hpp"

namespace dreamina::fuzz {

/// The first byte chooses the longest value, the rest is the text.
inline void json_fields(std::string_view input)
{
    constexpr std::array<const char*, 3> names{"model", "code", "error"};
    constexpr std::size_t usual_longest = 1024;
    const std::size_t chosen = input.empty() ? 0 : static_cast<std::uint8_t>(input.front()) % 32U;
    const std::size_t longest = chosen == 0 ? usual_longest : chosen;
    const std::string_view text = input.substr(input.empty() ? 0 : 1);

    using Found = std::pair<std::optional<std::string>, std::optional<std::int64_t>>;
    using AllFound = std::array<Found, names.size()>;
    const AllFound all =
        same_in_all_pieces(JsonFieldScanner{{names.begin(), names.end()}, longest}, text, [&](const auto& scanner) {
            AllFound found;
            for (std::size_t i = 0; i < names.size(); ++i)
                found[i] = {scanner.text(names[i]), scanner.integer(names[i])};
            require(!scanner.text("other") && !scanner.integer("other"), "a name that was not asked for is there");
            return found;
        });

    const auto json = nlohmann::json::parse(text, nullptr, false);
    for (std::size_t i = 0; i < names.size(); ++i) {
        const auto& [found_text, found_integer] = all[i];
        require(!found_text || !found_integer, "a field is a text and a number at once");
        require(!found_text || found_text->size() <= longest, "a text is longer than the longest value");
        require(!found_text || is_valid_utf8(*found_text), "a text is not valid UTF-8");
        if (json.is_discarded()) continue;

        const auto field = json.is_object() ? json.find(names[i]) : json.end();
        const bool is_text = json.is_object() && field != json.end() && field->is_string();
        const bool is_integer = json.is_object() && field != json.end() && field->is_number_integer();
        require(found_text.has_value() == is_text, "nlohmann disagrees on whether the field is a text");
        if (is_text) {
            const auto& whole = field->get_ref<const std::string&>();
            constexpr std::size_t max_escape_length = 6;  // of one byte: \u0000
            if (whole.size() * max_escape_length <= longest)
                require(*found_text == whole, "nlohmann reads another text");
            require(whole.starts_with(*found_text), "the text is not the start of what nlohmann reads");
        }
        require(!found_integer || is_integer, "a number that is none to nlohmann");
        if (found_integer) require(*field == *found_integer, "nlohmann reads another number");
        constexpr std::size_t max_digits = 20;
        const bool fits = is_integer && (!field->is_number_unsigned() ||
                                         field->get<std::uint64_t>() <= std::numeric_limits<std::int64_t>::max());
        if (fits && longest > max_digits) require(found_integer.has_value(), "a number that nlohmann reads is missing");
    }
}

}  // namespace dreamina::fuzz
