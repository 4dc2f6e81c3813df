#pragma once
/// Reads what the register service answers. For register_service.cpp alone.

#include <string>
#include <vector>

#include "core/base/json_reader.hpp"
#include "core/clients/register_service.hpp"

namespace dreamina {

/// The object of a successful answer, or the failure in a sentence; codes as in register_service.hpp.
/// `secrets`: what must not be in a message.
Result<Json> read_register_answer(const HttpResult& result, const std::vector<std::string>& secrets);

/// What is wrong with a field of an answer: a "register.field_…" of the catalogue.
tl::unexpected<Error> bad_register_field(const char* fault, std::string field);

/// A field that must be there and be text which is not empty. `where` precedes its name in the message.
Result<std::string> register_text(const Json& object, const std::string& where, const char* name);

Result<RefreshedSession> read_session(const Json& object, const std::string& where);
Result<RegistrationTask> read_task(const Json& answer, const std::vector<std::string>& secrets);

}  // namespace dreamina
