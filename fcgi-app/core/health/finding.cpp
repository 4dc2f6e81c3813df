#include "core/health/finding.hpp"

#include <algorithm>

#include "core/base/message/message_catalog.hpp"

namespace dreamina {

std::string_view to_string(Level level)
{
    switch (level) {
    case Level::ok: return "ok";
    case Level::warning: return "warning";
    case Level::fault: return "fault";
    }
    return "fault";
}

std::string_view Finding::part() const
{
    const std::string_view all = code;
    const auto begin = all.find('.') + 1;
    return all.substr(begin, all.rfind('.') - begin);
}

std::string_view Finding::short_code() const
{
    return level == Level::ok ? "ok" : std::string_view{code}.substr(code.rfind('.') + 1);
}

Message Finding::summary() const { return {code + ".summary", params}; }

Message Finding::advice() const
{
    Message what_to_do{code + ".advice", params};
    return english_templates().contains(what_to_do.code) ? what_to_do : Message{};
}

Level worst_of(const Findings& findings)
{
    Level worst = Level::ok;
    for (const Finding& finding : findings) worst = std::max(worst, finding.level);
    return worst;
}

}  // namespace dreamina
