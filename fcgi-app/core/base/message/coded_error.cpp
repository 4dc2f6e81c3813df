#include "core/base/message/coded_error.hpp"

namespace dreamina {

Error coded_error(std::string text, std::vector<MessageParam> params)
{
    std::string code = text.substr(text.find('.') + 1);
    return make_error(std::move(code), {std::move(text), std::move(params)});
}

Error field_error(std::string text, std::string field, Message fault, std::vector<MessageParam> params)
{
    params.emplace_back("field", std::move(field));
    params.emplace_back("fault", std::move(fault));
    return coded_error(std::move(text), std::move(params));
}

Message not_one_of(std::vector<std::string> choices) { return {"field.not_one_of", {{"choices", std::move(choices)}}}; }

FieldFault field_fault_of(const Error& error)
{
    FieldFault found;
    for (const MessageParam& param : error.reason.params) {
        if (const auto* text = std::get_if<std::string>(&param.value); text && param.name == "field")
            found.field = *text;
        if (const auto* fault = std::get_if<Message>(&param.value); fault && param.name == "fault")
            found.fault = *fault;
    }
    return found;
}

}  // namespace dreamina
