#include "core/domain/verdict/verdict_pack.hpp"

#include <algorithm>
#include <stdexcept>

#include <fmt/format.h>

#include "core/base/message/coded_error.hpp"
#include "core/base/json_reader.hpp"
#include "core/base/text.hpp"

namespace dreamina {
namespace {

constexpr int highest_status = 999;
constexpr std::int64_t lowest_code = -1'000'000'000;
constexpr std::size_t max_codes = 100;
constexpr std::int64_t max_wait_s = 86'400;
constexpr double max_ban_hours = 720;

constexpr JsonReader::Text short_text{.max = 200};
constexpr JsonReader::Text pattern_text{.min = 1, .max = max_pattern_length};
constexpr JsonReader::Text beginning_text{.max = max_pattern_length};  // "": the text's own beginning
constexpr JsonReader::Count pattern_count{.max = max_patterns};

std::optional<int> parse_status_number(std::string_view text)
{
    const auto value = whole_number(text);
    return value && *value >= 0 && *value <= highest_status ? std::optional{static_cast<int>(*value)} : std::nullopt;
}

/// "429|500-599".
std::optional<std::vector<StatusRange>> parse_status_ranges(std::string_view text)
{
    std::vector<StatusRange> ranges;
    while (!text.empty()) {
        const std::string_view part = text.substr(0, text.find('|'));
        const std::size_t dash = part.find('-');
        const auto from = parse_status_number(part.substr(0, dash));
        const auto to = dash == std::string_view::npos ? from : parse_status_number(part.substr(dash + 1));
        if (!from || !to || *to < *from) return std::nullopt;
        ranges.push_back({*from, *to});
        text.remove_prefix(std::min(text.size(), part.size() + 1));
    }
    return ranges;
}

std::string status_text(const std::vector<StatusRange>& ranges)
{
    std::string text;
    for (const StatusRange& range : ranges) {
        if (!text.empty()) text += '|';
        text += range.from == range.to ? fmt::format("{}", range.from) : fmt::format("{}-{}", range.from, range.to);
    }
    return text;
}

/// A choice as rules write it. The first of each list is that of a rule that leaves it out.
template <class Value>
struct Choice {
    Value value;
    const char* name;
};
constexpr Choice<UpstreamKind> dialects[] = {
    {UpstreamKind::unknown, "any"}, {UpstreamKind::jimeng_api, "A"}, {UpstreamKind::jimeng_api_go, "B"}};
constexpr Choice<AnswerField> answer_fields_by_name[] = {
    {AnswerField::any, "any"}, {AnswerField::message, "message"}, {AnswerField::error, "error"}};
constexpr Choice<ProxyCondition> proxy_conditions[] = {{ProxyCondition::any, "any"},
                                                       {ProxyCondition::yes, "yes"},
                                                       {ProxyCondition::named, "named"},
                                                       {ProxyCondition::no, "no"}};

/// Left out, it holds of any answer; null says nothing.
template <class T>
Field<T> not_null(JsonReader& reader, const char* name, Field<T> field)
{
    if (field.is_null()) reader.fail(name, {"field.null"});
    return field;
}

void read_status(JsonReader& reader, RuleCondition& condition)
{
    const auto text = not_null(reader, "status", reader.text("status", short_text));
    if (!text.value) return;
    const auto ranges = parse_status_ranges(*text.value);
    if (ranges) {
        condition.status = *ranges;
    } else {
        reader.fail("status", {"field.not_statuses", {{"separator", "|"}, {"example", "429|500-599"}}});
    }
}

template <class Value, std::size_t count>
void read_choice(JsonReader& reader, const char* name, const Choice<Value> (&choices)[count], Value& chosen)
{
    const auto text = not_null(reader, name, reader.text(name, short_text));
    if (!text.value) return;
    const auto* known = std::find_if(std::begin(choices), std::end(choices),
                                     [&](const Choice<Value>& choice) { return *text.value == choice.name; });
    if (known != std::end(choices)) {
        chosen = known->value;
        return;
    }
    std::vector<std::string> names;
    for (const Choice<Value>& choice : choices) names.emplace_back(choice.name);
    reader.fail(name, not_one_of(std::move(names)));
}

/// Nothing of the first one, which goes without saying.
template <class Value, std::size_t count>
void write_choice(Json& json, const char* name, const Choice<Value> (&choices)[count], Value chosen)
{
    for (std::size_t i = 1; i < count; ++i)
        if (choices[i].value == chosen) json[name] = choices[i].name;
}

void read_choices(JsonReader& reader, RuleCondition& condition)
{
    read_choice(reader, "dialect", dialects, condition.upstream);
    read_choice(reader, "field", answer_fields_by_name, condition.field);
    read_choice(reader, "proxy", proxy_conditions, condition.proxy);
}

void read_codes(JsonReader& reader, RuleCondition& condition)
{
    condition.codes = not_null(reader, "code", reader.integers("code", {.max = max_codes}, lowest_code)).value_or({});
    condition.coded = not_null(reader, "coded", reader.boolean("coded")).value_or(false);
}

VerdictRule read_packed_rule(JsonReader& reader)
{
    VerdictRule rule{.built_in = true};
    rule.id = reader.required("id", reader.text("id", {.min = 1, .max = 64}));
    rule.when = reader.required("when", reader.object("when", read_condition));
    const std::string verdict = reader.required("verdict", reader.text("verdict", short_text));
    const auto known = parse_verdict(verdict);
    if (!known) reader.fail("verdict", {"field.not_verdict"});
    rule.verdict = known.value_or(Verdict::success);
    rule.ban_hours = reader.number("ban_hours", 0, max_ban_hours).value;
    rule.note = reader.text("note", {.max = 500}).value_or("");
    return rule;
}

}  // namespace

RuleCondition read_condition(JsonReader& reader)
{
    RuleCondition condition;
    read_choices(reader, condition);
    read_status(reader, condition);
    read_codes(reader, condition);
    condition.behind = not_null(reader, "behind", reader.texts("behind", pattern_count, beginning_text)).value_or({});
    for (std::size_t i = 0; i < condition.behind.size(); ++i)
        if (condition.behind[i].find('*') != std::string::npos)
            reader.fail(fmt::format("behind[{}]", i), {"field.star_at_beginning"});
    condition.match = not_null(reader, "match", reader.texts("match", pattern_count, pattern_text)).value_or({});
    condition.unless = not_null(reader, "not", reader.texts("not", pattern_count, pattern_text)).value_or({});
    condition.at_least_s = not_null(reader, "at_least_s", reader.integer("at_least_s", 0, max_wait_s)).value_or(0);
    condition.sent = not_null(reader, "sent", reader.boolean("sent")).value;
    condition.content_type = not_null(reader, "content_type", reader.text("content_type", short_text)).value_or("");
    condition.empty_data = not_null(reader, "empty_data", reader.boolean("empty_data")).value_or(false);
    return condition;
}

std::string condition_text(const RuleCondition& condition)
{
    Json json = Json::object();
    write_choice(json, "dialect", dialects, condition.upstream);
    if (!condition.status.empty()) json["status"] = status_text(condition.status);
    if (!condition.codes.empty()) json["code"] = condition.codes;
    if (condition.coded) json["coded"] = true;
    write_choice(json, "field", answer_fields_by_name, condition.field);
    if (!condition.behind.empty()) json["behind"] = condition.behind;
    if (!condition.match.empty()) json["match"] = condition.match;
    if (!condition.unless.empty()) json["not"] = condition.unless;
    if (condition.at_least_s > 0) json["at_least_s"] = condition.at_least_s;
    if (condition.sent) json["sent"] = *condition.sent;
    write_choice(json, "proxy", proxy_conditions, condition.proxy);
    if (!condition.content_type.empty()) json["content_type"] = condition.content_type;
    if (condition.empty_data) json["empty_data"] = true;
    return json.dump();
}

Result<RuleCondition> parse_condition(std::string_view text)
{
    auto reader = JsonReader::parse(text);
    if (!reader) return tl::unexpected(reader.error());
    RuleCondition condition = read_condition(*reader);
    if (const auto faults = reader->finish(); !faults) return tl::unexpected(faults.error());
    return condition;
}

Result<RulePack> parse_rule_pack(std::string_view text)
{
    constexpr JsonReader::Count rules{.min = 1, .max = 1000};
    auto reader = JsonReader::parse(text);
    if (!reader) return tl::unexpected(reader.error());
    RulePack pack;
    pack.version = static_cast<int>(reader->required("version", reader->integer("version", 1, 1'000'000)));
    pack.rules = reader->required("rules", reader->objects("rules", rules, read_packed_rule));
    if (const auto faults = reader->finish(); !faults) return tl::unexpected(faults.error());
    return pack;
}

const RulePack& rule_pack()
{
    static const RulePack pack = [] {
        auto read = parse_rule_pack(rule_pack_text());
        if (!read) throw std::logic_error("the shipped verdict rules: " + read.error().message);
        return std::move(*read);
    }();
    return pack;
}

}  // namespace dreamina
