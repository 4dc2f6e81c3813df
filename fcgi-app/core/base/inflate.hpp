#pragma once
/// Reading compressed text, as far as it has come. zlib behind it.

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace dreamina {

enum class Compression {
    gzip,     ///< or zlib's own form
    deflate,  ///< zlib's form, or bare, as some servers send it under that name
};

/// Unpacks a stream that comes in pieces. Memory: some 50 KB, however long it is.
class Inflater {
public:
    explicit Inflater(Compression compression);
    ~Inflater();
    Inflater(Inflater&&) noexcept;
    Inflater& operator=(Inflater&&) noexcept;

    /// Hands on what the piece unpacks to, in parts. What follows the stream's end, or a fault in it, is passed over.
    void feed(std::string_view piece, const std::function<void(std::string_view)>& take);

private:
    struct Stream;
    std::unique_ptr<Stream> stream_;
};

/// What the start of such a stream unpacks to, at most `max_size` bytes; empty if it is none.
std::string inflate_start(std::string_view compressed, std::size_t max_size,
                          Compression compression = Compression::gzip);

}  // namespace dreamina
