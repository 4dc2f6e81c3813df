#pragma once
/// Finds a few top-level fields of a JSON object that arrives in pieces, without keeping the rest: a body can hold
/// 100 MB of base64 before the field one looks for. Where the JSON is malformed it finds what it can.
/// A field that stands there twice counts with its last value, as the programs behind us read it.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace dreamina {

class JsonFieldScanner {
public:
    /// A text that takes more than `max_value_length` bytes as it is written is cut to them; a longer number is none.
    explicit JsonFieldScanner(std::vector<std::string> names, std::size_t max_value_length = 1024);

    void feed(std::string_view piece);

    /// The value where it is a complete string, with its escapes read; cut at the end of a character.
    std::optional<std::string> text(const std::string& name) const;
    /// Whether that text was cut.
    bool is_cut(const std::string& name) const;
    /// The value where it is a whole number.
    std::optional<std::int64_t> integer(const std::string& name) const;
    /// Whether the value is [].
    bool is_empty_list(const std::string& name) const;

private:
    enum class Capture { nothing, key, text_value, scalar_value };
    struct Value {
        std::string raw;
        bool is_text = false;
        bool is_cut = false;
    };

    void take(char c);
    void keep(char c);
    Value end_capture(bool is_text);
    void begin_string();
    void end_string();
    void end_scalar();
    void nest(char bracket);
    std::size_t skip_uncaptured(std::string_view piece, std::size_t at) const;

    std::vector<std::string> names_;
    std::size_t max_value_length_;
    std::size_t max_key_length_ = 0;  ///< with each character escaped; a longer one is none of ours
    std::map<std::string, Value> found_;

    int depth_ = 0;
    bool in_string_ = false;
    bool escaped_ = false;
    bool expects_key_ = false;
    Capture capture_ = Capture::nothing;
    std::string captured_;
    bool is_cut_ = false;  ///< what is captured was longer
    std::string key_;
    std::string opened_list_;  // whose list has begun with nothing in it so far
};

}  // namespace dreamina
