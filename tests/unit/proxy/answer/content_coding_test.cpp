#include "proxy/answer/content_coding.hpp"

#include <doctest/doctest.h>

using namespace dreamina;

TEST_CASE("what an answer's encoding is taken for")
{
    struct Row {
        Headers headers;
        ContentCoding coding;
    };
    const Row rows[] = {
        {{}, ContentCoding::identity},
        {{{"Content-Encoding", ""}}, ContentCoding::identity},
        {{{"Content-Encoding", "identity"}}, ContentCoding::identity},
        {{{"content-encoding", " GZIP "}}, ContentCoding::gzip},
        {{{"Content-Encoding", "x-gzip"}}, ContentCoding::gzip},
        {{{"Content-Encoding", "identity, gzip"}}, ContentCoding::gzip},
        {{{"Content-Encoding", "deflate"}}, ContentCoding::deflate},
        {{{"Content-Encoding", "br"}}, ContentCoding::unreadable},
        {{{"Content-Encoding", "zstd"}}, ContentCoding::unreadable},
        {{{"Content-Encoding", "gzip, gzip"}}, ContentCoding::unreadable},
        {{{"Content-Encoding", "gzip"}, {"Content-Encoding", "br"}}, ContentCoding::unreadable},
    };
    for (const Row& row : rows) {
        CAPTURE(joined_header(row.headers, "Content-Encoding"));
        CHECK(content_coding(row.headers) == row.coding);
    }
}
