#include "proxy/body/json_repair.hpp"

#include <array>

#include "core/base/json_text.hpp"

namespace dreamina {
namespace {

constexpr std::string_view no_break_space = "\xC2\xA0";
constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
constexpr std::string_view general_punctuation = "\xE2\x80";  // U+2000 to U+203F
constexpr char last_space = '\x8B';                           // U+200B

bool begins_a_name(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '$'; }
bool is_in_a_name(char c) { return begins_a_name(c) || (c >= '0' && c <= '9'); }

bool is_space_of_a_text(std::string_view character)
{
    return character == no_break_space ||
           (character.size() == 3 && character.starts_with(general_punctuation) && character[2] <= last_space);
}

/// It can still become one of the characters that are replaced.
bool may_become_a_space(std::string_view bytes)
{
    return (bytes.size() < 2 && no_break_space.starts_with(bytes)) ||
           (bytes.size() < 3 && (byte_order_mark.starts_with(bytes) || general_punctuation.starts_with(bytes)));
}

}  // namespace

std::string JsonRepair::feed(std::string_view piece)
{
    std::string repaired;
    repaired.reserve(piece.size() + 8);
    for (const char c : piece) {
        held_.push_back(c);
        if (may_become_a_space(held_)) continue;
        if (is_space_of_a_text(held_)) {
            put(' ', repaired);
            held_.clear();
        } else if (held_ == byte_order_mark) {
            held_.clear();
        } else {
            // The last byte may begin another one.
            const bool begins = held_.size() > 1 && may_become_a_space({&held_.back(), 1});
            const std::size_t settled = held_.size() - (begins ? 1 : 0);
            for (std::size_t i = 0; i < settled; ++i) put(held_[i], repaired);
            held_.erase(0, settled);
        }
    }
    return repaired;
}

void JsonRepair::put(char c, std::string& repaired)
{
    if (step_ == Step::blanks) {
        repaired.push_back(c);
        return;
    }
    if (c == '\'') c = '"';
    switch (place_) {
    case Place::behind_a_backslash: place_ = Place::in_a_text; break;
    case Place::in_a_text:
        if (c == '\\') place_ = Place::behind_a_backslash;
        if (c == '"') place_ = Place::elsewhere;
        break;
    case Place::in_a_bare_name:
        if (is_in_a_name(c)) break;
        repaired.push_back('"');
        place_ = Place::elsewhere;
        [[fallthrough]];
    case Place::where_a_name_may_begin:
        if (place_ == Place::where_a_name_may_begin && begins_a_name(c)) {
            repaired.push_back('"');
            place_ = Place::in_a_bare_name;
            break;
        }
        if (place_ == Place::where_a_name_may_begin && is_json_blank(c)) break;
        [[fallthrough]];
    case Place::elsewhere:
        place_ = c == '{' || c == ',' ? Place::where_a_name_may_begin : Place::elsewhere;
        if (c == '"') place_ = Place::in_a_text;
        break;
    }
    repaired.push_back(c);
}

}  // namespace dreamina
