#include "core/base/encrypted_value.hpp"

#include <algorithm>

#include <sodium.h>

#include "core/base/secret.hpp"

namespace dreamina {
namespace {

constexpr char form_version = 1;
constexpr std::size_t id_size = 8;
constexpr std::size_t nonce_size = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
constexpr std::size_t tag_size = crypto_aead_xchacha20poly1305_ietf_ABYTES;
constexpr std::size_t head_size = 1 + id_size + nonce_size;
static_assert(crypto_aead_xchacha20poly1305_ietf_KEYBYTES == 32);

/// Set apart from every other use of a hash under this key.
constexpr std::string_view id_context = "dreamina sealing key";

const unsigned char* bytes_of(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }

std::string from_id(const std::string& id)
{
    std::string bytes(id_size, '\0');
    sodium_hex2bin(reinterpret_cast<unsigned char*>(bytes.data()), bytes.size(), id.data(), id.size(), nullptr, nullptr,
                   nullptr);
    return bytes;
}

}  // namespace

EncryptionKey::EncryptionKey(const Bytes& bytes) : bytes_(bytes)
{
    std::array<unsigned char, crypto_generichash_BYTES> hash{};
    crypto_generichash(hash.data(), hash.size(), bytes_of(id_context), id_context.size(), bytes_.data(), bytes_.size());
    id_ = to_hex(hash.data(), id_size);
}

EncryptionKey::~EncryptionKey() { sodium_memzero(bytes_.data(), bytes_.size()); }

EncryptionKey EncryptionKey::random()
{
    start_sodium();
    Bytes bytes{};
    randombytes_buf(bytes.data(), bytes.size());
    EncryptionKey key{bytes};
    sodium_memzero(bytes.data(), bytes.size());
    return key;
}

Result<EncryptionKey> EncryptionKey::from_hex(std::string_view hex)
{
    start_sodium();
    Bytes bytes{};
    std::size_t count = 0;
    const char* end = nullptr;
    const int read = sodium_hex2bin(bytes.data(), bytes.size(), hex.data(), hex.size(), nullptr, &count, &end);
    if (read != 0 || count != bytes.size() || end != hex.data() + hex.size())
        return failure("invalid_key", Message{"key.malformed"});
    EncryptionKey key{bytes};
    sodium_memzero(bytes.data(), bytes.size());
    return key;
}

std::string EncryptionKey::hex() const { return to_hex(bytes_.data(), bytes_.size()); }

std::string encrypt(const EncryptionKey& key, std::string_view text, std::string_view place)
{
    std::string box(head_size + text.size() + tag_size, '\0');
    box[0] = form_version;
    const std::string id = from_id(key.id());
    std::copy(id.begin(), id.end(), box.begin() + 1);
    auto* const nonce = reinterpret_cast<unsigned char*>(box.data()) + 1 + id_size;
    randombytes_buf(nonce, nonce_size);
    crypto_aead_xchacha20poly1305_ietf_encrypt(reinterpret_cast<unsigned char*>(box.data()) + head_size, nullptr,
                                               bytes_of(text), text.size(), bytes_of(place), place.size(), nullptr,
                                               nonce, key.bytes());
    return box;
}

std::optional<std::string> decrypt(const EncryptionKey& key, std::string_view box, std::string_view place)
{
    if (key_id_of(box) != key.id()) return std::nullopt;
    std::string text(box.size() - head_size - tag_size, '\0');
    const int opened = crypto_aead_xchacha20poly1305_ietf_decrypt(
        reinterpret_cast<unsigned char*>(text.data()), nullptr, nullptr, bytes_of(box) + head_size,
        box.size() - head_size, bytes_of(place), place.size(), bytes_of(box) + 1 + id_size, key.bytes());
    return opened == 0 ? std::optional{std::move(text)} : std::nullopt;
}

std::string to_base64(std::string_view bytes)
{
    std::string text(sodium_base64_encoded_len(bytes.size(), sodium_base64_VARIANT_ORIGINAL), '\0');
    sodium_bin2base64(text.data(), text.size(), bytes_of(bytes), bytes.size(), sodium_base64_VARIANT_ORIGINAL);
    text.pop_back();
    return text;
}

std::optional<std::string> from_base64(std::string_view text)
{
    std::string bytes(text.size(), '\0');
    std::size_t size = 0;
    const char* end = nullptr;
    const int read = sodium_base642bin(reinterpret_cast<unsigned char*>(bytes.data()), bytes.size(), text.data(),
                                       text.size(), nullptr, &size, &end, sodium_base64_VARIANT_ORIGINAL);
    if (read != 0 || end != text.data() + text.size()) return std::nullopt;
    bytes.resize(size);
    return bytes;
}

std::optional<std::string> key_id_of(std::string_view box)
{
    if (box.size() < head_size + tag_size || box[0] != form_version) return std::nullopt;
    return to_hex(bytes_of(box) + 1, id_size);
}

}  // namespace dreamina
