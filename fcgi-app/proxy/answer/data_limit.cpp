#include "proxy/answer/data_limit.hpp"

namespace dreamina {
namespace {

constexpr std::string_view list_key = "data";

/// Where the elements of the list stand: in the object, in the list.
constexpr int list_depth = 2;

}  // namespace

std::string DataLimit::feed(std::string_view piece)
{
    std::string kept;
    std::size_t begin = 0;
    for (std::size_t i = 0; i < piece.size(); ++i) {
        const bool passed = take(piece[i]);
        if (passed) continue;
        kept.append(piece.substr(begin, i - begin));
        begin = i + 1;
    }
    kept.append(piece.substr(begin));
    return kept;
}

/// Whether the character is passed on.
bool DataLimit::take(char c)
{
    if (in_string_) {
        in_string_ = escaped_ || c != '"';
        escaped_ = !escaped_ && c == '\\';
        if (depth_ == 1 && in_string_ && key_.size() <= list_key.size()) key_.push_back(c);
        return !cuts_;
    }
    switch (c) {
    case '"':
        in_string_ = true;
        if (depth_ == 1) key_.clear();
        break;
    case '{':
    case '[':
        if (++depth_ == list_depth && c == '[') in_data_ = key_ == list_key;
        break;
    case '}':
    case ']':
        if (depth_-- == list_depth && in_data_) in_data_ = cuts_ = false;
        break;
    case ',':
        if (depth_ == 1) key_.clear();
        if (depth_ == list_depth && in_data_ && ++elements_ > max_items_) cuts_ = true;
        break;
    default: break;
    }
    return !cuts_;
}

}  // namespace dreamina
