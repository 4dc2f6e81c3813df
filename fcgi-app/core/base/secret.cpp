#include "core/base/secret.hpp"

#include <pthread.h>
#include <sys/resource.h>

#include <array>
#include <atomic>
#include <stdexcept>
#include <utility>
#include <vector>

#include <sodium.h>

namespace dreamina {
namespace {

using Digest = std::array<unsigned char, crypto_generichash_BYTES>;

Digest digest_of(std::string_view text)
{
    start_sodium();
    Digest digest{};
    crypto_generichash(digest.data(), digest.size(), reinterpret_cast<const unsigned char*>(text.data()), text.size(),
                       nullptr, 0);
    return digest;
}

}  // namespace

std::string to_hex(const unsigned char* bytes, std::size_t count)
{
    std::string text(count * 2 + 1, '\0');
    sodium_bin2hex(text.data(), text.size(), bytes, count);
    text.pop_back();
    return text;
}

void start_sodium()
{
    static const int started = sodium_init();
    if (started < 0) throw std::runtime_error("libsodium does not start: the system gives no randomness");
}

std::string random_hex(std::size_t bytes)
{
    start_sodium();
    std::vector<unsigned char> buffer(bytes);
    randombytes_buf(buffer.data(), buffer.size());
    return to_hex(buffer.data(), buffer.size());
}

std::string unique_hex(std::size_t bytes)
{
    struct Supply {
        std::array<unsigned char, 1024> bytes;
        std::size_t used = 1024;
        unsigned made_after_forks = 0;
    };
    // A child process must not give out what its parent gives out.
    static std::atomic<unsigned> forks{0};
    [[maybe_unused]] static const int watched = ::pthread_atfork(nullptr, nullptr, [] { ++forks; });
    static thread_local Supply supply;
    if (supply.used + bytes > supply.bytes.size() || supply.made_after_forks != forks) {
        start_sodium();
        randombytes_buf(supply.bytes.data(), supply.bytes.size());
        supply.used = 0;
        supply.made_after_forks = forks;
    }
    return to_hex(supply.bytes.data() + std::exchange(supply.used, supply.used + bytes), bytes);
}

std::string random_letters_and_digits(std::size_t length)
{
    constexpr std::string_view all = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    start_sodium();
    std::string text(length, '\0');
    for (char& c : text) c = all[randombytes_uniform(all.size())];
    return text;
}

void leave_no_core_file()
{
    const rlimit none{0, 0};
    ::setrlimit(RLIMIT_CORE, &none);
}

std::string secret_digest(std::string_view secret)
{
    const Digest digest = digest_of(secret);
    return to_hex(digest.data(), digest.size());
}

bool constant_time_equal(std::string_view left, std::string_view right)
{
    // Digests have one length, so that neither the length nor the first difference shows.
    const Digest a = digest_of(left);
    const Digest b = digest_of(right);
    return sodium_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace dreamina
