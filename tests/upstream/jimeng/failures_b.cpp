#include <array>

#include "named_answers.hpp"

namespace dreamina::stand_in {
namespace {

// Worded by hand from what jimeng-api-go of March 2026 answered in front of a provider of our own.
constexpr auto failures_in_go = std::to_array<Failure>({
    {"b.session_expired.401", 401, "[API_TOKEN_EXPIRES] [登录失效]: login error。请重新获取refresh_token并更新配置"},
    {"b.session_expired.34010105", 429, "[API_REQUEST_FAILED] [操作失败]: login error (错误码: 34010105)"},
    {"b.session_expired.picture", 500,
     "[API_REQUEST_FAILED] 图片 1 上传失败: [FILE_UPLOAD_FAILED] 获取上传令牌失败: [API_TOKEN_EXPIRES] [登录失效]: "
     "login "
     "error。请重新获取refresh_token并更新配置"},
    {"b.session_expired.picture.34010105", 500,
     "[API_REQUEST_FAILED] 图片 1 上传失败: [FILE_UPLOAD_FAILED] 获取上传令牌失败: [API_REQUEST_FAILED] [操作失败]: "
     "login error (错误码: 34010105)"},
    {"b.session_expired.frame", 500,
     "[FILE_UPLOAD_FAILED] 上传URL图片失败: [FILE_UPLOAD_FAILED] 获取上传令牌失败: [API_TOKEN_EXPIRES] [登录失效]: "
     "login "
     "error。请重新获取refresh_token并更新配置"},
    {"b.session_expired.frame.34010105", 500,
     "[FILE_UPLOAD_FAILED] 上传URL图片失败: [FILE_UPLOAD_FAILED] 获取上传令牌失败: [API_REQUEST_FAILED] [操作失败]: "
     "login error (错误码: 34010105)"},

    {"b.points_used_up.5000", 429,
     "[API_IMAGE_GENERATION_INSUFFICIENT_POINTS] [积分不足]: not enough "
     "credits。建议：1)尝试使用1024x1024分辨率，2)检查是否需要购买积分，3)确认账户状态正常"},
    {"b.points_used_up.video", 429, "[API_VIDEO_GENERATION_INSUFFICIENT_POINTS] 视频生成积分不足"},
    {"b.points_used_up.1006", 429, "[API_REQUEST_FAILED] [操作失败]: not enough credits (错误码: 1006)"},

    {"b.content_refused.4001", 400, "[API_CONTENT_FILTERED] [内容违规]: content risk"},
    {"b.content_refused.2038", 429, "[API_IMAGE_GENERATION_FAILED] 图像生成失败，状态码: 30，错误码: 2038"},
    {"b.content_refused.2047", 429, "[API_IMAGE_GENERATION_FAILED] 图像生成失败，状态码: 30，错误码: 2047"},
    {"b.content_refused.2038.video", 429, "[API_VIDEO_GENERATION_FAILED] 视频生成失败，状态码: 30，错误码: 2038"},
    {"b.content_refused.2047.video", 429, "[API_VIDEO_GENERATION_FAILED] 视频生成失败，状态码: 30，错误码: 2047"},

    {"b.may_have_run.timeout", 429,
     "[API_IMAGE_GENERATION_FAILED] 生成超时且无结果，状态码: 20，历史ID: 7612345678901234567"},
    {"b.may_have_run.no_record", 429, "[API_IMAGE_GENERATION_FAILED] 记录不存在"},
    {"b.may_have_run.no_record_id", 429, "[API_IMAGE_GENERATION_FAILED] 记录ID不存在"},
    {"b.may_have_run.no_picture", 429,
     "[API_IMAGE_GENERATION_FAILED] 图像生成失败: item_list有 4 个项目，但无法提取任何图片URL，所有item都缺少 "
     "image.large_images[0].image_url 字段"},
    {"b.may_have_run.no_video", 429, "[API_VIDEO_GENERATION_FAILED] 未能提取视频链接"},
    {"b.may_have_run.no_result", 429, "[API_VIDEO_GENERATION_FAILED] 生成结果为空"},
    {"b.may_have_run.base64", 502,
     "[API_REQUEST_FAILED] 下载图片转BASE64失败: 下载文件失败: HTTP 403 (https://pictures.example/1.png)"},
    {"b.may_have_run.base64.video", 500, "下载文件失败: HTTP 403 (https://videos.example/1.mp4)"},

    {"b.client_picture.404", 500, "[API_REQUEST_FAILED] 图片 1 上传失败: [FILE_UPLOAD_FAILED] 下载图片失败: HTTP 404"},
    {"b.client_picture.refused", 500,
     "[API_REQUEST_FAILED] 图片 1 上传失败: [FILE_UPLOAD_FAILED] 下载图片失败: Get \"{picture}\": dial tcp "
     "203.0.113.9:443: connect: connection refused"},
    {"b.client_picture.type", 500,
     "[API_REQUEST_FAILED] 图片 1 上传失败: 不支持的图片输入类型: map[string]interface {}"},
    {"b.client_picture.frame.404", 500,
     "[FILE_UPLOAD_FAILED] 上传URL图片失败: [FILE_UPLOAD_FAILED] 下载图片失败: HTTP 404"},
    {"b.client_picture.frame.refused", 500,
     "[FILE_UPLOAD_FAILED] 上传URL图片失败: [FILE_UPLOAD_FAILED] 下载图片失败: Get \"{picture}\": dial tcp "
     "203.0.113.9:443: connect: connection refused"},
    {"b.client_picture.file", 500, "[FILE_UPLOAD_FAILED] 上传本地图片失败: [FILE_UPLOAD_FAILED] 上传凭证不完整"},

    {"b.model_not_in_region.international", 500,
     "[API_REQUEST_PARAMS_INVALID] 国际版不支持模型 \"{model}\"。支持的模型: jimeng-3.0, jimeng-4.0, jimeng-4.1, "
     "jimeng-4.5, jimeng-4.6, jimeng-5.0-lite, nanobanana, nanobananapro"},
    {"b.model_not_in_region.domestic", 500, "国内站不支持{model}模型,请使用jimeng系列模型"},

    {"b.bad_parameters.400", 400, "Key: 'Prompt' Error:Field validation for 'Prompt' failed on the 'required' tag"},
    {"b.bad_parameters.4002", 400, "[API_REQUEST_PARAMS_INVALID] [参数错误]: invalid parameter"},
    {"b.bad_parameters.500", 500, "[API_REQUEST_PARAMS_INVALID] 最多支持10张图片"},
    {"b.bad_parameters.resolution", 500, "不支持的分辨率 \"8k\""},
    {"b.bad_parameters.ratio", 500, "在 \"2k\" 分辨率下，不支持的比例 \"5:1\""},
    {"b.bad_parameters.1000", 429, "[API_REQUEST_FAILED] [操作失败]: invalid parameter (错误码: 1000)"},

    {"b.provider_unreachable.refused", 500,
     "[API_REQUEST_FAILED] [网络错误]: POST /mweb/v1/aigc_draft/generate失败 (Post "
     "\"https://provider.example/mweb/v1/aigc_draft/generate\": dial tcp 203.0.113.7:443: connect: connection "
     "refused)"},
    {"b.provider_unreachable.not_found", 500,
     "[API_REQUEST_FAILED] [网络错误]: POST /mweb/v1/aigc_draft/generate失败 (Post "
     "\"https://provider.example/mweb/v1/aigc_draft/generate\": dial tcp: lookup provider.example: no such host)"},
    {"b.provider_unreachable.reset", 500,
     "[API_REQUEST_FAILED] [网络错误]: POST /mweb/v1/aigc_draft/generate失败 (Post "
     "\"https://provider.example/mweb/v1/aigc_draft/generate\": read tcp 192.0.2.1:50000->203.0.113.7:443: read: "
     "connection reset by peer)"},
    {"b.provider_unreachable.timeout", 500,
     "[API_REQUEST_FAILED] [请求超时]: POST /mweb/v1/aigc_draft/generate超时，请稍后重试"},

    {"b.provider_ill.500", 500, "[API_REQUEST_FAILED] [服务器错误]: 即梦服务器暂时不可用 (503)"},
    {"b.provider_ill.404", 404, "[API_REQUEST_FAILED] [资源不存在]: 目标接口不可用"},
    {"b.provider_ill.403", 403, "[API_REQUEST_FAILED] [请求错误]: HTTP 403"},

    {"b.anti_bot.1019", 429, "[API_REQUEST_FAILED] [操作失败]: shark not pass (错误码: 1019)"},
    {"b.anti_bot.-4", 429, "[API_REQUEST_FAILED] [操作失败]: shark check reject (错误码: -4)"},
    {"b.anti_bot.4013", 429, "[API_REQUEST_FAILED] [操作失败]: risk control (错误码: 4013)"},
    {"b.anti_bot.3018", 429, "[API_REQUEST_FAILED] [操作失败]: permission denied (错误码: 3018)"},
    {"b.anti_bot.500", 500,
     "[API_REQUEST_FAILED] [POST /mweb/v1/aigc_draft/generate失败]: invalid character '<' looking for beginning of "
     "value"},

    {"b.rate_limited.429", 429, "[API_REQUEST_FAILED] [请求频率限制]: 请求过于频繁，请稍后重试"},

    {"b.generation_failed.1017", 429, "[API_IMAGE_GENERATION_FAILED] 图像生成失败，状态码: 30，错误码: 1017"},
    {"b.generation_failed.1017.video", 429, "[API_VIDEO_GENERATION_FAILED] 视频生成失败，状态码: 30，错误码: 1017"},
    {"b.generation_failed.5001", 429, "[API_IMAGE_GENERATION_FAILED] [生成失败]: generate failed"},
    {"b.generation_failed.5002", 429, "[API_VIDEO_GENERATION_FAILED] [视频生成失败]: generate failed"},

    {"b.server_error.panic", 500, "Internal server error"},
});

}  // namespace

std::span<const Failure> failures_of_b() { return failures_in_go; }

}  // namespace dreamina::stand_in
