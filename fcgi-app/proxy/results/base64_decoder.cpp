#include "proxy/results/base64_decoder.hpp"

namespace dreamina {
namespace {

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
    decoded.reserve(piece.size() * 3 / 4 + 3);
    if (may_have_prefix_ && !piece.empty()) {
        in_prefix_ = piece.starts_with("data:");
        may_have_prefix_ = false;
    }
    for (const char c : piece) {
        if (in_prefix_) {
            in_prefix_ = c != ',';
            continue;
        }
        if (c == '\\') continue;  // a slash may be escaped
        if (c == '=') {
            is_over_ = true;
            continue;
        }
        const int value = value_of(c);
        is_bad_ = is_bad_ || value < 0 || is_over_;
        if (is_bad_) return {};
        bits_ = bits_ << 6U | static_cast<std::uint32_t>(value);
        count_ += 6;
        if (count_ < 8) continue;
        count_ -= 8;
        decoded.push_back(static_cast<char>(bits_ >> static_cast<unsigned>(count_) & 0xFFU));
    }
    return decoded;
}

}  // namespace dreamina
