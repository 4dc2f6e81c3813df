#include "proxy/body/form_fields.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "core/base/json_reader.hpp"
#include "core/base/text.hpp"
#include "proxy/body/json_members.hpp"
#include "proxy/body/multipart_parts.hpp"
#include "proxy/body/multipart_scanner.hpp"
#include "proxy/body/multipart_syntax.hpp"
#include "proxy/body/read_body.hpp"
#include "net/request.hpp"

namespace dreamina {
namespace {

/// Longer ones hold something else than parameters.
constexpr std::size_t max_urlencoded_length = 64 * 1024;

std::string json_text(std::string_view text) { return Json(text).dump(-1, ' ', false, Json::error_handler_t::replace); }

std::string percent_encoded(std::string_view text)
{
    std::string encoded;
    for (const char c : text) {
        const bool plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' ||
                           c == '.' || c == '_';
        if (plain) {
            encoded.push_back(c);
        } else {
            encoded += fmt::format("%{:02X}", static_cast<unsigned char>(c));
        }
    }
    return encoded;
}

}  // namespace

FormFields::FormFields(const Body& body, std::string_view content_type)
{
    const std::string type = media_type(content_type);
    if (type.starts_with("multipart/")) {
        if (auto boundary = multipart_boundary(content_type)) read_multipart(body, *std::move(boundary));
    } else if (type == "application/x-www-form-urlencoded") {
        if (body.size() <= max_urlencoded_length) read_urlencoded(body.text());
    } else {
        read_json(body);
    }
    changes_.resize(fields_.size());
}

void FormFields::read_json(const Body& body)
{
    notation_ = Notation::json;
    const JsonMemberScanner json = scanned(JsonMemberScanner{}, body);
    for (const JsonMember& member : json.members()) {
        fields_.push_back({.name = member.name,
                           .text = member.text(),
                           .integer = member.text() ? whole_number(*member.text()) : member.integer(),
                           .is_list = member.value_start == '[',
                           .is_off = member.value == "false" || member.value == "null",
                           .begin = member.begin,
                           .name_begin = member.begin,
                           .name_end = member.name_end,
                           .value_begin = member.value_begin,
                           .value_end = member.end,
                           .end = member.end});
    }
}

void FormFields::read_multipart(const Body& body, std::string boundary)
{
    notation_ = Notation::multipart;
    const MultipartPartScanner form = scanned(MultipartPartScanner{boundary}, body);
    for (const FormPart& part : form.parts()) {
        const bool has_text = !part.is_file && part.has_whole_value;
        fields_.push_back({.name = part.name,
                           .text = has_text ? std::optional{part.value} : std::nullopt,
                           .integer = has_text ? whole_number(part.value) : std::nullopt,
                           .is_file = part.is_file,
                           .begin = part.begin,
                           .name_begin = part.name_begin,
                           .name_end = part.name_end,
                           .value_begin = part.content_begin,
                           .value_end = part.content_end,
                           .end = part.content_end + multipart::line_end.size()});
    }
    boundary_ = std::move(boundary);
}

void FormFields::read_urlencoded(const std::string& text)
{
    notation_ = Notation::urlencoded;
    std::size_t begin = 0;
    while (begin < text.size()) {
        const std::size_t end = std::min(text.find('&', begin), text.size());
        const std::size_t name_end = std::min(text.find('=', begin), end);
        const std::size_t value_begin = std::min(name_end + 1, end);
        const std::string pair = text.substr(begin, end - begin);
        if (!pair.empty()) {
            const std::string name = query_parameter("x=" + text.substr(begin, name_end - begin), "x").value_or("");
            const std::string value =
                query_parameter("x=" + text.substr(value_begin, end - value_begin), "x").value_or("");
            fields_.push_back({.name = name,
                               .text = value,
                               .integer = whole_number(value),
                               .begin = begin,
                               .name_begin = begin,
                               .name_end = name_end,
                               .value_begin = value_begin,
                               .value_end = end,
                               .end = end});
        }
        begin = end + 1;
    }
}

const FormField* FormFields::find(std::string_view name) const
{
    const auto found = std::find_if(fields_.begin(), fields_.end(), [&](const FormField& f) { return f.name == name; });
    return found == fields_.end() ? nullptr : &*found;
}

std::string FormFields::written(std::string_view text) const
{
    switch (notation_) {
    case Notation::json: return json_text(text);
    case Notation::urlencoded: return percent_encoded(text);
    case Notation::multipart:
    case Notation::none: break;
    }
    return std::string{text};
}

std::string FormFields::written_field(std::string_view name, std::string_view text) const
{
    switch (notation_) {
    case Notation::json: return json_text(name) + ':' + json_text(text);
    case Notation::urlencoded: return percent_encoded(name) + '=' + percent_encoded(text);
    case Notation::multipart:
    case Notation::none: break;
    }
    return fmt::format("--{}\r\nContent-Disposition: form-data; name=\"{}\"\r\n\r\n{}\r\n", boundary_, name, text);
}

std::string_view FormFields::separator() const
{
    return notation_ == Notation::json ? "," : notation_ == Notation::urlencoded ? "&" : "";
}

void FormFields::rename(const FormField& field, std::string_view name) { change_of(field).name = written(name); }

void FormFields::set(const FormField& field, std::string_view text) { change_of(field).value = written(text); }

void FormFields::set(const FormField& field, std::int64_t number)
{
    change_of(field).value = fmt::format("{}", number);
}

void FormFields::make_list(const FormField& field) { change_of(field).is_wrapped = true; }

void FormFields::replace(const FormField& field, const Texts& texts)
{
    std::string whole;
    for (const auto& [name, text] : texts) {
        if (!whole.empty()) whole += separator();
        whole += written_field(name, text);
    }
    change_of(field).whole = std::move(whole);
}

/// With the separator before it, or, where none is left before it, the one behind it.
BodyEdit FormFields::removal(std::size_t index, bool any_kept_before) const
{
    const FormField& field = fields_[index];
    if (separator().empty()) return {field.begin, field.end - field.begin, {}};
    if (any_kept_before) return {fields_[index - 1].end, field.end - fields_[index - 1].end, {}};
    const std::uint64_t end = index + 1 < fields_.size() ? fields_[index + 1].begin : field.end;
    return {field.begin, end - field.begin, {}};
}

std::vector<BodyEdit> FormFields::edits() const
{
    std::vector<BodyEdit> edits;
    bool any_kept = false;
    for (std::size_t i = 0; i < fields_.size(); ++i) {
        const FormField& field = fields_[i];
        const Change& change = changes_[i];
        if (change.whole) {
            if (change.whole->empty()) {
                edits.push_back(removal(i, any_kept));
                continue;
            }
            edits.push_back({field.begin, field.end - field.begin, *change.whole});
        }
        any_kept = true;
        if (change.name) edits.push_back({field.name_begin, field.name_end - field.name_begin, *change.name});
        if (change.is_wrapped) edits.push_back({field.value_begin, 0, "["});
        if (change.value) edits.push_back({field.value_begin, field.value_end - field.value_begin, *change.value});
        if (change.is_wrapped) edits.push_back({field.value_end, 0, "]"});
    }
    return edits;
}

}  // namespace dreamina
