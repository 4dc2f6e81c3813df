#include "base/inflate.hpp"

#include <zlib.h>

namespace dreamina {

std::string inflate_start(std::string_view compressed, std::size_t most)
{
    constexpr int gzip_or_zlib = 15 + 32;  // the largest window, the header tells which
    z_stream stream{};
    if (inflateInit2(&stream, gzip_or_zlib) != Z_OK) return {};
    std::string text(most, '\0');
    // zlib's interface is older than const.
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(compressed.data()));
    stream.avail_in = static_cast<uInt>(compressed.size());
    stream.next_out = reinterpret_cast<Bytef*>(text.data());
    stream.avail_out = static_cast<uInt>(text.size());
    inflate(&stream, Z_SYNC_FLUSH);  // what it made of a cut or broken stream counts
    text.resize(text.size() - stream.avail_out);
    inflateEnd(&stream);
    return text;
}

}  // namespace dreamina
