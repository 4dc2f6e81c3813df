#include "jimeng/body_reading.hpp"

namespace dreamina::stand_in {
namespace {

std::string_view boundary_of(std::string_view content_type)
{
    const std::size_t at = content_type.find("boundary=");
    if (at == std::string_view::npos) return {};
    const std::string_view value = content_type.substr(at + 9);
    if (value.starts_with('"')) return value.substr(1, value.find('"', 1) - 1);
    return value.substr(0, value.find_first_of("; "));
}

std::string parameter_of(std::string_view headers, std::string_view name)
{
    const std::string mark = " " + std::string(name) + "=";
    const std::size_t at = headers.find(mark);
    if (at == std::string_view::npos) return {};
    const std::string_view value = headers.substr(at + mark.size());
    if (value.starts_with('"')) return std::string(value.substr(1, value.find('"', 1) - 1));
    return std::string(value.substr(0, value.find_first_of("; \r\n")));
}

}  // namespace

std::vector<FormPart> multipart_parts(const Request& request)
{
    std::vector<FormPart> parts;
    const std::string_view boundary = boundary_of(request.header("Content-Type"));
    if (boundary.empty()) return parts;
    const std::string delimiter = "--" + std::string(boundary);
    const std::string_view body = request.body;
    std::size_t at = body.find(delimiter);
    while (at != std::string_view::npos) {
        const std::size_t begin = at + delimiter.size();
        const std::size_t content = body.find("\r\n\r\n", begin);
        if (content == std::string_view::npos) return parts;
        at = body.find("\r\n" + delimiter, content + 2);
        if (at == std::string_view::npos) return parts;
        const std::string_view headers = body.substr(begin, content - begin);
        const std::string_view value =
            at < content + 4 ? std::string_view() : body.substr(content + 4, at - content - 4);
        at += 2;
        parts.push_back({parameter_of(headers, "name"), value, headers.find(" filename=") != std::string_view::npos});
    }
    return parts;
}

}  // namespace dreamina::stand_in
