#pragma once
/// Secrets encrypted with a key: XChaCha20-Poly1305 by libsodium. What was encrypted for one place opens in no other,
/// and what was tampered with does not open at all.

#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/result.hpp"

namespace dreamina {

/// 32 random bytes; wiped from memory when it goes. Copies are keys like it.
class EncryptionKey {
public:
    static EncryptionKey random();

    /// 64 hex digits. Error code "invalid_key"; the message never holds any of them.
    static Result<EncryptionKey> from_hex(std::string_view hex);

    EncryptionKey(const EncryptionKey&) = default;
    EncryptionKey& operator=(const EncryptionKey&) = default;
    ~EncryptionKey();

    std::string hex() const;

    /// 16 hex digits that tell keys apart and tell nothing of the key (its keyed BLAKE2b hash).
    const std::string& id() const { return id_; }

    const unsigned char* bytes() const { return bytes_.data(); }

private:
    using Bytes = std::array<unsigned char, 32>;
    explicit EncryptionKey(const Bytes& bytes);

    Bytes bytes_;
    std::string id_;
};

/// `place` is what the text belongs to, such as a row and its column; it is needed again to open the box.
/// A box is one byte 1 (the form's version), the key's id (8 bytes), a random nonce (24), and the text with its tag
/// (16).
std::string encrypt(const EncryptionKey& key, std::string_view text, std::string_view place);

/// Nothing if the box is another key's or another place's, or has been tampered with.
std::optional<std::string> decrypt(const EncryptionKey& key, std::string_view box, std::string_view place);

/// For boxes in text. What is no base64 gives nothing.
std::string to_base64(std::string_view bytes);
std::optional<std::string> from_base64(std::string_view text);

/// The id of the key that it was encrypted with; nothing if it is no box that this program knows.
std::optional<std::string> key_id_of(std::string_view box);

}  // namespace dreamina
