#include "core/domain/import/import_fields.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "core/base/text.hpp"
#include "core/domain/import/import_text.hpp"

namespace dreamina {

tl::unexpected<ImportFault> import_fault(std::string code, std::string sentence,
                                         std::vector<std::pair<std::string, std::string>> facts)
{
    return tl::unexpected(ImportFault{std::move(code), std::move(sentence), std::move(facts)});
}

std::optional<ImportFault> import_email_fault(std::string_view email)
{
    if (email.empty()) return ImportFault{"email_empty", "must not be empty", {}};
    if (email.size() > max_email_length)
        return ImportFault{"email_too_long",
                           fmt::format("must have at most {} bytes", max_email_length),
                           {{"most", fmt::to_string(max_email_length)}}};
    if (!is_valid_utf8(email)) return ImportFault{"not_utf8", "must be valid UTF-8", {}};
    if (has_control_characters(email)) return ImportFault{"email_control", "must not hold control characters", {}};
    if (email.find(' ') != std::string_view::npos) return ImportFault{"email_blank", "must not hold blanks", {}};
    if (const auto found = invisible_character(email))
        return ImportFault{
            "email_invisible", fmt::format("must not hold invisible characters ({})", *found), {{"character", *found}}};
    if (email.find(':') != std::string_view::npos) return ImportFault{"email_colon", "must not hold a colon", {}};
    const std::size_t at = email.find('@');
    if (at == std::string_view::npos || at != email.rfind('@') || at == 0 || at + 1 == email.size())
        return ImportFault{"email_at", "must have one @ with something on both sides", {}};
    return std::nullopt;
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
        return ImportFault{"session_too_long",
                           fmt::format("the session id is longer than {} bytes", max_session_length),
                           {{"most", fmt::to_string(max_session_length)}}};
    SplitSession session = split_session(text);
    if (account.session_id && *account.session_id != session.session_id)
        return ImportFault{"session_differs", "the line's own session id differs from the one in session_ids", {}};
    if (account.region && session.region && *account.region != *session.region) {
        return ImportFault{
            "region_differs",
            fmt::format("the region is given as {} and by the session id's prefix as {}", to_string(*account.region),
                        to_string(*session.region)),
            {{"region", std::string{to_string(*account.region)}}, {"prefix", std::string{to_string(*session.region)}}}};
    }
    account.session_id = std::move(session.session_id);
    if (session.region) account.region = session.region;
    return std::nullopt;
}

std::optional<ImportFault> add_password(ImportedAccount& account, std::string_view password, Region region_for_none)
{
    const bool needs_none = account.session_id && account.region.value_or(region_for_none) == Region::cn;
    if (password.empty() && !needs_none) {
        if (account.session_id)
            return ImportFault{
                "password_missing_session", "the password is missing: a session id follows the e-mail address", {}};
        if (account.region)
            return ImportFault{
                "password_missing_region", "the password is missing: a region follows the e-mail address", {}};
        return ImportFault{"password_missing", "the password is missing", {}};
    }
    if (password.size() > max_password_length)
        return ImportFault{"password_too_long",
                           fmt::format("the password is longer than {} bytes", max_password_length),
                           {{"most", fmt::to_string(max_password_length)}}};
    if (has_control_characters(password))
        return ImportFault{"password_control", "the password holds control characters", {}};
    account.password = password;
    return std::nullopt;
}

}  // namespace dreamina
