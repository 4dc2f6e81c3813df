#include <algorithm>
#include <array>
#include <cctype>

#include "jimeng/body_reading.hpp"

namespace dreamina::stand_in {
namespace {

using nlohmann::json;

/// UTF-8 of what JavaScript's \s takes beside the blanks of ASCII.
constexpr auto wide_blanks = std::to_array<std::string_view>(
    {"\u00a0", "\u1680", "\u2000", "\u2001", "\u2002", "\u2003", "\u2004", "\u2005", "\u2006", "\u2007", "\u2008",
     "\u2009", "\u200a", "\u2028", "\u2029", "\u202f", "\u205f", "\u3000", "\ufeff"});

std::size_t blank_at(std::string_view text, std::size_t at)
{
    if (at >= text.size()) return 0;
    if (const char c = text[at]; c == ' ' || (c >= '\t' && c <= '\r')) return 1;
    for (const std::string_view blank : wide_blanks) {
        if (text.substr(at).starts_with(blank)) return blank.size();
    }
    return 0;
}

std::size_t after_blanks(std::string_view text, std::size_t at)
{
    while (const std::size_t length = blank_at(text, at)) at += length;
    return at;
}

std::string_view trimmed_as_in_js(std::string_view text)
{
    text.remove_prefix(after_blanks(text, 0));
    for (bool shorter = true; shorter && !text.empty();) {
        shorter = false;
        for (std::size_t length = 1; length <= 3 && length <= text.size(); ++length) {
            if (blank_at(text, text.size() - length) != length) continue;
            text.remove_suffix(length);
            shorter = true;
            break;
        }
    }
    return text;
}

std::string with_plain_blanks(std::string_view body)
{
    std::string text;
    text.reserve(body.size());
    for (std::size_t i = 0; i < body.size(); ++i) {
        const std::string_view rest = body.substr(i);
        if (body[i] == '\r') {
            text += '\n';
            if (rest.starts_with("\r\n")) ++i;
        } else if (rest.starts_with("\u00a0")) {
            text += ' ';
            ++i;
        } else if (rest.starts_with("\xe2\x80") && rest.size() > 2 && static_cast<unsigned char>(rest[2]) <= 0x8b) {
            text += ' ';  // U+2000 to U+200B
            i += 2;
        } else if (rest.starts_with("\ufeff")) {
            i += 2;
        } else {
            text += body[i];
        }
    }
    return std::string(trimmed_as_in_js(text));
}

/// Also inside of texts: the reader looks at characters only.
std::string without_last_commas(std::string_view text)
{
    std::string kept;
    kept.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == ',') {
            const std::size_t next = after_blanks(text, i + 1);
            if (next < text.size() && (text[next] == '}' || text[next] == ']')) {
                kept.append(text.substr(i + 1, next - i));
                i = next;
                continue;
            }
        }
        kept += text[i];
    }
    return kept;
}

