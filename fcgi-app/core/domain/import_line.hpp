#pragma once
/// The lines with which many accounts are brought in at once:
/// `email:password`, `email:password:session_id` or `email:password:region:session_id`.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/region_token.hpp"

namespace dreamina {

struct ImportedAccount {
    std::string email;
    std::string password;
    std::optional<Region> region;  ///< named in the line or by the session's prefix
    std::optional<std::string> session_id;
};

struct ImportResult {
    std::vector<ImportedAccount> accounts;  ///< each e-mail once, first come first served
    std::vector<std::string> duplicates;    ///< e-mails that stood there again
    std::vector<std::string> faults;  ///< "line 7: …" (of `credentials`); never with a password or a session in it
};

/// The longest e-mail address SMTP can carry (RFC 5321, 4.5.3.1.3), which is also what a form accepts.
constexpr std::size_t longest_email = 254;

/// Longer than anything the provider accepts; keeps a hostile line out of the database.
constexpr std::size_t longest_password = 1024;
constexpr std::size_t longest_session = 1024;

/// The fault of an e-mail address, or nothing if it is fit to be stored: one `@` with something on both sides, no
/// blanks, colons or control characters, at most `longest_email` bytes, valid UTF-8.
std::optional<std::string> email_fault(std::string_view email);

/// As many faults are named; a last line says how many more there are.
constexpr std::size_t most_faults = 1000;

/// Reads all lines. `session_ids`, if not blank, has one session for each line of `credentials` (blank lines and
/// lines that start with # do not count); an unequal number is a fault. If there is any fault, nothing is to be stored.
/// E-mails that differ only in case are one, as they are for the database.
ImportResult read_import(std::string_view credentials, std::string_view session_ids);

}  // namespace dreamina
