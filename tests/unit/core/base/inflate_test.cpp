#include "core/base/inflate.hpp"

#include <doctest/doctest.h>
#include <zlib.h>

#include "gzipped_text.hpp"

using namespace dreamina;

namespace {

/// `window`: 15 for zlib's own form, -15 for bare deflate, 31 for gzip.
std::string packed(std::string_view text, int window)
{
    z_stream stream{};
    REQUIRE(deflateInit2(&stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, window, 8, Z_DEFAULT_STRATEGY) == Z_OK);
    std::string out(deflateBound(&stream, static_cast<uLong>(text.size())), '\0');
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
    stream.avail_in = static_cast<uInt>(text.size());
    stream.next_out = reinterpret_cast<Bytef*>(out.data());
    stream.avail_out = static_cast<uInt>(out.size());
    REQUIRE(deflate(&stream, Z_FINISH) == Z_STREAM_END);
    out.resize(out.size() - stream.avail_out);
    deflateEnd(&stream);
    return out;
}

/// Fed in pieces of that size.
std::string unpacked(std::string_view compressed, std::size_t size, Compression compression)
{
    Inflater inflater{compression};
    std::string text;
    for (std::size_t at = 0; at < compressed.size(); at += size)
        inflater.feed(compressed.substr(at, size), [&](std::string_view part) { text.append(part); });
    return text;
}

}  // namespace

TEST_CASE("a gzip stream is read") { CHECK(inflate_start(gzipped, 100) == R"({"code":-2002})"); }

TEST_CASE("of a stream that has come in part, what it holds so far is read")
{
    CHECK(inflate_start(gzipped.substr(0, gzipped.size() - 9), 100).starts_with(R"({"code)"));
}

TEST_CASE("no more is unpacked than asked for, and nothing of what is no such stream")
{
    CHECK(inflate_start(gzipped, 6) == R"({"code)");
    CHECK(inflate_start("{\"code\":-2002}", 100).empty());
    CHECK(inflate_start("", 100).empty());
}

TEST_CASE("a stream is unpacked whatever the pieces that it comes in")
{
    std::string text;
    for (int i = 0; i < 20'000; ++i) text += std::to_string(i * i);
    for (const std::size_t size : {1U, 2U, 7U, 1000U, 1'000'000U}) {
        CAPTURE(size);
        CHECK(unpacked(packed(text, 31), size, Compression::gzip) == text);
        CHECK(unpacked(packed(text, 15), size, Compression::gzip) == text);
        CHECK(unpacked(packed(text, 15), size, Compression::deflate) == text);
        CHECK(unpacked(packed(text, -15), size, Compression::deflate) == text);
    }
}

TEST_CASE("what follows a stream's end or a fault in it is passed over")
{
    CHECK(unpacked(packed("text", 31) + "more", 3, Compression::gzip) == "text");
    CHECK(unpacked("no such stream", 3, Compression::gzip).empty());
    const std::string text(100'000, 'a');
    std::string broken = packed(text, 31);
    broken[broken.size() / 2] = static_cast<char>(~broken[broken.size() / 2]);
    const std::string left = unpacked(broken, 10, Compression::gzip);
    CHECK(left != text);
    CHECK(left.starts_with(text.substr(0, 10'000)));
}

TEST_CASE("bare deflate is read where that is what was told")
{
    CHECK(inflate_start(packed(R"({"code":-2002})", -15), 100, Compression::deflate) == R"({"code":-2002})");
    CHECK(inflate_start(packed(R"({"code":-2002})", 15), 100, Compression::deflate) == R"({"code":-2002})");
}

TEST_CASE("little of a large stream is unpacked for its start")
{
    const std::string bomb = packed(std::string(100'000'000, ' '), 31);
    CHECK(inflate_start(bomb, 1000).size() == 1000);
}
