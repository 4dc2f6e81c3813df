#include "proxy/results/base64_decoder.hpp"

namespace dreamina {
namespace {

constexpr std::string_view prefix_begins = "data:";

int value_of(char c)
{
    if (c >= 'A' && c <= 'Z') return c - 'A';
    if (c >= 'a' && c <= 'z') return c - 'a' + 26;
    if (c >= '0' && c <= '9') return c - '0' + 52;
    if (c == '+' || c == '-') return 62;
    if (c == '/' || c == '_') return 63;
    return -1;
}

}  // namespace

std::string Base64Decoder::feed(std::string_view piece)
{
    std::string decoded;
    decoded.reserve(piece.size() * 3 / 4 + 8);
    for (const char c : piece) {
        if (const auto plain = unescaped(c)) take(*plain, decoded);
        if (is_bad_) return {};
    }
    return decoded;
}

std::string Base64Decoder::end()
{
    std::string decoded;
    may_have_prefix_ = false;
    for (const char c : beginning_) decode(c, decoded);
    beginning_.clear();
    is_bad_ = is_bad_ || is_escaped_ || hex_digits_ > 0;
    return is_bad_ ? std::string{} : decoded;
}

std::optional<char> Base64Decoder::unescaped(char c)
{
    if (hex_digits_ > 0) return hexadecimal(c);
    if (is_escaped_) return escaped(c);
    is_escaped_ = c == '\\';
    return is_escaped_ ? std::nullopt : std::optional{c};
}

std::optional<char> Base64Decoder::escaped(char c)
{
    is_escaped_ = false;
    if (c == '/') return c;
    if (c == 'n' || c == 'r') return std::nullopt;  // between its lines
    is_bad_ = is_bad_ || c != 'u';
    hex_digits_ = 4;
    code_ = 0;
    return std::nullopt;
}

std::optional<char> Base64Decoder::hexadecimal(char c)
{
    constexpr std::uint32_t first_beyond_ascii = 0x80;
    const char small = static_cast<char>(c | 0x20);
    const bool is_digit = c >= '0' && c <= '9';
    is_bad_ = is_bad_ || !(is_digit || (small >= 'a' && small <= 'f'));
    code_ = code_ << 4U | static_cast<std::uint32_t>(is_digit ? c - '0' : small - 'a' + 10);
    if (--hex_digits_ > 0) return std::nullopt;
    is_bad_ = is_bad_ || code_ >= first_beyond_ascii;
    return static_cast<char>(code_ & 0x7FU);
}

void Base64Decoder::take(char c, std::string& decoded)
{
    if (in_prefix_) {
        in_prefix_ = c != ',';
        return;
    }
    if (!may_have_prefix_) return decode(c, decoded);
    beginning_.push_back(c);
    if (!prefix_begins.starts_with(beginning_)) {
        decoded += end();
    } else if (beginning_.size() == prefix_begins.size()) {
        beginning_.clear();
        may_have_prefix_ = false;
        in_prefix_ = true;
    }
}

void Base64Decoder::decode(char c, std::string& decoded)
{
    if (c == '=') {
        is_over_ = true;
        return;
    }
    const int value = value_of(c);
    is_bad_ = is_bad_ || value < 0 || is_over_;
    if (is_bad_) return;
    bits_ = bits_ << 6U | static_cast<std::uint32_t>(value);
    count_ += 6;
    if (count_ < 8) return;
    count_ -= 8;
    decoded.push_back(static_cast<char>(bits_ >> static_cast<unsigned>(count_) & 0xFFU));
}

}  // namespace dreamina
