#include "core/clients/error_text.hpp"

#include <algorithm>
#include <array>

#include "core/base/log.hpp"
#include "core/base/text.hpp"

namespace dreamina {
namespace {

constexpr std::size_t max_shown_length = 200;

/// No sentence is this long; a page or a dump is not worth its search.
constexpr std::size_t max_read_length = 64 * 1024;

constexpr std::string_view hidden = "…";

constexpr std::array<std::string_view, 11> telling_names{"password",  "passwd", "pwd",          "session_id",
                                                         "sessionid", "token",  "secret",       "api_key",
                                                         "apikey",    "cookie", "authorization"};

void hide_each(std::string& text, const std::string& secret)
{
    if (secret.empty()) return;
    for (std::size_t at = 0; (at = text.find(secret, at)) != std::string::npos; at += hidden.size())
        text.replace(at, secret.size(), hidden);
}

/// `http://user:pass@host` keeps its host.
void hide_url_credentials(std::string& text)
{
    for (std::size_t at = 0; (at = text.find("://", at)) != std::string::npos;) {
        at += 3;
        const std::size_t end = std::min(text.find_first_of(" \t\r\n\"'<>", at), text.size());
        const std::size_t sign = text.rfind('@', end);
        if (sign == std::string::npos || sign < at || sign == end) continue;
        text.replace(at, sign - at, hidden);
    }
}

/// The value behind a name: quoted to the closing quote, else to the next blank or separator.
void hide_value(std::string& text, std::size_t from)
{
    std::size_t at = text.find_first_not_of(" \t", from);
    if (at == std::string::npos) return;
    std::size_t end = 0;
    if (text[at] == '"' || text[at] == '\'') {
        end = text.find(text[at], at + 1);
        ++at;
    } else {
        end = text.find_first_of(" \t\r\n,;&}])", at);
    }
    end = std::min(end, text.size());
    if (end > at) text.replace(at, end - at, hidden);
}

void hide_named_values(std::string& text)
{
    // First, for what follows `Authorization:` would be only the scheme.
    constexpr std::string_view scheme = "bearer ";
    for (std::size_t at = 0; (at = to_lower(text).find(scheme, at)) != std::string::npos;) {
        at += scheme.size();
        hide_value(text, at);
    }
    for (const std::string_view name : telling_names) {
        for (std::size_t at = 0; (at = to_lower(text).find(name, at)) != std::string::npos;) {
            at += name.size();
            const std::size_t sign = text.find_first_not_of(" \t\"'", at);
            if (sign != std::string::npos && (text[sign] == ':' || text[sign] == '=')) hide_value(text, sign + 1);
        }
    }
}

}  // namespace

std::string sanitized_error_text(std::string_view theirs, const std::vector<std::string>& secrets)
{
    if (theirs.size() > max_read_length || !is_valid_utf8(theirs)) return "(words that cannot be shown)";
    std::string text{theirs};
    // The longest first: one may be part of another.
    std::vector<std::string> longest_first = secrets;
    std::sort(longest_first.begin(), longest_first.end(),
              [](const auto& left, const auto& right) { return left.size() > right.size(); });
    for (const std::string& secret : longest_first) hide_each(text, secret);
    hide_url_credentials(text);
    hide_named_values(text);
    text = mask_secrets(text);
    for (char& c : text)
        if (has_control_characters({&c, 1})) c = ' ';
    text = std::string{trim(text)};
    if (text.size() <= max_shown_length) return text;
    text.resize(max_shown_length - hidden.size());
    while (!is_valid_utf8(text)) text.pop_back();
    return text.append(hidden);
}

}  // namespace dreamina
