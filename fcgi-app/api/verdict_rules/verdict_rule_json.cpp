#include "api/verdict_rules/verdict_rule_json.hpp"

#include "api/http/json_values.hpp"
#include "core/base/message/coded_error.hpp"
#include "core/base/text.hpp"
#include "core/domain/verdict/answer_facts.hpp"
#include "core/domain/verdict/verdict_pack.hpp"

namespace dreamina {
namespace {

constexpr JsonReader::Text short_word{.max = 100};
constexpr JsonReader::Text note_text{.max = 500, .control_characters = true};
constexpr double min_ban_hours = 0.01;
constexpr double max_ban_hours = 720;
constexpr std::size_t max_body_length = 256 * 1024;

/// Shown beside the fields, and not for a client to set.
constexpr const char* shown_only[] = {"order", "built_in", "changed", "moved", "protected", "shadowed_by", "counted"};

template <class Value>
std::optional<Value> read_choice(JsonReader& reader, const char* name, std::optional<Value> (*parse)(std::string_view),
                                 const Message& fault)
{
    const auto text = reader.text(name, short_word);
    if (text.is_null()) reader.fail(name, {"field.null"});
    if (!text.value) return std::nullopt;
    const auto value = parse(*text.value);
    if (!value) reader.fail(name, fault);
    return value;
}

VerdictRule read_fields(JsonReader& reader, VerdictRule rule)
{
    if (!reader.holds("when", Json::parse(condition_text(rule.when)))) {
        const auto when = reader.object("when", read_condition);
        if (when.is_null()) reader.fail("when", {"field.null"});
        if (when.value) rule.when = *when.value;
    }
    rule.verdict = read_choice(reader, "verdict", parse_verdict, {"field.not_verdict"}).value_or(rule.verdict);
    const auto hours = reader.number("ban_hours", min_ban_hours, max_ban_hours);
    if (hours.present) rule.ban_hours = hours.value;
    rule.mode = read_choice(reader, "mode", parse_rule_mode, not_one_of({"on", "count", "off"})).value_or(rule.mode);
    const auto note = reader.text("note", note_text);
    if (note.is_null()) reader.fail("note", {"field.null"});
    rule.note = note.value_or(rule.note);
    for (const char* name : shown_only) reader.ignore(name);
    return rule;
}

/// With the rails that an administrator's rule has to keep to.
Result<VerdictRule> judged(JsonReader& reader, VerdictRule rule)
{
    if (const auto fault = fault_of(rule)) reader.fail(fault->field, fault->fault);
    if (const auto faults = reader.finish(); !faults) return tl::unexpected(faults.error());
    return rule;
}

/// Any header may be there; one says what the body is.
std::string content_type_of(JsonReader& reader, const Json& document)
{
    reader.ignore("headers");
    const auto headers = document.find("headers");
    if (headers == document.end() || headers->is_null()) return {};
    if (!headers->is_object()) {
        reader.fail("headers", {"field.not_object"});
        return {};
    }
    std::string type;
    for (const auto& [name, value] : headers->items()) {
        if (!value.is_string()) {
            reader.fail("headers." + name, {"field.not_text"});
        } else if (equals_ignoring_case(name, "Content-Type")) {
            type = value.get<std::string>();
        }
    }
    return type;
}

}  // namespace

Json rule_fields_json(const VerdictRule& rule)
{
    return {{"id", rule.id},
            {"when", Json::parse(condition_text(rule.when))},
            {"verdict", to_string(rule.verdict)},
            {"ban_hours", value_or_null(rule.ban_hours)},
            {"mode", to_string(rule.mode)},
            {"note", rule.note}};
}

Result<NewRule> read_new_rule(JsonReader& reader, std::string id)
{
    NewRule wanted;
    const auto own_id = reader.text("id", short_word);
    if (own_id.is_null()) reader.fail("id", {"field.null"});
    wanted.rule.id = own_id.value.value_or(std::move(id));
    if (const auto fault = own_rule_id_fault(wanted.rule.id)) reader.fail("id", *fault);
    for (const char* name : {"when", "verdict"})
        if (!reader.has(name)) reader.fail(name, {"field.required"});
    wanted.before = reader.text("before", short_word).value;
    auto rule = judged(reader, read_fields(reader, std::move(wanted.rule)));
    if (!rule) return tl::unexpected(rule.error());
    wanted.rule = std::move(*rule);
    return wanted;
}

Result<VerdictRule> read_rule_change(JsonReader& reader, const VerdictRule& stored)
{
    const auto id = reader.text("id", short_word);
    if (id.present && id.value != stored.id) reader.fail("id", {"field.rule_id_fixed"});
    VerdictRule rule = read_fields(reader, stored);
    // What is in force is not judged again.
    if (rule.when == stored.when && rule.verdict == stored.verdict && rule.ban_hours == stored.ban_hours) {
        if (const auto faults = reader.finish(); !faults) return tl::unexpected(faults.error());
        return rule;
    }
    return judged(reader, std::move(rule));
}

Result<AnswerHead> read_answer(std::string_view body)
{
    const auto document = parse_json(body);
    if (!document) return tl::unexpected(document.error());
    auto parsed = JsonReader::parse(body);
    if (!parsed) return tl::unexpected(parsed.error());
    JsonReader& reader = *parsed;
    constexpr double max_wait_s = 86'400;
    const auto status = reader.required("status", reader.integer("status", 0, 999));
    const std::string type = content_type_of(reader, *document);
    JsonFieldScanner fields = answer_fields();
    fields.feed(reader.text("body", {.max = max_body_length, .control_characters = true}).value_or(""));
    AnswerHead answer = answer_facts(static_cast<int>(status), type, fields);
    const auto dialect = reader.text("dialect", short_word);
    if (dialect.value && *dialect.value != "any") {
        const bool known = *dialect.value == "A" || *dialect.value == "B";
        if (!known) reader.fail("dialect", not_one_of({"A", "B", "any"}));
        answer.upstream = *dialect.value == "B" ? UpstreamKind::jimeng_api_go : UpstreamKind::jimeng_api;
    }
    constexpr double millis_per_second = 1000;
    answer.took =
        milliseconds{static_cast<std::int64_t>(reader.number("took_s", 0, max_wait_s).value_or(0) * millis_per_second)};
    answer.sent = reader.boolean("sent").value_or(true);
    answer.proxy_url = reader.text("proxy", {.max = 2048}).value_or("");
    if (const auto faults = reader.finish(); !faults) return tl::unexpected(faults.error());
    return answer;
}

}  // namespace dreamina
