#include "net/json_reply.hpp"

namespace dreamina {

Reply json_reply(int status, const Json& body)
{
    // Texts from outside may hold anything: what is not UTF-8 is replaced rather than refused.
    return {.status = status,
            .headers = {{"Content-Type", "application/json; charset=utf-8"}, {"Cache-Control", "no-store"}},
            .body = body.dump(-1, ' ', false, Json::error_handler_t::replace)};
}

Reply error_reply(int status, const Error& error)
{
    return json_reply(status, {{"detail", error.message}, {"code", error.code}});
}

Reply bad_body_reply(const Error& error) { return error_reply(error.code == "malformed_json" ? 400 : 422, error); }

}  // namespace dreamina
