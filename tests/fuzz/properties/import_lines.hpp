#pragma once
/// read_import on any text: every line becomes an account, a duplicate or a fault, whether it is read alone or with the
/// others; an account's fields stand in its line, a fault says nothing of them, and what is exported again reads the
/// same.

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "api/accounts/account_text.hpp"
#include "core/base/text.hpp"
#include "core/domain/import/import_line.hpp"
#include "core/domain/import/import_text.hpp"
#include "properties/property.hpp"

namespace dreamina::fuzz {

/// Everything that a fault can say, with # for a number and * for a region. A sentence that is not here may tell a
/// secret: see that it does not before it is added.
inline constexpr std::array import_faults{
    std::string_view{"line #: the line contains unreadable characters: save the file as UTF-#"},
    std::string_view{"line #: there is no colon: expected email:password"},
    std::string_view{"line #: this is not a session ID, unlike the other lines"},
    std::string_view{"line #: this is only a session ID, unlike the other lines"},
    std::string_view{"line #: this line is not separated by ? like the others"},
    std::string_view{"line #: this line is separated by ?, but the others by ?"},
    std::string_view{"line #: the colon is a full-width one (：): use a plain one (:)"},
    std::string_view{"line #: the email address is missing"},
    std::string_view{"line #: the email address is longer than # bytes"},
    std::string_view{"line #: the email address contains control characters"},
    std::string_view{"line #: the email address contains spaces"},
    std::string_view{"line #: the email address contains a colon"},
    std::string_view{"line #: the email address must contain exactly one @, with text on both sides"},
    std::string_view{"line #: the email address ends with a quote"},
    std::string_view{"line #: the password is missing"},
    std::string_view{"line #: the password is missing: a session ID follows the email address"},
    std::string_view{"line #: the password is missing: a region follows the email address"},
    std::string_view{"line #: the password is longer than # bytes"},
    std::string_view{"line #: the password contains control characters"},
    std::string_view{"line #: the session ID is longer than # bytes"},
    std::string_view{"line #: the session ID in this line differs from the one in the session ID field"},
    std::string_view{"line #: the session ID must be a single one without spaces, commas or @"},
    std::string_view{"line #: line # of the session IDs must be a single session ID without spaces, commas or @"},
    std::string_view{"line #: the region is *, but the session ID’s prefix says *"},
    std::string_view{"line #: the region must be one of *, *, *, *, *"},
    std::string_view{"line #: the proxy must be an http, https, socks# or socks# URL"},
    std::string_view{"line #: the points must be a number, # or more"},
    std::string_view{"line #: the line has an unclosed quote"},
    std::string_view{"line #: the line has # fields, but the header row has #"},
    std::string_view{"there are # session IDs but # lines of credentials; the numbers must match"},
    std::string_view{"an export includes session IDs: leave the session ID field empty"},
    std::string_view{"this JSON is not an export from Dreamina Manager"},
    std::string_view{"this export is encrypted. Import it with “dreamina-scheduler import”, which has the key"},
    std::string_view{"this export contains no accounts"},
    std::string_view{"the JSON cannot be read: the body is not valid JSON (at byte #)"},
    std::string_view{"the JSON cannot be read: the JSON is nested too deeply"},
    std::string_view{"the JSON cannot be read: the JSON contains a number that is out of range"},
    std::string_view{"and # more lines with a fault"},
};

/// What stands for a separator in a sentence; and the character that an e-mail must not hold.
inline std::string without_names(std::string fault)
{
    for (const std::string name : {"\":\"", "\"----\"", "\"|\"", "\",\"", "\";\"", "a tab"})
        for (std::size_t at = 0; (at = fault.find(name)) != std::string::npos;) fault.replace(at, name.size(), "?");
    constexpr std::string_view invisible = "the email address contains an invisible character (U+";
    if (const std::size_t at = fault.find(invisible);
        at != std::string::npos && fault.size() <= at + invisible.size() + 7)
        fault = fault.substr(0, at) + "the email address contains spaces";
    return fault;
}

/// With # for each number and * for each word that is a region.
inline std::string without_values(std::string_view fault)
{
    std::string general;
    while (!fault.empty()) {
        const std::size_t digits = std::min(fault.find_first_not_of("0123456789"), fault.size());
        const std::size_t letters =
            std::min(fault.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"), fault.size());
        const std::size_t size = std::max<std::size_t>({digits, letters, 1});
        const bool is_region = letters > 0 && parse_region(to_lower(fault.substr(0, letters)));
        general += digits > 0 ? "#" : is_region ? "*" : std::string{fault.substr(0, size)};
        fault.remove_prefix(size);
    }
    return general;
}

inline void require_fit(const ImportedAccount& account)
{
    require(!email_fault(account.email), "an e-mail address that is not fit to be stored");
    require(!account.password.empty() || account.session_id, "neither a password nor a session id");
    require(account.password.size() <= max_password_length, "a password of no fit length");
    require(is_valid_utf8(account.password) && !has_control_characters(account.password), "a password that is no text");
    require(trim_edges(account.password) == account.password, "a password with blanks at its edges");
    if (account.session_id)
        require(is_session_id(*account.session_id) && account.session_id->size() <= max_session_length,
                "no session id");
}

/// What is stored stands in the line, and nothing else. Quotes within a field are written twice.
inline void require_in_line(std::string_view line, const ImportForm& form, const ImportedAccount& account)
{
    if (line.find('"') != std::string_view::npos) return;
    const bool is_named = form.kind != ImportForm::Kind::sessions;
    if (is_named) require(line.find(account.email) != std::string_view::npos, "an e-mail address from nowhere");
    if (form.columns.size() < 3 || form.columns[0] != "id")
        require(line.find(account.password) != std::string_view::npos, "a password from nowhere");
    if (account.session_id)
        require(to_lower(line).find(to_lower(*account.session_id)) != std::string::npos, "a session id from nowhere");
}

inline bool same_account(const ImportedAccount& one, const ImportedAccount& other)
{
    return one.email == other.email && one.password == other.password && one.region == other.region &&
           one.session_id == other.session_id;
}

/// What import_text writes of the accounts is read back as it was. It leaves out what a line cannot say, so a second
/// export says as much as the first.
inline void require_export_reads_back(const std::vector<ImportedAccount>& imported)
{
    const auto stored = [](const std::vector<ImportedAccount>& accounts) {
        std::vector<Account> rows;
        for (const ImportedAccount& account : accounts) {
            Account row;
            row.email = account.email;
            row.password = account.password;
            row.region = account.region.value_or(Region::us);
            row.session_id = account.session_id;
            rows.push_back(row);
        }
        return rows;
    };
    const std::vector<Account> rows = stored(imported);
    const std::string text = import_text(rows);
    const ImportResult again = read_import(text, "");
    require(named_faults(again).empty() && again.duplicates.empty(), "an export cannot be imported");
    auto row = rows.begin();
    for (const ImportedAccount& account : again.accounts) {
        while (row != rows.end() && row->email != account.email) ++row;
        require(row != rows.end(), "an export holds an account that is none");
        require(account.password == row->password, "an export changes a password");
        require(!account.session_id || account.session_id == row->session_id, "an export changes a session id");
        require(!account.session_id || account.region == row->region, "an export changes a region");
    }
    const std::string second = import_text(stored(again.accounts));
    const ImportResult twice = read_import(second, "");
    require(std::equal(again.accounts.begin(), again.accounts.end(), twice.accounts.begin(), twice.accounts.end(),
                       [](const auto& one, const auto& other) {
                           return one.email == other.email && one.password == other.password &&
                                  one.session_id == other.session_id;
                       }),
            "a second export says less than the first");
}

/// Each line alone tells what becomes of it, in the form of the whole.
inline void require_line_by_line(const std::vector<TextLine>& lines, const std::vector<TextLine>& sessions,
                                 const ImportResult& result)
{
    const bool has_head = result.form.kind == ImportForm::Kind::table;
    const std::size_t first = has_head ? 1 : 0;
    const bool paired = !sessions.empty() && sessions.size() + first == lines.size();
    const ImportOptions options{.form = result.form};
    std::vector<ImportedAccount> accounts;
    std::vector<std::string> duplicates;
    std::unordered_set<std::string> emails;
    std::size_t faulty = 0;
    for (std::size_t i = first; i < lines.size(); ++i) {
        // Not at the text's start, where a byte order mark would say how it is to be read.
        const std::string line = "\n" + std::string{lines[i].text};
        const std::string session = paired ? "\n" + std::string{sessions[i - first].text} : "";
        const ImportResult alone = read_import(line, session, options);
        require(alone.accounts.size() + named_faults(alone).size() == 1 && alone.duplicates.empty(),
                "a line is neither one account nor one fault");
        faulty += named_faults(alone).size();
        if (alone.accounts.empty()) continue;
        const ImportedAccount& account = alone.accounts.front();
        require_fit(account);
        if (!paired) require_in_line(lines[i].text, result.form, account);
        if (emails.insert(to_lower(account.email)).second) {
            accounts.push_back(account);
        } else {
            duplicates.push_back(account.email);
        }
    }
    require(result.duplicates == duplicates, "other duplicates than line by line");
    require(std::equal(result.accounts.begin(), result.accounts.end(), accounts.begin(), accounts.end(), same_account),
            "other accounts than line by line");
    const std::size_t uneven = !sessions.empty() && !paired ? 1 : 0;
    require(result.faulty == faulty, "another number of faults than line by line");
    if (faulty <= max_faults) require(named_faults(result).size() == faulty + uneven, "other faults than line by line");
    if (faulty > max_faults)
        require(named_faults(result).size() == max_faults + 1 + uneven, "more faults than are named");
}

inline void import_lines_hold(std::string_view credentials, std::string_view session_ids)
{
    const ImportResult result = read_import(credentials, session_ids);
    const bool is_export = result.form.kind == ImportForm::Kind::json_export;
    for (const Message& named : named_faults(result)) {
        const std::string fault = english(named);
        // What is wrong with a field of an export is said by the reader of JSON, which tells no values.
        if (is_export && fault.starts_with("account ")) continue;
        const std::string said = without_values(without_names(fault));
        require(std::find(import_faults.begin(), import_faults.end(), said) != import_faults.end(),
                "a fault says what no fault says: it may tell a secret");
    }
    for (const ImportRow& row : result.rows)
        require(row.account.has_value() != row.fault.has_value(), "a row is neither an account nor a fault");
    if (!is_export) {
        const std::string text = decoded(credentials);
        const std::string column = decoded(session_ids);
        require_line_by_line(content_lines(text), content_lines(column), result);
    }
    require_export_reads_back(result.accounts);
}

/// The input is the credentials and, behind a line of three dashes, the session ids.
inline void import_lines(std::string_view input)
{
    constexpr std::string_view separator = "\n---\n";
    const std::size_t at = input.find(separator);
    const bool both = at != std::string_view::npos;
    import_lines_hold(input.substr(0, at), both ? input.substr(at + separator.size()) : std::string_view{});
}

}  // namespace dreamina::fuzz
