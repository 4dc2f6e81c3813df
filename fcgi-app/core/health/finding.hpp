#pragma once
/// What a look at the service finds: for /api/health, /healthz/ready and `dreamina-scheduler check` alike.

#include <string>
#include <string_view>
#include <vector>

#include "core/base/message/message.hpp"

namespace dreamina {

enum class Level { ok, warning, fault };
std::string_view to_string(Level level);

struct Finding {
    Level level = Level::ok;
    std::string code;  ///< "health.disk.low_space": of what, and what was found
    std::vector<MessageParam> params = {};

    std::string_view part() const;        ///< "disk"
    std::string_view short_code() const;  ///< "low_space"; "ok" where all is well

    Message summary() const;
    Message advice() const;  ///< what to do; empty where nothing is to be done
};

using Findings = std::vector<Finding>;

Level worst_of(const Findings& findings);

}  // namespace dreamina