bool begins_a_name(char c) { return std::isalpha(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '$'; }
bool is_in_a_name(char c) { return begins_a_name(c) || std::isdigit(static_cast<unsigned char>(c)) != 0; }

std::string with_quoted_names(std::string_view text)
{
    std::string quoted;
    for (std::size_t i = 0; i < text.size();) {
        quoted += text[i];
        if (text[i] != '{' && text[i] != ',') {
            ++i;
            continue;
        }
        const std::size_t begin = after_blanks(text, i + 1);
        std::size_t end = begin;
        if (begin < text.size() && begins_a_name(text[begin])) {
            while (end < text.size() && is_in_a_name(text[end])) ++end;
        }
        const std::size_t colon = after_blanks(text, end);
        if (end == begin || colon >= text.size() || text[colon] != ':') {
            ++i;
            continue;
        }
        quoted.append(text.substr(i + 1, begin - i - 1)).append("\"").append(text.substr(begin, end - begin));
        quoted += "\":";
        i = colon + 1;
    }
    return quoted;
}

std::string with_single_commas(std::string_view text)
{
    std::string single;
    for (const char c : text) {
        if (c != ',' || single.empty() || single.back() != ',') single += c;
    }
    return single;
}

/// What V8 says of a text that is no JSON; the forms that quote it are close, not exact.
std::string fault_of(std::string_view text)
{
    std::size_t at = 0;
    struct Finder : nlohmann::json_sax<json> {
        std::size_t* at;
        explicit Finder(std::size_t* place) : at(place) {}
        bool null() override { return true; }
        bool boolean(bool) override { return true; }
        bool number_integer(number_integer_t) override { return true; }
        bool number_unsigned(number_unsigned_t) override { return true; }
        bool number_float(number_float_t, const string_t&) override { return true; }
        bool string(string_t&) override { return true; }
        bool binary(binary_t&) override { return true; }
        bool start_object(std::size_t) override { return true; }
        bool key(string_t&) override { return true; }
        bool end_object() override { return true; }
        bool start_array(std::size_t) override { return true; }
        bool end_array() override { return true; }
        bool parse_error(std::size_t position, const std::string&, const nlohmann::detail::exception&) override
        {
            *at = position;
            return false;
        }
    } finder(&at);
    json::sax_parse(text.begin(), text.end(), &finder);
    if (at == 0 || at > text.size()) return "Unexpected end of JSON input";
    std::size_t first = at - 1;
    while (first > 0 && is_in_a_name(text[first]) && is_in_a_name(text[first - 1])) --first;
    const std::string_view before = text.substr(0, first);
    const std::size_t last = before.find_last_not_of(" \n\t\r");
    if (last != std::string_view::npos && (before[last] == '{' || before[last] == ',') && text[first] != '"') {
        return std::string(before[last] == '{' ? "Expected property name or '}'"
                                               : "Expected double-quoted property name") +
               " in JSON at position " + std::to_string(first);
    }
    const std::string_view shown = text.substr(first > 10 ? first - 10 : 0, 20);
    return "Unexpected token '" + std::string(1, text[first]) + "', " + (first > 10 ? "..." : "") + "\"" +
           std::string(shown) + "\"" + (shown.size() < text.size() ? "..." : "") + " is not valid JSON";
}

ReadBody read_json(std::string_view body)
{
    ReadBody read;
    const auto [cleaned, fixed] = repaired_json(body);
    read.fields = json::parse(cleaned, nullptr, false);
    if (!read.fields.is_discarded()) return read;
    read.fields = json::parse(fixed, nullptr, false);
    if (read.fields.is_discarded()) read.fault = "无效的JSON格式: " + fault_of(cleaned);
    return read;
}

std::string decoded(std::string_view text)
{
    const auto digit = [](char c) { return c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10; };
    std::string plain;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '+') {
            plain += ' ';
        } else if (text[i] == '%' && i + 2 < text.size() && std::isxdigit(static_cast<unsigned char>(text[i + 1])) &&
                   std::isxdigit(static_cast<unsigned char>(text[i + 2]))) {
            plain += static_cast<char>(digit(text[i + 1]) * 16 + digit(text[i + 2]));
            i += 2;
        } else {
            plain += text[i];
        }
    }
    return plain;
}

void add_field(json& fields, const std::string& name, json value)
{
    if (!fields.contains(name)) {
        fields[name] = std::move(value);
    } else if (fields[name].is_array()) {
        fields[name].push_back(std::move(value));
    } else {
        fields[name] = json::array({fields[name], std::move(value)});
    }
}

ReadBody read_urlencoded(std::string_view body)
{
    ReadBody read;
    while (!body.empty()) {
        const std::string_view pair = body.substr(0, body.find('&'));
        body.remove_prefix(std::min(body.size(), pair.size() + 1));
        const std::size_t mark = pair.find('=');
        std::string name = decoded(pair.substr(0, mark));
        json value = mark == std::string_view::npos ? std::string() : decoded(pair.substr(mark + 1));
        // name[] and name[key] make a list or an object of it: no text in any case.
        if (const std::size_t bracket = name.find('['); bracket != std::string_view::npos && bracket > 0) {
            name.resize(bracket);
            value = json::array({std::move(value)});
        }
        if (!name.empty()) add_field(read.fields, name, std::move(value));
    }
    return read;
}

ReadBody read_multipart(const Request& request)
{
    ReadBody read;
    for (const FormPart& part : multipart_parts(request)) {
        if (part.is_file) {
            read.files.push_back(part.name);
        } else {
            add_field(read.fields, part.name, std::string(part.value));
        }
    }
    return read;
}

}  // namespace

std::pair<std::string, std::string> repaired_json(std::string_view body)
{
    std::string cleaned = without_last_commas(with_plain_blanks(body));
    std::string fixed = cleaned;
    for (char& c : fixed) {
        if (c == '\'') c = '"';
    }
    fixed = with_single_commas(without_last_commas(with_quoted_names(fixed)));
    return {std::move(cleaned), std::move(fixed)};
}

ReadBody read_body_of_a(const Request& request)
{
    std::string type(request.header("Content-Type").substr(0, request.header("Content-Type").find(';')));
    for (char& c : type) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    type = std::string(trimmed_as_in_js(type));
    const bool has_body = !request.header("Content-Length").empty() || !request.header("Transfer-Encoding").empty();
    if (request.method != "POST" || !has_body) return {};
    if (type == "application/json") return read_json(request.body);
    if (type == "application/x-www-form-urlencoded") return read_urlencoded(request.body);
    if (type == "multipart/form-data") return read_multipart(request);
    if (type == "application/vnd.api+json" || type == "application/json-patch+json") {
        ReadBody read;
        read.fields = json::parse(request.body, nullptr, false);
        if (read.fields.is_discarded()) read.fault = fault_of(request.body);
        return read;
    }
    return {};
}

}  // namespace dreamina::stand_in
