#include "core/domain/webhook/webhook_signature.hpp"

#include <array>
#include <optional>

#include <fmt/format.h>
#include <sodium.h>

#include "core/base/encrypted_value.hpp"
#include "core/base/secret.hpp"

namespace dreamina {
namespace {

constexpr std::string_view secret_prefix = "whsec_";

// The specification's.
constexpr std::size_t min_key_bytes = 24;
constexpr std::size_t max_key_bytes = 64;

std::optional<std::string> signing_key(std::string_view secret)
{
    if (!secret.starts_with(secret_prefix)) return std::nullopt;
    auto key = from_base64(secret.substr(secret_prefix.size()));
    const bool fits = key && key->size() >= min_key_bytes && key->size() <= max_key_bytes;
    return fits ? std::move(key) : std::nullopt;
}

const unsigned char* bytes_of(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }

std::string hmac(std::string& key, std::string_view text)
{
    start_sodium();
    crypto_auth_hmacsha256_state state{};
    std::array<unsigned char, crypto_auth_hmacsha256_BYTES> code{};
    crypto_auth_hmacsha256_init(&state, bytes_of(key), key.size());
    crypto_auth_hmacsha256_update(&state, bytes_of(text), text.size());
    crypto_auth_hmacsha256_final(&state, code.data());
    sodium_memzero(key.data(), key.size());
    return {code.begin(), code.end()};
}

}  // namespace

std::string make_webhook_secret(std::string_view bytes) { return std::string{secret_prefix} + to_base64(bytes); }

std::string new_webhook_secret()
{
    start_sodium();
    std::string bytes(webhook_secret_bytes, '\0');
    randombytes_buf(bytes.data(), bytes.size());
    return make_webhook_secret(bytes);
}

bool is_webhook_secret(std::string_view text) { return signing_key(text).has_value(); }

std::string webhook_signature(std::string_view id, std::int64_t timestamp, std::string_view body,
                              std::span<const std::string> secrets)
{
    const std::string text = fmt::format("{}.{}.{}", id, timestamp, body);
    std::string signatures;
    for (const std::string& secret : secrets) {
        auto key = signing_key(secret);
        if (!key) continue;
        if (!signatures.empty()) signatures += ' ';
        signatures += "v1," + to_base64(hmac(*key, text));
    }
    return signatures;
}

}  // namespace dreamina
