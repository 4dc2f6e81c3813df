#include "core/base/message/message.hpp"

#include "core/base/message/message_json.hpp"

namespace dreamina {
namespace {

Json value_json(const MessageValue& value)
{
    return std::visit(
        []<class T>(const T& held) -> Json {
            if constexpr (std::is_same_v<T, Message>)
                return message_json(held);
            else
                return held;
        },
        value);
}

std::vector<std::string> texts_of(const Json& list)
{
    std::vector<std::string> texts;
    for (const Json& each : list) texts.push_back(each.is_string() ? each.get<std::string>() : each.dump());
    return texts;
}

/// Codes whose text is another's by now: what was stored with the first is read as the second.
constexpr std::pair<std::string_view, std::string_view> merged_codes[] = {
    {"database.failed", "file.failed"},
    {"http.cancelled", "job.cancelled"},
    {"upstream.found.bad_address", "http.bad_url"},
    {"words.foreign", "text.external"},
    {"words.legacy", "text.legacy"},
};

Message message_in(const Json& json);

MessageParam param_of(const std::string& name, const Json& value)
{
    if (value.is_string()) return {name, value.get<std::string>()};
    if (value.is_number_integer()) return {name, value.get<std::int64_t>()};
    if (value.is_number()) return {name, value.get<double>()};
    if (value.is_array()) return {name, texts_of(value)};
    if (value.is_object() && value.contains("code")) return {name, message_in(value)};
    return {name, value.is_null() ? std::string{} : value.dump()};
}

Message message_in(const Json& json)
{
    Message message;
    if (const auto code = json.find("code"); code != json.end() && code->is_string())
        message.code = code->get<std::string>();
    for (const auto& [former, code] : merged_codes)
        if (message.code == former) message.code = code;
    if (const auto params = json.find("params"); params != json.end() && params->is_object())
        for (const auto& [name, value] : params->items()) message.params.push_back(param_of(name, value));
    return message;
}

}  // namespace

bool operator==(const MessageParam& one, const MessageParam& other)
{
    return one.name == other.name && one.value == other.value;
}

bool operator==(const Message& one, const Message& other)
{
    return one.code == other.code && one.params == other.params;
}

Message external_text(std::string text) { return {"text.external", {{"text", std::move(text)}}}; }

Json message_json(const Message& message)
{
    if (message.empty()) return nullptr;
    return {{"code", message.code}, {"params", params_json(message.params)}};
}

Json params_json(const std::vector<MessageParam>& params)
{
    Json json = Json::object();
    for (const MessageParam& param : params) json[param.name] = value_json(param.value);
    return json;
}

std::string to_json_text(const Message& message)
{
    return message_json(message).dump(-1, ' ', false, Json::error_handler_t::replace);
}

Message message_from_json_text(std::string_view text)
{
    if (text.empty()) return {};
    const Json json = Json::parse(text, nullptr, false);
    if (json.is_object()) {
        Message message = message_in(json);
        if (!message.empty()) return message;
    }
    return {"text.legacy", {{"text", text}}};
}

}  // namespace dreamina
