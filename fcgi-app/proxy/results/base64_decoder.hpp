#pragma once
/// Decodes base64 that arrives in pieces, as it is written within a JSON text.

#include <cstdint>
#include <string>
#include <string_view>

namespace dreamina {

class Base64Decoder {
public:
    /// What the piece makes whole. What is no base64 makes it bad.
    std::string feed(std::string_view piece);
    bool is_bad() const { return is_bad_; }

private:
    std::uint32_t bits_ = 0;
    int count_ = 0;  // of bits
    bool is_over_ = false;
    bool is_bad_ = false;
    bool may_have_prefix_ = true;  // data:image/png;base64,
    bool in_prefix_ = false;
};

}  // namespace dreamina
