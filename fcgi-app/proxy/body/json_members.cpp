#include "proxy/body/json_members.hpp"

#include <algorithm>
#include <utility>

#include "core/base/json_text.hpp"
#include "core/base/text.hpp"

namespace dreamina {
namespace {

/// Of a name or a value; no parameter is longer.
constexpr std::size_t max_member_text_length = 1024;
constexpr std::size_t max_members = 1000;

}  // namespace

std::optional<std::string> JsonMember::text() const
{
    if (!has_whole_value || value.size() < 2 || value.front() != '"') return std::nullopt;
    return read_json_text(value.substr(1, value.size() - 2));
}

std::optional<std::int64_t> JsonMember::integer() const { return has_whole_value ? whole_number(value) : std::nullopt; }

void JsonMemberScanner::feed(std::string_view piece)
{
    for (std::size_t i = 0; i < piece.size(); ++i) {
        // Nothing of what is not kept needs a look but its end.
        if (in_string_ && !escaped_ && (is_cut_ || part_ == Part::none)) {
            const auto next = std::min(piece.find_first_of("\"\\", i), piece.size());
            at_ += next - i;
            i = next;
            if (i == piece.size()) return;
        }
        take(piece[i]);
        ++at_;
    }
}

void JsonMemberScanner::keep(char c)
{
    if (part_ == Part::none || part_ == Part::before_value) return;
    is_cut_ = is_cut_ || kept_.size() == max_member_text_length;
    if (!is_cut_) kept_.push_back(c);
}

void JsonMemberScanner::take(char c)
{
    if (in_string_) {
        in_string_ = escaped_ || c != '"';
        escaped_ = !escaped_ && c == '\\';
        keep(c);
        last_ = at_ + 1;
        if (in_string_ || part_ != Part::name) return;
        kept_.pop_back();  // the quote
        const auto name = is_cut_ ? std::nullopt : read_json_text(kept_);
        if (!members_.empty()) {
            members_.back().name = name.value_or("");
            members_.back().name_end = last_;
        }
        part_ = Part::before_value;
        return;
    }
    if (is_json_blank(c)) {
        if (depth_ > 1) keep(c);
        return;
    }
    if (depth_ == 0) {
        is_object_ = c == '{';
        depth_ = 1;
        in_string_ = c == '"';
        return;
    }
    if (!is_object_) return;
    const bool closes = c == '}' || c == ']';
    if (depth_ == 1 && (c == ',' || closes)) {
        end_value();
        if (closes) is_object_ = false;  // whatever follows
        return;
    }
    if (depth_ == 1 && c == ':' && part_ == Part::before_value) return;
    if (depth_ == 1 && part_ == Part::none) {
        begin_member();  // c is the name's quote
        in_string_ = true;
        return;
    }
    if (part_ == Part::before_value) begin_value(c);
    depth_ += c == '{' || c == '[' ? 1 : closes ? -1 : 0;
    in_string_ = c == '"';
    keep(c);
    last_ = at_ + 1;
}

void JsonMemberScanner::begin_member()
{
    part_ = Part::name;
    kept_.clear();
    is_cut_ = false;
    too_many_ = too_many_ || members_.size() == max_members;
    if (too_many_) {
        members_.clear();
        is_object_ = false;
        return;
    }
    members_.push_back({.name = {}, .begin = at_, .value = {}});
}

void JsonMemberScanner::begin_value(char c)
{
    part_ = Part::value;
    kept_.clear();
    is_cut_ = false;
    if (members_.empty()) return;
    members_.back().value_begin = at_;
    members_.back().value_start = c;
}

void JsonMemberScanner::end_value()
{
    if (std::exchange(part_, Part::none) != Part::value || members_.empty()) return;
    JsonMember& member = members_.back();
    member.end = last_;
    member.has_whole_value = !is_cut_;
    if (!is_cut_) member.value = std::exchange(kept_, {});
    is_cut_ = false;
}

}  // namespace dreamina
