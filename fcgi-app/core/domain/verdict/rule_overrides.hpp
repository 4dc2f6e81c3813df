#pragma once
/// What administrators have changed of the shipped rules, and added to them. Only that is stored, so that a later
/// version brings its own rules and loses none of theirs.

#include <cstdint>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/message/message.hpp"
#include "core/domain/verdict/verdict_rules.hpp"

namespace dreamina {

/// Where a rule stands that was added or moved: directly before a shipped rule that stands where it did.
struct RulePlace {
    std::string before;     ///< its id; empty: at the end. One that no longer ships: at the beginning
    std::int64_t rank = 0;  ///< among those before the same one
    friend bool operator==(const RulePlace&, const RulePlace&) = default;
};

/// Of a shipped rule what differs; of an own one everything.
struct RuleOverride {
    std::string id;
    bool own = false;
    std::optional<RuleCondition> when;
    std::optional<Verdict> verdict;
    std::optional<double> ban_hours;
    std::optional<RuleMode> mode;
    std::optional<std::string> note;
    std::optional<RulePlace> place;

    /// Whether it changes nothing of a shipped rule.
    bool empty() const;
};

/// An own rule's id begins so: no shipped one ever does.
constexpr std::string_view own_rule_prefix = "own.";

/// More of them would cost every answer time.
constexpr std::size_t max_own_rules = 200;

/// What is wrong with the id of an own rule.
std::optional<Message> own_rule_id_fault(std::string_view id);

std::vector<VerdictRule> merged(std::span<const VerdictRule> shipped, std::span<const RuleOverride> overrides);

/// The version of the rules after so many changes here: "3.17".
std::string version_text(std::int64_t changes);

/// The rules in force. `changes`: how often they have been changed here.
VerdictRules rules_in_force(std::span<const RuleOverride> overrides, std::int64_t changes);

/// What of `rule` differs from the shipped rule of the same id, which stays in its place.
RuleOverride override_of(const VerdictRule& rule, const VerdictRule& shipped);

struct PlacedRule {
    std::string id;
    RulePlace place;
};

/// The places of all that have one, if the rules are to stand in the order `ids`. `placed`: which have one; all others
/// are shipped rules in their own order.
std::vector<PlacedRule> places_of(std::span<const std::string> ids, const std::set<std::string>& placed);

}  // namespace dreamina
