#include "generate/json_layout.hpp"

#include <algorithm>

#include "core/base/text.hpp"

namespace dreamina {
namespace {

constexpr std::size_t max_columns = 120;
constexpr std::size_t indent_step = 2;

std::string quoted(const std::string& key) { return OrderedJson(key).dump(); }

std::string one_line(const OrderedJson& json)
{
    if (!json.is_structured() || json.empty()) return json.dump();
    std::string text;
    for (const auto& [key, value] : json.items()) {
        if (!text.empty()) text += ", ";
        if (json.is_object()) text += quoted(key) + ": ";
        text += one_line(value);
    }
    return json.is_object() ? "{ " + text + " }" : "[" + text + "]";
}

bool holds_only_strings(const OrderedJson& json)
{
    return json.is_array() && std::all_of(json.begin(), json.end(), [](const auto& each) { return each.is_string(); });
}

/// The elements one behind the other, in as few lines as hold them.
std::string filled_lines(const OrderedJson& strings, std::size_t indent)
{
    const std::string margin(indent, ' ');
    std::string text;
    std::size_t column = 0;
    for (std::size_t i = 0; i < strings.size(); ++i) {
        const std::string element = strings[i].dump() + (i + 1 < strings.size() ? "," : "");
        const std::size_t width = character_count(element);
        const bool fits = i > 0 && column + 1 + width <= max_columns;
        text += fits ? " " : (i > 0 ? "\n" : "") + margin;
        column = (fits ? column + 1 : indent) + width;
        text += element;
    }
    return text;
}

std::string laid_out(const OrderedJson& json, std::size_t indent, std::size_t column, bool comma_follows);

std::string line_per_element(const OrderedJson& json, std::size_t indent)
{
    std::string text;
    std::size_t left = json.size();
    for (const auto& [key, value] : json.items()) {
        const std::string start = std::string(indent, ' ') + (json.is_object() ? quoted(key) + ": " : "");
        const bool last = --left == 0;
        text += start + laid_out(value, indent, character_count(start), !last) + (last ? "" : ",\n");
    }
    return text;
}

/// `column`: where the value begins on its first line.
std::string laid_out(const OrderedJson& json, std::size_t indent, std::size_t column, bool comma_follows)
{
    std::string line = one_line(json);
    const bool fits = column + character_count(line) + (comma_follows ? 1 : 0) <= max_columns;
    if (fits || !json.is_structured() || json.empty()) return line;
    const std::size_t inner = indent + indent_step;
    const std::string lines = holds_only_strings(json) ? filled_lines(json, inner) : line_per_element(json, inner);
    const std::string end = "\n" + std::string(indent, ' ');
    return json.is_object() ? "{\n" + lines + end + "}" : "[\n" + lines + end + "]";
}

}  // namespace

std::string lay_out(const OrderedJson& json) { return laid_out(json, 0, 0, false) + "\n"; }

}  // namespace dreamina
