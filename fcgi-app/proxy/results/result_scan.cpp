#include "proxy/results/result_scan.hpp"

#include <algorithm>
#include <utility>

#include "core/base/json_reader.hpp"

namespace dreamina {
namespace {

constexpr std::size_t kept_levels = 5;
constexpr std::size_t longest_key = 16;
constexpr std::size_t longest_url = 8 * 1024;
constexpr std::size_t longest_text = 64 * 1024;
/// No request asks for as many.
constexpr std::size_t most_results = 32;

}  // namespace

void ResultScan::feed(std::string_view piece)
{
    for (std::size_t at = 0; at < piece.size();) {
        if (in_string_) {
            at = feed_string(piece, at);
        } else {
            take(piece[at], at);
            ++at;
        }
    }
    passed_ += piece.size();
}

/// Returns where it goes on.
std::size_t ResultScan::feed_string(std::string_view piece, std::size_t at)
{
    if (std::exchange(is_escaped_, false)) {
        keep(piece.substr(at, 1));
        return at + 1;
    }
    const std::size_t stop = std::min(piece.find_first_of("\"\\", at), piece.size());
    keep(piece.substr(at, stop - at));
    if (stop == piece.size()) return stop;
    if (piece[stop] == '\\') {
        is_escaped_ = true;
        keep(piece.substr(stop, 1));
    } else {
        end_string(passed_ + stop + 1);
    }
    return stop + 1;
}

void ResultScan::take(char c, std::size_t at)
{
    switch (c) {
    case '"': begin_string(passed_ + at); break;
    case '{':
    case '[':
        if (levels_.size() < kept_levels && too_deep_ == 0) {
            levels_.push_back({.is_object = c == '{', .at_key = c == '{', .key = {}});
        } else {
            ++too_deep_;
        }
        break;
    case '}':
    case ']':
        if (too_deep_ > 0) {
            --too_deep_;
        } else if (!levels_.empty()) {
            levels_.pop_back();
        }
        break;
    case ':':
        if (too_deep_ == 0 && !levels_.empty()) levels_.back().at_key = false;
        break;
    case ',':
        if (too_deep_ == 0 && !levels_.empty()) levels_.back().at_key = levels_.back().is_object;
        break;
    default: break;
    }
}

bool ResultScan::is_at(std::size_t level, bool is_object, std::string_view key) const
{
    return levels_[level].is_object == is_object && (!is_object || levels_[level].key == key);
}

bool ResultScan::wants(Kind& kind) const
{
    if (too_deep_ > 0 || found_.size() >= most_results) return false;
    if (levels_.size() == 3 && is_at(0, true, "data") && is_at(1, false, {}) && levels_[2].is_object) {
        kind = levels_[2].key == "url" ? Kind::url : Kind::base64;
        return levels_[2].key == "url" || levels_[2].key == "b64_json";
    }
    kind = Kind::text;
    return levels_.size() == 4 && is_at(0, true, "choices") && is_at(1, false, {}) && is_at(2, true, "message") &&
           is_at(3, true, "content");
}

void ResultScan::begin_string(std::size_t at)
{
    in_string_ = true;
    is_too_long_ = false;
    const bool is_key = too_deep_ == 0 && !levels_.empty() && levels_.back().at_key;
    role_ = is_key ? Role::key : Role::value;
    if (is_key) {
        levels_.back().key.clear();
        return;
    }
    current_ = {.begin = at};
    if (!wants(current_.kind)) return;
    role_ = Role::wanted;
    has_base64_ = has_base64_ || current_.kind == Kind::base64;
}

void ResultScan::keep(std::string_view part)
{
    if (role_ == Role::key) {
        std::string& key = levels_.back().key;
        if (key.size() < longest_key) key.append(part.substr(0, longest_key - key.size()));
    } else if (role_ == Role::wanted && current_.kind == Kind::base64) {
        base64_.piece(part);
    } else if (role_ == Role::wanted && !is_too_long_) {
        is_too_long_ = current_.raw.size() + part.size() > (current_.kind == Kind::url ? longest_url : longest_text);
        if (!is_too_long_) current_.raw.append(part);
    }
}

void ResultScan::end_string(std::size_t behind)
{
    in_string_ = false;
    if (role_ != Role::wanted) return;
    if (current_.kind == Kind::base64) base64_.end();
    if (is_too_long_) return;
    current_.end = behind;
    found_.push_back(std::move(current_));
}

std::string json_text_of(std::string_view raw)
{
    const auto parsed = parse_json(std::string{"\""}.append(raw).append("\""));
    return parsed && parsed->is_string() ? parsed->get<std::string>() : std::string{};
}

std::string json_raw_of(std::string_view text)
{
    const std::string quoted = Json(text).dump(-1, ' ', false, Json::error_handler_t::replace);
    return quoted.substr(1, quoted.size() - 2);
}

std::vector<TextLink> links_in(std::string_view text)
{
    constexpr std::string_view before = "](http";
    constexpr std::size_t scheme_letters = 4;
    std::vector<TextLink> links;
    for (auto at = text.find(before); at != std::string_view::npos; at = text.find(before, at + 1)) {
        const std::size_t begin = at + before.size() - scheme_letters;
        const std::size_t end = text.find_first_of(") \n\t\"", begin);
        if (end == std::string_view::npos || links.size() == most_results) break;
        links.push_back({begin, end - begin});
    }
    return links;
}

}  // namespace dreamina
