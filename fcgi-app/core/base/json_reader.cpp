#include "core/base/json_reader.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "core/base/message/coded_error.hpp"
#include "core/base/text.hpp"

namespace dreamina {
namespace {

/// Deeper than any body we define; keeps a hostile one from costing memory.
constexpr int deepest_nesting = 32;

/// More of them nobody mends at a time.
constexpr std::size_t max_faults = 20;

bool is_too_deep(std::string_view text)
{
    int depth = 0;
    bool in_string = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (in_string) {
            if (c == '\\') {
                ++i;
            } else if (c == '"') {
                in_string = false;
            }
        } else if (c == '"') {
            in_string = true;
        } else if (c == '{' || c == '[') {
            if (++depth > deepest_nesting) return true;
        } else if (c == '}' || c == ']') {
            --depth;
        }
    }
    return false;
}

/// Names come from outside and go into an error: bounded, and only what prints.
std::string printable(std::string_view name)
{
    std::string shown{name.substr(0, 60)};
    while (!shown.empty() && !is_valid_utf8(shown)) shown.pop_back();  // cut inside a character
    for (char& c : shown)
        if (has_control_characters({&c, 1})) c = '?';
    return name.size() > 60 ? shown + "…" : shown;
}

}  // namespace

Result<Json> parse_json(std::string_view text)
{
    // Before the parser sees it, rather than in a callback of the parser's: with one it looks at all members of a list
    // or an object again for each that is added.
    if (is_too_deep(text)) return coded_failure("error.malformed_json", {{"why", Message{"json.too_deep"}}});
    try {
        return Json::parse(text);
    } catch (const Json::parse_error& error) {
        // The library's text quotes the input, which may hold a password: only the place is told.
        return coded_failure("error.malformed_json", {{"why", Message{"json.invalid", {{"position", error.byte}}}}});
    } catch (const Json::out_of_range&) {
        return coded_failure("error.malformed_json", {{"why", Message{"json.number_out_of_range"}}});
    }
}

Result<JsonReader> JsonReader::parse(std::string_view body, bool empty_is_object)
{
    if (empty_is_object && trim(body).empty()) return JsonReader{Json::object()};
    auto document = parse_json(body);
    if (!document) return tl::unexpected(document.error());
    if (!document->is_object()) return coded_failure("error.invalid_body");
    return JsonReader{std::move(*document)};
}

const Json* JsonReader::find(const char* name, bool& present)
{
    known_.insert(name);
    const auto found = object_.find(name);
    present = found != object_.end();
    return present && !found->is_null() ? &*found : nullptr;
}

std::optional<Message> JsonReader::text_fault(const Json& value, const Text& rule)
{
    if (!value.is_string()) return Message{"field.not_text"};
    const auto& content = value.get_ref<const std::string&>();
    const std::size_t length = character_count(content);
    if (length < rule.min)
        return rule.min == 1 ? Message{"field.empty"} : Message{"field.too_short", {{"min", rule.min}}};
    if (length > rule.max) return Message{"field.too_long", {{"max", rule.max}}};
    if (content.find('\0') != std::string::npos) return Message{"field.nul_character"};
    if (!rule.control_characters && has_control_characters(content)) return Message{"field.control_characters"};
    return std::nullopt;
}

Field<std::string> JsonReader::text(const char* name, Text rule)
{
    Field<std::string> field;
    const Json* value = find(name, field.present);
    if (!value) return field;
    if (const auto fault = text_fault(*value, rule)) {
        fail(name, *fault);
    } else {
        field.value = value->get<std::string>();
    }
    return field;
}

Field<double> JsonReader::number(const char* name, double min, double max)
{
    Field<double> field;
    const Json* value = find(name, field.present);
    if (!value) return field;
    if (!value->is_number()) {
        fail(name, {"field.not_number"});
        return field;
    }
    const double content = value->get<double>();
    if (!std::isfinite(content) || content < min || content > max) {
        fail(name, max == std::numeric_limits<double>::max()
                       ? Message{"field.too_small", {{"min", min}}}
                       : Message{"field.out_of_range", {{"min", min}, {"max", max}}});
    } else {
        field.value = content;
    }
    return field;
}

Field<std::int64_t> JsonReader::integer(const char* name, std::int64_t min, std::int64_t max)
{
    Field<std::int64_t> field;
    const Json* value = find(name, field.present);
    if (!value) return field;
    if (!value->is_number_integer()) {
        fail(name, {"field.not_whole"});
        return field;
    }
    const bool too_large = value->is_number_unsigned() &&
                           value->get<std::uint64_t>() > std::uint64_t(std::numeric_limits<std::int64_t>::max());
    const auto content = value->get<std::int64_t>();
    if (too_large || content < min || content > max) {
        fail(name, {"field.out_of_range", {{"min", min}, {"max", max}}});
    } else {
        field.value = content;
    }
    return field;
}

