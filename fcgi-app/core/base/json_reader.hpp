#pragma once
/// Reads one JSON object field by field, with a type and a range for each, and remembers what is wrong with which
/// field, by its path. The caller asks for every field it knows and ends with `finish()`, which also refuses fields
/// that were not asked for. Not for several threads.

#include <cstdint>
#include <limits>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include <nlohmann/json.hpp>

#include "core/base/clock.hpp"
#include "core/base/message/message.hpp"
#include "core/base/result.hpp"

namespace dreamina {

using Json = nlohmann::json;

/// Parses a document. Error code "malformed_json" with the place of the fault; deep nesting and numbers that no
/// double can hold are faults too.
Result<Json> parse_json(std::string_view text);

/// What a field held: nothing, null, or a value.
template <class T>
struct Field {
    bool present = false;    ///< the name was there, even if null
    std::optional<T> value;  ///< empty when absent, null or at fault

    bool is_null() const { return present && !value; }
    T value_or(T fallback) const { return value.value_or(std::move(fallback)); }
};

class JsonReader {
public:
    /// Error codes "malformed_json", "invalid_body" (not an object). An empty body reads as {} where that is allowed.
    static Result<JsonReader> parse(std::string_view body, bool empty_is_object = false);

    struct Text {
        std::size_t min = 0;
        std::size_t max = 4096;           ///< characters
        bool control_characters = false;  ///< line breaks, tabs … allowed
    };
    Field<std::string> text(const char* name, Text rule);
    Field<double> number(const char* name, double min, double max = std::numeric_limits<double>::max());
    Field<std::int64_t> integer(const char* name, std::int64_t min, std::int64_t max);
    Field<bool> boolean(const char* name);
    Field<Time> time(const char* name);  ///< RFC 3339

    /// How many a list may have.
    struct Count {
        std::size_t min = 0;
        std::size_t max = 1000;
    };
    /// A list of texts that all keep to `rule`; a fault names the item: "colours[2] must be a string".
    Field<std::vector<std::string>> texts(const char* name, Count count, Text rule);

    /// A list of whole numbers of at least `min`; a fault names the item.
    Field<std::vector<std::int64_t>> integers(const char* name, Count count, std::int64_t min);

    /// A list of objects. `read(JsonReader&)` is called for each with a reader of its own, asks it for every field it
    /// knows and returns what it made of them; that reader is finished here. Faults carry the path: "rows[2].name".
    template <class Read>
    auto objects(const char* name, Count count, Read read)
    {
        Field<std::vector<std::invoke_result_t<Read&, JsonReader&>>> field;
        auto readers = object_readers(name, count, field.present);
        if (!readers) return field;
        field.value.emplace();
        bool good = true;
        for (JsonReader& reader : *readers) {
            field.value->push_back(read(reader));
            good = adopt_faults(reader) && good;
        }
        if (!good) field.value.reset();
        return field;
    }

    /// One object, read as those of a list are; faults carry the path: "wanted.name".
    template <class Read>
    auto object(const char* name, Read read)
    {
        Field<std::invoke_result_t<Read&, JsonReader&>> field;
        auto reader = object_reader(name, field.present);
        if (!reader) return field;
        field.value = read(*reader);
        if (!adopt_faults(*reader)) field.value.reset();
        return field;
    }

    /// A field that must be there and not null.
    template <class T>
    T required(const char* name, Field<T> field)
    {
        if (!field.value) fail(name, Message{field.present ? "field.null" : "field.required"});
        return field.value.value_or(T{});
    }

    /// True if the field is there, even if null.
    bool has(const char* name) const { return object_.contains(name); }
    bool has_list(const char* name) const { return has(name) && object_[name].is_array(); }
    bool has_object(const char* name) const { return has(name) && object_[name].is_object(); }

    /// True if the field holds exactly this: a page sends back what it was shown, and what is stored needs no judging.
    bool holds(const char* name, const Json& value);

    /// Known, but not for the caller to set: echoed back by pages that send a whole row. Ignored.
    void ignore(const char* name) { known_.insert(name); }

    /// Notes a fault of the caller's own finding, such as {"field.empty"}; the first one of a field counts. `field` may
    /// be a path: "rows[2]".
    void fail(std::string_view field, Message fault);

    /// All faults, the first twenty of many: "invalid_field", then "unknown_field". See all_of for several.
    Result<void> finish() const;

private:
    explicit JsonReader(Json object, std::string path = "") : object_(std::move(object)), path_(std::move(path)) {}
    const Json* find(const char* name, bool& present);
    const Json* find_list(const char* name, Count count, bool& present);
    std::optional<std::vector<JsonReader>> object_readers(const char* name, Count count, bool& present);
    std::optional<JsonReader> object_reader(const char* name, bool& present);
    /// False, and the faults are noted here too, if that reader found any.
    bool adopt_faults(const JsonReader& item);
    void note(Error fault);
    /// What is wrong with a text, without the field's name.
    static std::optional<Message> text_fault(const Json& value, const Text& rule);

    Json object_;
    std::string path_;  // "rows[2]." in an object of a list
    std::set<std::string, std::less<>> known_;
    std::vector<Error> faults_;
};

}  // namespace dreamina
