#include "core/base/encrypted_value.hpp"

#include <doctest/doctest.h>

using namespace dreamina;

TEST_CASE("what is encrypted opens with its key, in its place, and only there")
{
    const EncryptionKey key = EncryptionKey::random();
    for (const std::string& text : {std::string{}, std::string{"pass:word"}, std::string(5000, '\0')}) {
        const std::string box = encrypt(key, text, "accounts/1/password");
        CHECK(decrypt(key, box, "accounts/1/password") == text);
        CHECK_FALSE(decrypt(key, box, "accounts/2/password"));
        CHECK_FALSE(decrypt(key, box, "accounts/1/session_id"));
        CHECK_FALSE(decrypt(EncryptionKey::random(), box, "accounts/1/password"));
        CHECK(key_id_of(box) == key.id());
        if (!text.empty()) CHECK(box.find(text) == std::string::npos);
    }
    CHECK(encrypt(key, "same", "place") != encrypt(key, "same", "place"));
}

TEST_CASE("no byte of a box can be changed, and none be missing")
{
    const EncryptionKey key = EncryptionKey::random();
    const std::string box = encrypt(key, "a secret", "place");
    for (std::size_t i = 0; i < box.size(); ++i) {
        std::string tampered = box;
        tampered[i] = static_cast<char>(tampered[i] ^ 1);
        CHECK_FALSE(decrypt(key, tampered, "place"));
        CHECK_FALSE(decrypt(key, box.substr(0, i), "place"));
    }
}

TEST_CASE("a key is 64 hex digits, known by an id that is none of them")
{
    const EncryptionKey key = EncryptionKey::random();
    CHECK(key.hex().size() == 64);
    CHECK(key.id().size() == 16);
    CHECK(key.hex().find(key.id()) == std::string::npos);
    CHECK(EncryptionKey::from_hex(key.hex()).value().id() == key.id());
    for (const std::string& wrong : {std::string{}, key.hex().substr(1), key.hex() + "00", "x" + key.hex().substr(1)}) {
        const auto read = EncryptionKey::from_hex(wrong);
        REQUIRE_FALSE(read);
        CHECK(read.error().message == "a key has 64 hexadecimal digits");
    }
}

TEST_CASE("boxes stand in text as base64")
{
    const std::string bytes = encrypt(EncryptionKey::random(), "x", "");
    CHECK(from_base64(to_base64(bytes)) == bytes);
    CHECK_FALSE(from_base64("no base64!"));
}
