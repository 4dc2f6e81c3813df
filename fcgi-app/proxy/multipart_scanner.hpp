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

    /// The field's value, once its part is complete; of several parts of that name the last.
    const std::optional<std::string>& value() const { return value_; }

private:
    enum class State { before_headers, headers, content, after_end };

    bool step();
    void take_headers(std::string_view headers);

    std::string delimiter_;  // CRLF -- boundary
    std::string name_;
    std::string pending_;           // at most a piece, and what may be the beginning of something
    std::size_t judged_ = 0;        // of those: they go all at once, not for each part in them
    State state_ = State::content;  // what stands before the first delimiter is no part's content
    bool wanted_ = false;
    std::string collected_;
    std::optional<std::string> value_;
};

}  // namespace dreamina
