#include "proxy/answer/in_band_error.hpp"

#include <doctest/doctest.h>

using namespace dreamina;

namespace {

std::optional<InBandError> told(std::string_view json) { return find_in_band_error(Json::parse(json)); }

}  // namespace

TEST_CASE("a chat's words for a failure, and what stands behind them")
{
    CHECK(failure_in_chat("生成图片失败: [请求失败]: login error (错误码: 34010105)") ==
          "[请求失败]: login error (错误码: 34010105)");
    CHECK(failure_in_chat("生成视频失败: 积分不足\n\n如果您在即梦官网看到已生成的视频，请前往即梦官网查看。") ==
          "积分不足");
    CHECK(failure_in_chat("\n\n⚠️ 视频生成过程中遇到问题: 记录不存在\n\n可能原因：\n1. …") ==
          "记录不存在");
    CHECK(failure_in_chat("生成图片失败：full width") == "full width");
    CHECK(failure_in_chat("生成图片失败: ") == "");
}

TEST_CASE("a failure that is quoted within a chat is none")
{
    CHECK_FALSE(failure_in_chat("a sign that says 生成图片失败: [请求失败]"));
    CHECK_FALSE(failure_in_chat("生成图片失败"));
    CHECK_FALSE(failure_in_chat("![image_0](https://x/生成图片失败: y)"));
    CHECK_FALSE(failure_in_chat("🎨 图像生成中，请稍候..."));
    CHECK_FALSE(failure_in_chat(""));
}

TEST_CASE("failures among events and in whole completions")
{
    CHECK(told(R"({"choices":[{"delta":{"role":"assistant","content":"生成图片失败: x"}}]})")->chat == "x");
    CHECK(told(R"({"choices":[{"message":{"content":"生成视频失败: y\n\nz"}}]})")->chat == "y");
    CHECK(told(R"({"choices":[{"delta":{}},{"delta":{"content":"生成图片失败: second"}}]})")->chat == "second");
    CHECK(told(R"({"error":"[API_REQUEST_FAILED] x"})")->error == "[API_REQUEST_FAILED] x");
    CHECK(told(R"({"error":{"message":"m","code":"c"}})")->error == "m");
    CHECK(told(R"({"code":-2002,"message":"expired","data":null})") ==
          InBandError{.code = -2002, .message = "expired", .error = "", .chat = ""});
}

TEST_CASE("what is no failure, or JSON of an unknown form")
{
    for (const std::string_view text :
         {R"({"choices":[{"delta":{"content":"![image_0](https://x)\n"}}]})", R"({"choices":[]})", R"({"choices":{}})",
          R"({"choices":[7,{"delta":7},{"delta":{"content":7}}]})", R"({"error":null,"code":0})", R"({"code":200})",
          "[]", "7", "null"}) {
        CAPTURE(text);
        CHECK_FALSE(told(text));
    }
    CHECK_FALSE(find_in_band_error(Json::parse("no JSON", nullptr, false)));
}
