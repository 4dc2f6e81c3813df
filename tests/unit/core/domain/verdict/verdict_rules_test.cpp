#include "core/domain/verdict/verdict_rules.hpp"

#include <set>

#include <doctest/doctest.h>

#include "core/domain/account/account_policy.hpp"
#include "core/domain/verdict/verdict_pack.hpp"

using namespace dreamina;
using namespace std::chrono_literals;

namespace {

struct VerdictRow {
    std::string name;
    AnswerHead answer;
    Verdict verdict;
    std::string rule = {};  ///< that must have decided; empty: any
};

template <std::size_t Count>
void check_rows(const VerdictRow (&rows)[Count])
{
    for (const VerdictRow& row : rows) {
        CAPTURE(row.name);
        const Judgement judgement = judge(row.answer);
        CAPTURE(judgement.rule);
        CHECK(to_string(judgement.verdict) == to_string(row.verdict));
        if (!row.rule.empty()) CHECK(judgement.rule == row.rule);
    }
}

AnswerHead coded(std::int64_t code, std::string message = "", int status = 200)
{
    return {.status = status, .code = code, .message = std::move(message)};
}
AnswerHead spoken(int status, std::string error = "") { return {.status = status, .error = std::move(error)}; }

AnswerHead late(AnswerHead answer)
{
    answer.took = 30s;
    return answer;
}
AnswerHead behind_proxy(AnswerHead answer, std::string proxy = "socks5://user:secret@192.0.2.1:1080")
{
    answer.proxy_url = std::move(proxy);
    return answer;
}

const std::string expired_words = "[登录失效]: login error。请重新获取refresh_token并更新配置";

}  // namespace

TEST_CASE("row 1: the session is no longer valid")
{
    check_rows({
        VerdictRow{"A", coded(-2002, expired_words), Verdict::session_expired, "a.session-expired.code"},
        {"A, whatever it says", coded(-2002, "积分不足"), Verdict::session_expired},
        {"A, without a word", coded(-2002), Verdict::session_expired},
        {"a fork of A", coded(-2002, expired_words, 401), Verdict::session_expired},
        {"A by number", coded(-2001, "[请求失败]: login error (错误码: 34010105)"), Verdict::session_expired,
         "a.session-expired.number"},
        {"A by number, image", coded(-2007, "图片上传失败: [请求失败]: login error (错误码: 34010105)"),
         Verdict::session_expired},
        {"A by number, video", coded(-2008, "x (错误码: 34010105)"), Verdict::session_expired},
        {"A by the other number", coded(-2001, "[请求失败]: login error (错误码: 1015)"), Verdict::session_expired},
        {"A by words", coded(-2001, "[请求jimeng失败]: login error"), Verdict::session_expired,
         "a.session-expired.words"},
        {"A by words, check", coded(-2001, "[请求jimeng失败]: check login error"), Verdict::session_expired},
        {"A, words that go on", coded(-2001, "[请求jimeng失败]: login error of a proxy"), Verdict::request_failed},
        {"A, first frame", coded(-2001, "首帧图片上传失败: " + expired_words), Verdict::session_expired},
        {"A, composition", coded(-2007, "图片上传失败: " + expired_words), Verdict::session_expired},
        {"A, reference", coded(-2001, "image_file_3 URL图片处理失败: " + expired_words), Verdict::session_expired},
        {"A, a form's own field", coded(-2001, "image_file_mine 处理失败: " + expired_words), Verdict::session_expired},
        {"A, not at the end", coded(-2001, "(错误码: 34010105) (错误码: 1019)"), Verdict::request_failed},
        {"A, a plain error", coded(-1000, "x (错误码: 34010105)"), Verdict::bad_parameters},
        {"B", spoken(401, "[API_TOKEN_EXPIRES] " + expired_words), Verdict::session_expired, "b.session-expired.code"},
        {"B at another status", spoken(500, "[API_TOKEN_EXPIRES] x"), Verdict::session_expired},
        {"B by status", spoken(401, "unauthorized"), Verdict::session_expired, "b.session-expired.status"},
        {"B, without a key", spoken(401, "缺少 Authorization"), Verdict::bad_parameters},
        {"B, its provider's own 401", spoken(401, "[API_REQUEST_FAILED] [请求错误]: HTTP 401"), Verdict::provider_ill},
        {"401 of something else", spoken(401), Verdict::bad_parameters},
        {"B while uploading", spoken(500, "[FILE_UPLOAD_FAILED] 获取上传令牌失败: [API_TOKEN_EXPIRES] x"),
         Verdict::session_expired},
        {"B while uploading for a video",
         spoken(500,
                "[FILE_UPLOAD_FAILED] 上传本地图片失败: [FILE_UPLOAD_FAILED] 获取上传令牌失败: "
                "[API_TOKEN_EXPIRES] x"),
         Verdict::session_expired},
        {"B while uploading one of several",
         spoken(500,
                "[API_REQUEST_FAILED] 图片 10 上传失败: [FILE_UPLOAD_FAILED] 获取上传令牌失败: "
                "[API_TOKEN_EXPIRES] x"),
         Verdict::session_expired},
        {"B by number", spoken(429, "[API_REQUEST_FAILED] [操作失败]: login error (错误码: 34010105)"),
         Verdict::session_expired},
    });
}

