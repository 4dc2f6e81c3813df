#include <algorithm>
#include <array>
#include <cctype>

#include <nlohmann/json.hpp>

#include "named_answers.hpp"
#include "script.hpp"

namespace dreamina::stand_in {
namespace {

using nlohmann::ordered_json;

constexpr auto known_fields = std::to_array<std::string_view>(
    {"account",     "model",    "path", "method",      "times",      "answer",      "dialect",     "status",
     "reason",      "headers",  "body", "body_base64", "body_bytes", "seed",        "events",      "event_gap_ms",
     "event_stamp", "delay_ms", "cut",  "reset",       "chunked",    "chunk_count", "chunk_bytes", "chunk_gap_ms"});

constexpr std::uint64_t max_milliseconds = 24ULL * 60 * 60 * 1000;
constexpr std::uint64_t max_body_bytes = 1ULL << 30U;

/// The fields of one rule, each read with its type and range.
class RuleFields {
public:
    RuleFields(const ordered_json& rule, std::size_t index) : rule_(rule), index_(index)
    {
        if (!rule.is_object()) throw BadScript{"rule " + std::to_string(index) + ": must be an object"};
        for (const auto& [name, value] : rule.items()) {
            if (std::ranges::find(known_fields, name) == known_fields.end()) bad(name, "is not a field of a rule");
        }
    }

    [[noreturn]] void bad(std::string_view field, std::string_view fault) const
    {
        throw BadScript{"rule " + std::to_string(index_) + ": field \"" + std::string(field) + "\" " +
                        std::string(fault)};
    }
    bool has(const char* field) const { return rule_.contains(field); }
    const ordered_json& value(const char* field) const { return rule_.at(field); }

