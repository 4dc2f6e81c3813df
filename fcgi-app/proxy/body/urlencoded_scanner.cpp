#include "proxy/body/urlencoded_scanner.hpp"

#include <algorithm>
#include <utility>

#include "core/base/text.hpp"
#include "net/request.hpp"

namespace dreamina {
namespace {

/// Each byte of the longest value as three.
constexpr std::size_t max_encoded_length = 3 * 1024;

/// Those behind it are not looked at by jimeng-api's reader.
constexpr int max_pairs = 1000;

bool is_hex_digit(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }

/// Readers differ in what they make of other text.
bool is_well_encoded(std::string_view encoded, std::string_view plain)
{
    for (auto at = encoded.find('%'); at != std::string_view::npos; at = encoded.find('%', at + 1)) {
        if (at + 2 >= encoded.size() || !is_hex_digit(encoded[at + 1]) || !is_hex_digit(encoded[at + 2])) return false;
    }
    return is_valid_utf8(plain);
}

std::string decoded_text(const std::string& encoded) { return *query_parameter("x=" + encoded, "x"); }

/// The field that `name[]`, `name[key]` and `[name]` belong to.
std::string_view field_of(std::string_view name)
{
    name.remove_prefix(std::min(name.find_first_not_of('['), name.size()));
    return name.substr(0, name.find_first_of("[]"));
}

}  // namespace

void UrlencodedFieldScanner::feed(std::string_view piece)
{
    while (!piece.empty()) {
        const auto end = piece.find_first_of(part_ == Part::name ? "=&" : "&");
        keep(piece.substr(0, end));
        if (end == std::string_view::npos) return;
        piece[end] == '=' ? end_name() : end_pair();
        piece.remove_prefix(end + 1);
    }
}

void UrlencodedFieldScanner::keep(std::string_view text)
{
    if (part_ == Part::value && !wanted_) return;
    const std::size_t fits = std::min(text.size(), max_encoded_length - kept_.size());
    kept_.append(text.substr(0, fits));
    is_cut_ = is_cut_ || fits < text.size();
}

void UrlencodedFieldScanner::end_name()
{
    part_ = Part::value;
    const std::string name = decoded_text(kept_);
    is_plain_ = is_plain_ && !is_cut_ && is_well_encoded(kept_, name);
    if (equals_ignoring_case(field_of(name), name_)) {
        ++count_;
        is_plain_ = is_plain_ && name == name_;
        wanted_ = name == name_ && !std::exchange(has_first_, has_first_ || name == name_);
    }
    kept_.clear();
    is_cut_ = false;
}

void UrlencodedFieldScanner::end_pair()
{
    if (part_ == Part::name && kept_.empty()) return;
    if (part_ == Part::name) end_name();  // a name alone: its value is empty
    is_plain_ = is_plain_ && ++pairs_ <= max_pairs;
    if (std::exchange(wanted_, false)) {
        std::string value = decoded_text(kept_);
        is_plain_ = is_plain_ && !is_cut_ && is_well_encoded(kept_, value);
        is_too_long_ = is_cut_;
        if (!is_cut_) value_ = std::move(value);
    }
    part_ = Part::name;
    kept_.clear();
    is_cut_ = false;
}

}  // namespace dreamina
