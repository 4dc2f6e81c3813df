#include "api/system/openapi.hpp"

namespace dreamina {
namespace {

HandlerResult show_openapi(Call&)
{
    return Reply{.status = 200,
                 .headers = {{"Content-Type", "application/json; charset=utf-8"}, {"Cache-Control", "no-store"}},
                 .body = std::string{openapi_text()}};
}

}  // namespace

std::vector<Route> openapi_routes() { return {{"GET", "/api/openapi.json", Access::admin, show_openapi}}; }

}  // namespace dreamina
