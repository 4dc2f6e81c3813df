#include <algorithm>
#include <array>
#include <map>

#include <fmt/format.h>

#include "core/base/text.hpp"
#include "core/domain/import/import_fields.hpp"
#include "core/domain/import/import_text.hpp"

namespace dreamina {
namespace {

constexpr std::string_view dashes = "----";
constexpr std::string_view full_width_colon = "：";
constexpr std::string_view rare_separators = "\t|,;";
/// A session alone makes an account with so many of its digits for a name.
constexpr std::size_t digits_of_name = 12;

/// What stands in place of a separator where a line is one session id.
constexpr std::string_view session_alone = "session";

/// How a line by itself would be read: its separator, `session_alone`, or nothing.
std::string_view own_separator(std::string_view line)
{
    if (looks_like_session(plain_session(line))) return session_alone;
    const std::size_t colon = line.find(':');
    if (line.find(dashes) < colon) return dashes;
    if (colon != std::string_view::npos) return ":";
    const std::size_t rare = line.find_first_of(rare_separators);
    return rare == std::string_view::npos ? std::string_view{}
                                          : rare_separators.substr(rare_separators.find(line[rare]), 1);
}

Message name_of(std::string_view separator)
{
    return separator == "\t" ? Message{"separator.tab"} : Message{"separator.sign", {{"sign", separator}}};
}

/// Takes the last field off `rest`; all of it if there is only one, and then nothing is left.
std::string_view take_last_field(std::optional<std::string_view>& rest, std::string_view separator)
{
    const std::size_t at = rest->rfind(separator);
    const bool only = at == std::string_view::npos;
    const std::string_view field = only ? *rest : rest->substr(at + separator.size());
    rest = only ? std::nullopt : std::optional{rest->substr(0, at)};
    return trim_edges(field);
}

std::string_view last_field(std::optional<std::string_view> rest, std::string_view separator)
{
    return rest ? take_last_field(rest, separator) : std::string_view{};
}

ImportFault other_form(std::string_view own, const ImportForm& form)
{
    const std::string_view wanted =
        form.kind == ImportForm::Kind::sessions ? session_alone : std::string_view{form.separator};
    if (own.empty() && wanted == ":") return {"import.no_colon"};
    if (wanted == session_alone) return {"import.no_session"};
    if (own == session_alone) return {"import.session_alone"};
    if (own.empty()) return {"import.no_separator", {{"wanted", wanted}, {"wanted_name", name_of(wanted)}}};
    return {"import.other_separator",
            {{"own", own}, {"own_name", name_of(own)}, {"wanted", wanted}, {"wanted_name", name_of(wanted)}}};
}

std::optional<ImportFault> whole_line_fault(std::string_view line)
{
    constexpr std::string_view replacement_character = "\uFFFD";
    if (!is_valid_utf8(line) || line.find(replacement_character) != std::string_view::npos)
        return ImportFault{"import.not_utf8"};
    return std::nullopt;
}

ImportParsed parse_session_alone(std::string_view line)
{
    ImportedAccount account;
    if (const auto wrong = add_session(account, plain_session(line))) return tl::unexpected(*wrong);
    account.email = account.session_id->substr(0, digits_of_name) + "@session";
    return account;
}

/// The e-mail and what follows it; where fields are quoted, as a spreadsheet writes them, without the quotes.
struct Parts {
    std::string email;
    std::string rest;
};
std::optional<Parts> split_quoted(std::string_view line, std::string_view separator)
{
    if (separator.size() != 1 || separator == ":" || line.find('"') == std::string_view::npos) return std::nullopt;
    const auto fields = row_fields(line, separator.front());
    if (!fields || fields->size() < 2) return std::nullopt;
    Parts parts{std::string{trim_edges(fields->front())}, fields->at(1)};
    for (std::size_t i = 2; i < fields->size(); ++i) parts.rest += std::string{separator} + fields->at(i);
    return parts;
}

ImportParsed parse_fields(std::string_view email, std::string_view after, std::string_view separator,
                          Region region_for_none)
{
    if (email.empty()) return import_fault("import.email_missing");
    if (email.find(full_width_colon) != std::string_view::npos) return import_fault("import.full_width_colon");
    if (const auto wrong = import_email_fault(email)) return tl::unexpected(*wrong);
    if (ends_with_quote(email)) return import_fault("import.email_quote");

    ImportedAccount account;
    account.email = email;
    // What ends with the separator may be a session as it stands in a cookie.
    if (separator == ";" && after.ends_with(';') &&
        looks_like_session(plain_session(last_field(after.substr(0, after.size() - 1), separator))))
        after.remove_suffix(1);
    std::optional<std::string_view> rest = after;
    if (const std::string session = plain_session(last_field(rest, separator)); looks_like_session(session)) {
        take_last_field(rest, separator);
        account.region = parse_region(last_field(rest, separator));
        if (account.region) take_last_field(rest, separator);
        if (const auto wrong = add_session(account, session)) return tl::unexpected(*wrong);
    } else {
        account.region = parse_region(last_field(rest, separator));
        if (account.region) take_last_field(rest, separator);
    }
    if (const auto wrong = add_password(account, trim_edges(rest.value_or("")), region_for_none))
        return tl::unexpected(*wrong);
    return account;
}

}  // namespace

ImportForm form_of_lines(const std::vector<std::string_view>& lines)
{
    std::map<std::string_view, std::size_t> counts;
    std::vector<std::string_view> order;
    for (const std::string_view line : lines) {
        const std::string_view own = own_separator(unwrapped(line));
        if (!own.empty() && ++counts[own] == 1) order.push_back(own);
    }
    const auto most = std::max_element(order.begin(), order.end(), [&](std::string_view one, std::string_view other) {
        return counts[one] < counts[other];
    });
    if (most == order.end()) return {};
    if (*most == session_alone) return {.kind = ImportForm::Kind::sessions, .separator = "", .columns = {}};
    return {.kind = ImportForm::Kind::lines, .separator = std::string{*most}, .columns = {}};
}

ImportParsed parse_import_line(std::string_view text, const ImportForm& form, Region region_for_none)
{
    if (auto wrong = whole_line_fault(text)) return tl::unexpected(*wrong);
    const std::string_view separator = form.separator;
    if (form.kind == ImportForm::Kind::lines && own_separator(text) == separator)
        if (const auto parts = split_quoted(text, separator))
            return parse_fields(parts->email, parts->rest, separator, region_for_none);

    const std::string_view line = unwrapped(text);
    const std::string_view own = own_separator(line);
    if (form.kind == ImportForm::Kind::sessions) {
        if (own == session_alone) return parse_session_alone(line);
        return tl::unexpected(other_form(own, form));
    }
    if (own.empty() && line.find(full_width_colon) != std::string_view::npos)
        return import_fault("import.full_width_colon");
    if (own != separator) return tl::unexpected(other_form(own, form));
    const std::size_t at = line.find(separator);
    return parse_fields(trim_edges(line.substr(0, at)), line.substr(at + separator.size()), separator, region_for_none);
}

}  // namespace dreamina
