#pragma once
/// The parts that the readers of lines, tables and exports share.

#include <tl/expected.hpp>

#include "core/domain/import/import_line.hpp"

namespace dreamina {

using ImportParsed = tl::expected<ImportedAccount, ImportFault>;

tl::unexpected<ImportFault> import_fault(std::string code, std::vector<MessageParam> params = {});

/// As email_fault, in the words for a line.
std::optional<ImportFault> import_email_fault(std::string_view email);

/// Without `sessionid=` before it and `;` behind it; hexadecimal digits in lower case.
std::string plain_session(std::string_view text);

/// Puts a session into the account; it must not contradict what is known of it already.
std::optional<ImportFault> add_session(ImportedAccount& account, std::string_view text);

/// Puts the password in, which may be empty where the account has a session and is one of CN.
std::optional<ImportFault> add_password(ImportedAccount& account, std::string_view password, Region region_for_none);

/// One line whose form is `lines` or `sessions`. `text`: trimmed.
ImportParsed parse_import_line(std::string_view text, const ImportForm& form, Region region_for_none);

/// The form that most lines have, the earlier one where two are as frequent.
ImportForm form_of_lines(const std::vector<std::string_view>& lines);

/// The form of a table, if the line is the head of one.
std::optional<ImportForm> form_of_head(std::string_view line);
ImportParsed parse_import_row(std::string_view row, const ImportForm& form, Region region_for_none);

}  // namespace dreamina
