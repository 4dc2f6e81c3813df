#pragma once
/// The rules in force, in their order: the first one that fits an answer says what it means.

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/base/message/message.hpp"
#include "core/domain/verdict/verdict_rule.hpp"

namespace dreamina {

/// What an answer means, and by which rule.
struct Judgement {
    Verdict verdict = Verdict::gateway_error;
    std::string rule;                 ///< its id; empty: none fits
    std::string version;              ///< of the rules
    std::optional<milliseconds> ban;  ///< of the rule, instead of the verdict's
    std::string counted;              ///< a rule in count mode that would have decided instead; empty: none
    Verdict counted_verdict = Verdict::success;
};

/// For reading by any number of threads.
class VerdictRules {
public:
    /// `version`: that of the shipped rules, and how often they have been changed here: "3.17".
    VerdictRules(std::vector<VerdictRule> rules, std::string version);

    const std::vector<VerdictRule>& rules() const { return rules_; }
    const std::string& version() const { return version_; }

    /// Those that fit and are not off, in their order.
    std::vector<const VerdictRule*> fitting(const AnswerHead& answer) const;

private:
    std::vector<VerdictRule> rules_;
    std::string version_;
};

/// The rules that ship with the program, unchanged.
const VerdictRules& shipped_rules();

/// What the shipped rules take for something that may have been paid for stays that, whatever other rules say.
/// Where none fits: gateway_error, or generation_failed without a status.
Judgement judge(const AnswerHead& answer, const VerdictRules& rules);

/// By the shipped rules.
Judgement judge(const AnswerHead& answer);

/// The rule that stands before `rules[index]`, is on and fits whatever that one fits; nothing: it gets its turn.
const VerdictRule* shadow_of(std::span<const VerdictRule> rules, std::size_t index);

/// Whether an administrator may only move a rule: it says that something may have been paid for.
bool is_protected(const VerdictRule& rule);

/// What is wrong with a rule of an administrator's, by field; nothing if it may stand.
struct RuleFault {
    std::string field;  ///< "when.match[0]"
    Message fault;      ///< such as {"field.required"}
};
std::optional<RuleFault> fault_of(const VerdictRule& rule);

}  // namespace dreamina
