#include "proxy/headers.hpp"

#include <doctest/doctest.h>

using namespace dreamina;

namespace {

/// "Name: value" lines, in order.
std::vector<std::string> lines(const Headers& headers)
{
    std::vector<std::string> all;
    for (const Header& header : headers) all.push_back(header.name + ": " + header.value);
    return all;
}

bool holds(const Headers& headers, std::string_view name) { return find_header(headers, name) != nullptr; }

using Lines = std::vector<std::string>;

}  // namespace

TEST_CASE("to the upstream: the client's headers, with the account's credentials")
{
    Request request;
    request.content_type = "multipart/form-data; boundary=X";
    request.headers = {{"Host", "ours"},
                       {"Authorization", "Bearer admin-password"},
                       {"AUTHORIZATION", "Bearer second"},
                       {"X-API-Key", "third"},
                       {"Content-Length", "5"},
                       {"Content-Type", "wrong"},
                       {"Expect", "100-continue"},
                       {"User-Agent", "curl"},
                       {"Accept-Encoding", "gzip"},
                       {"Cookie", "theirs=1"},
                       {"X-Twice", "a"},
                       {"X-Twice", "b"},
                       {"X-Empty", ""},
                       {"X-Request-Id", "id"}};
    CHECK(lines(headers_for_upstream(request, "hk-session")) ==
          Lines{"User-Agent: curl", "Accept-Encoding: gzip", "Cookie: theirs=1", "X-Twice: a", "X-Twice: b",
                "X-Empty: ", "X-Request-Id: id", "Content-Type: multipart/form-data; boundary=X",
                "Authorization: Bearer hk-session"});
    CHECK(lines(headers_for_upstream(Request{}, "t")) == Lines{"Authorization: Bearer t"});
}

TEST_CASE("headers of the connection stay on it, in both directions")
{
    for (const std::string name : {"Connection", "Keep-Alive", "Proxy-Authenticate", "Proxy-Authorization",
                                   "Proxy-Connection", "TE", "Trailer", "Transfer-Encoding", "Upgrade", "upgrade"}) {
        CAPTURE(name);
        Request request;
        request.headers = {{name, "x"}};
        CHECK_FALSE(holds(headers_for_upstream(request, "t"), name));
        CHECK_FALSE(holds(headers_for_client({{name, "x"}}), name));
    }
    for (const std::string list : {"X-Hop", "close, X-Hop", "x-hop,keep-alive", " , X-HOP , "}) {
        CAPTURE(list);
        const Headers headers{{"X-Hop", "1"}, {"Connection", list}, {"X-Stays", "1"}};
        Request request;
        request.headers = headers;
        CHECK_FALSE(holds(headers_for_upstream(request, "t"), "X-Hop"));
        CHECK(holds(headers_for_upstream(request, "t"), "X-Stays"));
        CHECK_FALSE(holds(headers_for_client(headers), "X-Hop"));
        CHECK(holds(headers_for_client(headers), "X-Stays"));
    }
}

TEST_CASE("Connection cannot strike out the account's credentials")
{
    Request request;
    request.content_type = "application/json";
    request.headers = {{"Connection", "authorization, content-type"}};
    CHECK(lines(headers_for_upstream(request, "t")) ==
          Lines{"Content-Type: application/json", "Authorization: Bearer t"});
}

TEST_CASE("to the client: the upstream's headers, in their order, any origin allowed")
{
    CHECK(lines(headers_for_client({{"Content-Type", "image/png"},
                                    {"Content-Length", "7"},
                                    {"Set-Cookie", "a=1"},
                                    {"Set-Cookie", "b=2"},
                                    {"Cache-Control", "no-cache"},
                                    {"X-Request-Id", "id"}})) ==
          Lines{"Content-Type: image/png", "Content-Length: 7", "Set-Cookie: a=1", "Set-Cookie: b=2",
                "Cache-Control: no-cache", "X-Request-Id: id", "Access-Control-Allow-Origin: *"});
    CHECK(lines(headers_for_client({{"access-control-allow-origin", "https://a"}})) ==
          Lines{"access-control-allow-origin: https://a"});
}

TEST_CASE("the upstream gives nginx no orders")
{
    for (const std::string name : {"X-Accel-Redirect", "x-accel-buffering", "X-ACCEL-EXPIRES", "X-Accel-Limit-Rate",
                                   "X-Accel-Charset", "Status", "status"}) {
        CAPTURE(name);
        CHECK_FALSE(holds(headers_for_client({{name, "/etc/passwd"}}), name));
    }
    CHECK(holds(headers_for_client({{"X-Accelerate", "1"}, {"X-Status", "1"}}), "X-Accelerate"));
    CHECK(holds(headers_for_client({{"X-Accelerate", "1"}, {"X-Status", "1"}}), "X-Status"));
}
