#include "proxy/content_coding.hpp"

#include "base/text.hpp"

namespace dreamina {

ContentCoding content_coding(const Headers& headers)
{
    ContentCoding coding = ContentCoding::identity;
    const std::string all = joined_header(headers, "Content-Encoding");
    std::string_view rest = all;
    while (!rest.empty()) {
        const auto comma = rest.find(',');
        const std::string name = to_lower(trim(rest.substr(0, comma)));
        rest = comma == std::string_view::npos ? std::string_view{} : rest.substr(comma + 1);
        if (name.empty() || name == "identity") continue;
        if (coding != ContentCoding::identity) return ContentCoding::unreadable;  // one within another
        coding = name == "gzip" || name == "x-gzip" ? ContentCoding::gzip
                 : name == "deflate"                ? ContentCoding::deflate
                                                    : ContentCoding::unreadable;
    }
    return coding;
}

}  // namespace dreamina
