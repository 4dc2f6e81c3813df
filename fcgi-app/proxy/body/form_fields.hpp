#pragma once
/// The top-level fields of a request's body, be it JSON or a form, and how they are changed where they stand.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "net/body.hpp"

namespace dreamina {

struct FormField {
    std::string name;
    std::optional<std::string> text;      ///< where it is a text, and short
    std::optional<std::int64_t> integer;  ///< where it is a whole number, or a text that is one
    bool is_file = false;
    bool is_list = false;  ///< a JSON array
    bool is_off = false;   ///< JSON's false or null

    // Where it stands.
    std::uint64_t begin = 0;
    std::uint64_t name_begin = 0;
    std::uint64_t name_end = 0;
    std::uint64_t value_begin = 0;
    std::uint64_t value_end = 0;
    std::uint64_t end = 0;
};

class FormFields {
public:
    /// Of a body that every program reads alike; no fields of another one. Reads it whole: not on the event loop if it
    /// is in a file. Throws std::system_error.
    FormFields(const Body& body, std::string_view content_type);

    const std::vector<FormField>& all() const { return fields_; }
    const FormField* find(std::string_view name) const;
    bool is_json() const { return notation_ == Notation::json; }

    /// Each at most once of a field, which is one of all().
    void rename(const FormField& field, std::string_view name);
    void set(const FormField& field, std::string_view text);
    /// As a number where the notation has any.
    void set(const FormField& field, std::int64_t number);
    void remove(const FormField& field) { replace(field, {}); }
    using Texts = std::vector<std::pair<std::string_view, std::string_view>>;
    /// Puts fields in place of one.
    void replace(const FormField& field, const Texts& texts);
    /// Makes a JSON array of a value that is none.
    void make_list(const FormField& field);

    /// The changes, in order.
    std::vector<BodyEdit> edits() const;

private:
    enum class Notation { none, json, multipart, urlencoded };
    struct Change {
        std::optional<std::string> name;
        std::optional<std::string> value;
        std::optional<std::string> whole;  ///< instead of the field
        bool is_wrapped = false;
    };

    void read_json(const Body& body);
    void read_multipart(const Body& body, std::string boundary);
    void read_urlencoded(const std::string& text);
    /// A name, or a text as a value.
    std::string written(std::string_view text) const;
    std::string written_field(std::string_view name, std::string_view text) const;
    std::string_view separator() const;
    Change& change_of(const FormField& field) { return changes_[static_cast<std::size_t>(&field - fields_.data())]; }
    BodyEdit removal(std::size_t index, bool any_kept_before) const;

    Notation notation_ = Notation::none;
    std::string boundary_;
    std::vector<FormField> fields_;
    std::vector<Change> changes_;  // one for each field
};

}  // namespace dreamina