TEST_CASE("row 2: the points are used up")
{
    check_rows({
        VerdictRow{"A", coded(-2009), Verdict::points_used_up, "a.points.code"},
        {"a fork of A", coded(-2009, "", 402), Verdict::points_used_up},
        {"A, image", coded(-2007, "生成图片失败，积分不足"), Verdict::points_used_up, "a.points.words"},
        {"A, video", coded(-2008, "积分不足且无法自动收取。请访问即梦官网手动收取首次积分，或检查账户状态。"),
         Verdict::points_used_up},
        {"A, request", coded(-2001, "请求失败：积分不足"), Verdict::points_used_up},
        {"A by number", coded(-2001, "[请求失败]: not enough credits (错误码: 1006)"), Verdict::points_used_up,
         "a.points.number"},
        {"A by number, image", coded(-2007, "failed (错误码: 1006)"), Verdict::points_used_up},
        {"A by number, video", coded(-2008, "failed (错误码: 1006)"), Verdict::points_used_up},
        {"A, another number", coded(-2007, "failed (错误码: 1007)"), Verdict::generation_failed},
        {"A, a plain error", coded(-1000, "积分不足"), Verdict::bad_parameters},
        {"B, image", spoken(429, "[API_IMAGE_GENERATION_INSUFFICIENT_POINTS] [积分不足]: x"), Verdict::points_used_up,
         "b.points.code"},
        {"B, video", spoken(429, "[API_VIDEO_GENERATION_INSUFFICIENT_POINTS] x"), Verdict::points_used_up},
        {"B, shorter", spoken(429, "[API_IMAGE_INSUFFICIENT_POINTS] no"), Verdict::points_used_up},
        {"B by word", spoken(429, "[API_REQUEST_FAILED] 积分不足"), Verdict::points_used_up, "b.points.words"},
        {"B by word within", spoken(429, "[API_REQUEST_FAILED] [操作失败]: 积分不足 (错误码: 9)"),
         Verdict::points_used_up},
        {"by word in message", {.status = 429, .message = "积分不足"}, Verdict::points_used_up},
        {"B by number", spoken(429, "[API_REQUEST_FAILED] [操作失败]: not enough credits (错误码: 1006)"),
         Verdict::points_used_up},
    });
}

TEST_CASE("row 3: the content is refused")
{
    check_rows({
        VerdictRow{"A", coded(-2006, "[内容违规]: content risk"), Verdict::content_refused, "a.content.code"},
        {"A, whatever it says of points", coded(-2006, "积分不足"), Verdict::content_refused},
        {"A, image", coded(-2007, "图像生成失败，状态码: 30，错误码: 2038"), Verdict::content_refused,
         "a.content.number"},
        {"A, video", coded(-2008, "视频生成失败，状态码: 30，错误码: 2047"), Verdict::content_refused},
        {"A by number", coded(-2001, "[请求失败]: content risk (错误码: 4001)"), Verdict::content_refused},
        {"A at once", coded(-2001, "[请求失败]: content risk (错误码: 2038)"), Verdict::content_refused},
        {"A, a longer number", coded(-2007, "图像生成失败，状态码: 30，错误码: 20381"), Verdict::generation_failed},
        {"A, picture", coded(-2007, "图片上传失败: 图片内容检测未通过，该图片可能包含违规内容"),
         Verdict::content_refused, "a.content.picture"},
        {"A, first frame", coded(-2001, "首帧图片上传失败: 图片内容检测未通过，该图片可能包含违规内容"),
         Verdict::content_refused},
        {"A, a form's own field", coded(-2001, "image_file_x 处理失败: 图片内容检测未通过，该图片可能包含违规内容"),
         Verdict::content_refused, "a.content.picture-of-a-form"},
        {"B, 400", spoken(400, "[API_CONTENT_FILTERED] [内容违规]: content risk"), Verdict::content_refused},
        {"B, 500", spoken(500, "[API_CONTENT_FILTERED] no"), Verdict::content_refused},
        {"B, 429", spoken(429, "[API_CONTENT_FILTERED] no"), Verdict::content_refused},
        {"B, 200", spoken(200, "[API_CONTENT_FILTERED] no"), Verdict::content_refused},
        {"B, image", spoken(429, "[API_IMAGE_GENERATION_FAILED] 图像生成失败，状态码: 30，错误码: 2038"),
         Verdict::content_refused, "b.content.number"},
        {"B, video", spoken(429, "[API_VIDEO_GENERATION_FAILED] 视频生成失败，状态码: 30，错误码: 2047"),
         Verdict::content_refused},
        {"B by number", spoken(429, "[API_REQUEST_FAILED] [操作失败]: risk (错误码: 4001)"), Verdict::content_refused},
        {"B at once", spoken(429, "[API_REQUEST_FAILED] [操作失败]: risk (错误码: 2047)"), Verdict::content_refused},
    });
}

