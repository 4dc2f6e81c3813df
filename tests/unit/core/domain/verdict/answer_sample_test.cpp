#include "core/domain/verdict/answer_sample.hpp"

#include <doctest/doctest.h>

#include "core/base/text.hpp"
#include "core/domain/verdict/verdict_rules.hpp"

using namespace dreamina;

TEST_CASE("nothing that a client or an account could be known by is kept")
{
    struct Row {
        const char* words;
        const char* masked;
    };
    const Row rows[] = {
        {"图像生成失败，状态码: 30，错误码: 2038", "图像生成失败，状态码: 30，错误码: 2038"},
        {"[请求失败]: login error (错误码: 34010105)", "[请求失败]: login error (错误码: 34010105)"},
        {"生成超时且无结果，状态码: 20，历史ID: 7600000000000000006", "生成超时且无结果，状态码: 20，历史ID: …"},
        {"timeout of 45000ms exceeded", "timeout of 45000ms exceeded"},
        {"Cannot read properties of undefined (reading 'gift_credit')",
         "Cannot read properties of undefined (reading 'gift_credit')"},
        {"国际版不支持模型 \"my secret prompt\"。支持的模型: jimeng-4.0",
         "国际版不支持模型 \"…\"。支持的模型: jimeng-4.0"},
        {"不支持的分辨率 \"a\" b \"c\"", "不支持的分辨率 \"…\""},
        {"[请求有误]: 请检查API文档确认正确的请求路径，当前请求为 POST -> /v1/x?key=y 请纠正",
         "[请求有误]: 请检查API文档确认正确的请求路径，当前请求为 …"},
        {"无效的JSON格式: Unexpected token a prompt", "无效的JSON格式: …"},
        {"duration 必须是整数，当前值: a prompt", "duration 必须是整数，当前值: …"},
        {"File https://pictures.example/a.png is not valid: [404] Not Found", "File … is not valid: [404] Not Found"},
        {"图片上传失败: getaddrinfo ENOTFOUND pictures.example", "图片上传失败: getaddrinfo ENOTFOUND …"},
        {"图片上传失败: connect ECONNREFUSED 192.0.2.1:1080", "图片上传失败: connect ECONNREFUSED …"},
        {"connect ECONNREFUSED ::1:443", "connect ECONNREFUSED …"},
        {"image_file_a prompt 处理失败: Invalid URL", "image_file… 处理失败: Invalid URL"},
        {"image_file_3 URL图片处理失败: Invalid URL", "image_file_3 URL图片处理失败: Invalid URL"},
        {"[FILE_UPLOAD_FAILED] 下载图片失败: Get \"https://a.example/x\": dial tcp: lookup a.example: no such host",
         "[FILE_UPLOAD_FAILED] 下载图片失败: Get \"…\": dial tcp: lookup …"},
        {"json: cannot unmarshal string into Go value", "json: cannot unmarshal …"},
        {"invalid character 'p' looking for beginning of value", "invalid character …"},
        {"see https://user:pass@host/path?q=1, please", "see …, please"},
        {"data:image/png;base64,AAAA is bad", "… is bad"},
        {"data:image/png;base64,AAAA", "…"},
        {"write to somebody@mail.example now", "write to … now"},
        {"session 0123456789abcdef0123456789abcdef expired", "session … expired"},
        {"id 1234567 of 123456", "id … of 123456"},
        {"deadbeef, but not defaced walls", "…, but not … walls"},
        {"多行\n文字", "多行 文字"},
    };
    for (const Row& row : rows) {
        CAPTURE(row.words);
        CHECK(masked_words(row.words) == row.masked);
        CHECK(masked_words(row.masked) == row.masked);
    }
}

TEST_CASE("a sample is short, and cut between characters")
{
    std::string words;
    for (int i = 0; i < 400; ++i) words += "即梦";
    const std::string masked = masked_words("x" + words);
    CHECK(masked.size() <= max_sample_text_length);
    CHECK(masked.size() > max_sample_text_length - 8);
    CHECK(masked.ends_with("…"));
    CHECK(is_valid_utf8(masked));
    CHECK(masked_words(std::string(max_sample_text_length, 'x')).size() == max_sample_text_length);
}

TEST_CASE("of a success nothing is kept; of a failure enough to judge it again")
{
    CHECK_FALSE(sample_of({.status = 200}, Verdict::success));
    const AnswerHead answers[] = {
        {.status = 200, .code = -2001, .message = "[请求失败]: login error (错误码: 34010105)"},
        {.status = 200, .code = -1000, .message = "国际版不支持模型 \"x\"。支持的模型: y"},
        {.status = 200, .code = -1000, .message = "connect ECONNREFUSED 198.51.100.7:443"},
        {.status = 200, .code = -2007, .message = "图片上传失败: getaddrinfo ENOTFOUND pictures.example"},
        {.status = 200, .code = -2007, .message = "生成超时且无结果，状态码: 20，历史ID: 7600000000000000006"},
        {.status = 200, .code = -2001, .message = "image_file_mine 处理失败: x (错误码: 34010105)"},
        {.status = 429, .error = "[API_REQUEST_FAILED] [操作失败]: login error (错误码: 34010105)"},
        {.status = 500, .error = "[FILE_UPLOAD_FAILED] 下载图片失败: Get \"https://a.example/x\": EOF"},
        {.status = 200, .empty_data = true},
        {.status = 200, .content_type = "text/html"},
        {.status = 503},
    };
    for (const AnswerHead& answer : answers) {
        CAPTURE(answer.message + answer.error);
        const Judgement judgement = judge(answer);
        const auto sample = sample_of(answer, judgement.verdict);
        REQUIRE(sample);
        CHECK(judge(answer_of(*sample)).rule == judgement.rule);
    }
}
