#pragma once
/// Accounts as text files: a table for spreadsheets, and the lines that an import reads.

#include <string>
#include <vector>

#include "core/domain/account/account.hpp"

namespace dreamina {

/// RFC 4180 with a header, and a column of today's calls for each of `models`. What a spreadsheet would take for a
/// formula begins with an apostrophe. `secrets`: with passwords, sessions and proxies.
std::string accounts_csv(const std::vector<Account>& accounts, const std::vector<std::string>& models, bool secrets);

/// `email:password:region:session_id`, or `email:password` where there is no session. What a line cannot say (such as a
/// password that reads like a session id) is left out, and a comment says so.
std::string import_text(const std::vector<Account>& accounts);

}  // namespace dreamina
