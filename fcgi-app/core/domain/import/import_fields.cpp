#include "core/domain/import/import_fields.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "core/base/text.hpp"
#include "core/domain/import/import_text.hpp"

namespace dreamina {

tl::unexpected<ImportFault> import_fault(std::string code, std::vector<MessageParam> params)
{
    return tl::unexpected(ImportFault{std::move(code), std::move(params)});
}

namespace {

/// `most` is the former name of `max`.
std::vector<MessageParam> length_params(std::size_t max) { return {{"max", max}, {"most", max}}; }

/// A fault of an e-mail address, in the words for a line and for a field of a form.
struct EmailFault {
    const char* of_line;
    const char* of_field;
    std::vector<MessageParam> params = {};
};

std::optional<EmailFault> find_email_fault(std::string_view email)
{
    if (email.empty()) return EmailFault{"import.email_missing", "field.empty"};
    if (email.size() > max_email_length)
        return EmailFault{"import.email_too_long", "field.email_too_long", length_params(max_email_length)};
    if (!is_valid_utf8(email)) return EmailFault{"import.not_utf8", "field.not_utf8"};
    if (has_control_characters(email)) return EmailFault{"import.email_control", "field.control_characters"};
    if (email.find(' ') != std::string_view::npos) return EmailFault{"import.email_blank", "field.blanks"};
    if (const auto found = invisible_character(email))
        return EmailFault{"import.email_invisible", "field.invisible_character", {{"character", *found}}};
    if (email.find(':') != std::string_view::npos) return EmailFault{"import.email_colon", "field.colon"};
    const std::size_t at = email.find('@');
    if (at == std::string_view::npos || at == 0 || at + 1 == email.size() ||
        email.find('@', at + 1) != std::string_view::npos)
        return EmailFault{"import.email_at", "field.not_email", {{"sign", "@"}}};
    return std::nullopt;
}

}  // namespace

std::optional<ImportFault> import_email_fault(std::string_view email)
{
    auto fault = find_email_fault(email);
    return fault ? std::optional{ImportFault{fault->of_line, std::move(fault->params)}} : std::nullopt;
}

std::optional<Message> email_fault(std::string_view email)
{
    auto fault = find_email_fault(email);
    return fault ? std::optional{Message{fault->of_field, std::move(fault->params)}} : std::nullopt;
}

std::string plain_session(std::string_view text)
{
    constexpr std::string_view name = "sessionid=";
    std::string_view session = trim_edges(text);
    while (session.ends_with(';')) session = trim_edges(session.substr(0, session.size() - 1));
    if (session.size() >= name.size() && equals_ignoring_case(session.substr(0, name.size()), name))
        session = trim_edges(session.substr(name.size()));
    const std::string lower = to_lower(session);
    return looks_like_session(lower) ? lower : std::string{session};
}

std::optional<ImportFault> add_session(ImportedAccount& account, std::string_view text)
{
    if (text.size() > max_session_length)
        return ImportFault{"import.session_too_long", length_params(max_session_length)};
    SplitSession session = split_session(text);
    if (account.session_id && *account.session_id != session.session_id) return ImportFault{"import.session_differs"};
    if (account.region && session.region && *account.region != *session.region) {
        return ImportFault{"import.region_differs",
                           {{"region", to_string(*account.region)}, {"session_region", to_string(*session.region)}}};
    }
    account.session_id = std::move(session.session_id);
    if (session.region) account.region = session.region;
    return std::nullopt;
}

std::optional<ImportFault> add_password(ImportedAccount& account, std::string_view password, Region region_for_none)
{
    const bool needs_none = account.session_id && account.region.value_or(region_for_none) == Region::cn;
    if (password.empty() && !needs_none) {
        if (account.session_id) return ImportFault{"import.password_missing_session"};
        if (account.region) return ImportFault{"import.password_missing_region"};
        return ImportFault{"import.password_missing"};
    }
    if (password.size() > max_password_length)
        return ImportFault{"import.password_too_long", length_params(max_password_length)};
    if (has_control_characters(password)) return ImportFault{"import.password_control"};
    account.password = password;
    return std::nullopt;
}

}  // namespace dreamina
