#include "core/clients/upstream_detection.hpp"

#include <map>

#include <doctest/doctest.h>

#include "core/clients/local_server.hpp"
#include "core/clients/recording_transport.hpp"
#include "holds.hpp"

using namespace dreamina;
using namespace std::chrono_literals;

namespace {

constexpr const char* jimeng_root = R"({"service":"jimeng-api","status":"running","version":"1.6.3","endpoints":{}})";
constexpr const char* jimeng_unknown_path =
    R"({"code":-1000,"message":"[请求有误]: 请检查API文档确认正确的请求路径，当前请求为 GET -> /v1/ping 请纠正","data":null})";
constexpr const char* page = "<!DOCTYPE html>\n<html><body>Welcome</body></html>";

/// Answers by URL; anything else gets `otherwise`.
struct Place {
    UpstreamDetection detect(const std::string& base_url)
    {
        asked.clear();
        return detect_upstream(transport, base_url, 5s);
    }
    UpstreamDetection look(const std::string& base_url)
    {
        asked.clear();
        return look_for_upstream(transport, base_url, 5s);
    }

    std::map<std::string, HttpResult> answers;
    HttpResult otherwise = fault_of(HttpFault::unreachable);
    std::vector<std::string> asked;
    RecordingTransport transport{[this](const HttpRequest& request) {
        CHECK(request.method == "GET");
        CHECK(request.bearer.empty());
        CHECK_FALSE(request.json_body);
        CHECK(request.timeout <= 5s);
        asked.push_back(request.url);
        const auto found = answers.find(request.url);
        return found == answers.end() ? otherwise : found->second;
    }};
};

HttpResult html(std::string body, int status = 200)
{
    return HttpAnswer{.status = status, .body = std::move(body), .content_type = "text/html; charset=utf-8"};
}
HttpResult redirect(std::string location)
{
    return HttpAnswer{.status = 302, .body = {}, .location = std::move(location)};
}
HttpResult trouble(HttpTrouble what, HttpFault fault = HttpFault::unreachable)
{
    return tl::unexpected(HttpFailure{fault, {"http.unreachable", {{"host", "host:1"}, {"reason", "words"}}}, what});
}

Place jimeng_api(const std::string& at, HttpResult root = answer_of(200, jimeng_root))
{
    Place place;
    place.answers = {{at + "/ping", answer_of(200, "pong")}, {at + "/", std::move(root)}};
    place.otherwise = answer_of(200, jimeng_unknown_path);
    return place;
}
Place jimeng_api_go(const std::string& at, HttpResult root = html(page))
{
    Place place;
    place.answers = {{at + "/ping", answer_of(200, "pong")}, {at + "/", std::move(root)}};
    place.otherwise = answer_of(404, "404 page not found");
    return place;
}

}  // namespace

TEST_CASE("jimeng-api tells itself and its version")
{
    Place place = jimeng_api("http://a:8000");
    for (const char* address : {"http://a:8000", "http://a:8000/", "HTTP://a:8000//"}) {
        const UpstreamDetection found = place.detect(address);
        CHECK(found.diagnosis == UpstreamDiagnosis::jimeng_api);
        CHECK(found.version == "1.6.3");
        CHECK(english(found.message) == "jimeng-api 1.6.3 responds");
        CHECK(found.instead.empty());
        CHECK(place.asked.size() == 2);
    }
    CHECK(jimeng_api("http://a:8000/prefix").detect("http://a:8000/prefix").version == "1.6.3");
}

TEST_CASE("an older jimeng-api and a fork of it are known by their answer to a path that they do not have")
{
    for (const char* root :
         {page, R"({"code":-1000,"message":"[请求有误]: x","data":null})", R"({"service":"fork"})"}) {
        Place place = jimeng_api("http://a", answer_of(200, root));
        const UpstreamDetection found = place.detect("http://a");
        CHECK(found.diagnosis == UpstreamDiagnosis::jimeng_api);
        CHECK(found.version.empty());
    }
}

TEST_CASE("a version that is no version is not kept")
{
    for (const char* version : {R"("<b>1</b>")", R"("1.6 3")", "163", R"("111111111111111111111111111111111")"}) {
        Place place = jimeng_api("http://a",
                                 answer_of(200, std::string{R"({"service":"jimeng-api","version":)"} + version + "}"));
        const UpstreamDetection found = place.detect("http://a");
        CHECK(found.diagnosis == UpstreamDiagnosis::jimeng_api);
        CHECK(found.version.empty());
    }
}

TEST_CASE("jimeng-api-go shows a page at its root, which is no web page by mistake")
{
    Place place = jimeng_api_go("http://b:5100");
    CHECK(place.detect("http://b:5100").diagnosis == UpstreamDiagnosis::jimeng_api_go);
    // Installed without its page, or behind something that has another one.
    for (const HttpResult& root : {answer_of(500, "Error reading welcome page"), answer_of(200, "hello"),
                                   answer_of(403, ""), fault_of(HttpFault::cut)})
        CHECK(jimeng_api_go("http://b", root).detect("http://b").diagnosis == UpstreamDiagnosis::jimeng_api_go);
}

