#pragma once
/// Forms as clients' libraries write them.

#include <initializer_list>
#include <string>

namespace dreamina {

constexpr const char* form_media_type = "multipart/form-data; boundary=b";

/// `disposition`: behind "form-data; ".
inline std::string part_of_form(const std::string& disposition, const std::string& content)
{
    return "--b\r\nContent-Disposition: form-data; " + disposition + "\r\n\r\n" + content + "\r\n";
}
inline std::string form_text(const std::string& name, const std::string& value)
{
    return part_of_form("name=\"" + name + "\"", value);
}
inline std::string form_file(const std::string& name, const std::string& content = "PNG")
{
    return part_of_form("name=\"" + name + "\"; filename=\"a.png\"", content);
}
inline std::string form_of(std::initializer_list<std::string> parts)
{
    std::string form;
    for (const std::string& part : parts) form += part;
    return form + "--b--\r\n";
}

}  // namespace dreamina
