#pragma once
/// A verdict rule on the wire: how it is shown, and how the fields that a client may set are read. What is shown can be
/// sent back as it is.

#include <optional>
#include <string>

#include "core/base/json_reader.hpp"
#include "core/domain/verdict/rule_overrides.hpp"

namespace dreamina {

/// Its own fields: "id", "when", "verdict", "ban_hours", "mode", "note".
Json rule_fields_json(const VerdictRule& rule);

/// Reads a whole new rule; without an id it gets `id`. `before` is the rule that it is to stand before, if one is
/// named.
struct NewRule {
    VerdictRule rule;
    std::optional<std::string> before;
};
Result<NewRule> read_new_rule(JsonReader& reader, std::string id);

/// Reads what is to change in `stored` and returns the rule as it shall be.
Result<VerdictRule> read_rule_change(JsonReader& reader, const VerdictRule& stored);

/// An answer, as "explain" is asked about it: {"status", "headers", "body", "dialect", "took_s", "sent", "proxy"}.
Result<AnswerHead> read_answer(std::string_view body);

}  // namespace dreamina
