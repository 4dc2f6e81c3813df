#include "proxy/body/multipart_parts.hpp"

#include <algorithm>

#include "core/base/text.hpp"
#include "proxy/body/multipart_syntax.hpp"

namespace dreamina {
namespace {

constexpr std::size_t max_parts = 1000;

/// Where a form field's name stands in its part's headers.
struct NamePlace {
    std::size_t begin = std::string_view::npos;
    std::size_t end = 0;
};

NamePlace name_place(std::string_view headers)
{
    const std::string lower = to_lower(headers);
    const auto disposition = lower.find("\r\ncontent-disposition:");
    const auto parameter = disposition == std::string::npos ? disposition : lower.find("name=", disposition);
    if (parameter == std::string::npos) return {};
    const auto value = parameter + std::string_view{"name="}.size();
    const bool quoted = value < headers.size() && headers[value] == '"';
    const auto begin = value + (quoted ? 1 : 0);
    return {begin, std::min(headers.find_first_of(quoted ? "\"\r" : ";\r \t", begin), headers.size())};
}

}  // namespace

MultipartPartScanner::MultipartPartScanner(std::string_view boundary)
    : delimiter_(std::string{multipart::line_end} + "--" + std::string{boundary}),
      pending_(multipart::line_end),  // with it the first delimiter looks like all others
      at_(-static_cast<std::int64_t>(multipart::line_end.size()))
{
}

void MultipartPartScanner::feed(std::string_view piece)
{
    if (state_ == State::end) return;
    pending_.append(piece);
    while (step()) {
    }
}

/// False if more must come first.
bool MultipartPartScanner::step()
{
    switch (state_) {
    case State::content: return step_content();
    case State::behind_delimiter: return step_behind_delimiter();
    case State::headers: return step_headers();
    case State::end: break;
    }
    return false;
}

void MultipartPartScanner::drop(std::size_t count)
{
    pending_.erase(0, count);
    at_ += static_cast<std::int64_t>(count);
}

bool MultipartPartScanner::give_up()
{
    parts_.clear();
    pending_.clear();
    state_ = State::end;
    return false;
}

bool MultipartPartScanner::step_content()
{
    const auto found = pending_.find(delimiter_);
    const bool ends = found != std::string::npos;
    // What could be a delimiter's beginning is kept.
    const std::size_t content = ends ? found : pending_.size() - std::min(pending_.size(), delimiter_.size() - 1);
    if (!parts_.empty()) {
        FormPart& part = parts_.back();
        part.has_whole_value = part.has_whole_value && part.value.size() + content <= multipart::max_value_length;
        if (part.has_whole_value) part.value.append(pending_, 0, content);
        part.content_end = static_cast<std::uint64_t>(at_) + content;
    } else if (content > 0) {
        return give_up();  // text before the first delimiter
    }
    drop(ends ? content + delimiter_.size() : content);
    if (ends) state_ = State::behind_delimiter;
    return ends;
}

bool MultipartPartScanner::step_behind_delimiter()
{
    if (pending_.size() < multipart::line_end.size()) return false;
    if (pending_.starts_with("--")) {
        state_ = State::end;
        return false;
    }
    if (!pending_.starts_with(multipart::line_end) || parts_.size() == max_parts) return give_up();
    const auto delimiter = static_cast<std::int64_t>(delimiter_.size() - multipart::line_end.size());
    parts_.push_back({.name = {}, .begin = static_cast<std::uint64_t>(at_ - delimiter), .value = {}});
    state_ = State::headers;
    return true;
}

bool MultipartPartScanner::step_headers()
{
    const auto end = pending_.find(multipart::headers_end);
    if (end == std::string::npos) return pending_.size() > multipart::max_headers_length ? give_up() : false;
    const std::string_view headers = std::string_view{pending_}.substr(0, end);
    FormPart& part = parts_.back();
    if (const NamePlace place = name_place(headers); place.begin != std::string_view::npos) {
        part.name = headers.substr(place.begin, place.end - place.begin);
        part.name_begin = static_cast<std::uint64_t>(at_) + place.begin;
        part.name_end = static_cast<std::uint64_t>(at_) + place.end;
        part.is_file = to_lower(headers.substr(place.end)).find("filename") != std::string::npos;
    }
    part.has_whole_value = !part.is_file;
    part.content_begin = static_cast<std::uint64_t>(at_) + end + multipart::headers_end.size();
    part.content_end = part.content_begin;
    drop(end + multipart::headers_end.size());
    state_ = State::content;
    return true;
}

}  // namespace dreamina
