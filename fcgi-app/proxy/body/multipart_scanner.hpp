#pragma once
/// Finds one plain field of a multipart/form-data body that arrives in pieces, without keeping the files in it.

#include <optional>
#include <string>
#include <string_view>

namespace dreamina {

/// The boundary parameter; nothing if the type is not multipart/form-data or has none.
std::optional<std::string> multipart_boundary(std::string_view content_type);

class MultipartFieldScanner {
public:
    MultipartFieldScanner(std::string_view boundary, std::string name);

    void feed(std::string_view piece);

    /// The field's value, once its part is complete; of several parts of that name the first.
    const std::optional<std::string>& value() const { return value_; }

    bool is_too_long() const { return has_first_ && !value_; }

    /// How many parts had that name, in any case, files among them.
    int count() const { return count_; }
    /// After the last piece: it is the form that every client's library writes, and that all programs read alike: no
    /// text before or behind it, no line that is nearly a delimiter, and of the parts' headers none that readers are
    /// known to differ in.
    bool is_plain() const
    {
        return is_plain_ && state_ == State::after_end &&
               (epilogue_.empty() || epilogue_ == "\r\n" || epilogue_ == "\r\n\r\n");  // that of OpenAI's library
    }

private:
    enum class State { before_headers, headers, content, after_end };

    bool step();
    void take_headers(std::string_view headers);
    void end_part();

    std::string delimiter_;  // CRLF -- boundary
    std::string name_;
    std::string pending_;           // at most a piece, and what may be the beginning of something
    std::size_t judged_ = 0;        // of those: they go all at once, not for each part in them
    State state_ = State::content;  // what stands before the first delimiter is no part's content
    bool wanted_ = false;
    std::string collected_;
    bool has_first_ = false;
    std::optional<std::string> value_;

    bool is_in_preamble_ = true;
    bool is_plain_ = true;
    int count_ = 0;
    std::string epilogue_;  // its first bytes
};

}  // namespace dreamina