TEST_CASE("row 4: the generation may have run")
{
    check_rows({
        VerdictRow{"A, timed out", coded(-2007, "生成超时且无结果，状态码: 20，历史ID: 76"), Verdict::may_have_run,
                   "a.may-have-run.words"},
        {"A, no record", coded(-2007, "记录不存在"), Verdict::may_have_run},
        {"A, no record's number", coded(-2007, "记录ID不存在"), Verdict::may_have_run},
        {"A, no address of the video", coded(-2007, "未能获取视频URL，请稍后查看"), Verdict::may_have_run},
        {"A, no address of a picture", coded(-2007, "图像生成失败: item_list有 4 个项目，但无法提取任何图片URL"),
         Verdict::may_have_run},
        {"A, a video without a record",
         coded(-1000, "Cannot read properties of undefined (reading 'history_record_id')"), Verdict::may_have_run},
        {"A, the question for the record is answered with nothing",
         coded(-1000, "Cannot read properties of null (reading '10000000113')"), Verdict::may_have_run,
         "a.may-have-run.record"},
        {"A, so is the order",
         coded(-1000, "Cannot destructure property 'aigc_data' of '(intermediate value)' as it is null."),
         Verdict::may_have_run},
        {"A, the picture cannot be fetched", coded(-1000, "Request failed with status code 403"), Verdict::may_have_run,
         "a.may-have-run.download"},
        {"A, other words", coded(-2007, "记录不存在吗"), Verdict::generation_failed},
        {"B, timed out", spoken(429, "[API_IMAGE_GENERATION_FAILED] 生成超时且无结果，状态码: 20"),
         Verdict::may_have_run, "b.may-have-run.words"},
        {"B, no record", spoken(429, "[API_IMAGE_GENERATION_FAILED] 记录不存在"), Verdict::may_have_run},
        {"B, no record's number", spoken(429, "[API_VIDEO_GENERATION_FAILED] 记录ID不存在"), Verdict::may_have_run},
        {"B, no address of the video", spoken(429, "[API_VIDEO_GENERATION_FAILED] 未能提取视频链接"),
         Verdict::may_have_run},
        {"B, no result", spoken(429, "[API_VIDEO_GENERATION_FAILED] 生成结果为空"), Verdict::may_have_run},
        {"B, no address of a picture",
         spoken(429,
                "[API_IMAGE_GENERATION_FAILED] 图像生成失败: item_list有 4 个项目，但无法提取任何图片URL，所有item"
                "都缺少 image.large_images[0].image_url 字段"),
         Verdict::may_have_run},
        {"B, the picture cannot be fetched",
         spoken(502, "[API_REQUEST_FAILED] 下载图片转BASE64失败: 下载文件失败: HTTP 403 (https://x)"),
         Verdict::may_have_run, "b.may-have-run.download"},
        {"B, the video cannot be fetched", spoken(500, "下载文件失败: HTTP 403 (https://x)"), Verdict::may_have_run},
    });
}

TEST_CASE("row 5: the client's own picture")
{
    check_rows({
        VerdictRow{"A, gone", coded(-2007, "图片上传失败: Request failed with status code 404"), Verdict::client_image,
                   "a.client-image"},
        {"A, forbidden", coded(-2007, "图片上传失败: Request failed with status code 403"), Verdict::client_image},
        {"A, the client's server is broken", coded(-2007, "图片上传失败: Request failed with status code 500"),
         Verdict::client_image},
        {"A, no such host", coded(-2007, "图片上传失败: getaddrinfo ENOTFOUND pictures.example"),
         Verdict::client_image},
        {"A, refused", coded(-2007, "图片上传失败: connect ECONNREFUSED 127.0.0.1:9"), Verdict::client_image},
        {"A, reset", coded(-2007, "图片上传失败: read ECONNRESET"), Verdict::client_image},
        {"A, no address", coded(-2007, "图片上传失败: Invalid URL"), Verdict::client_image},
        {"A, no address of the web", coded(-2007, "图片上传失败: protocol mismatch"), Verdict::client_image,
         "a.client-image.other"},
        {"A, cut", coded(-2007, "图片上传失败: stream has been aborted"), Verdict::client_image},
        {"A, badly packed", coded(-2001, "首帧图片上传失败: incorrect header check"), Verdict::client_image},
        {"A, no picture at all",
         coded(-2007,
               "图片上传失败: 图片上传网络请求失败 (h:1): Data after transformation must be a string, an ArrayBuffer, "
               "a Buffer, or a Stream. 请检查网络连接"),
         Verdict::client_image, "a.client-image.no-file"},
        {"A, first frame", coded(-2001, "首帧图片上传失败: Request failed with status code 404"),
         Verdict::client_image},
        {"A, first frame, no such host", coded(-2001, "首帧图片上传失败: getaddrinfo ENOTFOUND pictures.example"),
         Verdict::client_image},
        {"A, first frame, refused", coded(-2001, "首帧图片上传失败: connect ECONNREFUSED 127.0.0.1:9"),
         Verdict::client_image},
        {"A, reference", coded(-2001, "image_file_2 URL图片处理失败: Invalid URL"), Verdict::client_image},
        {"A, reference video", coded(-2001, "video_file_1 处理失败: Request failed with status code 404"),
         Verdict::client_image},
        {"A, not the client's", coded(-2007, "图片上传失败: 获取上传令牌失败"), Verdict::provider_ill},
        {"A, an unknown text", coded(-2007, "图片上传失败: x"), Verdict::client_image},
        {"A, an unknown text, of a form", coded(-2001, "image_file_own 处理失败: x"), Verdict::client_image},
        {"A, no picture's", coded(-2007, "x 图片上传失败: x"), Verdict::generation_failed},
        {"B", spoken(500, "[FILE_UPLOAD_FAILED] 下载图片失败: HTTP 404"), Verdict::client_image},
        {"B, video", spoken(500, "[FILE_UPLOAD_FAILED] 上传URL图片失败: [FILE_UPLOAD_FAILED] 下载图片失败: HTTP 404"),
         Verdict::client_image},
        {"B, one of several",
         spoken(500, "[API_REQUEST_FAILED] 图片 2 上传失败: [FILE_UPLOAD_FAILED] 下载图片失败: HTTP 404"),
         Verdict::client_image},
        {"B, at another status", spoken(429, "[FILE_UPLOAD_FAILED] x"), Verdict::client_image},
        {"B, without a code", spoken(500, "上传URL图片失败: x"), Verdict::client_image},
    });
}

TEST_CASE("row 6: the model is not in the account's region")
{
    check_rows({
        VerdictRow{"A", coded(-1000, "国际版不支持模型 \"jimeng-3.1\"。支持的模型: jimeng-4.0"),
                   Verdict::model_not_in_region, "a.region"},
        {"A, cn", coded(-1000, "国内站不支持nanobanana模型,请使用jimeng系列模型"), Verdict::model_not_in_region},
        {"A, within", coded(-1000, "在国内站不支持"), Verdict::bad_parameters},
        {"B, 500", spoken(500, "[API_REQUEST_PARAMS_INVALID] 国际版不支持模型 \"x\"。支持的模型: y"),
         Verdict::model_not_in_region, "b.region"},
        {"B, 400", spoken(400, "[API_REQUEST_PARAMS_INVALID] 国际版不支持模型 \"x\"。支持的模型: y"),
         Verdict::model_not_in_region},
        {"B, cn", spoken(500, "国内站不支持nanobanana模型,请使用jimeng系列模型"), Verdict::model_not_in_region},
    });
}

