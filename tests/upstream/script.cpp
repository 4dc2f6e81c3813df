#include "script.hpp"

#include <algorithm>
#include <iterator>

namespace dreamina::stand_in {

bool Rule::applies_to(const Request& request) const
{
    if (used >= times) return false;
    if (path.empty()) {
        if (!request.path.starts_with("/v1/")) return false;
    } else if (path.ends_with('*')) {
        if (!request.path.starts_with(std::string_view(path).substr(0, path.size() - 1))) return false;
    } else if (request.path != path) {
        return false;
    }
    if (!method.empty() && method != request.method) return false;
    if (!model.empty() && model != request.model) return false;
    return account.empty() || account == request.token || account == bare_session(request.token);
}

void Script::append(std::vector<Rule> rules) { std::move(rules.begin(), rules.end(), std::back_inserter(rules_)); }

const Rule* Script::take(const Request& request)
{
    for (Rule& rule : rules_) {
        if (rule.shape.cut == Cut::before_body_read || !rule.applies_to(request)) continue;
        ++rule.used;
        return &rule;
    }
    return nullptr;
}

const Rule* Script::take_early_cut(const Request& request)
{
    for (Rule& rule : rules_) {
        if (!rule.applies_to(request)) continue;
        // An earlier rule that decides for another answer shall do so when the body has come.
        if (rule.shape.cut != Cut::before_body_read) return nullptr;
        ++rule.used;
        return &rule;
    }
    return nullptr;
}

bool Script::has_early_cuts() const
{
    return std::ranges::any_of(
        rules_, [](const Rule& rule) { return rule.shape.cut == Cut::before_body_read && rule.used < rule.times; });
}

}  // namespace dreamina::stand_in
