#include "core/domain/webhook/webhook_signature.hpp"

#include <vector>

#include <doctest/doctest.h>

using namespace dreamina;

namespace {

// The vector of the Standard Webhooks specification, which the libraries of that project and Svix's test with.
const std::string secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const std::string signature = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";
constexpr std::string_view id = "msg_p5jXN8AQM9LWM0D4loKWxJek";
constexpr std::int64_t timestamp = 1614265330;
constexpr std::string_view body = R"({"test": 2432232314})";

std::string sign(const std::vector<std::string>& secrets, std::string_view text = body)
{
    return webhook_signature(id, timestamp, text, secrets);
}

}  // namespace

TEST_CASE("the specification's example has the specification's signature") { CHECK(sign({secret}) == signature); }

TEST_CASE("another id, time, body or secret has another signature")
{
    const std::vector secrets{secret};
    CHECK(webhook_signature("msg_other", timestamp, body, secrets) != signature);
    CHECK(webhook_signature(id, timestamp + 1, body, secrets) != signature);
    CHECK(sign({secret}, R"({"test":2432232314})") != signature);
    CHECK(sign({make_webhook_secret(std::string(webhook_secret_bytes, 'k'))}) != signature);
}

TEST_CASE("while a secret is exchanged both sign, each for itself")
{
    const std::string other = make_webhook_secret(std::string(webhook_secret_bytes, 'k'));
    CHECK(sign({other, secret}) == sign({other}) + " " + signature);
}

TEST_CASE("what is no secret signs nothing")
{
    CHECK(sign({}).empty());
    CHECK(sign({"MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_", "whsec_short", "whsec_not base64!", secret}) ==
          signature);
}

TEST_CASE("a new secret holds 32 bytes as base64, and is one")
{
    const std::string made = make_webhook_secret(std::string(webhook_secret_bytes, '\xFF'));
    CHECK(made == "whsec_//////////////////////////////////////////8=");
    CHECK(is_webhook_secret(made));
    CHECK(is_webhook_secret(secret));
    CHECK(is_webhook_secret(new_webhook_secret()));
    CHECK(new_webhook_secret().size() == made.size());
    CHECK(new_webhook_secret() != new_webhook_secret());
    CHECK_FALSE(is_webhook_secret("whsec_AAAA"));
    CHECK_FALSE(is_webhook_secret(made.substr(6)));
}