Field<bool> JsonReader::boolean(const char* name)
{
    Field<bool> field;
    const Json* value = find(name, field.present);
    if (!value) return field;
    if (!value->is_boolean()) {
        fail(name, {"field.not_boolean"});
    } else {
        field.value = value->get<bool>();
    }
    return field;
}

Field<Time> JsonReader::time(const char* name)
{
    Field<Time> field;
    const Field<std::string> content = text(name, {.min = 1, .max = 64});
    field.present = content.present;
    if (!content.value) return field;
    field.value = parse_rfc3339(*content.value);
    if (!field.value) fail(name, {"field.not_time"});
    return field;
}

const Json* JsonReader::find_list(const char* name, Count count, bool& present)
{
    const Json* value = find(name, present);
    if (!value) return nullptr;
    if (!value->is_array()) {
        fail(name, {"field.not_list"});
    } else if (value->size() < count.min) {
        fail(name, count.min == 1 ? Message{"field.empty"} : Message{"field.too_few", {{"min", count.min}}});
    } else if (value->size() > count.max) {
        fail(name, {"field.too_many", {{"max", count.max}}});
    } else {
        return value;
    }
    return nullptr;
}

Field<std::vector<std::string>> JsonReader::texts(const char* name, Count count, Text rule)
{
    Field<std::vector<std::string>> field;
    const Json* list = find_list(name, count, field.present);
    if (!list) return field;
    std::vector<std::string> items;
    bool good = true;
    for (const Json& value : *list) {
        const auto fault = text_fault(value, rule);
        if (fault) fail(fmt::format("{}[{}]", name, items.size()), *fault);
        good = good && !fault;
        items.push_back(fault ? "" : value.get<std::string>());
    }
    if (good) field.value = std::move(items);
    return field;
}

Field<std::vector<std::int64_t>> JsonReader::integers(const char* name, Count count, std::int64_t min)
{
    Field<std::vector<std::int64_t>> field;
    const Json* list = find_list(name, count, field.present);
    if (!list) return field;
    std::vector<std::int64_t> items;
    bool good = true;
    for (const Json& value : *list) {
        const bool fits = value.is_number_integer() && value.get<std::int64_t>() >= min;  // too large wraps below 0
        if (!fits) fail(fmt::format("{}[{}]", name, items.size()), {"field.not_whole_from", {{"min", min}}});
        good = good && fits;
        items.push_back(fits ? value.get<std::int64_t>() : 0);
    }
    if (good) field.value = std::move(items);
    return field;
}

std::optional<std::vector<JsonReader>> JsonReader::object_readers(const char* name, Count count, bool& present)
{
    const Json* list = find_list(name, count, present);
    if (!list) return std::nullopt;
    std::vector<JsonReader> readers;
    for (const Json& value : *list) {
        const std::string item = fmt::format("{}[{}]", name, readers.size());
        if (!value.is_object()) {
            fail(item, {"field.not_object"});
            return std::nullopt;
        }
        readers.push_back(JsonReader{value, path_ + item + "."});
    }
    return readers;
}

std::optional<JsonReader> JsonReader::object_reader(const char* name, bool& present)
{
    const Json* value = find(name, present);
    if (!value) return std::nullopt;
    if (value->is_object()) return JsonReader{*value, fmt::format("{}{}.", path_, name)};
    fail(name, {"field.not_object"});
    return std::nullopt;
}

bool JsonReader::adopt_faults(const JsonReader& item)
{
    const auto finished = item.finish();
    if (finished) return true;
    std::vector<Error> faults;
    append_faults(faults, finished.error());
    for (Error& fault : faults) note(std::move(fault));
    return false;
}

bool JsonReader::holds(const char* name, const Json& value)
{
    bool present = false;
    const Json* found = find(name, present);
    return found != nullptr && *found == value;
}

void JsonReader::fail(std::string_view field, Message fault)
{
    note(field_error("error.invalid_field", fmt::format("{}{}", path_, field), std::move(fault)));
}

void JsonReader::note(Error fault)
{
    const std::string field = field_fault_of(fault).field;
    const auto is_same = [&](const Error& noted) { return field_fault_of(noted).field == field; };
    if (faults_.size() < max_faults && std::none_of(faults_.begin(), faults_.end(), is_same))
        faults_.push_back(std::move(fault));
}

Result<void> JsonReader::finish() const
{
    std::vector<Error> faults = faults_;
    for (const auto& [name, value] : object_.items())
        if (!known_.contains(name) && faults.size() < max_faults)
            faults.push_back(field_error("error.unknown_field", path_ + printable(name), {"field.unknown"}));
    if (faults.empty()) return {};
    return tl::unexpected(all_of(std::move(faults)));
}

}  // namespace dreamina
