#include "core/domain/verdict/verdict_rule.hpp"

#include <algorithm>
#include <array>

#include "core/base/text.hpp"
#include "core/domain/verdict/named_proxy.hpp"
#include "core/domain/verdict/text_pattern.hpp"

namespace dreamina {
namespace {

bool fits_proxy(ProxyCondition condition, std::string_view words, const AnswerHead& answer)
{
    if (condition == ProxyCondition::any) return true;
    if (answer.proxy_url.empty()) return condition == ProxyCondition::no;
    const NamesProxy named = names_proxy(words, answer.proxy_url);
    if (condition == ProxyCondition::named) return named == NamesProxy::its_address;
    return (named != NamesProxy::no) == (condition == ProxyCondition::yes);
}

bool any_fits(const std::vector<std::string>& patterns, std::string_view text)
{
    return std::any_of(patterns.begin(), patterns.end(),
                       [&](const std::string& pattern) { return fits_pattern(pattern, text); });
}

bool fits_words(const RuleCondition& condition, std::string_view words, const AnswerHead& answer)
{
    return (condition.match.empty() || any_fits(condition.match, words)) && !any_fits(condition.unless, words) &&
           fits_proxy(condition.proxy, words, answer);
}

bool fits_text(const RuleCondition& condition, std::string_view text, const AnswerHead& answer)
{
    if (condition.behind.empty()) return fits_words(condition, text, answer);
    return std::any_of(condition.behind.begin(), condition.behind.end(), [&](const std::string& beginning) {
        const auto length = length_of_beginning(beginning, text);
        return length && fits_words(condition, text.substr(*length), answer);
    });
}

bool is_about_words(const RuleCondition& condition)
{
    return !condition.behind.empty() || !condition.match.empty() || !condition.unless.empty() ||
           condition.proxy != ProxyCondition::any || condition.field != AnswerField::any;
}

/// No text fits nothing: "*" asks for one.
bool fits_texts(const RuleCondition& condition, const AnswerHead& answer)
{
    if (!is_about_words(condition)) return true;
    const bool reads_message = condition.field != AnswerField::error && !answer.message.empty();
    const bool reads_error = condition.field != AnswerField::message && !answer.error.empty();
    return (reads_message && fits_text(condition, answer.message, answer)) ||
           (reads_error && fits_text(condition, answer.error, answer));
}

bool fits_status(const std::vector<StatusRange>& ranges, int status)
{
    return ranges.empty() || std::any_of(ranges.begin(), ranges.end(), [&](const StatusRange& range) {
               return status >= range.from && status <= range.to;
           });
}

bool fits_code(const RuleCondition& condition, const std::optional<std::int64_t>& code)
{
    if (condition.coded && (!code || *code >= 0)) return false;
    return condition.codes.empty() ||
           (code && std::find(condition.codes.begin(), condition.codes.end(), *code) != condition.codes.end());
}

bool covers_status(const std::vector<StatusRange>& outer, const std::vector<StatusRange>& inner)
{
    if (outer.empty()) return true;
    return !inner.empty() && std::all_of(inner.begin(), inner.end(), [&](const StatusRange& range) {
        return std::any_of(outer.begin(), outer.end(),
                           [&](const StatusRange& wide) { return wide.from <= range.from && wide.to >= range.to; });
    });
}

bool covers_codes(const RuleCondition& outer, const RuleCondition& inner)
{
    const auto negative = [](std::int64_t code) { return code < 0; };
    const bool inner_coded =
        inner.coded || (!inner.codes.empty() && std::all_of(inner.codes.begin(), inner.codes.end(), negative));
    if (outer.coded && !inner_coded) return false;
    if (outer.codes.empty()) return true;
    return !inner.codes.empty() && std::all_of(inner.codes.begin(), inner.codes.end(), [&](std::int64_t code) {
        return std::find(outer.codes.begin(), outer.codes.end(), code) != outer.codes.end();
    });
}

/// A pattern taken as a text: a star in it can only be taken by a star.
bool covers_texts(const RuleCondition& outer, const RuleCondition& inner)
{
    if (!is_about_words(outer)) return true;
    if (!is_about_words(inner) || !outer.unless.empty()) return outer == inner;
    if (outer.field != AnswerField::any && outer.field != inner.field) return false;
    if (outer.proxy != ProxyCondition::any && outer.proxy != inner.proxy) return false;
    if (outer.behind.empty() ? !inner.behind.empty() && !outer.match.empty() : outer.behind != inner.behind)
        return false;
    if (outer.match.empty()) return true;
    return !inner.match.empty() && std::all_of(inner.match.begin(), inner.match.end(), [&](const std::string& pattern) {
        return any_fits(outer.match, pattern) ||
               std::find(outer.match.begin(), outer.match.end(), pattern) != outer.match.end();
    });
}

}  // namespace

std::string_view to_string(RuleMode mode)
{
    switch (mode) {
    case RuleMode::on: return "on";
    case RuleMode::count: return "count";
    case RuleMode::off: return "off";
    }
    return "on";
}

std::optional<RuleMode> parse_rule_mode(std::string_view text)
{
    for (const RuleMode mode : {RuleMode::on, RuleMode::count, RuleMode::off})
        if (text == to_string(mode)) return mode;
    return std::nullopt;
}

bool fits(const RuleCondition& condition, const AnswerHead& answer)
{
    const UpstreamKind writer = writer_of(answer);
    if (condition.upstream != UpstreamKind::unknown && writer != UpstreamKind::unknown && condition.upstream != writer)
        return false;
    return fits_status(condition.status, answer.status) && fits_code(condition, answer.code) &&
           (!condition.empty_data || answer.empty_data) && (!condition.sent || *condition.sent == answer.sent) &&
           answer.took >= std::chrono::seconds{condition.at_least_s} &&
           (condition.content_type.empty() || equals_ignoring_case(condition.content_type, answer.content_type)) &&
           fits_texts(condition, answer);
}

bool covers(const RuleCondition& outer, const RuleCondition& inner)
{
    if (outer.upstream != UpstreamKind::unknown && outer.upstream != inner.upstream) return false;
    if (outer.empty_data && !inner.empty_data) return false;
    if (outer.sent && outer.sent != inner.sent) return false;
    if (outer.at_least_s > inner.at_least_s) return false;
    if (!outer.content_type.empty() && !equals_ignoring_case(outer.content_type, inner.content_type)) return false;
    return covers_status(outer.status, inner.status) && covers_codes(outer, inner) && covers_texts(outer, inner);
}

}  // namespace dreamina
