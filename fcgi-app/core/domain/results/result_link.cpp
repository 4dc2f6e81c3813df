#include "core/domain/results/result_link.hpp"

#include <array>

#include <fmt/format.h>
#include <sodium.h>

#include "core/base/secret.hpp"
#include "core/base/text.hpp"
#include "core/domain/results/stored_result.hpp"

namespace dreamina {
namespace {

const unsigned char* link_bytes(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }

std::string_view word_of(ResultDisposition disposition)
{
    return disposition == ResultDisposition::inline_ ? "inline" : "attachment";
}

std::string signature_of(const ResultLink& link, std::string_view key)
{
    start_sodium();
    const std::string text = fmt::format("result\n{}\n{}\n{}", link.id, link.expires, word_of(link.disposition));
    crypto_auth_hmacsha256_state state{};
    std::array<unsigned char, crypto_auth_hmacsha256_BYTES> code{};
    crypto_auth_hmacsha256_init(&state, link_bytes(key), key.size());
    crypto_auth_hmacsha256_update(&state, link_bytes(text), text.size());
    crypto_auth_hmacsha256_final(&state, code.data());
    std::array<char, 64> encoded{};
    sodium_bin2base64(encoded.data(), encoded.size(), code.data(), code.size(),
                      sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    return encoded.data();
}

}  // namespace

std::string signed_result_path(const ResultLink& link, std::string_view extension, std::string_view key)
{
    return fmt::format("/v1/results/{}{}.{}?exp={}{}&sig={}", result_id_prefix, link.id, extension, link.expires,
                       link.disposition == ResultDisposition::attachment ? "&download=true" : "",
                       signature_of(link, key));
}

bool is_signed(const ResultLink& link, std::string_view signature, std::span<const std::string> keys)
{
    bool fits = false;
    for (const std::string& key : keys) fits |= constant_time_equal(signature_of(link, key), signature);
    return fits;
}

std::string_view link_extension(std::string_view source_url, bool is_video)
{
    constexpr std::array<std::string_view, 9> known{"png", "jpeg", "jpg", "webp", "gif", "avif", "mp4", "webm", "mov"};
    const std::string path = to_lower(source_url.substr(0, source_url.find('?')));
    for (const std::string_view extension : known)
        if (path.ends_with(fmt::format(".{}", extension))) return extension == "jpeg" ? "jpg" : extension;
    return is_video ? "mp4" : "png";
}

}  // namespace dreamina
