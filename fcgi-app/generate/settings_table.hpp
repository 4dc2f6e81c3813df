#pragma once
/// The README's table of settings.

#include <string>
#include <string_view>

#include "base/result.hpp"

namespace dreamina {

/// A heading and a row per setting, each line with its end.
std::string settings_table();

/// `present` with the table between its two marks renewed.
/// Error code "invalid_readme": the marks are missing, or stand more than once.
Result<std::string> renewed_readme(std::string_view present);

}  // namespace dreamina
