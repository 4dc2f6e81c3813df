#pragma once
/// `verdict_rules`, `verdict_rule_changes` and `verdict_rule_counts`: what administrators changed of the shipped rules.
/// Writers call within a Transaction; each change of a rule makes a new version, of which all processes learn soon.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/domain/verdict/rule_overrides.hpp"
#include "core/storage/engine/database.hpp"

namespace dreamina {

struct RuleCount {
    std::string rule;
    Verdict verdict = Verdict::success;
    std::int64_t count = 0;
    Time last_at{};
};

class VerdictRuleStore {
public:
    explicit VerdictRuleStore(Database& database) : database_(database) {}

    std::vector<RuleOverride> overrides();
    std::optional<RuleOverride> find(std::string_view id);
    std::int64_t version();

    /// The rules in force now.
    VerdictRules rules();

    /// Adds it, or puts it in the place of the one with its id.
    void put(const RuleOverride& rule, Time now);
    bool remove(std::string_view id);
    /// Of rules that are stored.
    void set_places(std::span<const PlacedRule> places, Time now);

    /// A rule in the mode "count" would have decided. No new version; part of any write transaction.
    void count(std::string_view rule, Verdict verdict, Time now);
    std::vector<RuleCount> counts();
    void forget_counts(std::string_view rule);

private:
    void note_change();

    Database& database_;
};

}  // namespace dreamina
