#include "core/domain/webhook/webhook_target.hpp"

#include <doctest/doctest.h>

using namespace dreamina;

namespace {

const std::optional<std::string> nothing_listed;

std::string fault(std::string_view url, const std::optional<std::string>& allow_hosts = nothing_listed)
{
    return webhook_url_fault(url, allow_hosts).code;
}

}  // namespace

TEST_CASE("an URL's host and port are read as they are connected to")
{
    const auto plain = parse_webhook_url("HTTPS://Shop.Example/hook?a=b").value();
    CHECK(plain.tls);
    CHECK(plain.host == "shop.example");
    CHECK(plain.port == 443);
    CHECK(parse_webhook_url("http://10.0.0.5").value().port == 80);
    CHECK(parse_webhook_url("https://a.example:8443?x").value().port == 8443);
    CHECK(parse_webhook_url("http://[::1]:5678/hook").value().host == "::1");
    CHECK(parse_webhook_url("http://[::1]:5678/hook").value().port == 5678);
}

TEST_CASE("an URL whose host two programs might read differently is none")
{
    for (const char* url : {"",
                            "shop.example/hook",
                            "ftp://shop.example",
                            "https://",
                            "https:///hook",
                            "https://user@shop.example/",
                            "https://a.example\\@b.example/",
                            "https://a.example#@b.example/",
                            "https://a.example /",
                            "https://a.example/\n",
                            "https://a.example:0/",
                            "https://a.example:65536/",
                            "https://a.example:/",
                            "https://a.example:8x/",
                            "https://::1/",
                            "https://[::1/",
                            "https://[shop.example]/",
                            "https://a%2eexample/",
                            "https://127.1/",
                            "https://1.2.3.256/",
                            "https://a..example/",
                            "https://bücher.example/"}) {
        CAPTURE(url);
        CHECK_FALSE(parse_webhook_url(url));
        CHECK(fault(url) == "field.not_webhook_url");
    }
}

TEST_CASE("without a list only https to what is not plainly private is allowed")
{
    CHECK(fault("https://shop.example/hook").empty());
    CHECK(fault("https://8.8.8.8/hook").empty());
    CHECK(fault("http://shop.example/hook") == "field.webhook_not_https");
    for (const char* url :
         {"https://127.0.0.1/", "https://[::1]/", "https://10.1.2.3/", "https://[::ffff:10.1.2.3]/",
          "https://169.254.169.254/", "https://localhost/", "https://LOCALHOST./", "https://a.localhost/"}) {
        CAPTURE(url);
        CHECK(fault(url) == "field.webhook_private");
    }
}

TEST_CASE("a listed host may be private and without TLS, at the listed port or at any")
{
    const std::optional<std::string> list{"n8n:5678, 10.0.0.5  [::1]:80,Lan.Example"};
    for (const char* url : {"http://n8n:5678/webhook/1", "http://10.0.0.5/", "https://10.0.0.5:8443/", "http://[::1]/",
                            "http://lan.example:1/", "http://LAN.example./"}) {
        CAPTURE(url);
        CHECK(fault(url, list).empty());
    }
    CHECK(fault("http://n8n/", list) == "field.webhook_not_https");
    CHECK(fault("https://10.0.0.6/", list) == "field.webhook_private");
    CHECK(fault("http://sub.lan.example/", list) == "field.webhook_not_https");
}

TEST_CASE("a request's own URL must be at a host that its key lists")
{
    const std::vector<std::string> hosts{"shop.example", "n8n:5678"};
    CHECK(request_webhook_fault("https://shop.example/1", hosts, nothing_listed).empty());
    CHECK(request_webhook_fault("https://other.example/1", hosts, nothing_listed).code ==
          "field.webhook_host_not_listed");
    CHECK(request_webhook_fault("https://shop.example/1", {}, nothing_listed).code == "field.webhook_host_not_listed");
    // What the key lists is still no reason to go to a private address.
    CHECK(request_webhook_fault("http://n8n:5678/1", hosts, nothing_listed).code == "field.webhook_not_https");
    CHECK(request_webhook_fault("http://n8n:5678/1", hosts, "n8n").empty());
}

TEST_CASE("what begins the URLs of one host is told apart from what begins another's")
{
    CHECK(webhook_origin("https://a.example/hook?x") == "https://a.example/");
    CHECK(webhook_origin("https://a.example?x") == "https://a.example/");
    CHECK(webhook_origin("https://a.example") == "https://a.example/");
    CHECK(webhook_origin("http://a.example:81/") == "http://a.example:81/");
}
