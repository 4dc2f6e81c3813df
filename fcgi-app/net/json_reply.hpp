#pragma once
/// Replies with a JSON body.

#include "core/base/json_reader.hpp"
#include "core/base/result.hpp"
#include "net/exchange.hpp"

namespace dreamina {

Reply json_reply(int status, const Json& body);
/// {"detail", "code"}
Reply error_reply(int status, const Error& error);
/// The status that belongs to the faults of JsonReader and the like: 400 for what is not JSON, 422 for the rest.
Reply bad_body_reply(const Error& error);

}  // namespace dreamina
