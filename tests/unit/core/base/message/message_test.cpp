#include "core/base/message/message.hpp"

#include <algorithm>

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "core/base/message/message_catalog.hpp"
#include "core/base/message/message_json.hpp"
#include "core/base/result.hpp"

using namespace dreamina;

TEST_CASE("a message is said in English as the catalogue has it, with what it fills in")
{
    CHECK(english({"job.registered"}) == "Registered");
    CHECK(english({"job.email_known", {{"email", "ann@example.com"}}}) ==
          "An account with the email ann@example.com already exists and was left unchanged");
    CHECK(english({"job.points", {{"points", 12.5}}}) == "12.5 points");
    CHECK(english({"job.points", {{"points", 30.0}}}) == "30 points");
    CHECK(english({"job.region_kept", {{"returned_region", "us"}, {"region", "hk"}}}) ==
          "The register service reports US; the account stays in HK");
    CHECK(english({"http.too_large", {{"host", "a:1"}, {"max_bytes", 2'500'000}}}) ==
          "The response of a:1 exceeds 2.5 MB");
}

TEST_CASE("a message may be said within another one")
{
    const Message first{"http.timed_out", {{"host", "reg:8000"}, {"seconds", 30}}};
    const Message whole{"job.some_failed", {{"failed", 1}, {"total", 3}, {"first", first}}};
    CHECK(english(whole) == "1 of 3 failed, the first: reg:8000 did not respond within 30 s");
}

TEST_CASE("a text of two forms takes the one for its count")
{
    CHECK(english({"schedule.bans_ended", {{"count", 1}}}) == "1 ban ended");
    CHECK(english({"schedule.bans_ended", {{"count", 2}}}) == "2 bans ended");
    CHECK(english({"schedule.bans_ended", {{"count", 0}}}) == "0 bans ended");
}

TEST_CASE("a code that the catalogue lacks is said as it is, and a parameter that a message lacks is left out")
{
    CHECK(english({"job.from_the_future"}) == "job.from_the_future");
    CHECK(english({"job.from_the_future", {{"count", 3}, {"who", "ann"}}}) ==
          "job.from_the_future (count: 3, who: ann)");
    CHECK(english({"job.email_known"}) == "An account with the email  already exists and was left unchanged");
    CHECK(english({}).empty());
}

TEST_CASE("a message is kept as JSON and comes back the same")
{
    const Message all{"job.some_failed",
                      {{"failed", 1},
                       {"total", 2.5},
                       {"models", std::vector<std::string>{"a", "b"}},
                       {"first", Message{"job.email_known", {{"email", "ann@\"\xe4\xbd\xa0"}}}}}};
    const Message back = message_from_json_text(to_json_text(all));
    CHECK(english(back) == english(all));
    CHECK(message_json(back) == message_json(all));
    CHECK(message_json(all)["params"]["first"]["code"] == "job.email_known");
    CHECK(message_json({}) == nullptr);
}

TEST_CASE("what an earlier version stored is shown as it is")
{
    const Message old = message_from_json_text("3 bans ended");
    CHECK(old == Message{"text.legacy", {{"text", "3 bans ended"}}});
    CHECK(english(old) == "3 bans ended");
    for (const char* text : {"{\"a\": 1}", "[1]", "7", "{", "\"text\""})
        CHECK(english(message_from_json_text(text)) == text);
    CHECK(message_from_json_text("").empty());
}

TEST_CASE("what was stored with a code that is merged into another is read as that one")
{
    const Message old = message_from_json_text(
        R"({"code": "job.some_failed", "params": {"first": {"code": "http.cancelled", "params": {}}}})");
    REQUIRE(old.params.size() == 1);
    CHECK(old.params[0].value == MessageValue{Message{"job.cancelled"}});
    CHECK(english(message_from_json_text(R"({"code": "upstream.found.bad_address", "params": {}})")) ==
          "The address is not an http or https URL");
    CHECK(english(message_from_json_text(R"({"code": "database.failed", "params": {"file": "/a", "reason": "b"}})")) ==
          "/a: b");
    for (const char* former : {"words.foreign", "words.legacy"}) {
        const std::string stored = fmt::format(R"({{"code": "{}", "params": {{"text": "a & b"}}}})", former);
        CHECK(english(message_from_json_text(stored)) == "a & b");
    }
}

TEST_CASE("an error without a code of the catalogue speaks with its words")
{
    const Result<int> coded = failure("register_failed", Message{"register.error", {{"status", 500}}});
    CHECK(coded.error().message == "The register service returned an error (500)");
    CHECK(message_of(coded.error()).code == "register.error");
    const Result<int> plain = failure("some_code", "some words");
    CHECK(english(message_of(plain.error())) == "some words");
}

TEST_CASE("every text of the catalogue is there, and its braces are whole")
{
    CHECK(english_templates().size() > 50);
    for (const auto& [code, text] : english_templates()) {
        CHECK_FALSE(text.empty());
        CHECK_MESSAGE(std::count(text.begin(), text.end(), '{') == std::count(text.begin(), text.end(), '}'), code);
    }
}