TEST_CASE("row 7: bad parameters")
{
    check_rows({
        VerdictRow{"A, -2000", coded(-2000, "Params body.prompt invalid"), Verdict::bad_parameters,
                   "a.parameters.code"},
        {"A, -2000 that mentions a timeout", coded(-2000, "timeout must be a number"), Verdict::bad_parameters},
        {"A, -2003", coded(-2003, "File http://x is not valid: [404] Not Found"), Verdict::bad_parameters},
        {"A, -2004", coded(-2004), Verdict::bad_parameters},
        {"A, -1001", coded(-1001), Verdict::bad_parameters},
        {"A by number", coded(-2001, "[请求失败]: invalid parameter (错误码: 1000)"), Verdict::bad_parameters,
         "a.parameters.words"},
        {"A by the other number", coded(-2001, "x (错误码: 4002)"), Verdict::bad_parameters},
        {"A, reference", coded(-2001, "omni_reference 模式仅支持 jimeng-video-seedance-2.0 模型"),
         Verdict::bad_parameters},
        {"A, too long", coded(-2001, "视频总时长 20.00s 超过限制 (最大 15s)"), Verdict::bad_parameters},
        {"A, one too long", coded(-2001, "video_file_1 处理失败: 视频时长 20.00s 超过限制 (最大 15s)"),
         Verdict::bad_parameters},
        {"A, an unknown route",
         coded(-1000, "[请求有误]: 请检查API文档确认正确的请求路径，当前请求为 POST -> /v1/x 请纠正"),
         Verdict::bad_parameters, "a.plain-error"},
        {"A, an unknown code", coded(-4242, "?"), Verdict::bad_parameters, "a.other-code"},
        {"B", spoken(400, "[API_REQUEST_PARAMS_INVALID] prompt"), Verdict::bad_parameters, "b.parameters.code"},
        {"B, 500", spoken(500, "[API_REQUEST_PARAMS_INVALID] 不支持的模型 \"x\""), Verdict::bad_parameters},
        {"B, 429", spoken(429, "[API_REQUEST_PARAMS_INVALID] x"), Verdict::bad_parameters},
        {"B, 400 without a code", spoken(400, "invalid character 'x' looking for beginning of value"),
         Verdict::bad_parameters},
        {"B, resolution", spoken(500, "不支持的分辨率 \"9k\""), Verdict::bad_parameters},
        {"B, ratio", spoken(500, "在 \"2k\" 分辨率下，不支持的比例 \"7:1\""), Verdict::bad_parameters},
        {"B by number", spoken(429, "[API_REQUEST_FAILED] [操作失败]: invalid parameter (错误码: 1000)"),
         Verdict::bad_parameters},
        {"an unknown route", spoken(404), Verdict::bad_parameters},
        {"too large", spoken(413), Verdict::bad_parameters},
    });
}

TEST_CASE("row 8: the account's own proxy, where it has one and no other address is named")
{
    const std::string refused = "connect ECONNREFUSED 192.0.2.1:1080";
    check_rows({
        VerdictRow{"refused", behind_proxy(coded(-1000, refused)), Verdict::account_proxy, "a.account-proxy"},
        {"timed out", behind_proxy(coded(-1000, "Proxy connection timed out")), Verdict::account_proxy},
        {"socks", behind_proxy(coded(-1000, "Socks5 proxy rejected connection - Failure")), Verdict::account_proxy},
        {"socks, greeted",
         behind_proxy(coded(-1000,
                            "Received invalid Socks5 initial handshake (no accepted "
                            "authentication type)")),
         Verdict::account_proxy},
        {"socks, closed", behind_proxy(coded(-1000, "Socket closed")), Verdict::account_proxy},
        {"by its name", behind_proxy(coded(-1000, "getaddrinfo ENOTFOUND proxy.example"), "http://proxy.example:1"),
         Verdict::account_proxy},
        {"by its port", behind_proxy(coded(-1000, refused), "http://proxy.example:1080"), Verdict::account_proxy},
        {"another address", behind_proxy(coded(-1000, "connect ECONNREFUSED 198.51.100.7:443")),
         Verdict::provider_unreachable},
        {"without a proxy", coded(-1000, refused), Verdict::provider_unreachable},
        {"without a proxy, by words", coded(-1000, "Proxy connection timed out"), Verdict::bad_parameters},
        {"while uploading", behind_proxy(coded(-2007, "图片上传失败: " + refused)), Verdict::account_proxy},
        {"while uploading, by words", behind_proxy(coded(-2001, "首帧图片上传失败: Proxy connection timed out")),
         Verdict::account_proxy},
        {"while uploading, perhaps the client's port",
         behind_proxy(coded(-2007, "图片上传失败: " + refused), "http://proxy.example:1080"), Verdict::client_image},
        {"while uploading, another address",
         behind_proxy(coded(-2007, "图片上传失败: connect ECONNREFUSED 10.0.0.1:9")), Verdict::client_image},
        {"reset on the way", behind_proxy(coded(-1000, "read ECONNRESET")), Verdict::provider_unreachable},
    });
}

