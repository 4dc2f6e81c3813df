#pragma once
/// Passwords for commands: from the terminal without echo, or from the standard input.

#include <string>

#include "core/base/result.hpp"
#include "core/domain/settings.hpp"

namespace dreamina {

/// One line. Error code "no_password".
Result<std::string> read_password(bool from_standard_input, std::string_view prompt);

/// Asks for ADMIN_PASSWORD. Error codes "no_password", "wrong_password".
Result<void> confirm_password(const Settings& settings, bool from_standard_input);

}  // namespace dreamina