TEST_CASE("whatever else says pong is an upstream, though an unknown one")
{
    Place place;
    place.answers = {{"http://c/ping", answer_of(200, "pong\n")}};
    for (const HttpResult& otherwise : {answer_of(404, "{}"), answer_of(200, "{}"), fault_of(HttpFault::timed_out)}) {
        place.otherwise = otherwise;
        CHECK(place.detect("http://c").diagnosis == UpstreamDiagnosis::another_upstream);
    }
}

TEST_CASE("one question is enough for whether an upstream answers")
{
    Place place = jimeng_api("http://a");
    CHECK(is_upstream(place.look("http://a").diagnosis));
    CHECK(place.asked == std::vector<std::string>{"http://a/ping"});
    // A gateway that keeps /ping to itself: what stands at the root counts.
    place.answers.at("http://a/ping") = answer_of(200, "healthy");
    CHECK(place.look("http://a").diagnosis == UpstreamDiagnosis::jimeng_api);
}

TEST_CASE("an address that ends in /v1 is told, with the one to enter")
{
    for (Place place : {jimeng_api("http://a:8000"), jimeng_api_go("http://a:8000")}) {
        for (const char* address : {"http://a:8000/v1", "http://a:8000/v1/", "http://a:8000/v1/images/generations"}) {
            const UpstreamDetection found = place.detect(address);
            CHECK(found.diagnosis == UpstreamDiagnosis::ends_in_v1);
            CHECK(found.instead == "http://a:8000");
            CHECK(holds(english(found.message), "Enter http://a:8000"));
        }
    }
    // Behind a gateway /v1 may be a prefix like any other.
    CHECK(jimeng_api("http://a:8000/v1").detect("http://a:8000/v1").diagnosis == UpstreamDiagnosis::jimeng_api);
}

TEST_CASE("a path under which the upstream does not answer is told")
{
    const UpstreamDetection found = jimeng_api("http://u:geheim@a:8000").detect("http://u:geheim@a:8000/api");
    CHECK(found.diagnosis == UpstreamDiagnosis::wrong_path);
    CHECK(found.instead == "http://a:8000");
    CHECK_FALSE(holds(english(found.message), "geheim"));
}

TEST_CASE("a redirect is no upstream; where it keeps the path, its target is what to enter")
{
    struct Row {
        const char* location;
        const char* instead;
    };
    for (const Row& row : std::initializer_list<Row>{{"https://a/ping", "https://a"},
                                                     {"https://a:8443/base/ping", "https://a:8443/base"},
                                                     {"https://u:geheim@a/v1/ping", "https://a"},
                                                     {"https://login.example.org/?to=/ping", ""},
                                                     {"https://a/login", ""},
                                                     {"javascript:alert(1)/ping", ""},
                                                     {"", ""}}) {
        CAPTURE(row.location);
        Place place;
        place.otherwise = redirect(row.location);
        const UpstreamDetection found = place.detect("http://a");
        CHECK(found.diagnosis == UpstreamDiagnosis::redirect);
        CHECK(found.instead == row.instead);
        CHECK(found.http_status == 302);
        CHECK(holds(english(found.message), "nter"));
        CHECK_FALSE(holds(english(found.message), "geheim"));
    }
}

TEST_CASE("what answers in HTTP and is no upstream, by what it answers")
{
    struct Row {
        HttpResult answer;
        UpstreamDiagnosis diagnosis;
    };
    const Row rows[] = {
        {html(page), UpstreamDiagnosis::web_page},
        {answer_of(200, "  <HTML lang=zh>"), UpstreamDiagnosis::web_page},
        {html("pong, says the page"), UpstreamDiagnosis::web_page},
        {answer_of(200, R"({"status":"ok"})"), UpstreamDiagnosis::not_the_service},
        {answer_of(200, ""), UpstreamDiagnosis::not_the_service},
        {answer_of(201, "pong"), UpstreamDiagnosis::not_the_service},
        {fault_of(HttpFault::too_large), UpstreamDiagnosis::not_the_service},
        {html(page, 404), UpstreamDiagnosis::http_error},
        {answer_of(401, ""), UpstreamDiagnosis::http_error},
        {answer_of(500, ""), UpstreamDiagnosis::http_error},
        {answer_of(502, ""), UpstreamDiagnosis::gateway_error},
        {html("<html>504", 504), UpstreamDiagnosis::gateway_error},
        {answer_of(522, ""), UpstreamDiagnosis::gateway_error},
        {trouble(HttpTrouble::not_http, HttpFault::cut), UpstreamDiagnosis::not_http},
        {fault_of(HttpFault::cut), UpstreamDiagnosis::cut},
        {fault_of(HttpFault::timed_out), UpstreamDiagnosis::timed_out},
        {trouble(HttpTrouble::refused), UpstreamDiagnosis::unreachable},
        {trouble(HttpTrouble::other), UpstreamDiagnosis::unreachable},
        {trouble(HttpTrouble::unknown_host), UpstreamDiagnosis::unknown_host},
    };
    for (const Row& row : rows) {
        CAPTURE(to_string(row.diagnosis));
        Place place;
        place.otherwise = row.answer;
        const UpstreamDetection found = place.detect("http://user:geheim@d:8000");
        CHECK(found.diagnosis == row.diagnosis);
        CHECK_FALSE(is_upstream(found.diagnosis));
        CHECK_FALSE(found.message.empty());
        CHECK_FALSE(holds(english(found.message), "geheim"));
        CHECK(place.asked.size() <= 4);
    }
}