TEST_CASE("row 9: the upstream cannot reach its provider")
{
    for (const std::string words :
         {"connect ECONNREFUSED 127.0.0.1:443", "read ECONNRESET", "write EPIPE", "connect ETIMEDOUT 1.2.3.4:443",
          "getaddrinfo ENOTFOUND dreamina.example", "getaddrinfo EAI_AGAIN dreamina.example", "socket hang up",
          "fetch failed", "timeout of 45000ms exceeded",
          "Client network socket disconnected before secure TLS connection was established"}) {
        CAPTURE(words);
        CHECK(judge(coded(-1000, words)).verdict == Verdict::provider_unreachable);
        CHECK(judge(spoken(500, words)).verdict == Verdict::provider_unreachable);
        CHECK(judge({.status = 500, .message = words}).verdict == Verdict::provider_unreachable);
        CHECK(judge(coded(-2001, words)).verdict == Verdict::request_failed);
        CHECK(judge(coded(-2006, words)).verdict == Verdict::content_refused);
        CHECK(judge(spoken(400, words)).verdict == Verdict::bad_parameters);
        CHECK(judge(coded(-1000, "model \"" + words + "\" is unknown")).verdict == Verdict::bad_parameters);
    }
    check_rows({
        VerdictRow{"A", coded(-2001, "[网络错误]: 无法连接到即梦服务器，请检查网络连接"),
                   Verdict::provider_unreachable},
        {"A, while uploading",
         coded(-2007,
               "图片上传失败: 网络请求失败 (https://provider.example): read ECONNRESET. 请检查: 1) 网络连接是否正常"),
         Verdict::provider_unreachable, "a.provider-unreachable.upload"},
        {"A, while uploading a first frame",
         coded(-2001, "首帧图片上传失败: 网络请求失败 (https://provider.example): read ECONNRESET"),
         Verdict::provider_unreachable},
        {"a word alone", coded(-1000, "ECONNRESET"), Verdict::bad_parameters},
        {"B", spoken(500, "[API_REQUEST_FAILED] [网络错误]: POST /mweb失败 (EOF)"), Verdict::provider_unreachable,
         "b.provider-unreachable"},
        {"B, timed out", spoken(500, "[API_REQUEST_FAILED] [请求超时]: POST /mweb超时，请稍后重试"),
         Verdict::provider_unreachable},
    });
}

TEST_CASE("row 10: the provider is ill")
{
    check_rows({
        VerdictRow{"A", coded(-1000, "Cannot read properties of undefined (reading 'gift_credit')"),
                   Verdict::provider_ill, "a.provider-ill"},
        {"A, null", coded(-1000, "Cannot destructure property 'ret' of 'result.data' as it is null."),
         Verdict::provider_ill},
        {"A, while uploading", coded(-2001, "首帧图片上传失败: 申请上传权限失败: 502 - bad gateway"),
         Verdict::provider_ill, "a.provider-ill.upload"},
        {"A by words", coded(-2001, "[服务器错误]: 即梦服务器暂时不可用 (502)"), Verdict::provider_ill},
        {"B", spoken(500, "[API_REQUEST_FAILED] [服务器错误]: 即梦服务器暂时不可用 (502)"), Verdict::provider_ill,
         "b.provider-ill"},
        {"B, gone", spoken(404, "[API_REQUEST_FAILED] [资源不存在]: 目标接口不可用"), Verdict::provider_ill},
        {"B, refused", spoken(403, "[API_REQUEST_FAILED] [请求错误]: HTTP 403"), Verdict::provider_ill},
    });
}

TEST_CASE("rows 11 and 12: refused as a robot's, and limited in rate")
{
    check_rows({
        VerdictRow{"A, -2010", coded(-2010), Verdict::request_failed, "a.anti-bot"},
        {"A, 1019", coded(-2001, "[请求失败]: shark not pass (错误码: 1019)"), Verdict::request_failed},
        {"A, -4", coded(-2001, "[请求失败]: risk control (错误码: -4)"), Verdict::request_failed},
        {"A, 4013", coded(-2001, "[请求失败]: x (错误码: 4013)"), Verdict::request_failed},
        {"A, 3018", coded(-2001, "[请求失败]: permission denied (错误码: 3018)"), Verdict::request_failed},
        {"B, 429", spoken(429, "[API_REQUEST_FAILED] [操作失败]: shark not pass (错误码: 1019)"),
         Verdict::request_failed, "b.anti-bot"},
        {"B, 500", spoken(500, "[API_REQUEST_FAILED] 1019"), Verdict::request_failed},
        {"429", spoken(429, "too many requests"), Verdict::rate_limited, "any.rate-limited"},
        {"429 without a word", spoken(429), Verdict::rate_limited},
        {"B", spoken(429, "[API_REQUEST_FAILED] [请求频率限制]: 请求过于频繁，请稍后重试"), Verdict::rate_limited},
        {"A by words", coded(-2001, "[请求频率限制]: 请求过于频繁，请稍后重试"), Verdict::rate_limited},
    });
}

TEST_CASE("row 13: the generation failed")
{
    check_rows({
        VerdictRow{"A, image", coded(-2007, "图像生成失败，状态码: 30，错误码: 1017"), Verdict::generation_failed,
                   "a.generation-failed"},
        {"A, video", coded(-2008, "credit prededuct failed"), Verdict::generation_failed},
        {"A, without a picture", {.status = 200, .empty_data = true}, Verdict::generation_failed, "any.no-pictures"},
        {"B, image", spoken(429, "[API_IMAGE_GENERATION_FAILED] x"), Verdict::generation_failed, "b.generation-failed"},
        {"B, video", spoken(429, "[API_VIDEO_GENERATION_FAILED] x"), Verdict::generation_failed},
        {"B, at another status", spoken(500, "[API_VIDEO_GENERATION_FAILED] x"), Verdict::generation_failed},
    });
}

