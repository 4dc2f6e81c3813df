#pragma once
/// Checks JSON that arrives in pieces against RFC 8259 to the letter, and notes what its outermost object says of one
/// field. Two programs read a body that passes in the same way unless the notes say otherwise; keeps nothing else of
/// it.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace dreamina {

class JsonModelScanner {
public:
    /// Jimeng-api drops commas before a closing bracket and repeated ones.
    enum class Commas { strict, surplus_allowed };

    /// `field`: in lower case.
    explicit JsonModelScanner(std::string field, Commas commas = Commas::strict)
        : field_(std::move(field)), commas_(commas)
    {
    }

    void feed(std::string_view piece);

    /// After the last piece: one value, and only blanks about it.
    bool is_valid() const { return state_ == State::after_value; }
    /// The first value came to its end, whatever follows it.
    bool has_value() const { return has_value_; }
    bool is_object() const { return kind_ == Kind::object; }
    bool is_null() const { return kind_ == Kind::null; }

    /// What kind of a value something is.
    enum class Kind { object, array, text, number, boolean, null };
    struct Value {
        Kind kind = Kind::null;
        std::string raw;      ///< of a text, between its quotes
        bool is_cut = false;  ///< the text is longer
    };
    /// As jimeng-api reads it, which drops byte order marks within names: the last one.
    const std::optional<Value>& by_jimeng_api() const { return by_jimeng_api_; }
    /// As jimeng-api-go reads it: the last one that is not null, in any case.
    const std::optional<Value>& by_jimeng_api_go() const { return by_jimeng_api_go_; }
    /// One of those is neither a text nor null, for which jimeng-api-go refuses the whole body.
    bool is_refused_by_jimeng_api_go() const { return is_refused_by_jimeng_api_go_; }
    /// How often there was one of that name, or of one that differs from it in case or in such marks.
    int count() const { return count_; }
    /// There was one that differs.
    bool has_odd_name() const { return has_odd_name_; }
    /// A name was too long to be looked at.
    bool has_long_name() const { return has_long_name_; }

private:
    enum class State : std::uint8_t {
        value,
        first_element,  // or the end of the array
        first_name,     // or the end of the object
        name,
        colon,
        comma,  // or the end
        string,
        escape,
        code,
        literal,
        minus,
        zero,
        integer,
        point,
        fraction,
        exponent,
        exponent_sign,
        exponent_digits,
        after_value,
        failed,
    };

    void take(char c);
    bool take_number(char c);
    void begin_value(char c);
    void begin_string(bool is_name);
    void end_string();
    void open(bool object);
    void close(bool object);
    void end_value(Kind kind);
    void end_name();
    void keep(char c);
    void fail() { state_ = State::failed; }
    bool is_at_top() const { return depth_.size() == 1 && depth_.back(); }

    std::string field_;
    Commas commas_;
    State state_ = State::value;
    std::vector<bool> depth_;  // of each open bracket whether it is an object's
    std::string_view literal_rest_;
    Kind literal_kind_ = Kind::null;
    int code_digits_ = 0;
    bool is_name_ = false;
    bool keeps_ = false;
    std::string kept_;
    bool is_cut_ = false;

    bool has_value_ = false;
    Kind kind_ = Kind::null;
    bool is_for_a_ = false;  // the member that is being read: jimeng-api takes it for the field
    bool is_for_b_ = false;  // and jimeng-api-go does
    std::optional<Value> by_jimeng_api_;
    std::optional<Value> by_jimeng_api_go_;
    bool is_refused_by_jimeng_api_go_ = false;
    int count_ = 0;
    bool has_odd_name_ = false;
    bool has_long_name_ = false;
};

}  // namespace dreamina
