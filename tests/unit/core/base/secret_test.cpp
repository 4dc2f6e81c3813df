#include "core/base/secret.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <ostream>
#include <set>
#include <thread>

#include <doctest/doctest.h>

using namespace dreamina;

namespace {

bool is_lower_hex(const std::string& text) { return text.find_first_not_of("0123456789abcdef") == std::string::npos; }

}  // namespace

TEST_CASE("random tokens are hex of twice the bytes, and no two are alike")
{
    std::set<std::string> seen;
    for (int i = 0; i < 1000; ++i) {
        const std::string token = random_hex(16);
        CHECK(token.size() == 32);
        CHECK(is_lower_hex(token));
        seen.insert(token);
    }
    CHECK(seen.size() == 1000);
    CHECK(random_hex(1).size() == 2);
}

TEST_CASE("what is unique stays so over many calls, in every thread and in a child process")
{
    std::set<std::string> seen;
    for (int i = 0; i < 1000; ++i) seen.insert(unique_hex(6));
    std::thread{[&] {
        for (int i = 0; i < 1000; ++i) seen.insert(unique_hex(6));
    }}.join();
    CHECK(seen.size() == 2000);
    CHECK(std::all_of(seen.begin(), seen.end(),
                      [](const auto& text) { return text.size() == 12 && is_lower_hex(text); }));

    int ends[2];
    REQUIRE(::pipe(ends) == 0);
    const pid_t child = ::fork();
    if (child == 0) {
        const std::string text = unique_hex(6);
        ::_exit(::write(ends[1], text.data(), text.size()) == 12 ? 0 : 1);
    }
    std::string of_child(12, ' ');
    REQUIRE(::read(ends[0], of_child.data(), of_child.size()) == 12);
    ::waitpid(child, nullptr, 0);
    ::close(ends[0]);
    ::close(ends[1]);
    CHECK(is_lower_hex(of_child));
    CHECK(of_child != unique_hex(6));
}

TEST_CASE("a digest is the same for the same secret, and BLAKE2b-256")
{
    CHECK(secret_digest("abc") == "bddd813c634239723171ef3fee98579b94964e3bb1cb3e427262c8c068d52319");
    CHECK(secret_digest("") == "0e5751c026e543b2e8ab2eb06099daa1d1e5df47778f7787faab45cdf12fe3a8");
    CHECK(secret_digest("abc") != secret_digest("abd"));
    CHECK(secret_digest(std::string_view("a\0b", 3)) != secret_digest("a"));
}

TEST_CASE("comparison in constant time says what comparison says")
{
    CHECK(constant_time_equal("", ""));
    CHECK(constant_time_equal("secret", "secret"));
    CHECK_FALSE(constant_time_equal("secret", "Secret"));
    CHECK_FALSE(constant_time_equal("secret", "secret "));
    CHECK_FALSE(constant_time_equal("secret", "secre"));
    CHECK_FALSE(constant_time_equal("", "x"));
    CHECK_FALSE(constant_time_equal(std::string_view("a\0b", 3), std::string_view("a\0c", 3)));
    CHECK(constant_time_equal(std::string(100'000, 'x'), std::string(100'000, 'x')));
}

TEST_CASE("letters and digits of chance: as many as asked for, and all of the 62")
{
    CHECK(random_letters_and_digits(0).empty());
    CHECK(random_letters_and_digits(37) != random_letters_and_digits(37));
    const std::string many = random_letters_and_digits(20'000);
    CHECK(many.size() == 20'000);
    CHECK(std::all_of(many.begin(), many.end(), [](unsigned char c) { return std::isalnum(c) != 0; }));
    CHECK(std::set<char>(many.begin(), many.end()).size() == 62);
}
