#include "proxy/openai_error.hpp"

#include <doctest/doctest.h>

#include "core/base/json_reader.hpp"

using namespace dreamina;

TEST_CASE("an error of our own under /v1 has the form that its clients know")
{
    const Reply reply = openai_error(502, "server_error", "upstream_unreachable", "a \"sentence\"\n即梦");
    CHECK(reply.status == 502);
    CHECK(*find_header(reply.headers, "Content-Type") == "application/json; charset=utf-8");
    CHECK(*find_header(reply.headers, "Access-Control-Allow-Origin") == "*");
    CHECK(Json::parse(reply.body) ==
          Json{{"error",
                {{"message", "a \"sentence\"\n即梦"}, {"type", "server_error"}, {"code", "upstream_unreachable"}}}});
}

TEST_CASE("a sentence that holds what a client sent need not be UTF-8")
{
    const Reply reply = openai_error(503, "server_error", "no_account", "model \xFF\xFE");
    CHECK(Json::accept(reply.body));
}
