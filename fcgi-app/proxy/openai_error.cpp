#include "proxy/openai_error.hpp"

#include "base/json_reader.hpp"

namespace dreamina {

Header any_origin() { return {"Access-Control-Allow-Origin", "*"}; }

Reply openai_error(int status, std::string_view type, std::string_view code, std::string_view message)
{
    const Json body{{"error", {{"message", message}, {"type", type}, {"code", code}}}};
    return {.status = status,
            .headers = {{"Content-Type", "application/json; charset=utf-8"}, any_origin()},
            .body = body.dump(-1, ' ', false, Json::error_handler_t::replace)};
}

}  // namespace dreamina