TEST_CASE("row 14: by status")
{
    check_rows({
        VerdictRow{"a success", spoken(200), Verdict::success, "any.success"},
        {"created", spoken(201), Verdict::success},
        {"no content", spoken(204), Verdict::success},
        {"a code that is not negative is no error", coded(0), Verdict::success},
        {"server error", spoken(500, "oops"), Verdict::server_error, "any.server-error"},
        {"server error without a word", spoken(500), Verdict::server_error},
        {"bad gateway", spoken(502), Verdict::gateway_error, "any.gateway"},
        {"overloaded", spoken(503), Verdict::gateway_error},
        {"Cloudflare, down", spoken(521), Verdict::gateway_error},
        {"Cloudflare, no connection", spoken(522), Verdict::gateway_error},
        {"Cloudflare, no way", spoken(523), Verdict::gateway_error},
        {"late, down", late(spoken(521)), Verdict::gateway_error},
        {"gateway timeout", spoken(504), Verdict::may_have_run, "any.may-have-run"},
        {"Cloudflare, no sense", spoken(520), Verdict::may_have_run},
        {"bad gateway, late", late(spoken(502)), Verdict::may_have_run, "any.may-have-run.late"},
        {"bad gateway, late, never sent", late({.status = 502, .sent = false}), Verdict::gateway_error},
        {"gave up waiting", spoken(524), Verdict::gateway_gave_up},
        {"another of theirs", spoken(599), Verdict::gateway_error},
        {"an unknown status", spoken(700), Verdict::gateway_error},
        {"redirect", spoken(302), Verdict::not_an_upstream, "any.redirect"},
        {"a web page", {.status = 200, .content_type = "text/html"}, Verdict::not_an_upstream, "any.web-page"},
        {"a web page, in capitals", {.status = 200, .content_type = "Text/HTML"}, Verdict::not_an_upstream},
        {"a web page of an error", {.status = 502, .content_type = "text/html"}, Verdict::gateway_error},
    });
}

TEST_CASE("an answer with both: the code counts before the status")
{
    CHECK(judge({.status = 500, .code = -2002}).verdict == Verdict::session_expired);
    CHECK(judge({.status = 429, .code = -2009}).verdict == Verdict::points_used_up);
    CHECK(judge({.status = 400, .code = -2006}).verdict == Verdict::content_refused);
    CHECK(judge({.status = 504, .code = -2001}).verdict == Verdict::request_failed);
}

