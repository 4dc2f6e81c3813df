#include "proxy/answer/headers.hpp"

#include <doctest/doctest.h>

#include "proxy/openai_error.hpp"

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

const std::string exposed = exposed_headers().name + ": " + exposed_headers().value;

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
          Lines{"User-Agent: curl", "Cookie: theirs=1", "X-Twice: a", "X-Twice: b", "X-Empty: ", "X-Request-Id: id",
                "Accept-Encoding: gzip", "Content-Type: multipart/form-data; boundary=X",
                "Authorization: Bearer hk-session"});
    CHECK(lines(headers_for_upstream(Request{}, "t")) == Lines{"Accept-Encoding: identity", "Authorization: Bearer t"});
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
          Lines{"Accept-Encoding: identity", "Content-Type: application/json", "Authorization: Bearer t"});
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
                "Cache-Control: no-cache", "X-Request-Id: id", "Access-Control-Allow-Origin: *", exposed});
    CHECK(lines(headers_for_client({{"access-control-allow-origin", "https://a"}})) ==
          Lines{"access-control-allow-origin: https://a", exposed});
}

TEST_CASE("pages of other origins may read what an answer says of another try, which is ours to say")
{
    CHECK(lines(headers_for_client({{"access-control-expose-headers", "X-Own"}, {"X-SHOULD-RETRY", "true"}})) ==
          Lines{"access-control-expose-headers: X-Own, " + exposed_headers().value, "Access-Control-Allow-Origin: *"});
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

TEST_CASE("of the encodings that a client takes, gzip is asked for and no other")
{
    struct Row {
        Headers headers;
        std::string asked;
    };
    const Row rows[] = {
        {{}, "identity"},
        {{{"Accept-Encoding", ""}}, "identity"},
        {{{"Accept-Encoding", "gzip"}}, "gzip"},
        {{{"Accept-Encoding", "gzip, deflate, br, zstd"}}, "gzip"},
        {{{"accept-encoding", "br"}, {"Accept-Encoding", "X-GZIP ; q=0.5"}}, "gzip"},
        {{{"Accept-Encoding", "br, deflate"}}, "identity"},
        {{{"Accept-Encoding", "gzip;q=0"}}, "identity"},
        {{{"Accept-Encoding", "gzip; Q=0.000, *"}}, "identity"},
        {{{"Accept-Encoding", "gzip;q=0.001"}}, "gzip"},
        {{{"Accept-Encoding", "*"}}, "gzip"},
        {{{"Accept-Encoding", "*;q=0"}}, "identity"},
        {{{"Accept-Encoding", "identity"}}, "identity"},
    };
    for (const Row& row : rows) {
        Request request;
        request.headers = row.headers;
        CAPTURE(joined_header(row.headers, "Accept-Encoding"));
        CHECK(joined_header(headers_for_upstream(request, "t"), "Accept-Encoding") == row.asked);
    }
}

TEST_CASE("a length passes on if it is the body's")
{
    CHECK(joined_header(headers_for_client({{"Content-Length", "7"}}), "Content-Length") == "7");
    CHECK(joined_header(headers_for_client({{"Content-Length", "7"}, {"content-length", "7"}}), "Content-Length") ==
          "7");
    const Headers doubtful[] = {
        {{"Content-Length", "7"}, {"Transfer-Encoding", "chunked"}},
        {{"Content-Length", "7"}, {"Content-Length", "8"}},
        {{"Content-Length", "7, 7"}},
        {{"Content-Length", "-7"}},
        {{"Content-Length", ""}},
    };
    for (const Headers& headers : doubtful) {
        CAPTURE(headers[0].value);
        CHECK_FALSE(holds(headers_for_client(headers), "Content-Length"));
    }
}

TEST_CASE("headers that nginx would refuse the whole answer for are left out")
{
    Headers headers{{"", "no name"},          {"X Y", "blank"},           {"X\tY", "tab"},  {"X\x01", "control"},
                    {"X-\xc3\xbc", "umlaut"}, {"X-Null", {"a\0b", 3}},    {"X-Cr", "a\rb"}, {"X-Del", "a\x7f"},
                    {"X-Tab", "a\tb"},        {"X-Text", "\xe5\xad\x97"}, {"X_y~!", ""},    {"X:Y", "colon"}};
    fit_for_nginx(headers);
    CHECK(lines(headers) == Lines{"X-Tab: a\tb", "X-Text: \xe5\xad\x97", "X_y~!: "});
}

TEST_CASE("of a head that is larger than nginx takes, the largest headers are left out")
{
    Headers headers{{"Content-Type", "application/json"},
                    {"X-Large", std::string(20'000, 'a')},
                    {"X-Larger", std::string(25'000, 'b')},
                    {"X-Small", "1"}};
    fit_for_nginx(headers);
    REQUIRE(headers.size() == 3);
    CHECK(holds(headers, "X-Large"));
    CHECK_FALSE(holds(headers, "X-Larger"));

    Headers just_fits{{"X-A", std::string(max_head_for_nginx - 7, 'a')}};
    fit_for_nginx(just_fits);
    CHECK(just_fits.size() == 1);
    just_fits[0].value += 'a';
    fit_for_nginx(just_fits);
    CHECK(just_fits.empty());
}

TEST_CASE("thousands of headers that are too much together are thinned out")
{
    Headers headers;
    for (int i = 0; i < 20'000; ++i) headers.push_back({"X", "12345"});
    headers.push_back({"Content-Type", "text/plain"});
    fit_for_nginx(headers);
    CHECK(headers.size() == (max_head_for_nginx - 26) / 10 + 1);
    CHECK(holds(headers, "Content-Type"));  // without which the body is of no use
}
