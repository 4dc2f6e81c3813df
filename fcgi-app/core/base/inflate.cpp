#include "core/base/inflate.hpp"

#include <array>
#include <new>

#include <zlib.h>

namespace dreamina {
namespace {

constexpr std::size_t part_size = 16 * 1024;

/// zlib's word for the form: the largest window, and how the stream begins.
constexpr int bare = -15;
constexpr int zlib_or_gzip = 15 + 32;

/// The two bytes that a zlib stream begins with are a multiple of 31 and name its method (RFC 1950, 2.2).
constexpr std::size_t zlib_mark = 2;
bool begins_as_zlib(std::string_view text)
{
    const auto byte = [&](std::size_t i) { return static_cast<unsigned>(static_cast<unsigned char>(text[i])); };
    return (byte(0) & 0x0FU) == 8 && (byte(0) << 8U | byte(1)) % 31 == 0;
}

}  // namespace

struct Inflater::Stream {
    explicit Stream(Compression form) : compression(form) {}
    ~Stream()
    {
        if (begun) inflateEnd(&state);
    }
    Stream(const Stream&) = delete;
    Stream& operator=(const Stream&) = delete;

    Compression compression;
    std::string mark;  // the first bytes, until they tell the form
    z_stream state{};
    bool begun = false;
    bool over = false;
};

Inflater::Inflater(Compression compression) : stream_(std::make_unique<Stream>(compression)) {}
Inflater::~Inflater() = default;
Inflater::Inflater(Inflater&&) noexcept = default;
Inflater& Inflater::operator=(Inflater&&) noexcept = default;

void Inflater::feed(std::string_view piece, const std::function<void(std::string_view)>& take)
{
    Stream& stream = *stream_;
    if (!stream.begun) {
        stream.mark.append(piece);
        if (stream.mark.size() < zlib_mark) return;
        piece = stream.mark;
        const bool headless = stream.compression == Compression::deflate && !begins_as_zlib(piece);
        if (inflateInit2(&stream.state, headless ? bare : zlib_or_gzip) != Z_OK) throw std::bad_alloc();
        stream.begun = true;
    }
    // zlib's interface is older than const.
    stream.state.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(piece.data()));
    stream.state.avail_in = static_cast<uInt>(piece.size());
    std::array<char, part_size> part;
    while (!stream.over) {
        stream.state.next_out = reinterpret_cast<Bytef*>(part.data());
        stream.state.avail_out = static_cast<uInt>(part.size());
        const int result = inflate(&stream.state, Z_SYNC_FLUSH);
        // What it made of a broken stream counts.
        const std::size_t count = part.size() - stream.state.avail_out;
        stream.over = result != Z_OK && result != Z_BUF_ERROR;
        if (count > 0) take({part.data(), count});
        if (count < part.size()) break;
    }
    stream.mark.clear();
}

std::string inflate_start(std::string_view compressed, std::size_t max_size, Compression compression)
{
    std::string text;
    Inflater inflater{compression};
    // In pieces, so that no more is unpacked than is wanted.
    constexpr std::size_t piece = 1024;
    for (std::size_t at = 0; at < compressed.size() && text.size() < max_size; at += piece)
        inflater.feed(compressed.substr(at, piece),
                      [&](std::string_view part) { text.append(part.substr(0, max_size - text.size())); });
    return text;
}

}  // namespace dreamina
