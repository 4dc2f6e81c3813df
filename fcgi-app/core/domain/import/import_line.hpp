#pragma once
/// Accounts that are brought in as text: lines such as `email:password:region:session_id`, sessions alone, a table with
/// a head, or an export of this program.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/message/message.hpp"
#include "core/domain/account/region_token.hpp"

namespace dreamina {

/// How the fields of a text are told apart; one way for the whole text.
struct ImportForm {
    enum class Kind {
        lines,        ///< fields with `separator` between them
        sessions,     ///< a session id on each line
        table,        ///< rows of fields with `separator`, called by `columns`
        json_export,  ///< the JSON of this program's export
    };
    Kind kind = Kind::lines;
    std::string separator = ":";       ///< ":", "----", "\t", "|", "," or ";"; empty where there is none
    std::vector<std::string> columns;  ///< of a table, in lower case; those that are not known are passed over

    bool operator==(const ImportForm&) const = default;
};

/// "lines", "sessions", "table", "export"
std::string_view to_string(ImportForm::Kind kind);
std::optional<ImportForm::Kind> parse_import_kind(std::string_view text);
bool is_import_separator(std::string_view text);

/// What keeps a line from being an account: "import.…" of the catalogue, without its line number, and never with a
/// password or a session in it.
using ImportFault = Message;

struct ImportedAccount {
    std::string email;
    std::string password;          ///< may be empty for an account of CN, or made of a session alone
    std::optional<Region> region;  ///< named in the line or by the session's prefix
    std::optional<std::string> session_id;
    std::optional<std::string> proxy_url;
    std::optional<double> points;
};

/// A line, a row of a table or an account of an export. It has an account or a fault.
struct ImportRow {
    std::size_t line = 0;                     ///< as an editor counts; of an export, which account
    std::optional<std::size_t> session_line;  ///< of the session beside it
    std::optional<ImportedAccount> account;
    std::optional<ImportFault> fault;
    std::optional<std::size_t> same_as;  ///< the line before it that has the same e-mail
};

struct ImportResult {
    ImportForm form;
    std::vector<ImportRow> rows;
    /// What keeps the whole from being read, whatever its rows are.
    std::optional<ImportFault> fault;

    std::vector<ImportedAccount> accounts;  ///< of the rows: each e-mail once, first come first served
    std::vector<std::string> duplicates;    ///< e-mails that stood there again
    std::size_t faulty = 0;                 ///< rows with a fault
};

struct ImportOptions {
    Region region = Region::us;      ///< of lines that name none
    std::optional<ImportForm> form;  ///< of the whole that the text is a part of; told from the text if absent
};

/// The longest e-mail address SMTP can carry (RFC 5321, 4.5.3.1.3), which is also what a form accepts.
constexpr std::size_t max_email_length = 254;

/// Longer than anything the provider accepts; keeps a hostile line out of the database.
constexpr std::size_t max_password_length = 1024;
constexpr std::size_t max_session_length = 1024;

/// The fault of an e-mail address, or nothing if it is fit to be stored: one `@` with something on both sides, no
/// blanks, colons, control or invisible characters, at most `max_email_length` bytes, valid UTF-8.
std::optional<Message> email_fault(std::string_view email);

/// Reads all of a text. `session_ids`, if not blank, has one session for each line of `credentials` (blank lines and
/// lines that start with # do not count); an unequal number is a fault of the whole. E-mails that differ only in case
/// are one, as they are for the database.
ImportResult read_import(std::string_view credentials, std::string_view session_ids, const ImportOptions& options = {});

/// As many rows with a fault are named.
constexpr std::size_t max_faults = 1000;

/// What is wrong with the whole, then with each row and its line; a last one says how many more there are.
std::vector<Message> named_faults(const ImportResult& result);

}  // namespace dreamina
