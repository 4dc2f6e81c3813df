#include "proxy/request/heartbeat.hpp"

#include <doctest/doctest.h>

using namespace dreamina;
using namespace std::chrono_literals;

namespace {

Request asking_for(const std::string& heartbeat)
{
    Request request;
    request.headers = {{"x-dreamina-heartbeat", heartbeat}};
    return request;
}

}  // namespace

TEST_CASE("a heartbeat is a number of seconds, and what is none is refused by the header's name")
{
    CHECK(read_heartbeat({}).value() == std::nullopt);
    CHECK(read_heartbeat(asking_for(" 15 ")).value() == 15s);
    CHECK(read_heartbeat(asking_for("0")).value() == 0s);
    for (const char* wrong : {"", "-1", "soon", "1.5", "3601"}) {
        CAPTURE(wrong);
        const auto read = read_heartbeat(asking_for(wrong));
        REQUIRE_FALSE(read.has_value());
        CHECK(read.error().status == 400);
        CHECK(read.error().body.find("X-Dreamina-Heartbeat") != std::string::npos);
    }
}
