#include "core/domain/verdict/verdict_rules.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "core/domain/account/account_policy.hpp"
#include "core/domain/verdict/verdict_pack.hpp"

namespace dreamina {
namespace {

constexpr double millis_per_hour = 3'600'000;

/// jimeng-api's answers with these quote what the client sent: its path, model, body or a file's address.
constexpr std::array<std::int64_t, 4> quoting_codes{-1000, -2000, -2003, -2004};

/// With these it may make sense to say for how long an account is banned.
bool may_ban(Verdict verdict)
{
    constexpr std::array verdicts{Verdict::rate_limited,      Verdict::server_error,   Verdict::gateway_gave_up,
                                  Verdict::generation_failed, Verdict::request_failed, Verdict::gateway_error};
    return std::find(verdicts.begin(), verdicts.end(), verdict) != verdicts.end();
}

/// Whether it does something to the account that keeps it from serving.
bool harms_account(const VerdictRule& rule)
{
    const Consequence& consequence = consequence_of(rule.verdict);
    return rule.ban_hours || consequence.ban != Ban::none || consequence.expires_session || consequence.doubts_points ||
           consequence.lengthens_error_streak;
}

bool may_be_a_success(const RuleCondition& when)
{
    return when.status.empty() || std::any_of(when.status.begin(), when.status.end(), [](const StatusRange& range) {
               return range.from < 300 && range.to >= 200;
           });
}

bool names_codes(const RuleCondition& when) { return when.coded || !when.codes.empty(); }

bool may_quote_a_client(const RuleCondition& when)
{
    if (!when.behind.empty()) return false;
    return when.codes.empty() || std::any_of(when.codes.begin(), when.codes.end(), [](std::int64_t code) {
               return std::find(quoting_codes.begin(), quoting_codes.end(), code) != quoting_codes.end();
           });
}

const VerdictRule* first_that_decides(const VerdictRules& rules, const AnswerHead& answer, const VerdictRule** counted)
{
    for (const VerdictRule& rule : rules.rules()) {
        if (rule.mode == RuleMode::off || !fits(rule.when, answer)) continue;
        if (rule.mode == RuleMode::on) return &rule;
        if (counted != nullptr && *counted == nullptr) *counted = &rule;
    }
    return nullptr;
}

}  // namespace

VerdictRules::VerdictRules(std::vector<VerdictRule> rules, std::string version)
    : rules_(std::move(rules)), version_(std::move(version))
{
}

std::vector<const VerdictRule*> VerdictRules::fitting(const AnswerHead& answer) const
{
    std::vector<const VerdictRule*> found;
    for (const VerdictRule& rule : rules_)
        if (rule.mode != RuleMode::off && fits(rule.when, answer)) found.push_back(&rule);
    return found;
}

const VerdictRules& shipped_rules()
{
    static const VerdictRules rules{rule_pack().rules, fmt::format("{}.0", rule_pack().version)};
    return rules;
}

Judgement judge(const AnswerHead& answer, const VerdictRules& rules)
{
    Judgement judgement{.version = rules.version()};
    const VerdictRule* counted = nullptr;
    const VerdictRule* rule = first_that_decides(rules, answer, &counted);
    if (&rules != &shipped_rules() && (rule == nullptr || !may_be_paid(rule->verdict))) {
        const VerdictRule* shipped = first_that_decides(shipped_rules(), answer, nullptr);
        if (shipped != nullptr && is_protected(*shipped)) rule = shipped;
    }
    if (counted != nullptr) {
        judgement.counted = counted->id;
        judgement.counted_verdict = counted->verdict;
    }
    if (rule == nullptr) {
        if (answer.status == 0) judgement.verdict = Verdict::generation_failed;
        return judgement;
    }
    judgement.verdict = rule->verdict;
    judgement.rule = rule->id;
    if (rule->ban_hours) judgement.ban = milliseconds{static_cast<std::int64_t>(*rule->ban_hours * millis_per_hour)};
    return judgement;
}

Judgement judge(const AnswerHead& answer) { return judge(answer, shipped_rules()); }

const VerdictRule* shadow_of(std::span<const VerdictRule> rules, std::size_t index)
{
    for (const VerdictRule& earlier : rules.first(index))
        if (earlier.mode == RuleMode::on && covers(earlier.when, rules[index].when)) return &earlier;
    return nullptr;
}

bool is_protected(const VerdictRule& rule)
{
    return rule.built_in && rule.verdict != Verdict::success && may_be_paid(rule.verdict);
}

std::optional<RuleFault> fault_of(const VerdictRule& rule)
{
    if (rule.ban_hours && !may_ban(rule.verdict))
        return RuleFault{"ban_hours", {"field.no_ban", {{"verdict", to_string(rule.verdict)}}}};
    if (!harms_account(rule)) return std::nullopt;
    if (may_be_a_success(rule.when) && !names_codes(rule.when)) return RuleFault{"when.code", {"field.codes_needed"}};
    if (!may_quote_a_client(rule.when)) return std::nullopt;
    for (std::size_t i = 0; i < rule.when.match.size(); ++i)
        if (rule.when.match[i].starts_with('*') && rule.when.match[i] != "*")
            return RuleFault{fmt::format("when.match[{}]", i), {"field.may_quote_client"}};
    return std::nullopt;
}

}  // namespace dreamina
