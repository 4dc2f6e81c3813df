#include "proxy/body/multipart_scanner.hpp"

#include <algorithm>
#include <utility>

#include "core/base/text.hpp"
#include "proxy/body/multipart_syntax.hpp"

namespace dreamina {
namespace {

/// So much that one can tell that it is not a line end alone.
constexpr std::size_t max_epilogue_length = 5;

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

bool is_token(std::string_view text)
{
    constexpr std::string_view others = "!#$%&'*+-.^_`|~";
    return !text.empty() && std::all_of(text.begin(), text.end(), [&](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
               others.find(c) != std::string_view::npos;
    });
}

/// `form-data; name="a"`, perhaps with a file's name behind it: readers that search for `name=` and readers that divide
/// the line find the same.
bool is_plain_disposition(std::string_view disposition)
{
    const auto take = [&](std::string_view text) {
        disposition = trim(disposition);
        if (!equals_ignoring_case(disposition.substr(0, text.size()), text)) return false;
        disposition.remove_prefix(text.size());
        return true;
    };
    if (!take("form-data") || !take(";") || !take("name=")) return false;
    const bool quoted = disposition.starts_with('"');
    const auto end = quoted ? disposition.find('"', 1) : std::min(disposition.find(';'), disposition.size());
    if (end == std::string_view::npos) return false;
    const std::string_view name = disposition.substr(quoted ? 1 : 0, end - (quoted ? 1 : 0));
    if (name.find_first_of("\\\"") != std::string_view::npos || (!quoted && !is_token(trim(name)))) return false;
    disposition.remove_prefix(end + (quoted ? 1 : 0));
    if (trim(disposition).empty()) return true;
    return take(";") && take("filename");
}

struct PartHeaders {
    std::optional<std::string> name;  ///< of the disposition that counts
    bool is_file = false;
    bool is_plain = true;
    bool has_disposition_alone = true;
};

PartHeaders read_part_headers(std::string_view headers)
{
    PartHeaders read;
    int dispositions = 0;
    headers.remove_prefix(std::min(headers.size(), multipart::line_end.size()));
    while (!headers.empty()) {
        const auto end = headers.find(multipart::line_end);
        const std::string_view line = headers.substr(0, end);
        headers = end == std::string_view::npos ? std::string_view{} : headers.substr(end + multipart::line_end.size());
        const auto colon = line.find(':');
        read.is_plain = read.is_plain && colon != std::string_view::npos && is_token(line.substr(0, colon)) &&
                        line.find_first_of("\r\n") == std::string_view::npos;
        if (colon == std::string_view::npos) continue;
        if (!equals_ignoring_case(trim(line.substr(0, colon)), "Content-Disposition")) {
            read.has_disposition_alone = false;
            continue;
        }
        ++dispositions;
        const std::string_view disposition = line.substr(colon + 1);
        read.is_plain = read.is_plain && is_plain_disposition(disposition);
        read.name = parameter(disposition, "name");
        read.is_file = parameter(disposition, "filename").has_value();
    }
    read.is_plain = read.is_plain && dispositions == 1;
    return read;
}

}  // namespace

std::optional<std::string> multipart_boundary(std::string_view content_type)
{
    constexpr std::string_view type = "multipart/form-data";
    if (media_type(content_type) != type) return std::nullopt;
    auto boundary = parameter(content_type, "boundary");
    return boundary && !boundary->empty() ? boundary : std::nullopt;
}

MultipartFieldScanner::MultipartFieldScanner(std::string_view boundary, std::string name)
    : delimiter_(std::string{multipart::line_end} + "--" + std::string{boundary}),
      name_(std::move(name)),
      pending_(multipart::line_end)
{
    // With a line end before the body its first delimiter looks like all others.
}

void MultipartFieldScanner::feed(std::string_view piece)
{
    if (state_ != State::after_end) {
        pending_.append(piece);
        while (step()) {
        }
        if (state_ != State::after_end) {
            pending_.erase(0, std::exchange(judged_, 0));
            return;
        }
        piece = std::string_view{pending_}.substr(judged_);
    }
    epilogue_.append(piece.substr(0, max_epilogue_length - epilogue_.size()));
    pending_.clear();
    judged_ = 0;
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
        if (wanted_ && collected_.size() <= multipart::max_value_length) collected_.append(pending.substr(0, judged));
        judged_ += ends ? judged + delimiter_.size() : judged;
        // The line end that was put in front is the first delimiter's.
        is_plain_ = is_plain_ && !(is_in_preamble_ && judged > 0);
        if (!ends) return false;
        state_ = State::before_headers;
        return true;
    }
    case State::before_headers: {
        const auto blanks = std::min(pending.find_first_not_of(" \t"), pending.size());
        const std::string_view next = pending.substr(blanks, 2);
        const bool last = blanks == 0 && next == "--";
        const bool too_many = blanks > multipart::max_headers_length;
        if (last || (next == multipart::line_end && !too_many)) {
            end_part();
            is_plain_ = is_plain_ && blanks == 0;
            judged_ += blanks;  // the line end stays: a part without headers begins with two of them
            if (last) judged_ += next.size();
            state_ = last ? State::after_end : State::headers;
            return !last;
        }
        if (!too_many && (next.empty() || next == "\r" || (blanks == 0 && next == "-"))) return false;
        // It only began like a delimiter: content.
        is_plain_ = false;
        if (wanted_ && collected_.size() <= multipart::max_value_length) collected_.append(delimiter_);
        state_ = State::content;
        return true;
    }
    case State::headers: {
        const auto end = pending.find(multipart::headers_end);
        // The last bytes may be the beginning of their end.
        const std::size_t length =
            std::min(end, pending.size() - std::min(pending.size(), multipart::headers_end.size() - 1));
        if (length > multipart::max_headers_length) {
            state_ = State::after_end;
            is_plain_ = false;
        }
        if (end == std::string_view::npos || state_ == State::after_end) return false;
        take_headers(pending.substr(0, end));
        judged_ += end + multipart::headers_end.size();
        collected_.clear();
        state_ = State::content;
        return true;
    }
    case State::after_end: return false;
    }
    return false;
}

void MultipartFieldScanner::end_part()
{
    is_in_preamble_ = false;
    if (!wanted_ || std::exchange(has_first_, true)) return;
    if (collected_.size() <= multipart::max_value_length) value_ = collected_;
}

void MultipartFieldScanner::take_headers(std::string_view headers)
{
    const PartHeaders read = read_part_headers(headers);
    wanted_ = read.name == name_ && !read.is_file;
    is_plain_ = is_plain_ && read.is_plain;
    if (!equals_ignoring_case(read.name.value_or(""), name_)) return;
    ++count_;
    // Of a field with a type or an encoding of its own some make a file, or another text.
    is_plain_ = is_plain_ && read.name == name_ && !read.is_file && read.has_disposition_alone;
}

}  // namespace dreamina
