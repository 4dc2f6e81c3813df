#pragma once
/// One rule: which answers it fits and what they mean. Rules ship as data (verdict_rules.json); administrators add
/// their own.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/domain/verdict/verdict.hpp"

namespace dreamina {

struct StatusRange {
    int from = 0;
    int to = 0;
    friend bool operator==(const StatusRange&, const StatusRange&) = default;
};

/// Which of an answer's texts a pattern is held against.
enum class AnswerField { any, message, error };

enum class ProxyCondition {
    any,
    yes,    ///< the account has its own, and the text names that one, or no address
    named,  ///< … names the very address: for texts that may quote a client's
    no
};

/// What must hold of an answer; all that is left out holds of any.
struct RuleCondition {
    UpstreamKind upstream = UpstreamKind::unknown;
    std::vector<StatusRange> status;
    std::vector<std::int64_t> codes;
    bool coded = false;  ///< it has a negative code, whichever
    AnswerField field = AnswerField::any;
    std::vector<std::string> behind;  ///< the text begins with one of these, which are taken off before …
    std::vector<std::string> match;   ///< … it fits one of these
    std::vector<std::string> unless;  ///< … and none of these. Patterns of domain/verdict/text_pattern
    std::int64_t at_least_s = 0;      ///< so long after the request was sent
    std::optional<bool> sent;
    ProxyCondition proxy = ProxyCondition::any;
    std::string content_type;
    bool empty_data = false;

    friend bool operator==(const RuleCondition&, const RuleCondition&) = default;
};

enum class RuleMode {
    on,
    count,  ///< judged and counted, without any effect
    off
};
std::string_view to_string(RuleMode mode);
std::optional<RuleMode> parse_rule_mode(std::string_view text);

struct VerdictRule {
    std::string id;
    RuleCondition when;
    Verdict verdict = Verdict::success;
    std::optional<double> ban_hours;  ///< instead of what the verdict does
    RuleMode mode = RuleMode::on;
    std::string note;
    bool built_in = false;

    friend bool operator==(const VerdictRule&, const VerdictRule&) = default;
};

bool fits(const RuleCondition& condition, const AnswerHead& answer);

/// Whether whatever fits `inner` certainly fits `outer`: behind such a rule the other one never gets its turn.
bool covers(const RuleCondition& outer, const RuleCondition& inner);

}  // namespace dreamina
