#include "proxy/openai_error.hpp"

#include "core/base/json_reader.hpp"

namespace dreamina {

Header any_origin() { return {"Access-Control-Allow-Origin", "*"}; }

Header should_retry(bool retry) { return {"X-Should-Retry", retry ? "true" : "false"}; }

Header exposed_headers()
{
    return {"Access-Control-Expose-Headers", "Retry-After, X-Dreamina-Attempts, X-Dreamina-Request-Id, X-Should-Retry"};
}

Reply openai_error(int status, std::string_view type, std::string_view code, std::string_view message)
{
    const Json body{{"error", {{"message", message}, {"type", type}, {"code", code}}}};
    return {.status = status,
            .headers = {{"Content-Type", "application/json; charset=utf-8"}, any_origin(), exposed_headers()},
            .body = body.dump(-1, ' ', false, Json::error_handler_t::replace)};
}

}  // namespace dreamina
