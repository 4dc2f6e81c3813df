#include "proxy/request_origin.hpp"

#include <algorithm>

#include "core/base/digest.hpp"
#include "proxy/body/multipart_scanner.hpp"

namespace dreamina {
namespace {

constexpr std::size_t read_of_each_end = 64 * 1024;

std::string part_of(const Body& body, std::uint64_t from, std::size_t size)
{
    std::string part(size, '\0');
    part.resize(body.read(from, part));
    return part;
}

/// Skips what a program draws at random for each form, which is not part of what it asks for. Returns its length in
/// bytes.
std::uint64_t leave_out(std::string& text, std::string_view boundary)
{
    const std::size_t before = text.size();
    for (std::size_t at = 0; (at = text.find(boundary, at)) != std::string::npos;) text.erase(at, boundary.size());
    return before - text.size();
}

}  // namespace

std::string request_origin(std::optional<std::int64_t> api_key, const Body& body, std::string_view content_type)
{
    const auto boundary = multipart_boundary(content_type);
    Digester digester;
    digester.add(api_key ? std::to_string(*api_key) : "");
    std::uint64_t size = body.size();
    const std::uint64_t end = std::max<std::uint64_t>(body.size(), read_of_each_end) - read_of_each_end;
    for (const std::uint64_t from : {std::uint64_t{0}, std::max<std::uint64_t>(end, read_of_each_end)}) {
        std::string part = part_of(body, from, read_of_each_end);
        if (boundary && !boundary->empty()) size -= leave_out(part, *boundary);
        digester.add(part);
    }
    digester.add(std::to_string(size));
    return digester.hex();
}

}  // namespace dreamina
