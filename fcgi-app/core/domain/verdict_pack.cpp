#include "domain/verdict_pack.hpp"

#include <algorithm>
#include <charconv>
#include <stdexcept>

#include <fmt/format.h>

#include "base/json_reader.hpp"

namespace dreamina {
namespace {

constexpr int highest_status = 999;
constexpr std::int64_t lowest_code = -1'000'000'000;
constexpr std::size_t most_codes = 100;
constexpr std::int64_t longest_wait_s = 86'400;
constexpr double longest_ban_hours = 720;

constexpr JsonReader::Text short_text{.max = 200};
constexpr JsonReader::Text pattern_text{.min = 1, .max = longest_pattern};
constexpr JsonReader::Text beginning_text{.max = longest_pattern};  // "": the text's own beginning
constexpr JsonReader::Count pattern_count{.max = most_patterns};

std::optional<int> parse_status_number(std::string_view text)
{
    int value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    const bool whole = error == std::errc{} && end == text.data() + text.size();
    return whole && value >= 0 && value <= highest_status ? std::optional{value} : std::nullopt;
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

struct DialectName {
    UpstreamKind upstream;
    const char* name;
};
constexpr DialectName dialect_names[] = {{UpstreamKind::jimeng_api, "A"}, {UpstreamKind::jimeng_api_go, "B"}};

const char* name_of(UpstreamKind upstream)
{
    for (const DialectName& each : dialect_names)
        if (each.upstream == upstream) return each.name;
    return "any";
}

struct FieldName {
    AnswerField field;
    const char* name;
};
constexpr FieldName field_names[] = {
    {AnswerField::any, "any"}, {AnswerField::message, "message"}, {AnswerField::error, "error"}};

struct ProxyName {
    ProxyCondition proxy;
    const char* name;
};
constexpr ProxyName proxy_names[] = {{ProxyCondition::any, "any"},
                                     {ProxyCondition::yes, "yes"},
                                     {ProxyCondition::named, "named"},
                                     {ProxyCondition::no, "no"}};

/// Left out, it holds of any answer; null says nothing.
template <class T>
Field<T> not_null(JsonReader& reader, const char* name, Field<T> field)
{
    if (field.is_null()) reader.fail(name, "must not be null");
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
        reader.fail("status", "must be statuses and ranges between |, like \"429|500-599\"");
    }
}

void read_choices(JsonReader& reader, RuleCondition& condition)
{
    const auto dialect = not_null(reader, "dialect", reader.text("dialect", short_text));
    if (dialect.value && *dialect.value != "any") {
        const auto* known = std::find_if(std::begin(dialect_names), std::end(dialect_names),
                                         [&](const DialectName& each) { return *dialect.value == each.name; });
        if (known == std::end(dialect_names))
            reader.fail("dialect", "must be one of A, B, any");
        else
            condition.upstream = known->upstream;
    }
    const auto field = not_null(reader, "field", reader.text("field", short_text));
    if (field.value) {
        const auto* known = std::find_if(std::begin(field_names), std::end(field_names),
                                         [&](const FieldName& each) { return *field.value == each.name; });
        if (known == std::end(field_names))
            reader.fail("field", "must be one of any, message, error");
        else
            condition.field = known->field;
    }
    const auto proxy = not_null(reader, "proxy", reader.text("proxy", short_text));
    if (proxy.value) {
        const auto* known = std::find_if(std::begin(proxy_names), std::end(proxy_names),
                                         [&](const ProxyName& each) { return *proxy.value == each.name; });
        if (known == std::end(proxy_names))
            reader.fail("proxy", "must be one of any, yes, named, no");
        else
            condition.proxy = known->proxy;
    }
}

void read_codes(JsonReader& reader, RuleCondition& condition)
{
    condition.codes = not_null(reader, "code", reader.integers("code", {.max = most_codes}, lowest_code)).value_or({});
    condition.coded = not_null(reader, "coded", reader.boolean("coded")).value_or(false);
}

VerdictRule read_packed_rule(JsonReader& reader)
{
    VerdictRule rule{.built_in = true};
    rule.id = reader.required("id", reader.text("id", {.min = 1, .max = 64}));
    rule.when = reader.required("when", reader.object("when", read_condition));
    const std::string verdict = reader.required("verdict", reader.text("verdict", short_text));
    const auto known = parse_verdict(verdict);
    if (!known) reader.fail("verdict", "must be a verdict");
    rule.verdict = known.value_or(Verdict::success);
    rule.ban_hours = reader.number("ban_hours", 0, longest_ban_hours).value;
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
            reader.fail(fmt::format("behind[{}]", i), "must not hold *: it is the beginning of the text");
    condition.match = not_null(reader, "match", reader.texts("match", pattern_count, pattern_text)).value_or({});
    condition.unless = not_null(reader, "not", reader.texts("not", pattern_count, pattern_text)).value_or({});
    condition.at_least_s = not_null(reader, "at_least_s", reader.integer("at_least_s", 0, longest_wait_s)).value_or(0);
    condition.sent = not_null(reader, "sent", reader.boolean("sent")).value;
    condition.content_type = not_null(reader, "content_type", reader.text("content_type", short_text)).value_or("");
    condition.empty_data = not_null(reader, "empty_data", reader.boolean("empty_data")).value_or(false);
    return condition;
}

std::string condition_text(const RuleCondition& condition)
{
    Json json = Json::object();
    if (condition.upstream != UpstreamKind::unknown) json["dialect"] = name_of(condition.upstream);
    if (!condition.status.empty()) json["status"] = status_text(condition.status);
    if (!condition.codes.empty()) json["code"] = condition.codes;
    if (condition.coded) json["coded"] = true;
    for (const FieldName& each : field_names)
        if (each.field == condition.field && each.field != AnswerField::any) json["field"] = each.name;
    if (!condition.behind.empty()) json["behind"] = condition.behind;
    if (!condition.match.empty()) json["match"] = condition.match;
    if (!condition.unless.empty()) json["not"] = condition.unless;
    if (condition.at_least_s > 0) json["at_least_s"] = condition.at_least_s;
    if (condition.sent) json["sent"] = *condition.sent;
    for (const ProxyName& each : proxy_names)
        if (each.proxy == condition.proxy && each.proxy != ProxyCondition::any) json["proxy"] = each.name;
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
