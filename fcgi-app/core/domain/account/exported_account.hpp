#pragma once
/// Accounts in the JSON of this program's export.

#include <string_view>

#include "core/domain/account/account.hpp"
#include "core/domain/import/import_line.hpp"

namespace dreamina {

class JsonReader;

constexpr std::string_view export_format_name = "dreamina-export";

/// One account of an export with all that is said of it. The reader notes what is wrong.
Account read_exported_account(JsonReader& reader);

/// True if the text can only be JSON.
bool looks_like_export(std::string_view text);

/// The accounts of an export that is not encrypted. Its other parts are passed over.
ImportResult read_export(std::string_view text);

}  // namespace dreamina
