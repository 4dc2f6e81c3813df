#include "proxy/model_name.hpp"

#include <array>

#include "base/json_field_scanner.hpp"
#include "base/text.hpp"
#include "proxy/multipart_scanner.hpp"

namespace dreamina {
namespace {

constexpr const char* field = "model";

template <class Scanner>
void feed_all(Scanner& scanner, const Body& body)
{
    std::array<char, 64 * 1024> piece{};
    std::uint64_t offset = 0;
    while (const std::size_t count = body.read(offset, piece)) {
        scanner.feed({piece.data(), count});
        offset += count;
    }
}

}  // namespace

std::optional<std::string> read_model_name(const Body& body, std::string_view content_type)
{
    if (body.size() == 0) return std::nullopt;
    if (const auto boundary = multipart_boundary(content_type)) {
        MultipartFieldScanner scanner{*boundary, field};
        feed_all(scanner, body);
        const auto value = scanner.value();
        return value ? std::optional{std::string{trim(*value)}} : std::nullopt;
    }
    JsonFieldScanner scanner{{field}};
    feed_all(scanner, body);
    return scanner.text(field);
}

}  // namespace dreamina