TEST_CASE("what a client wrote decides nothing, wherever an upstream quotes it")
{
    struct Quoting {
        const char* name;
        AnswerHead (*answer)(const std::string& theirs);
        Verdict verdict;
    };
    const Quoting answers[] = {
        {"A, a path",
         [](const std::string& theirs) {
             return coded(-1000,
                          "[请求有误]: 请检查API文档确认正确的请求路径，"
                          "当前请求为 POST -> /v1/" +
                              theirs + " 请纠正");
         },
         Verdict::bad_parameters},
        {"A, a body",
         [](const std::string& theirs) { return coded(-1000, "无效的JSON格式: Unexpected token in " + theirs); },
         Verdict::bad_parameters},
        {"A, a model",
         [](const std::string& theirs) { return coded(-1000, "国际版不支持模型 \"" + theirs + "\"。支持的模型: x"); },
         Verdict::model_not_in_region},
        {"A, a resolution", [](const std::string& theirs) { return coded(-1000, "不支持的分辨率 \"" + theirs + "\""); },
         Verdict::bad_parameters},
        {"A, a duration",
         [](const std::string& theirs) { return coded(-1000, "duration 必须是整数，当前值: " + theirs); },
         Verdict::bad_parameters},
        {"A, an address",
         [](const std::string& theirs) { return coded(-2003, "File " + theirs + " is not valid: [404] Not Found"); },
         Verdict::bad_parameters},
        {"A, a picture's host",
         [](const std::string& theirs) { return coded(-2007, "图片上传失败: getaddrinfo ENOTFOUND " + theirs); },
         Verdict::client_image},
        {"A, a first frame's host",
         [](const std::string& theirs) { return coded(-2001, "首帧图片上传失败: getaddrinfo ENOTFOUND " + theirs); },
         Verdict::client_image},
        {"A, a picture's host, behind a proxy",
         [](const std::string& theirs) {
             return behind_proxy(coded(-2007, "图片上传失败: connect ECONNREFUSED " + theirs));
         },
         Verdict::client_image},
        {"A, a form's field",
         [](const std::string& theirs) { return coded(-2001, "image_file_" + theirs + " 处理失败: x"); },
         Verdict::client_image},
        {"A, a form's field, of an expired session",
         [](const std::string& theirs) { return coded(-2001, "image_file_" + theirs + " 处理失败: " + expired_words); },
         Verdict::session_expired},
        {"A, a form's field that looks like ours",
         [](const std::string& theirs) { return coded(-2001, "image_file_1 处理失败: " + theirs + " 处理失败: x"); },
         Verdict::client_image},
        {"B, a model",
         [](const std::string& theirs) {
             return spoken(500, "[API_REQUEST_PARAMS_INVALID] 不支持的模型 \"" + theirs + "\"");
         },
         Verdict::bad_parameters},
        {"B, a model of another region",
         [](const std::string& theirs) {
             return spoken(500, "[API_REQUEST_PARAMS_INVALID] 国际版不支持模型 \"" + theirs + "\"。支持的模型: x");
         },
         Verdict::model_not_in_region},
        {"B, a resolution", [](const std::string& theirs) { return spoken(500, "不支持的分辨率 \"" + theirs + "\""); },
         Verdict::bad_parameters},
        {"B, a ratio",
         [](const std::string& theirs) { return spoken(500, "在 \"2k\" 分辨率下，不支持的比例 \"" + theirs + "\""); },
         Verdict::bad_parameters},
        {"B, a body", [](const std::string& theirs) { return spoken(400, "json: cannot unmarshal " + theirs); },
         Verdict::bad_parameters},
        {"B, a picture's address",
         [](const std::string& theirs) {
             return spoken(500, "[FILE_UPLOAD_FAILED] 下载图片失败: Get \"" + theirs + "\": dial tcp: lookup failed");
         },
         Verdict::client_image},
        {"B, a video's picture",
         [](const std::string& theirs) {
             return spoken(500, "[FILE_UPLOAD_FAILED] 上传URL图片失败: [FILE_UPLOAD_FAILED] 下载图片失败: Get \"" +
                                    theirs + "\"");
         },
         Verdict::client_image},
        {"B, one of several",
         [](const std::string& theirs) {
             return spoken(
                 429, "[API_REQUEST_FAILED] 图片 3 上传失败: [FILE_UPLOAD_FAILED] 构建下载请求失败: parse \"" + theirs);
         },
         Verdict::client_image},
    };
    std::vector<std::string> theirs{"",
                                    "jimeng-4.0",
                                    "ECONN",
                                    "ECONNRESET",
                                    "read ECONNRESET",
                                    "connect ECONNREFUSED 1.2.3.4:443",
                                    "getaddrinfo ENOTFOUND x",
                                    "socket hang up",
                                    "timeout of 5ms exceeded",
                                    "fetch failed",
                                    "(错误码: 34010105)",
                                    "x (错误码: 34010105)",
                                    "(错误码: 1006)",
                                    "(错误码: 1000)",
                                    "(错误码: 4001)",
                                    "，错误码: 2038",
                                    "积分不足",
                                    "[登录失效]",
                                    "[登录失效]: x。请重新获取refresh_token并更新配置",
                                    "记录不存在",
                                    "生成超时且无结果",
                                    "无法提取任何图片URL",
                                    "图片内容检测未通过，该图片可能包含违规内容",
                                    "Invalid URL",
                                    "[API_TOKEN_EXPIRES]",
                                    "[API_TOKEN_EXPIRES] x",
                                    "[API_CONTENT_FILTERED]",
                                    "_INSUFFICIENT_POINTS]",
                                    "[API_IMAGE_INSUFFICIENT_POINTS]",
                                    "[API_REQUEST_FAILED] [操作失败]: x (错误码: 34010105)",
                                    "x_GENERATION_FAILED] 生成超时且无结果",
                                    "Proxy connection timed out",
                                    "198.51.100.9:1080",
                                    "Cannot read properties of",
                                    " 上传失败: [FILE_UPLOAD_FAILED] 获取上传令牌失败: [API_TOKEN_EXPIRES]",
                                    "\" [服务器错误]",
                                    "*",
                                    "#",
                                    "国内站不支持",
                                    "1 URL图片处理失败: [登录失效]: x",
                                    "1 处理失败: Invalid URL",
                                    std::string(3000, 'x')};
    // And whatever the rules themselves look for.
    for (const VerdictRule& rule : shipped_rules().rules()) {
        for (const std::string& pattern : rule.when.match) {
            std::string text;
            for (const char c : pattern) text += c == '*' ? "x" : c == '#' ? "7" : std::string{c};
            theirs.push_back(text);
            for (const std::string& beginning : rule.when.behind) theirs.push_back(beginning + text);
        }
    }
    for (const Quoting& quoting : answers) {
        for (const std::string& text : theirs) {
            CAPTURE(quoting.name);
            CAPTURE(text);
            const Judgement judgement = judge(quoting.answer(text));
            CAPTURE(judgement.rule);
            CHECK(to_string(judgement.verdict) == to_string(quoting.verdict));
        }
    }
}

TEST_CASE("an own rule stands before the shipped ones, says how long a ban is, and is named by its judgement")
{
    auto rules = shipped_rules().rules();
    rules.insert(rules.begin(), {.id = "own.robot",
                                 .when = {.codes = {-2001}, .match = {"*(错误码: 1019)"}},
                                 .verdict = Verdict::request_failed,
                                 .ban_hours = 0.5});
    const VerdictRules with_own{rules, "1.1"};
    const AnswerHead answer = coded(-2001, "[请求失败]: shark not pass (错误码: 1019)");
    const Judgement judgement = judge(answer, with_own);
    CHECK(judgement.rule == "own.robot");
    CHECK(judgement.version == "1.1");
    CHECK(judgement.ban == 30min);
    CHECK_FALSE(judge(answer).ban);
    CHECK(judge(answer).version.ends_with(".0"));
    const auto fitting = with_own.fitting(answer);
    REQUIRE(fitting.size() >= 2);
    CHECK(fitting[0]->id == "own.robot");
    CHECK(fitting[1]->id == "a.anti-bot");
}

TEST_CASE("a rule that is off is passed over; one that only counts is named and decides nothing")
{
    auto rules = shipped_rules().rules();
    rules.insert(
        rules.begin(),
        {.id = "own.trial", .when = {.codes = {-2001}}, .verdict = Verdict::rate_limited, .mode = RuleMode::count});
    const AnswerHead answer = coded(-2001, "x");
    Judgement judgement = judge(answer, {rules, "1.1"});
    CHECK(judgement.rule == "a.anti-bot");
    CHECK(judgement.verdict == Verdict::request_failed);
    CHECK(judgement.counted == "own.trial");
    CHECK(judgement.counted_verdict == Verdict::rate_limited);
    CHECK(judge(coded(-2002), {rules, "1.1"}).counted.empty());

    rules.front().mode = RuleMode::off;
    judgement = judge(answer, {rules, "1.1"});
    CHECK(judgement.rule == "a.anti-bot");
    CHECK(judgement.counted.empty());
}

