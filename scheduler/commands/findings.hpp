#pragma once
/// What `check` finds.

#include <string>

#include "core/health/finding.hpp"

namespace dreamina {

/// Looks at everything without changing it: the data folder need not be whole.
Findings check_everything(const std::string& folder);

}  // namespace dreamina
