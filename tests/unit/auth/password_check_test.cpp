#include "auth/password_check.hpp"

#include <doctest/doctest.h>

#include "core/domain/settings.hpp"

using namespace dreamina;

namespace {

// crypt(5) hashes of "correct horse", as mkpasswd writes them; few rounds, for the test's sake.
const std::string sha512_hash =
    "$6$rounds=1000$saltsaltsalt$Dt0JGUnDdc4DdUjlyySCHRPx7U2pABqWbPrinz5ntgKXqDPocxu0xlsHum4."
    "yrEVleQdkaDZxTsKnM8ZF88Lz1";
const std::string sha256_hash = "$5$rounds=1000$saltsaltsalt$JF3rrH21h5jPz83Fdlmgpe2orguumnb8a3vAUfrvB78";
const std::string bcrypt_hash = "$2b$04$abcdefghijklmnopqrstuujydOTSfIH/d5oUHpsygqV5X9xJLQc6e";
const std::string yescrypt_hash = "$y$j75$saltsaltsaltsalt$IdM6tV9hsIYZkwcNItyWCsVO1t/QVCQfi.yVSuLjuZ5";

const std::string right = "correct horse";

}  // namespace

TEST_CASE("a plain password is compared as it is")
{
    PasswordCheck check;
    CHECK(check.matches("admin123", "admin123"));
    CHECK(check.matches_quickly("admin123", "admin123") == true);
    CHECK(check.matches("geheim-密码", "geheim-密码"));
    CHECK(check.matches("$ecret", "$ecret"));
    for (const std::string& wrong :
         {std::string{}, std::string{"admin12"}, std::string{"admin1234"}, std::string{"Admin123"},
          std::string{"admin123 "}, std::string("admin123\0", 9), std::string("admin123\0x", 10)}) {
        CAPTURE(wrong);
        CHECK_FALSE(check.matches(wrong, "admin123"));
        CHECK(check.matches_quickly(wrong, "admin123") == false);
    }
}

TEST_CASE("a hash of any kind that crypt(5) knows")
{
    for (const std::string& stored : {sha512_hash, sha256_hash, bcrypt_hash, yescrypt_hash, hash_password(right)}) {
        CAPTURE(stored);
        PasswordCheck check;
        CHECK(check.matches(right, stored));
        for (const std::string& wrong : {std::string{}, std::string{"correct horsf"}, std::string{"correct hors"},
                                         right + " ", right + '\0', right + std::string("\0x", 2), stored}) {
            CHECK_FALSE(check.matches(wrong, stored));
        }
    }
}

TEST_CASE("an invalid hash matches no password")
{
    for (const std::string stored : {"$6$salt$hash", "$y$j9T$x", "$zz$salt$hash", "$2b$12$short", "*0", "*"}) {
        CAPTURE(stored);
        PasswordCheck check;
        CHECK_FALSE(check.matches(right, stored));
        CHECK_FALSE(check.matches("", stored));
    }
}

TEST_CASE("a hash is worked out once for the same password")
{
    PasswordCheck check;
    CHECK_FALSE(check.matches_quickly(right, sha512_hash));
    REQUIRE(check.matches(right, sha512_hash));
    CHECK(check.matches_quickly(right, sha512_hash) == true);

    // What is remembered is the pair, not the password alone.
    CHECK_FALSE(check.matches_quickly(right, sha256_hash));
    CHECK_FALSE(check.matches_quickly("correct horsf", sha512_hash));
    CHECK_FALSE(check.matches_quickly("", sha512_hash));

    // A wrong one is not remembered, and does not push out the right one.
    CHECK_FALSE(check.matches("wrong", sha512_hash));
    CHECK_FALSE(check.matches_quickly("wrong", sha512_hash));
    CHECK(check.matches_quickly(right, sha512_hash) == true);

    PasswordCheck another;
    CHECK_FALSE(another.matches_quickly(right, sha512_hash));
}

TEST_CASE("a new hash is a yescrypt one, with a new salt each time")
{
    const std::string first = hash_password(right);
    const std::string second = hash_password(right);
    CHECK(first.starts_with("$y$"));
    CHECK(password_kind(first) == "hash");
    CHECK(first.find(right) == std::string::npos);
    CHECK(first != second);
    CHECK(PasswordCheck{}.matches(right, first));
    CHECK(PasswordCheck{}.matches(right, second));
}

TEST_CASE("a hash that could be checked, and what merely looks like one")
{
    for (const std::string& whole : {sha512_hash, sha256_hash, bcrypt_hash, yescrypt_hash}) {
        CAPTURE(whole);
        CHECK(is_usable_hash(whole));
        CHECK_FALSE(is_usable_hash(whole.substr(0, whole.size() - 1)));
        CHECK_FALSE(is_usable_hash(whole + "x"));
    }
    for (const char* text : {"", "admin123", "$5$my-password", "$5$salt$short", "$y$j9T$x", "$1$a$", "$6$$$$$"}) {
        CAPTURE(text);
        CHECK_FALSE(is_usable_hash(text));
    }
}

TEST_CASE("the default password is known for what it is, as a hash once it has been met")
{
    PasswordCheck check;
    CHECK(check.is_default("admin123"));
    CHECK_FALSE(check.is_default("geheim"));
    CHECK_FALSE(check.is_default(sha512_hash));
    const std::string stored = hash_password("admin123");
    CHECK_FALSE(check.is_default(stored));
    CHECK(check.matches("admin123", stored));
    CHECK(check.is_default(stored));
}

TEST_CASE("wrong passwords are remembered, as many as there is room for")
{
    PasswordCheck check;
    CHECK_FALSE(check.is_known_wrong("wrong", right));
    check.remember_wrong("wrong", right);
    CHECK(check.is_known_wrong("wrong", right));
    CHECK_FALSE(check.is_known_wrong("wrong", sha512_hash));  // another password is in force
    for (std::size_t i = 1; i < PasswordCheck::max_known_wrong; ++i) check.remember_wrong(std::to_string(i), right);
    CHECK(check.is_known_wrong("wrong", right));
    check.remember_wrong("one more", right);
    CHECK_FALSE(check.is_known_wrong("wrong", right));
    CHECK(check.is_known_wrong("one more", right));
}