TEST_CASE("no rule can have sent again what may have been paid for")
{
    const AnswerHead paid[] = {coded(-2007, "记录不存在"), spoken(504), late(spoken(502)), spoken(524),
                               spoken(429, "[API_IMAGE_GENERATION_FAILED] 生成超时且无结果，状态码: 20")};
    for (const Verdict verdict : all_verdicts) {
        std::vector<VerdictRule> rules{{.id = "own.all", .when = {}, .verdict = verdict}};
        const VerdictRules own{rules, "1.1"};
        for (const AnswerHead& answer : paid) {
            CAPTURE(to_string(verdict));
            CAPTURE(answer.status);
            const Judgement judgement = judge(answer, own);
            CHECK(retry_of(judgement.verdict, 0s) == Retry::never);
            CHECK(may_be_paid(judgement.verdict));
        }
        CHECK(judge(spoken(500), own).verdict == verdict);
    }
    for (const AnswerHead& answer : paid) CHECK(may_be_paid(judge(answer, {{}, "1.1"}).verdict));
    CHECK(judge(spoken(500), {{}, "1.1"}).verdict == Verdict::gateway_error);
    CHECK(judge(spoken(500), {{}, "1.1"}).rule.empty());
}

TEST_CASE("which rule keeps another from ever getting its turn")
{
    const std::vector<VerdictRule> rules{
        {.id = "wide", .when = {.codes = {-2001, -2007}}},
        {.id = "narrow", .when = {.codes = {-2001}, .match = {"x*"}}},
        {.id = "status", .when = {.status = {{500, 599}}}},
        {.id = "status-within", .when = {.status = {{502, 503}}, .at_least_s = 30}},
        {.id = "status-beyond", .when = {.status = {{499, 503}}}},
        {.id = "text", .when = {.match = {"a*b*"}}},
        {.id = "text-within", .when = {.match = {"a-b-*", "ab"}}},
        {.id = "text-beyond", .when = {.match = {"*a-b-"}}},
        {.id = "off", .when = {}, .mode = RuleMode::off},
        {.id = "last", .when = {.codes = {-1}}},
    };
    const auto shadow = [&](std::size_t index) {
        const VerdictRule* found = shadow_of(rules, index);
        return found == nullptr ? std::string{} : found->id;
    };
    CHECK(shadow(0).empty());
    CHECK(shadow(1) == "wide");
    CHECK(shadow(2).empty());
    CHECK(shadow(3) == "status");
    CHECK(shadow(4).empty());
    CHECK(shadow(5).empty());
    CHECK(shadow(6) == "text");
    CHECK(shadow(7).empty());
    CHECK(shadow(9).empty());
}

TEST_CASE("of the shipped rules each gets its turn")
{
    const auto& rules = shipped_rules().rules();
    std::set<std::string> ids;
    for (std::size_t i = 0; i < rules.size(); ++i) {
        CAPTURE(rules[i].id);
        CHECK(ids.insert(rules[i].id).second);
        CHECK(rules[i].built_in);
        CHECK(rules[i].mode == RuleMode::on);
        CHECK_FALSE(rules[i].note.empty());
        CHECK(shadow_of(rules, i) == nullptr);
    }
}

TEST_CASE("rails for an administrator's rules")
{
    struct Row {
        const char* name;
        VerdictRule rule;
        const char* field;  ///< at fault; empty: none
    };
    const Row rows[] = {
        {"a ban of good answers", {.when = {.match = {"busy*"}}, .verdict = Verdict::rate_limited}, "when.code"},
        {"an expiry of good answers",
         {.when = {.status = {{100, 250}}}, .verdict = Verdict::session_expired},
         "when.code"},
        {"with a code", {.when = {.codes = {-2001}}, .verdict = Verdict::rate_limited}, ""},
        {"with a status", {.when = {.status = {{429, 429}}}, .verdict = Verdict::rate_limited}, ""},
        {"what does nothing to an account", {.when = {}, .verdict = Verdict::bad_parameters}, ""},
        {"a word anywhere",
         {.when = {.status = {{500, 500}}, .match = {"x*", "*busy*"}}, .verdict = Verdict::server_error},
         "when.match[1]"},
        {"a word anywhere in what quotes a client",
         {.when = {.codes = {-2001, -1000}, .match = {"*busy*"}}, .verdict = Verdict::server_error},
         "when.match[0]"},
        {"a word anywhere in what does not",
         {.when = {.codes = {-2001}, .match = {"*busy*"}}, .verdict = Verdict::server_error},
         ""},
        {"any text", {.when = {.status = {{500, 500}}, .match = {"*"}}, .verdict = Verdict::server_error}, ""},
        {"hours without a ban",
         {.when = {.codes = {-2006}}, .verdict = Verdict::content_refused, .ban_hours = 1},
         "ban_hours"},
        {"hours for a robot", {.when = {.codes = {-2001}}, .verdict = Verdict::request_failed, .ban_hours = 1}, ""},
        {"hours for what may be good",
         {.when = {.match = {"x"}}, .verdict = Verdict::request_failed, .ban_hours = 1},
         "when.code"},
    };
    for (const Row& row : rows) {
        CAPTURE(row.name);
        const auto fault = fault_of(row.rule);
        CHECK((fault ? fault->field : "") == row.field);
    }
    for (const VerdictRule& rule : shipped_rules().rules()) {
        CAPTURE(rule.id);
        const bool paid = rule.verdict == Verdict::may_have_run || rule.verdict == Verdict::gateway_gave_up;
        CHECK(is_protected(rule) == paid);
    }
    CHECK_FALSE(is_protected({.id = "own.x", .verdict = Verdict::may_have_run}));
}
