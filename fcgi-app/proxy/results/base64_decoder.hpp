#pragma once
/// Decodes base64 that arrives in pieces, as it is written within a JSON text: with JSON's escapes, and perhaps with
/// data:image/png;base64, before it.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace dreamina {

class Base64Decoder {
public:
    /// What the piece makes whole. What is no base64 makes it bad.
    std::string feed(std::string_view piece);
    /// What was held back, since more might have come.
    std::string end();
    bool is_bad() const { return is_bad_; }

private:
    std::optional<char> unescaped(char c);
    std::optional<char> escaped(char c);
    std::optional<char> hexadecimal(char c);
    void take(char c, std::string& decoded);
    void decode(char c, std::string& decoded);

    std::uint32_t bits_ = 0;
    int count_ = 0;  // of bits
    bool is_over_ = false;
    bool is_bad_ = false;
    std::string beginning_;  // which may turn out to be a prefix's
    bool may_have_prefix_ = true;
    bool in_prefix_ = false;
    bool is_escaped_ = false;
    int hex_digits_ = 0;  // yet to come
    std::uint32_t code_ = 0;
};

}  // namespace dreamina
