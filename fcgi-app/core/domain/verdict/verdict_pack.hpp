#pragma once
/// The rules as data: the shipped ones (verdict_rules.json, embedded), and the form in which conditions are written and
/// read wherever they are kept.

#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.hpp"
#include "core/domain/verdict/verdict_rule.hpp"

namespace dreamina {

class JsonReader;

struct RulePack {
    int version = 0;  ///< grows with every change of the file
    std::vector<VerdictRule> rules;
};

/// The shipped one. A file with a fault in it ends the program: its tests read it.
const RulePack& rule_pack();

/// Its text, as it was when the program was built.
std::string_view rule_pack_text();

Result<RulePack> parse_rule_pack(std::string_view text);

/// Bounds for administrators' conditions; the faults name the field.
constexpr std::size_t max_patterns = 64;
constexpr std::size_t max_pattern_length = 300;

/// Reads the fields of a condition: "dialect", "status", "code", "coded", "field", "behind", "match", "not",
/// "at_least_s", "sent", "proxy", "content_type", "empty_data".
RuleCondition read_condition(JsonReader& reader);

/// A JSON object with the fields that say something. parse_condition reads it back.
std::string condition_text(const RuleCondition& condition);
Result<RuleCondition> parse_condition(std::string_view text);

}  // namespace dreamina
