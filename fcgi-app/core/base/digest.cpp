#include "core/base/digest.hpp"

#include <array>
#include <cstdint>

#include <sodium.h>

#include "core/base/secret.hpp"

namespace dreamina {
namespace {

constexpr std::size_t digest_size = 16;

const unsigned char* as_bytes(const void* data) { return static_cast<const unsigned char*>(data); }

}  // namespace

struct Digester::State {
    crypto_generichash_state hash;
};

Digester::Digester(std::string_view key) : state_(std::make_unique<State>())
{
    start_sodium();
    crypto_generichash_init(&state_->hash, key.empty() ? nullptr : as_bytes(key.data()), key.size(), digest_size);
}

Digester::~Digester() = default;

Digester& Digester::add(std::string_view piece)
{
    const std::uint64_t size = piece.size();
    crypto_generichash_update(&state_->hash, as_bytes(&size), sizeof size);
    crypto_generichash_update(&state_->hash, as_bytes(piece.data()), piece.size());
    return *this;
}

std::string Digester::hex()
{
    std::array<unsigned char, digest_size> digest{};
    crypto_generichash_final(&state_->hash, digest.data(), digest.size());
    return to_hex(digest.data(), digest.size());
}

}  // namespace dreamina
