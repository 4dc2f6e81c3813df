#include "bytes.hpp"

#include <array>
#include <deque>
#include <utility>
#include <vector>

#include <sodium.h>

namespace dreamina::stand_in {

Bytes make_bytes(std::string text) { return std::make_shared<const std::string>(std::move(text)); }

Bytes pseudo_random_bytes(std::size_t size, std::uint64_t seed)
{
    struct Kept {
        std::size_t size;
        std::uint64_t seed;
        Bytes bytes;
    };
    // Eight 50 MB answers at a time would otherwise be made, and held, eight times.
    static std::deque<Kept> kept;
    for (const Kept& k : kept) {
        if (k.size == size && k.seed == seed) return k.bytes;
    }
    std::array<unsigned char, randombytes_SEEDBYTES> key{};
    for (std::size_t i = 0; i < sizeof seed; ++i) key[i] = static_cast<unsigned char>(seed >> (8 * i));
    std::string text(size, '\0');
    randombytes_buf_deterministic(text.data(), text.size(), key.data());
    Bytes bytes = make_bytes(std::move(text));
    kept.push_back({size, seed, bytes});
    if (kept.size() > 4) kept.pop_front();
    return bytes;
}

std::string sha256_hex(std::string_view bytes)
{
    std::array<unsigned char, crypto_hash_sha256_BYTES> hash{};
    crypto_hash_sha256(hash.data(), reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size());
    std::string hex(hash.size() * 2 + 1, '\0');
    sodium_bin2hex(hex.data(), hex.size(), hash.data(), hash.size());
    hex.pop_back();
    return hex;
}

std::string base64(std::string_view bytes)
{
    std::string text(sodium_base64_ENCODED_LEN(bytes.size(), sodium_base64_VARIANT_ORIGINAL), '\0');
    sodium_bin2base64(text.data(), text.size(), reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(),
                      sodium_base64_VARIANT_ORIGINAL);
    text.pop_back();
    return text;
}

bool decode_base64(std::string_view text, std::string& decoded)
{
    decoded.resize(text.size() / 4 * 3 + 3);
    std::size_t length = 0;
    const char* end = nullptr;
    if (sodium_base642bin(reinterpret_cast<unsigned char*>(decoded.data()), decoded.size(), text.data(), text.size(),
                          "\r\n ", &length, &end, sodium_base64_VARIANT_ORIGINAL) != 0 ||
        end != text.data() + text.size()) {
        return false;
    }
    decoded.resize(length);
    return true;
}

std::string random_hex(std::size_t digits)
{
    std::vector<unsigned char> raw((digits + 1) / 2);
    randombytes_buf(raw.data(), raw.size());
    std::string hex(raw.size() * 2 + 1, '\0');
    sodium_bin2hex(hex.data(), hex.size(), raw.data(), raw.size());
    hex.resize(digits);
    return hex;
}

}  // namespace dreamina::stand_in
