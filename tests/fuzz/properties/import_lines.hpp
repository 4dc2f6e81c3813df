#pragma once
/// read_import on any text: every line becomes an account, a duplicate or a fault, an account's fields are bytes of its
/// line, a fault says nothing of them, and what is exported again reads the same.

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "api/account_text.hpp"
#include "base/text.hpp"
#include "domain/import_line.hpp"
#include "properties/property.hpp"

namespace dreamina::fuzz {

/// The lines that count: not blank, no comment; without the blanks at their end.
inline std::vector<std::string_view> counted_lines(std::string_view text)
{
    if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
    std::vector<std::string_view> lines;
    for (bool more = true; more;) {
        const std::size_t end = text.find('\n');
        more = end != std::string_view::npos;
        std::string_view line = text.substr(0, end);
        text = more ? text.substr(end + 1) : std::string_view{};
        while (!line.empty() && std::string_view{" \t\r\f\v"}.find(line.back()) != std::string_view::npos)
            line.remove_suffix(1);
        if (!line.empty() && line.front() != '#') lines.push_back(line);
    }
    return lines;
}

/// Everything that a fault can say, with # for a number and * for a region. A sentence that is not here may tell a
/// secret: see that it does not before it is added.
inline constexpr std::array import_faults{
    std::string_view{"line #: the line is not valid UTF-#"},
    std::string_view{"line #: the e-mail address is missing"},
    std::string_view{"line #: there is no colon: expected email:password"},
    std::string_view{"line #: the e-mail address must have at most # bytes"},
    std::string_view{"line #: the e-mail address must not hold control characters"},
    std::string_view{"line #: the e-mail address must not hold blanks"},
    std::string_view{"line #: the e-mail address must have one @ with something on both sides"},
    std::string_view{"line #: the session id is longer than # bytes"},
    std::string_view{"line #: the line's own session id differs from the one in session_ids"},
    std::string_view{"line #: the region is given as * and by the session id's prefix as *"},
    std::string_view{"line #: the password is missing: a session id follows the e-mail address"},
    std::string_view{"line #: the password is missing"},
    std::string_view{"line #: the password is longer than # bytes"},
    std::string_view{"line #: the password holds control characters"},
    std::string_view{"line #: line # of session_ids must be one session id without blanks, commas or @"},
    std::string_view{"session_ids has # lines and credentials has #: they must be as many"},
    std::string_view{"and # more lines with a fault"},
};

/// With # for each number and * for each word that is a region.
inline std::string without_values(std::string_view fault)
{
    std::string general;
    while (!fault.empty()) {
        const std::size_t digits = std::min(fault.find_first_not_of("0123456789"), fault.size());
        const std::size_t letters = std::min(fault.find_first_not_of("abcdefghijklmnopqrstuvwxyz"), fault.size());
        const std::size_t size = std::max<std::size_t>({digits, letters, 1});
        const bool is_region = letters > 0 && parse_region(fault.substr(0, letters));
        general += digits > 0 ? "#" : is_region ? "*" : std::string{fault.substr(0, size)};
        fault.remove_prefix(size);
    }
    return general;
}

inline void require_fit(const ImportedAccount& account)
{
    require(!email_fault(account.email), "an e-mail address that is not fit to be stored");
    require(!account.password.empty() && account.password.size() <= longest_password, "a password of no fit length");
    require(is_valid_utf8(account.password) && !has_control_characters(account.password), "a password that is no text");
    if (account.session_id)
        require(is_session_id(*account.session_id) && account.session_id->size() <= longest_session, "no session id");
}

/// A line that has no session beside it is its account's fields, with colons between them.
inline void require_whole(std::string_view line, const ImportedAccount& account)
{
    const std::string bare = account.email + ":" + account.password;
    require(line.starts_with(bare), "the line does not begin with its e-mail address and password");
    std::string_view rest = line.substr(bare.size());
    if (!account.session_id) {
        require(rest.empty() && !account.region, "something follows the password that is no field");
        return;
    }
    require(rest.ends_with(*account.session_id), "the line does not end with its session id");
    rest.remove_suffix(account.session_id->size());
    const std::string region = account.region ? std::string{to_string(*account.region)} : "";
    const bool told = account.region && (equals_ignoring_case(rest, ":" + region + ":") ||
                                         equals_ignoring_case(rest, ":" + region + "-") ||
                                         equals_ignoring_case(rest, ":" + region + ":" + region + "-"));
    require(account.region ? told : rest == ":", "there is more between password and session id than a region");
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
    require(again.faults.empty() && again.duplicates.empty(), "an export cannot be imported");
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

inline void import_lines_hold(std::string_view credentials, std::string_view session_ids)
{
    const ImportResult result = read_import(credentials, session_ids);
    for (const std::string& fault : result.faults) {
        const std::string said = without_values(fault);
        require(std::find(import_faults.begin(), import_faults.end(), said) != import_faults.end(),
                "a fault says what no fault says: it may tell a secret");
    }

    // Each line alone tells what becomes of it.
    const auto lines = counted_lines(credentials);
    const auto sessions = counted_lines(session_ids);
    const bool paired = !sessions.empty() && sessions.size() == lines.size();
    std::vector<ImportedAccount> accounts;
    std::vector<std::string> duplicates;
    std::unordered_set<std::string> emails;
    std::size_t faulty = 0;
    for (std::size_t i = 0; i < lines.size(); ++i) {
        // Not at the text's start, where a byte order mark would be taken off.
        const ImportResult alone =
            read_import("\n" + std::string{lines[i]}, paired ? "\n" + std::string{sessions[i]} : "");
        require(alone.accounts.size() + alone.faults.size() == 1 && alone.duplicates.empty(),
                "a line is neither one account nor one fault");
        faulty += alone.faults.size();
        if (alone.accounts.empty()) continue;
        const ImportedAccount& account = alone.accounts.front();
        require_fit(account);
        if (!paired) require_whole(lines[i], account);
        if (paired) require(sessions[i].ends_with(*account.session_id), "another session than the one beside the line");
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
    if (faulty <= most_faults) require(result.faults.size() == faulty + uneven, "other faults than line by line");
    if (faulty > most_faults) require(result.faults.size() == most_faults + 1 + uneven, "more faults than are named");
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
