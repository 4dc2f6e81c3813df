#pragma once
/// Replies with a JSON body.

#include "core/base/json_reader.hpp"
#include "core/base/result.hpp"
#include "net/exchange.hpp"

namespace dreamina {

Reply json_reply(int status, const Json& body);
/// {"code", "reason", "params", "fields", "detail"}: `reason` is the catalogue's text, more exact than `code` where
/// that is one for several, and `params` fill it in; `detail` is the same in English. `fields` has what is wrong with
/// which field: {"field", "code", "params", "detail"}.
Reply error_reply(int status, const Error& error);
/// Of a coded_error.
Reply error_reply(int status, std::string text, std::vector<MessageParam> params = {});
/// The status that belongs to the faults of JsonReader and the like: 400 for what is not JSON, 422 for the rest.
Reply bad_body_reply(const Error& error);

}  // namespace dreamina