TEST_CASE("an address that is none is not asked")
{
    Place place;
    for (const char* address : {"", "a:8000", "ftp://a", "http://", "http://a b"})
        CHECK(place.detect(address).diagnosis == UpstreamDiagnosis::bad_address);
    CHECK(place.asked.empty());
}

TEST_CASE("what speaks TLS is told from what does not, with the address to enter")
{
    Place tls;
    tls.answers = {{"http://a:443/ping", trouble(HttpTrouble::not_http, HttpFault::cut)},
                   {"https://a:443/ping", answer_of(200, "pong")}};
    CHECK(tls.detect("http://a:443").diagnosis == UpstreamDiagnosis::https_needed);
    CHECK(tls.detect("http://a:443").instead == "https://a:443");
    tls.answers.at("http://a:443/ping") = html("<h1>The plain HTTP request was sent to HTTPS port</h1>", 400);
    CHECK(tls.detect("http://a:443").diagnosis == UpstreamDiagnosis::https_needed);
    tls.answers.at("https://a:443/ping") = trouble(HttpTrouble::certificate);
    CHECK(tls.detect("http://a:443").diagnosis == UpstreamDiagnosis::https_needed);
    CHECK(tls.detect("https://a:443").diagnosis == UpstreamDiagnosis::bad_certificate);

    Place plain;
    plain.answers = {{"https://a:8000/ping", trouble(HttpTrouble::tls)},
                     {"http://a:8000/ping", answer_of(200, "pong")}};
    CHECK(plain.detect("https://a:8000").diagnosis == UpstreamDiagnosis::no_https);
    CHECK(plain.detect("https://a:8000").instead == "http://a:8000");
    plain.answers.at("http://a:8000/ping") = fault_of(HttpFault::cut);
    CHECK(plain.detect("https://a:8000").diagnosis == UpstreamDiagnosis::tls_fault);
}

TEST_CASE("over real connections: nothing listens, no such name, no HTTP, no TLS, silence")
{
    LocalServer pong{[](auto& connection) {
        if (!connection.request().empty()) connection.answer(200, "pong");
    }};
    LocalServer ssh{[](auto& connection) {
        connection.request();
        connection.send("SSH-2.0-OpenSSH_9.2\r\n");
    }};
    LocalServer silent{[](auto& connection) { connection.stay(); }};
    std::string closed;
    {
        const LocalServer gone{[](auto&) {}};
        closed = gone.url("");
    }
    CurlTransport curl;
    const auto diagnosis = [&](const std::string& url, milliseconds patience = 20s) {
        return detect_upstream(curl, url, patience);
    };
    CHECK(diagnosis(pong.url("")).diagnosis == UpstreamDiagnosis::another_upstream);
    CHECK(diagnosis(closed).diagnosis == UpstreamDiagnosis::unreachable);
    CHECK(holds(english(diagnosis(closed).message), "Nothing listens at 127.0.0.1:"));
    CHECK(holds(english(diagnosis(closed).message), "within a container"));
    CHECK(diagnosis("http://no-such-host.invalid:1").diagnosis == UpstreamDiagnosis::unknown_host);
    CHECK(diagnosis(ssh.url("")).diagnosis == UpstreamDiagnosis::not_http);
    CHECK(diagnosis(silent.url(""), 200ms).diagnosis == UpstreamDiagnosis::timed_out);
    // Servers say so at once when what comes is no HTTP.
    LocalServer plain{[](auto& connection) {
        connection.send("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\npong");
        connection.stay();
    }};
    const UpstreamDetection tls = diagnosis("https://" + plain.host());
    CHECK(tls.diagnosis == UpstreamDiagnosis::no_https);
    CHECK(tls.instead == plain.url(""));
}

TEST_CASE("a redirect and a page over real connections")
{
    LocalServer moved{[](auto& connection) {
        connection.request();
        connection.answer(301, "", "Location: /base/ping\r\n");
    }};
    LocalServer site{[](auto& connection) {
        connection.request();
        connection.answer(200, "<p>hello", "Content-Type: text/html\r\n");
    }};
    CurlTransport curl;
    CHECK(detect_upstream(curl, moved.url(""), 20s).instead == moved.url("/base"));
    CHECK(detect_upstream(curl, site.url(""), 20s).diagnosis == UpstreamDiagnosis::web_page);
}

TEST_CASE("every finding has a name of its own")
{
    for (const UpstreamDiagnosis diagnosis : all_upstream_diagnoses)
        CHECK(parse_upstream_diagnosis(to_string(diagnosis)) == diagnosis);
    CHECK_FALSE(parse_upstream_diagnosis("pong"));
    CHECK(all_upstream_diagnoses.size() == static_cast<std::size_t>(UpstreamDiagnosis::gateway_error) + 1);
}
