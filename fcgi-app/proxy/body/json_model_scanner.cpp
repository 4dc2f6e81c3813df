#include "proxy/body/json_model_scanner.hpp"

#include <utility>

#include "core/base/json_text.hpp"
#include "core/base/text.hpp"

namespace dreamina {
namespace {

/// More than any model's name, however it is escaped.
constexpr std::size_t max_kept_length = 1024;

/// Go's reader refuses what is nested deeper.
constexpr std::size_t deepest = 10'000;

constexpr std::string_view dropped_mark = "\xEF\xBB\xBF";

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_hex(char c) { return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }

std::string without_marks(std::string text)
{
    for (auto at = text.find(dropped_mark); at != std::string::npos; at = text.find(dropped_mark, at))
        text.erase(at, dropped_mark.size());
    return text;
}

}  // namespace

void JsonModelScanner::feed(std::string_view piece)
{
    for (std::size_t i = 0; i < piece.size() && state_ != State::failed; ++i) {
        if (state_ == State::string && !keeps_) {
            // Most of a large body is one string.
            while (i < piece.size() && piece[i] != '"' && piece[i] != '\\' &&
                   static_cast<unsigned char>(piece[i]) >= ' ')
                ++i;
            if (i == piece.size()) return;
        }
        take(piece[i]);
    }
}

void JsonModelScanner::take(char c)
{
    switch (state_) {
    case State::string:
        if (c == '"') {
            end_string();
        } else if (static_cast<unsigned char>(c) < ' ') {
            fail();
        } else {
            if (c == '\\') state_ = State::escape;
            keep(c);
        }
        return;
    case State::escape:
        if (std::string_view{"\"\\/bfnrtu"}.find(c) == std::string_view::npos) {
            fail();
            return;
        }
        keep(c);
        code_digits_ = 0;
        state_ = c == 'u' ? State::code : State::string;
        return;
    case State::code:
        if (!is_hex(c)) {
            fail();
            return;
        }
        keep(c);
        if (++code_digits_ == 4) state_ = State::string;
        return;
    case State::literal:
        if (literal_rest_.front() != c) {
            fail();
            return;
        }
        literal_rest_.remove_prefix(1);
        if (literal_rest_.empty()) end_value(literal_kind_);
        return;
    case State::failed: return;
    default: break;
    }
    if (take_number(c)) return;
    if (is_json_blank(c)) return;
    switch (state_) {
    case State::value:
        if (c == ']' && commas_ == Commas::surplus_allowed && !depth_.empty() && !depth_.back()) {
            close(false);
        } else if (c != ',' || commas_ == Commas::strict || depth_.empty() || depth_.back()) {
            begin_value(c);
        }
        return;
    case State::first_element: c == ']' ? close(false) : begin_value(c); return;
    case State::first_name:
    case State::name:
        if (c == '"') {
            begin_string(true);
        } else if (c == '}' && (state_ == State::first_name || commas_ == Commas::surplus_allowed)) {
            close(true);
        } else if (c != ',' || commas_ == Commas::strict) {
            fail();
        }
        return;
    case State::colon:
        if (c != ':') {
            fail();
            return;
        }
        state_ = State::value;
        return;
    case State::comma:
        if (c == ',') {
            state_ = depth_.back() ? State::name : State::value;
        } else if (c == '}' || c == ']') {
            close(c == '}');
        } else {
            fail();
        }
        return;
    default: fail();  // something behind the value
    }
}

/// False if the character is no part of a number; one that ends there has ended then.
bool JsonModelScanner::take_number(char c)
{
    switch (state_) {
    case State::minus: is_digit(c) ? void(state_ = c == '0' ? State::zero : State::integer) : fail(); return true;
    case State::zero:
    case State::integer:
        if (state_ == State::integer && is_digit(c)) return true;
        if (c == '.') {
            state_ = State::point;
        } else if (c == 'e' || c == 'E') {
            state_ = State::exponent;
        } else {
            end_value(Kind::number);
            return false;
        }
        return true;
    case State::point: is_digit(c) ? void(state_ = State::fraction) : fail(); return true;
    case State::fraction:
        if (is_digit(c)) return true;
        if (c == 'e' || c == 'E') {
            state_ = State::exponent;
            return true;
        }
        end_value(Kind::number);
        return false;
    case State::exponent:
        if (c == '+' || c == '-') {
            state_ = State::exponent_sign;
        } else {
            is_digit(c) ? void(state_ = State::exponent_digits) : fail();
        }
        return true;
    case State::exponent_sign: is_digit(c) ? void(state_ = State::exponent_digits) : fail(); return true;
    case State::exponent_digits:
        if (is_digit(c)) return true;
        end_value(Kind::number);
        return false;
    default: return false;
    }
}

void JsonModelScanner::begin_value(char c)
{
    const auto literal = [&](std::string_view rest, Kind kind) {
        literal_rest_ = rest;
        literal_kind_ = kind;
        state_ = State::literal;
    };
    switch (c) {
    case '{':
    case '[': open(c == '{'); return;
    case '"': begin_string(false); return;
    case '-': state_ = State::minus; return;
    case '0': state_ = State::zero; return;
    case 't': literal("rue", Kind::boolean); return;
    case 'f': literal("alse", Kind::boolean); return;
    case 'n': literal("ull", Kind::null); return;
    default: is_digit(c) ? void(state_ = State::integer) : fail();
    }
}

void JsonModelScanner::open(bool object)
{
    if (depth_.size() == deepest) {
        fail();
        return;
    }
    depth_.push_back(object);
    state_ = object ? State::first_name : State::first_element;
}

void JsonModelScanner::close(bool object)
{
    if (depth_.back() != object) {
        fail();
        return;
    }
    depth_.pop_back();
    end_value(object ? Kind::object : Kind::array);
}

void JsonModelScanner::begin_string(bool is_name)
{
    state_ = State::string;
    is_name_ = is_name;
    keeps_ = is_at_top() && (is_name || is_for_a_ || is_for_b_);
    kept_.clear();
    is_cut_ = false;
}

void JsonModelScanner::keep(char c)
{
    if (!keeps_) return;
    is_cut_ = is_cut_ || kept_.size() == max_kept_length;
    if (!is_cut_) kept_.push_back(c);
}

void JsonModelScanner::end_string()
{
    if (!is_name_) {
        end_value(Kind::text);
        return;
    }
    state_ = State::colon;
    if (keeps_) end_name();
}

void JsonModelScanner::end_name()
{
    keeps_ = false;
    is_for_a_ = is_for_b_ = false;
    if (is_cut_) {
        has_long_name_ = true;
        return;
    }
    const auto name = read_json_text(kept_);
    const std::string plain = name ? without_marks(*name) : std::string{};
    if (!equals_ignoring_case(plain, field_)) return;
    ++count_;
    is_for_a_ = plain == field_;
    is_for_b_ = equals_ignoring_case(*name, field_);
    has_odd_name_ = has_odd_name_ || *name != field_;
}

void JsonModelScanner::end_value(Kind kind)
{
    if (is_at_top() && (is_for_a_ || is_for_b_)) {
        const bool is_text = kind == Kind::text;
        Value value{kind, is_text ? std::exchange(kept_, {}) : std::string{}, is_text && is_cut_};
        const bool is_other = !is_text && kind != Kind::null;
        is_refused_by_jimeng_api_go_ = is_refused_by_jimeng_api_go_ || (is_for_b_ && is_other);
        if (is_for_b_ && kind != Kind::null) by_jimeng_api_go_ = value;
        if (is_for_a_) by_jimeng_api_ = std::move(value);
        is_for_a_ = is_for_b_ = false;
    }
    keeps_ = false;
    if (depth_.empty()) {
        has_value_ = true;
        kind_ = kind;
        state_ = State::after_value;
    } else {
        state_ = State::comma;
    }
}

}  // namespace dreamina
