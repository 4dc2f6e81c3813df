#include "proxy/generations/body_hash.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

#include <sodium.h>

#include "core/base/secret.hpp"
#include "proxy/body/multipart_parts.hpp"
#include "proxy/body/multipart_scanner.hpp"
#include "proxy/body/read_body.hpp"

namespace dreamina {
namespace {

class Hash {
public:
    Hash()
    {
        start_sodium();
        crypto_generichash_init(&state_, nullptr, 0, size);
    }
    void add(std::string_view bytes)
    {
        crypto_generichash_update(&state_, reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size());
    }
    /// So that two pieces are told from one.
    void add_length(std::uint64_t length)
    {
        std::array<unsigned char, sizeof length> bytes{};
        for (unsigned char& byte : bytes) {
            byte = static_cast<unsigned char>(length & 0xffU);
            length >>= 8U;
        }
        crypto_generichash_update(&state_, bytes.data(), bytes.size());
    }
    std::string hex()
    {
        std::array<unsigned char, size> digest{};
        crypto_generichash_final(&state_, digest.data(), digest.size());
        return to_hex(digest.data(), digest.size());
    }

private:
    static constexpr std::size_t size = crypto_generichash_BYTES;
    crypto_generichash_state state_{};
};

void add_range(Hash& hash, const Body& body, std::uint64_t begin, std::uint64_t end)
{
    hash.add_length(end - begin);
    std::array<char, 64 * 1024> piece{};
    while (begin < end) {
        const auto wanted = static_cast<std::size_t>(std::min<std::uint64_t>(piece.size(), end - begin));
        const std::size_t count = body.read(begin, std::span{piece}.first(wanted));
        if (count == 0) return;
        hash.add({piece.data(), count});
        begin += count;
    }
}

}  // namespace

std::string body_hash(const Body& body, std::string_view content_type)
{
    Hash hash;
    if (const auto boundary = multipart_boundary(content_type)) {
        const auto scanner = scanned(MultipartPartScanner{*boundary}, body);
        if (!scanner.parts().empty()) {
            for (const FormPart& part : scanner.parts()) {
                add_range(hash, body, part.name_begin, part.name_end);
                add_range(hash, body, part.name_end, part.content_begin);  // the file's name and type
                add_range(hash, body, part.content_begin, part.content_end);
            }
            return hash.hex();
        }
    }
    for_each_piece(body, [&](std::string_view piece) { hash.add(piece); });
    return hash.hex();
}

}  // namespace dreamina
