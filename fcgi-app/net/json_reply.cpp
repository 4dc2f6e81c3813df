#include "net/json_reply.hpp"

#include "core/base/message/coded_error.hpp"
#include "core/base/message/message_json.hpp"

namespace dreamina {
namespace {

void add_field(const Error& error, Json& fields)
{
    FieldFault found = field_fault_of(error);
    if (found.field.empty()) return;
    Json shown = message_json(found.fault);
    shown["field"] = std::move(found.field);
    shown["detail"] = error.message;
    fields.push_back(std::move(shown));
}

Json error_json(const Error& error)
{
    const Json reason = message_json(message_of(error));
    Json fields = Json::array();
    if (error.each.empty()) add_field(error, fields);
    for (const Error& each : error.each) add_field(each, fields);
    return {{"code", error.code},
            {"reason", reason["code"]},
            {"params", reason["params"]},
            {"fields", std::move(fields)},
            {"detail", error.message}};
}

}  // namespace

Reply json_reply(int status, const Json& body)
{
    // Texts from outside may hold anything: what is not UTF-8 is replaced rather than refused.
    return {.status = status,
            .headers = {{"Content-Type", "application/json; charset=utf-8"}, {"Cache-Control", "no-store"}},
            .body = body.dump(-1, ' ', false, Json::error_handler_t::replace)};
}

Reply error_reply(int status, const Error& error) { return json_reply(status, error_json(error)); }

Reply error_reply(int status, std::string text, std::vector<MessageParam> params)
{
    return error_reply(status, coded_error(std::move(text), std::move(params)));
}

Reply bad_body_reply(const Error& error) { return error_reply(error.code == "malformed_json" ? 400 : 422, error); }

}  // namespace dreamina
