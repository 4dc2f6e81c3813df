#include "core/domain/verdict/rule_overrides.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "core/domain/verdict/verdict_pack.hpp"

namespace dreamina {
namespace {

constexpr std::size_t max_rule_id_length = 64;

const RuleOverride* find_override(std::span<const RuleOverride> overrides, std::string_view id)
{
    const auto found =
        std::find_if(overrides.begin(), overrides.end(), [&](const RuleOverride& each) { return each.id == id; });
    return found == overrides.end() ? nullptr : &*found;
}

VerdictRule changed(VerdictRule rule, const RuleOverride& with)
{
    if (with.when) rule.when = *with.when;
    if (with.verdict) rule.verdict = *with.verdict;
    if (with.ban_hours) rule.ban_hours = with.ban_hours;
    if (with.mode) rule.mode = *with.mode;
    if (with.note) rule.note = *with.note;
    return rule;
}

struct RankedRule {
    VerdictRule rule;
    RulePlace place;
};

}  // namespace

bool RuleOverride::empty() const { return !own && !when && !verdict && !ban_hours && !mode && !note && !place; }

std::optional<Message> own_rule_id_fault(std::string_view id)
{
    constexpr std::string_view letters = "abcdefghijklmnopqrstuvwxyz0123456789._-";
    if (!id.starts_with(own_rule_prefix) || id.size() == own_rule_prefix.size())
        return Message{"field.wrong_beginning", {{"prefix", own_rule_prefix}}};
    if (id.size() > max_rule_id_length) return Message{"field.too_long", {{"max", max_rule_id_length}}};
    if (id.find_first_not_of(letters) != std::string_view::npos) return Message{"field.not_rule_id"};
    return std::nullopt;
}

std::vector<VerdictRule> merged(std::span<const VerdictRule> shipped, std::span<const RuleOverride> overrides)
{
    std::vector<VerdictRule> rules;
    std::vector<RankedRule> placed;
    for (const VerdictRule& rule : shipped) {
        const RuleOverride* with = find_override(overrides, rule.id);
        if (with != nullptr && with->place) {
            placed.push_back({changed(rule, *with), *with->place});
        } else {
            rules.push_back(with == nullptr ? rule : changed(rule, *with));
        }
    }
    for (const RuleOverride& each : overrides)
        if (each.own) placed.push_back({changed({.id = each.id}, each), each.place.value_or(RulePlace{})});
    std::stable_sort(placed.begin(), placed.end(), [](const RankedRule& left, const RankedRule& right) {
        return left.place.rank < right.place.rank;
    });
    std::ptrdiff_t at_the_beginning = 0;
    for (RankedRule& each : placed) {
        auto at = rules.end();
        if (!each.place.before.empty()) {
            at = std::find_if(rules.begin(), rules.end(),
                              [&](const VerdictRule& rule) { return rule.built_in && rule.id == each.place.before; });
            if (at == rules.end()) at = rules.begin() + at_the_beginning++;
        }
        rules.insert(at, std::move(each.rule));
    }
    return rules;
}

std::string version_text(std::int64_t changes) { return fmt::format("{}.{}", rule_pack().version, changes); }

VerdictRules rules_in_force(std::span<const RuleOverride> overrides, std::int64_t changes)
{
    return {merged(rule_pack().rules, overrides), version_text(changes)};
}

RuleOverride override_of(const VerdictRule& rule, const VerdictRule& shipped)
{
    RuleOverride with{.id = shipped.id};
    if (rule.when != shipped.when) with.when = rule.when;
    if (rule.verdict != shipped.verdict) with.verdict = rule.verdict;
    if (rule.ban_hours != shipped.ban_hours) with.ban_hours = rule.ban_hours;
    if (rule.mode != shipped.mode) with.mode = rule.mode;
    if (rule.note != shipped.note) with.note = rule.note;
    return with;
}

std::vector<PlacedRule> places_of(std::span<const std::string> ids, const std::set<std::string>& placed)
{
    std::vector<PlacedRule> places;
    for (std::size_t i = 0; i < ids.size(); ++i) {
        if (!placed.contains(ids[i])) continue;
        const auto next = std::find_if(ids.begin() + static_cast<std::ptrdiff_t>(i), ids.end(),
                                       [&](const std::string& id) { return !placed.contains(id); });
        places.push_back({ids[i], {.before = next == ids.end() ? "" : *next, .rank = static_cast<std::int64_t>(i)}});
    }
    return places;
}

}  // namespace dreamina
