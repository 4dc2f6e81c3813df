#include "core/domain/verdict/answer_facts.hpp"

#include <doctest/doctest.h>

#include "core/domain/verdict/verdict_rules.hpp"

using namespace dreamina;

namespace {

AnswerHead facts(std::string_view body, std::string_view type = "application/json")
{
    JsonFieldScanner fields = answer_fields();
    fields.feed(body);
    return answer_facts(200, type, fields);
}

}  // namespace

TEST_CASE("what is read of an answer")
{
    const AnswerHead head = facts(R"({"code":-2001,"message":"m","error":"e","data":[]})", "Text/HTML; charset=utf-8");
    CHECK(head.status == 200);
    CHECK(head.code == -2001);
    CHECK(head.message == "m");
    CHECK(head.error == "e");
    CHECK(head.empty_data);
    CHECK(head.content_type == "text/html");
    CHECK_FALSE(facts(R"({"data":[{}],"error":{"message":"x"}})").empty_data);
    CHECK(facts(R"({"error":{"message":"x"}})").error.empty());
}

TEST_CASE("words that are too long to be kept do not end where they were cut")
{
    constexpr std::size_t kept = 4096;
    const std::string ending = " (错误码: 34010105)";
    const auto words = [&](std::size_t length) {
        const std::string beginning = "image_file_";
        return beginning + std::string(length - beginning.size() - ending.size(), 'x') + ending;
    };
    const auto verdict = [](const std::string& message) {
        return judge(facts(R"({"code":-2001,"message":")" + message + R"("})")).verdict;
    };
    CHECK(verdict(words(kept) + " 处理失败: x") == Verdict::request_failed);
    CHECK(verdict(words(kept - 1)) == Verdict::session_expired);
    CHECK(facts(R"({"code":-2001,"message":")" + words(kept) + "y\"}").message.ends_with("…"));
}
