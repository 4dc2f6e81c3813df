#pragma once
/// What `check` finds.

#include <string>
#include <vector>

namespace dreamina {

enum class Level { ok, warning, fault };

struct Finding {
    Level level = Level::ok;
    std::string part;     ///< "database", "upstream" …
    std::string summary;  ///< one sentence
    std::string advice;   ///< what to do; empty if all is well
};

/// Looks at everything without changing it: the data folder need not be whole.
std::vector<Finding> check_everything(const std::string& folder);

}  // namespace dreamina
