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

Error all_of(std::vector<Error> faults)
{
    if (faults.size() == 1) return std::move(faults.front());
    Message whole = message_of(faults.back());
    for (auto fault = faults.rbegin() + 1; fault != faults.rend(); ++fault)
        whole = {"error.several", {{"first", message_of(*fault)}, {"others", std::move(whole)}}};
    Error error = make_error(faults.front().code, std::move(whole));
    error.each = std::move(faults);
    return error;
}

Message not_one_of(std::vector<std::string> choices) { return {"field.not_one_of", {{"choices", std::move(choices)}}}; }

namespace {

FieldFault field_fault_of(const Message& reason)
{
    FieldFault found;
    for (const MessageParam& param : reason.params) {
        if (const auto* text = std::get_if<std::string>(&param.value); text && param.name == "field")
            found.field = *text;
        if (const auto* fault = std::get_if<Message>(&param.value); fault && param.name == "fault")
            found.fault = *fault;
    }
    // Of one that says where the fault stands: in a file, in the environment.
    return found.field.empty() && !found.fault.empty() ? field_fault_of(found.fault) : found;
}

}  // namespace

FieldFault field_fault_of(const Error& error)
{
    return field_fault_of(error.each.empty() ? error.reason : error.each.front().reason);
}

void append_faults(std::vector<Error>& faults, const Error& error)
{
    if (error.each.empty()) faults.push_back(error);
    faults.insert(faults.end(), error.each.begin(), error.each.end());
}

}  // namespace dreamina
