#include "proxy/multipart_scanner.hpp"

#include <algorithm>
#include <utility>

#include "base/text.hpp"

namespace dreamina {
namespace {

/// More than any model's name; a longer field is none.
constexpr std::size_t longest_value = 1024;
constexpr std::size_t longest_headers = 16 * 1024;
constexpr std::string_view line_end = "\r\n";
constexpr std::string_view headers_end = "\r\n\r\n";

/// A parameter of a header's value: name="a \"b\"" or name=b.
std::optional<std::string> parameter(std::string_view header, std::string_view name)
{
    std::size_t at = 0;
    while ((at = header.find(';', at)) != std::string_view::npos) {
        const auto equals = header.find('=', ++at);
        if (equals == std::string_view::npos) return std::nullopt;
        const bool ours = equals_ignoring_case(trim(header.substr(at, equals - at)), name);
        std::string value;
        at = equals + 1;
        if (at < header.size() && header[at] == '"') {
            for (++at; at < header.size() && header[at] != '"'; ++at) {
                if (header[at] == '\\' && at + 1 < header.size()) ++at;
                value.push_back(header[at]);
            }
        } else {
            const auto end = std::min(header.find(';', at), header.size());
            value = trim(header.substr(at, end - at));
            at = end;
        }
        if (ours) return value;
    }
    return std::nullopt;
}

}  // namespace

std::optional<std::string> multipart_boundary(std::string_view content_type)
{
    constexpr std::string_view type = "multipart/form-data";
    if (!equals_ignoring_case(trim(content_type.substr(0, content_type.find(';'))), type)) return std::nullopt;
    auto boundary = parameter(content_type, "boundary");
    return boundary && !boundary->empty() ? boundary : std::nullopt;
}

MultipartFieldScanner::MultipartFieldScanner(std::string_view boundary, std::string name)
    : delimiter_(std::string{line_end} + "--" + std::string{boundary}), name_(std::move(name)), pending_(line_end)
{
    // With a line end before the body its first delimiter looks like all others.
}

void MultipartFieldScanner::feed(std::string_view piece)
{
    if (state_ == State::after_end) return;
    pending_.append(piece);
    while (step()) {
    }
    pending_.erase(0, std::exchange(judged_, 0));
}

/// Judges what can be judged of the pending bytes; false if more must come first.
bool MultipartFieldScanner::step()
{
    const std::string_view pending = std::string_view{pending_}.substr(judged_);
    switch (state_) {
    case State::content: {
        const auto found = pending.find(delimiter_);
        const bool ends = found != std::string_view::npos;
        // What could be a delimiter's beginning is kept.
        const std::size_t judged = ends ? found : pending.size() - std::min(pending.size(), delimiter_.size() - 1);
        if (wanted_ && collected_.size() <= longest_value) collected_.append(pending.substr(0, judged));
        judged_ += ends ? judged + delimiter_.size() : judged;
        if (!ends) return false;
        state_ = State::before_headers;
        return true;
    }
    case State::before_headers: {
        const auto blanks = std::min(pending.find_first_not_of(" \t"), pending.size());
        const std::string_view next = pending.substr(blanks, 2);
        const bool last = blanks == 0 && next == "--";
        const bool too_many = blanks > longest_headers;
        if (last || (next == line_end && !too_many)) {
            if (wanted_ && collected_.size() <= longest_value) value_ = collected_;
            judged_ += blanks;  // the line end stays: a part without headers begins with two of them
            state_ = last ? State::after_end : State::headers;
            return !last;
        }
        if (!too_many && (next.empty() || next == "\r" || (blanks == 0 && next == "-"))) return false;
        // It only began like a delimiter: content.
        if (wanted_ && collected_.size() <= longest_value) collected_.append(delimiter_);
        state_ = State::content;
        return true;
    }
    case State::headers: {
        const auto end = pending.find(headers_end);
        // The last bytes may be the beginning of their end.
        const std::size_t length = std::min(end, pending.size() - std::min(pending.size(), headers_end.size() - 1));
        if (length > longest_headers) state_ = State::after_end;
        if (end == std::string_view::npos || state_ == State::after_end) return false;
        take_headers(pending.substr(0, end));
        judged_ += end + headers_end.size();
        collected_.clear();
        state_ = State::content;
        return true;
    }
    case State::after_end: return false;
    }
    return false;
}

void MultipartFieldScanner::take_headers(std::string_view headers)
{
    wanted_ = false;
    while (!headers.empty()) {
        const auto end = headers.find(line_end);
        const std::string_view line = headers.substr(0, end);
        headers = end == std::string_view::npos ? std::string_view{} : headers.substr(end + line_end.size());
        const auto colon = line.find(':');
        if (colon == std::string_view::npos) continue;
        if (!equals_ignoring_case(trim(line.substr(0, colon)), "Content-Disposition")) continue;
        const std::string_view disposition = line.substr(colon + 1);
        wanted_ = parameter(disposition, "name") == name_ && !parameter(disposition, "filename");
    }
}

}  // namespace dreamina
