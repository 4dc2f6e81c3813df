#include "core/domain/verdict/chat_error.hpp"

#include <doctest/doctest.h>

#include "core/domain/verdict/verdict_rules.hpp"

using namespace dreamina;

TEST_CASE("a failure that a chat tells is judged as the answer that it would have been")
{
    struct Row {
        const char* words;
        Verdict verdict;
    };
    const Row rows[] = {
        // jimeng-api of before: the words alone.
        {"[登录失效]: login error。请重新获取refresh_token并更新配置", Verdict::session_expired},
        {"[请求失败]: login error (错误码: 34010105)", Verdict::session_expired},
        {"[请求jimeng失败]: login error", Verdict::session_expired},
        {"[积分不足]: not enough credits。建议：1)尝试使用1024x1024分辨率", Verdict::points_used_up},
        {"积分不足且无法自动收取。请访问即梦官网手动收取首次积分，或检查账户状态。", Verdict::points_used_up},
        {"[请求失败]: not enough credits (错误码: 1006)", Verdict::points_used_up},
        {"[内容违规]: content risk", Verdict::content_refused},
        {"图像生成失败，状态码: 30，错误码: 2038", Verdict::content_refused},
        {"视频生成失败，状态码: 30，错误码: 1017", Verdict::generation_failed},
        {"生成超时且无结果，状态码: 20", Verdict::may_have_run},
        {"记录不存在", Verdict::may_have_run},
        {"未能获取视频URL，请稍后查看", Verdict::may_have_run},
        {"[参数错误]: invalid parameter", Verdict::bad_parameters},
        {"[请求失败]: shark not pass (错误码: 1019)", Verdict::request_failed},
        {"国际版不支持模型 \"x\"。支持的模型: jimeng-4.0", Verdict::model_not_in_region},
        {"read ECONNRESET", Verdict::provider_unreachable},
        {"Cannot read properties of undefined (reading 'gift_credit')", Verdict::provider_ill},
        {"无效的JSON格式: ECONNRESET", Verdict::bad_parameters},
        // jimeng-api-go: with its code.
        {"[API_TOKEN_EXPIRES] [登录失效]: login error。请重新获取refresh_token并更新配置", Verdict::session_expired},
        {"[API_REQUEST_FAILED] [操作失败]: login error (错误码: 34010105)", Verdict::session_expired},
        {"[API_REQUEST_FAILED] [操作失败]: shark not pass (错误码: 1019)", Verdict::request_failed},
        {"[API_REQUEST_FAILED] [网络错误]: POST /mweb失败 (EOF)", Verdict::provider_unreachable},
        {"[API_IMAGE_GENERATION_FAILED] 生成超时且无结果，状态码: 20", Verdict::may_have_run},
        {"[API_IMAGE_GENERATION_FAILED] 图像生成失败，状态码: 30，错误码: 2038", Verdict::content_refused},
        {"[API_REQUEST_PARAMS_INVALID] 不支持的模型 \"(错误码: 34010105)\"", Verdict::bad_parameters},
    };
    for (const Row& row : rows) {
        CAPTURE(row.words);
        CHECK(to_string(judge(parse_chat_error(row.words, UpstreamKind::unknown)).verdict) == to_string(row.verdict));
    }
    CHECK(judge(parse_chat_error("words of tomorrow", UpstreamKind::jimeng_api_go)).verdict ==
          Verdict::generation_failed);
    CHECK(judge(parse_chat_error("words of tomorrow", UpstreamKind::jimeng_api)).verdict == Verdict::bad_parameters);
    CHECK(parse_chat_error("[请求失败]: x", UpstreamKind::unknown).status == 0);
}
