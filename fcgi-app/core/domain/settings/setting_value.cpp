#include "core/domain/settings/setting_value.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "core/base/message/coded_error.hpp"
#include "core/base/text.hpp"

namespace dreamina {
namespace {

using Fault = SettingFault;

std::optional<bool> parse_boolean(std::string_view text)
{
    for (const std::string_view yes : {"true", "1", "yes", "on"})
        if (equals_ignoring_case(text, yes)) return true;
    for (const std::string_view no : {"false", "0", "no", "off"})
        if (equals_ignoring_case(text, no)) return false;
    return std::nullopt;
}

bool means_null(const SettingValue& value)
{
    if (std::holds_alternative<std::nullptr_t>(value)) return true;
    const auto* text = std::get_if<std::string>(&value);
    return text && (trim(*text).empty() || equals_ignoring_case(trim(*text), "null"));
}

}  // namespace

std::optional<double> parse_number(std::string_view text)
{
    double number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{} || end != text.data() + text.size() || !std::isfinite(number)) return std::nullopt;
    return number;
}

std::optional<double> number_in(const SettingValue& value)
{
    if (const auto* whole = std::get_if<std::int64_t>(&value)) return static_cast<double>(*whole);
    if (const auto* number = std::get_if<double>(&value)) return *number;
    if (const auto* text = std::get_if<std::string>(&value)) return parse_number(trim(*text));
    return std::nullopt;
}

bool in_range(const SettingRow& row, double number)
{
    return std::isfinite(number) && number <= row.max && (row.above_min ? number > row.min : number >= row.min);
}

Fault store(std::int64_t& member, const SettingRow& row, const SettingValue& value)
{
    const auto number = number_in(value);
    if (!number || !in_range(row, *number) || std::trunc(*number) != *number)
        return Message{"field.not_whole_in_range", {{"min", row.min}, {"max", row.max}}};
    member = static_cast<std::int64_t>(*number);
    return {};
}

Fault store(double& member, const SettingRow& row, const SettingValue& value)
{
    const auto number = number_in(value);
    if (!number || !in_range(row, *number)) {
        return Message{row.above_min ? "field.not_number_above" : "field.not_number_in_range",
                       {{"min", row.min}, {"max", row.max}}};
    }
    member = *number;
    return {};
}

Fault store(bool& member, const SettingRow&, const SettingValue& value)
{
    std::optional<bool> answer;
    if (const auto* boolean = std::get_if<bool>(&value)) answer = *boolean;
    if (const auto* text = std::get_if<std::string>(&value)) answer = parse_boolean(trim(*text));
    if (!answer) return Message{"field.not_boolean"};
    member = *answer;
    return {};
}

Fault store(std::string& member, const SettingRow& row, const SettingValue& value)
{
    const auto* given = std::get_if<std::string>(&value);
    if (!given) return Message{"field.not_text"};
    const std::string_view text = row.secret ? std::string_view{*given} : trim(*given);
    if (text.empty()) return Message{"field.empty"};
    if (text.size() > static_cast<std::size_t>(row.max)) return Message{"field.too_many_bytes", {{"max", row.max}}};
    if (!is_valid_utf8(text)) return Message{"field.not_utf8"};
    if (has_control_characters(text)) return Message{"field.control_characters"};
    if (row.check) {
        if (Fault fault = row.check(text)) return fault;
    }
    if (row.choices.empty()) {
        member = row.normal ? row.normal(text) : std::string{text};
        return {};
    }
    const auto choice = std::find_if(row.choices.begin(), row.choices.end(),
                                     [&](std::string_view known) { return equals_ignoring_case(text, known); });
    if (choice == row.choices.end()) return not_one_of({row.choices.begin(), row.choices.end()});
    member = *choice;
    return {};
}

Fault store(std::optional<std::string>& member, const SettingRow& row, const SettingValue& value)
{
    if (means_null(value)) {
        member.reset();
        return {};
    }
    std::string text;
    if (Fault fault = store(text, row, value)) return fault;
    member = std::move(text);
    return {};
}

Fault store(std::optional<std::int64_t>& member, const SettingRow& row, const SettingValue& value)
{
    if (means_null(value)) {
        member.reset();
        return {};
    }
    std::int64_t number = 0;
    if (store(number, row, value))
        return Message{"field.not_whole_in_range_or_null", {{"min", row.min}, {"max", row.max}}};
    member = number;
    return {};
}

}  // namespace dreamina
