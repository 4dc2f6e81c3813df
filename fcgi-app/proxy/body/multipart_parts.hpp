#pragma once
/// Where the parts of a multipart/form-data body stand in it, for bodies that arrive in pieces.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace dreamina {

struct FormPart {
    std::string name;
    bool is_file = false;
    std::uint64_t begin = 0;  ///< the delimiter's line before it
    std::uint64_t name_begin = 0;
    std::uint64_t name_end = 0;
    std::uint64_t content_begin = 0;
    std::uint64_t content_end = 0;
    std::string value;  ///< of a field that is no file, if it is short
    bool has_whole_value = false;
};

/// For bodies that every program reads alike (MultipartFieldScanner::is_plain).
class MultipartPartScanner {
public:
    explicit MultipartPartScanner(std::string_view boundary);

    void feed(std::string_view piece);

    /// After the last piece; nothing if the body is not such a one, or has more parts than any request.
    const std::vector<FormPart>& parts() const { return parts_; }

private:
    enum class State { content, behind_delimiter, headers, end };

    bool step();
    bool step_content();
    bool step_behind_delimiter();
    bool step_headers();
    void drop(std::size_t count);
    bool give_up();

    std::string delimiter_;  // CRLF -- boundary
    std::string pending_;
    std::int64_t at_;  // of the first pending byte
    State state_ = State::content;
    std::vector<FormPart> parts_;
};

}  // namespace dreamina
