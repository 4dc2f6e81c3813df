#pragma once
/// Errors whose text is in the catalogue of messages (static/src/locales/service), below "error.".

#include <string>
#include <string_view>
#include <vector>

#include "core/base/message/message.hpp"
#include "core/base/result.hpp"

namespace dreamina {

/// `text` is one of the catalogue, such as "error.unknown_key", and what follows its point is the error's code.
Error coded_error(std::string text, std::vector<MessageParam> params = {});

/// What is wrong with one field, or with a parameter of a query. The message of the error has the field's path as
/// `field` and what is wrong as `fault`, such as {"field.empty"}.
Error field_error(std::string text, std::string field, Message fault, std::vector<MessageParam> params = {});

/// The two halves of such an error, of the first where it is one for several; empty where it is of no field.
struct FieldFault {
    std::string field;
    Message fault;
};
FieldFault field_fault_of(const Error& error);

/// One error for all that is wrong with one input, at least one: with the code of the first, all of their sentences,
/// and them as `each`.
Error all_of(std::vector<Error> faults);

/// Adds what an error stands for: itself, or each of several.
void append_faults(std::vector<Error>& faults, const Error& error);

/// What is wrong with a field that has a closed list of values.
Message not_one_of(std::vector<std::string> choices);

inline tl::unexpected<Error> coded_failure(std::string text, std::vector<MessageParam> params = {})
{
    return tl::unexpected(coded_error(std::move(text), std::move(params)));
}

inline tl::unexpected<Error> field_failure(std::string text, std::string field, Message fault)
{
    return tl::unexpected(field_error(std::move(text), std::move(field), std::move(fault)));
}

}  // namespace dreamina