    std::string text(const char* field) const
    {
        if (!has(field)) return {};
        if (!value(field).is_string()) bad(field, "must be text");
        return value(field).get<std::string>();
    }
    bool flag(const char* field) const
    {
        if (!has(field)) return false;
        if (!value(field).is_boolean()) bad(field, "must be true or false");
        return value(field).get<bool>();
    }
    std::uint64_t number(const char* field, std::uint64_t fallback, std::uint64_t min, std::uint64_t max) const
    {
        return has(field) ? number_in(field, value(field), min, max) : fallback;
    }
    std::uint64_t number_in(const char* field, const ordered_json& v, std::uint64_t min, std::uint64_t max) const
    {
        if (!v.is_number_unsigned() || v.get<std::uint64_t>() < min || v.get<std::uint64_t>() > max) {
            bad(field, "must be a whole number of at least " + std::to_string(min) +
                           (max == Rule::always ? "" : " and at most " + std::to_string(max)));
        }
        return v.get<std::uint64_t>();
    }

private:
    const ordered_json& rule_;
    std::size_t index_;
};

void add_header(const RuleFields& fields, Headers& headers, const std::string& name, const ordered_json& value)
{
    if (!value.is_string()) fields.bad("headers", "must have text values");
    const auto text = value.get<std::string>();
    if (name.empty() || name.find_first_of("\r\n: ") != std::string::npos ||
        text.find_first_of("\r\n") != std::string::npos) {
        fields.bad("headers", "has a name or value that is no header");
    }
    headers.emplace_back(name, text);
}

Headers read_headers(const RuleFields& fields)
{
    Headers headers;
    if (!fields.has("headers")) return headers;
    const ordered_json& given = fields.value("headers");
    if (given.is_object()) {
        for (const auto& [name, value] : given.items()) add_header(fields, headers, name, value);
    } else if (given.is_array()) {
        for (const ordered_json& pair : given) {
            if (!pair.is_array() || pair.size() != 2 || !pair[0].is_string()) {
                fields.bad("headers", "must be an object or a list of [name, value]");
            }
            add_header(fields, headers, pair[0].get<std::string>(), pair[1]);
        }
    } else {
        fields.bad("headers", "must be an object or a list of [name, value]");
    }
    return headers;
}

/// Dialect A tells its failures with HTTP 200 too: those are no success.
bool is_success(int status, const std::string& body)
{
    if (status < 200 || status > 299) return false;
    if (body.size() > 65536 || !body.starts_with('{')) return true;
    const auto parsed = ordered_json::parse(body, nullptr, false);
    if (!parsed.is_object() || !parsed.contains("code")) return true;
    return !parsed["code"].is_number_integer() || parsed["code"].get<std::int64_t>() >= 0;
}

void read_body(const RuleFields& fields, Reply& reply, std::string& content_type)
{
    const int bodies = int(fields.has("body")) + int(fields.has("body_base64")) + int(fields.has("body_bytes"));
    if (bodies > 1) fields.bad("body", "is one of body, body_base64 and body_bytes");
    if (fields.has("seed") && !fields.has("body_bytes")) fields.bad("seed", "goes with body_bytes");
    if (fields.has("body")) {
        const ordered_json& body = fields.value("body");
        content_type = body.is_string() ? "text/plain; charset=utf-8" : "application/json; charset=utf-8";
        reply.body = make_bytes(body.is_string() ? body.get<std::string>() : body.dump());
    } else if (fields.has("body_base64")) {
        std::string decoded;
        if (!decode_base64(fields.text("body_base64"), decoded)) fields.bad("body_base64", "is not base64");
        reply.body = make_bytes(std::move(decoded));
    } else if (fields.has("body_bytes")) {
        reply.body = pseudo_random_bytes(fields.number("body_bytes", 0, 0, max_body_bytes),
                                         fields.number("seed", 0, 0, Rule::always));
    }
}

Reply read_events(const RuleFields& fields)
{
    const ordered_json& events = fields.value("events");
    if (!events.is_array()) return chat_stream(fields.number("events", 0, 0, 100000), fields.text("model"));
    Reply reply = chat_stream(0, "");
    std::string text;
    reply.piece_ends.clear();
    for (const ordered_json& event : events) {
        // Each line of an event's data has its own "data:".
        std::string data = event.is_string() ? event.get<std::string>() : event.dump();
        for (std::size_t at = 0; (at = data.find('\n', at)) != std::string::npos; at += 7) {
            data.replace(at, 1, "\ndata: ");
        }
        text += "data: " + data + "\n\n";
        reply.piece_ends.push_back(text.size());
    }
    text += "data: [DONE]\n\n";
    reply.piece_ends.push_back(text.size());
    reply.body = make_bytes(std::move(text));
    return reply;
}

void read_named(const RuleFields& fields, Rule& rule)
{
    for (const char* other : {"status", "reason", "body", "body_base64", "body_bytes", "events"}) {
        if (fields.has(other)) fields.bad("answer", "excludes an answer in the raw");
    }
    if (fields.has("dialect")) fields.bad("dialect", "is in the answer's name already");
    rule.named = fields.text("answer");
    rule.headers = read_headers(fields);
}

std::optional<Reply> read_reply(const RuleFields& fields, Dialect dialect)
{
    const bool has_body = fields.has("body") || fields.has("body_base64") || fields.has("body_bytes");
    const bool raw = has_body || fields.has("status") || fields.has("headers") || fields.has("reason");
    if (fields.has("answer")) {
        if (raw || fields.has("events")) fields.bad("answer", "excludes an answer in the raw");
        if (fields.has("dialect")) {
            const auto named = dialect_named(fields.text("dialect"));
            if (!named) fields.bad("dialect", "must be \"a\" or \"b\"");
            dialect = *named;
        }
        const std::string name = fields.text("answer");
        if (name == "success") return std::nullopt;
        auto reply = row_reply(name, dialect);
        if (!reply) fields.bad("answer", "must be \"success\" or a name that GET /_answers lists");
        return reply;
    }
    if (fields.has("dialect")) fields.bad("dialect", "goes with answer");
    if (!raw && !fields.has("events")) return std::nullopt;
    if (fields.has("events") && has_body) fields.bad("events", "excludes a body");
    Reply reply;
    std::string content_type = "application/octet-stream";
    if (fields.has("events")) {
        reply = read_events(fields);
        content_type = "text/event-stream; charset=utf-8";
    } else {
        read_body(fields, reply, content_type);
    }
    const bool has_headers = fields.has("headers");
    reply.headers = has_headers ? read_headers(fields) : Headers{{"Content-Type", content_type}};
    reply.status = static_cast<int>(fields.number("status", 200, 200, 999));
    reply.reason = fields.text("reason");
    if (reply.reason.find_first_of("\r\n") != std::string::npos) fields.bad("reason", "must be one line");
    reply.success = is_success(reply.status, *reply.body);
    reply.name = "raw";
    return reply;
}

Cut read_cut(const RuleFields& fields)
{
    const std::string name = fields.text("cut");
    if (name.empty()) return Cut::none;
    if (name == "before_body_read") {
        if (fields.has("model")) fields.bad("model", "is not known yet when a cut comes before the body");
        return Cut::before_body_read;
    }
    if (name == "at_once") return Cut::at_once;
    if (name == "after_headers") return Cut::after_headers;
    if (name == "mid_body") return Cut::mid_body;
    fields.bad("cut", "must be before_body_read, at_once, after_headers or mid_body");
}

Shape read_shape(const RuleFields& fields)
{
    Shape shape;
    if (fields.has("delay_ms") && fields.value("delay_ms").is_array()) {
        const ordered_json& range = fields.value("delay_ms");
        if (range.size() != 2) fields.bad("delay_ms", "must be a number or [least, most]");
        shape.delay_min_ms = static_cast<int>(fields.number_in("delay_ms", range[0], 0, max_milliseconds));
        shape.delay_max_ms = static_cast<int>(
            fields.number_in("delay_ms", range[1], static_cast<std::uint64_t>(shape.delay_min_ms), max_milliseconds));
    } else {
        shape.delay_min_ms = static_cast<int>(fields.number("delay_ms", 0, 0, max_milliseconds));
        shape.delay_max_ms = shape.delay_min_ms;
    }
    shape.cut = read_cut(fields);
    shape.reset = fields.flag("reset");
    if (shape.reset && shape.cut == Cut::none) fields.bad("reset", "goes with cut");
    shape.chunked = fields.flag("chunked");
    if (fields.has("chunk_count") && fields.has("chunk_bytes")) {
        fields.bad("chunk_count", "excludes chunk_bytes");
    }
    shape.chunk_count = fields.number("chunk_count", 0, 1, 1000000);
    shape.chunk_bytes = fields.number("chunk_bytes", 0, 1, max_body_bytes);
    if (fields.has("event_gap_ms") && fields.has("chunk_gap_ms")) {
        fields.bad("event_gap_ms", "excludes chunk_gap_ms");
    }
    const char* gap = fields.has("event_gap_ms") ? "event_gap_ms" : "chunk_gap_ms";
    shape.gap_ms = static_cast<int>(fields.number(gap, 0, 0, max_milliseconds));
    shape.event_stamp = fields.flag("event_stamp");
    return shape;
}

Rule read_rule(const ordered_json& given, std::size_t index, Dialect dialect)
{
    const RuleFields fields(given, index);
    Rule rule;
    rule.account = fields.text("account");
    rule.model = fields.text("model");
    rule.path = fields.text("path");
    if (!rule.path.empty() && (!rule.path.starts_with('/') || rule.path.starts_with("/_"))) {
        fields.bad("path", "must begin with / and not name a control route");
    }
    rule.method = fields.text("method");
    std::ranges::transform(rule.method, rule.method.begin(),
                           [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
    rule.times = fields.number("times", Rule::always, 1, Rule::always);
    if (fields.has("answer") && is_named_answer(fields.text("answer"))) {
        read_named(fields, rule);
    } else {
        rule.reply = read_reply(fields, dialect);
    }
    rule.shape = read_shape(fields);
    rule.source = given.dump(-1, ' ', false, ordered_json::error_handler_t::replace);
    return rule;
}

}  // namespace

std::vector<Rule> read_script(std::string_view json_text, Dialect dialect)
{
    const auto parsed = ordered_json::parse(json_text, nullptr, false);
    if (!parsed.is_array()) throw BadScript{"the script must be a JSON list of rules"};
    std::vector<Rule> rules;
    for (std::size_t i = 0; i < parsed.size(); ++i) rules.push_back(read_rule(parsed[i], i, dialect));
    return rules;
}

Reply chat_stream(std::size_t count, std::string_view model)
{
    Reply reply;
    std::string text;
    for (std::size_t i = 0; i < count; ++i) {
        const ordered_json choice = {{"index", 0},
                                     {"delta", {{"role", "assistant"}, {"content", "part " + std::to_string(i) + " "}}},
                                     {"finish_reason", i + 1 == count ? ordered_json("stop") : ordered_json(nullptr)}};
        const ordered_json chunk = {{"id", "chatcmpl-stand-in"},
                                    {"object", "chat.completion.chunk"},
                                    {"created", 1700000000},
                                    {"model", model},
                                    {"choices", ordered_json::array({choice})}};
        text += "data: " + chunk.dump(-1, ' ', false, ordered_json::error_handler_t::replace) + "\n\n";
        reply.piece_ends.push_back(text.size());
    }
    text += "data: [DONE]\n\n";
    reply.piece_ends.push_back(text.size());
    reply.headers = {{"Content-Type", "text/event-stream; charset=utf-8"}, {"Cache-Control", "no-cache"}};
    reply.body = make_bytes(std::move(text));
    reply.success = true;
    reply.name = "success";
    return reply;
}

}  // namespace dreamina::stand_in
