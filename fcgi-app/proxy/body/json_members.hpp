#pragma once
/// Where the members of a JSON object stand in a text that arrives in pieces, without keeping it: a body can hold
/// 100 MB of base64.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace dreamina {

struct JsonMember {
    std::string name;            ///< with its escapes read; empty if it is too long to be one of interest
    std::uint64_t begin = 0;     ///< the quote before the name
    std::uint64_t name_end = 0;  ///< behind the quote after it
    std::uint64_t value_begin = 0;
    std::uint64_t end = 0;    ///< behind the value
    char value_start = '\0';  ///< its first character: what kind of value it is
    std::string value;        ///< as it is written, if it is short
    bool has_whole_value = false;

    /// The value where it is a text.
    std::optional<std::string> text() const;
    std::optional<std::int64_t> integer() const;
};

/// For text that is known to be valid JSON.
class JsonMemberScanner {
public:
    void feed(std::string_view piece);

    /// After the last piece; nothing where the text is no object, or has more members than any request.
    const std::vector<JsonMember>& members() const { return members_; }

private:
    void take(char c);
    void keep(char c);
    void begin_member();
    void begin_value(char c);
    void end_value();

    std::uint64_t at_ = 0;
    int depth_ = 0;
    bool is_object_ = false;
    bool in_string_ = false;
    bool escaped_ = false;
    enum class Part { none, name, before_value, value } part_ = Part::none;
    std::string kept_;
    bool is_cut_ = false;
    std::uint64_t last_ = 0;  // behind the last character of the value so far
    bool too_many_ = false;
    std::vector<JsonMember> members_;
};

}  // namespace dreamina
