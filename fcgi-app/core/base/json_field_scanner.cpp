#include "core/base/json_field_scanner.hpp"

#include <algorithm>
#include <utility>

#include "core/base/json_text.hpp"
#include "core/base/text.hpp"

namespace dreamina {
namespace {

constexpr const char* empty_list = "[]";

}  // namespace

JsonFieldScanner::JsonFieldScanner(std::vector<std::string> names, std::size_t max_value_length)
    : names_(std::move(names)), max_value_length_(max_value_length)
{
    constexpr std::size_t max_escape_length = 6;  // \u0061
    for (const std::string& name : names_) max_key_length_ = std::max(max_key_length_, name.size() * max_escape_length);
}

void JsonFieldScanner::feed(std::string_view piece)
{
    for (std::size_t i = 0; i < piece.size(); ++i) {
        if (in_string_ && !escaped_ && capture_ == Capture::nothing) {
            i = skip_uncaptured(piece, i);
            if (i == piece.size()) return;
        }
        take(piece[i]);
    }
}

std::size_t JsonFieldScanner::skip_uncaptured(std::string_view piece, std::size_t at) const
{
    return std::min(piece.find_first_of("\"\\", at), piece.size());
}

void JsonFieldScanner::take(char c)
{
    if (in_string_) {
        if (!escaped_ && c == '"') {
            end_string();
            return;
        }
        escaped_ = !escaped_ && c == '\\';
        keep(c);
        return;
    }
    switch (c) {
    case '"':
        opened_list_.clear();
        begin_string();
        break;
    case '{':
    case '[':
        nest(c);
        expects_key_ = depth_ == 1 && c == '{';
        break;
    case '}':
    case ']':
        if (!opened_list_.empty() && c == ']') found_[std::exchange(opened_list_, {})] = {empty_list, false};
        end_scalar();
        --depth_;
        break;
    case ':':
        if (depth_ == 1) expects_key_ = false;
        break;
    case ',':
        end_scalar();
        if (depth_ == 1) expects_key_ = true;
        break;
    case ' ':
    case '\t':
    case '\r':
    case '\n': end_scalar(); break;
    default:
        opened_list_.clear();
        if (depth_ != 1 || expects_key_ || key_.empty()) break;
        capture_ = Capture::scalar_value;
        keep(c);
    }
}

void JsonFieldScanner::keep(char c)
{
    if (capture_ == Capture::nothing) return;
    is_cut_ = captured_.size() >= (capture_ == Capture::key ? max_key_length_ : max_value_length_);
    if (!is_cut_) captured_.push_back(c);
}

/// Hands over what was captured, whole or cut.
JsonFieldScanner::Value JsonFieldScanner::end_capture(bool is_text)
{
    capture_ = Capture::nothing;
    return {.raw = std::exchange(captured_, {}), .is_text = is_text, .is_cut = std::exchange(is_cut_, false)};
}

void JsonFieldScanner::begin_string()
{
    in_string_ = true;
    end_capture(true);  // of a number that nothing ended: malformed
    if (depth_ != 1) return;
    if (expects_key_) {
        capture_ = Capture::key;
    } else if (!key_.empty()) {
        capture_ = Capture::text_value;
    }
}

void JsonFieldScanner::end_string()
{
    in_string_ = false;
    const Capture captured = capture_;
    Value value = end_capture(true);
    if (captured == Capture::key) {
        const auto name = value.is_cut ? std::nullopt : read_json_text(value.raw);
        key_ = name && std::find(names_.begin(), names_.end(), *name) != names_.end() ? *name : std::string{};
    } else if (captured == Capture::text_value) {
        found_[key_] = std::move(value);
        key_.clear();
    }
}

void JsonFieldScanner::end_scalar()
{
    if (capture_ != Capture::scalar_value) return;
    found_[key_] = end_capture(false);
    key_.clear();
}

void JsonFieldScanner::nest(char bracket)
{
    opened_list_.clear();
    if (depth_ == 1 && !key_.empty()) {  // the value is an object or an array: none of ours, unless it is empty
        found_.erase(key_);
        if (bracket == '[') opened_list_ = key_;
        key_.clear();
    }
    ++depth_;
}

std::optional<std::string> JsonFieldScanner::text(const std::string& name) const
{
    const auto found = found_.find(name);
    if (found == found_.end() || !found->second.is_text) return std::nullopt;
    const std::string& raw = found->second.raw;
    return found->second.is_cut ? read_cut_json_text(raw) : read_json_text(raw);
}

bool JsonFieldScanner::is_cut(const std::string& name) const
{
    const auto found = found_.find(name);
    return found != found_.end() && found->second.is_cut;
}

bool JsonFieldScanner::is_empty_list(const std::string& name) const
{
    const auto found = found_.find(name);
    return found != found_.end() && !found->second.is_text && found->second.raw == empty_list;
}

std::optional<std::int64_t> JsonFieldScanner::integer(const std::string& name) const
{
    const auto found = found_.find(name);
    if (found == found_.end() || found->second.is_text || found->second.is_cut) return std::nullopt;
    return whole_number(found->second.raw);
}

}  // namespace dreamina
