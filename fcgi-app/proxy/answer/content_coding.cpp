#include "proxy/answer/content_coding.hpp"

#include "core/base/text.hpp"
#include "proxy/answer/headers.hpp"

namespace dreamina {

ContentCoding content_coding(const Headers& headers)
{
    ContentCoding coding = ContentCoding::identity;
    const std::string all = joined_header(headers, "Content-Encoding");
    for_each_element(all, [&](std::string_view element) {
        const std::string name = to_lower(element);
        if (name.empty() || name == "identity") return;
        coding = coding != ContentCoding::identity    ? ContentCoding::unreadable  // one within another
                 : name == "gzip" || name == "x-gzip" ? ContentCoding::gzip
                 : name == "deflate"                  ? ContentCoding::deflate
                                                      : ContentCoding::unreadable;
    });
    return coding;
}

}  // namespace dreamina
