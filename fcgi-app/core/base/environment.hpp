#pragma once
/// The process environment as a value, so that rules which read it can be tested without one.

#include <functional>
#include <optional>
#include <string>

namespace dreamina {

/// The value of a variable; nothing if it is not set.
using Environment = std::function<std::optional<std::string>(const std::string& name)>;

Environment process_environment();

}  // namespace dreamina
