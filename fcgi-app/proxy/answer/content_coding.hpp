#pragma once
/// What a body's Content-Encoding means for those who only want to read it on the way.

#include "net/request.hpp"

namespace dreamina {

enum class ContentCoding {
    identity,
    gzip,
    deflate,
    unreadable,  ///< br, zstd, several of them: not asked for (headers_for_upstream), but it came
};

ContentCoding content_coding(const Headers& headers);

}  // namespace dreamina
