#include <array>

#include "named_answers.hpp"

namespace dreamina::stand_in {
namespace {

// Worded by hand from what jimeng-api 1.6.3 answered in front of a provider of our own. A "relative"
// is what older versions and sister projects of the same origin say instead.
constexpr auto failures = std::to_array<Failure>({
    {"a.session_expired.-2002", -2002, "[登录失效]: login error。请重新获取refresh_token并更新配置"},
    {"a.session_expired.-2002.relative", -2002, "Token已失效"},
    {"a.session_expired.34010105", -2001, "[请求失败]: login error (错误码: 34010105)"},
    {"a.session_expired.1015", -2001, "[请求失败]: check login error (错误码: 1015)"},
    {"a.session_expired.picture", -2007, "图片上传失败: [登录失效]: login error。请重新获取refresh_token并更新配置"},
    {"a.session_expired.picture.34010105", -2007, "图片上传失败: [请求失败]: login error (错误码: 34010105)"},
    {"a.session_expired.first_frame", -2001,
     "首帧图片上传失败: [登录失效]: login error。请重新获取refresh_token并更新配置"},
    {"a.session_expired.first_frame.34010105", -2001, "首帧图片上传失败: [请求失败]: login error (错误码: 34010105)"},
    {"a.session_expired.omni", -2001, "image_file_1 处理失败: [请求失败]: login error (错误码: 34010105)"},
    {"a.session_expired.-2008", -2008, "[登录失效]: login error。请重新获取refresh_token并更新配置"},
    {"a.session_expired.relative", -2001, "[请求jimeng失败]: login error"},
    {"a.session_expired.relative.check", -2001, "[请求jimeng失败]: check login error"},

    {"a.points_used_up.-2009", -2009,
     "[积分不足]: not enough credits。建议：1)尝试使用1024x1024分辨率，2)检查是否需要购买积分，3)确认账户状态正常"},
    {"a.points_used_up.receive", -2009, "积分不足且无法自动收取。请访问即梦官网手动收取首次积分，或检查账户状态。"},
    {"a.points_used_up.video", -2008, "积分不足且无法自动收取。请访问即梦官网手动收取首次积分，或检查账户状态。"},
    {"a.points_used_up.1006", -2001, "[请求失败]: not enough credits (错误码: 1006)"},
    {"a.points_used_up.1006.-2007", -2007, "图片上传失败: [请求失败]: not enough credits (错误码: 1006)"},
    {"a.points_used_up.1006.-2008", -2008, "[请求失败]: not enough credits (错误码: 1006)"},
    {"a.points_used_up.relative", -2009, "[无法生成图像]: 即梦积分可能不足，not enough credits"},

    {"a.content_refused.-2006", -2006, "[内容违规]: content risk"},
    {"a.content_refused.2038", -2007, "图像生成失败，状态码: 30，错误码: 2038"},
    {"a.content_refused.2047", -2007, "图像生成失败，状态码: 30，错误码: 2047"},
    {"a.content_refused.2038.video", -2008, "视频生成失败，状态码: 30，错误码: 2038"},
    {"a.content_refused.2047.video", -2008, "视频生成失败，状态码: 30，错误码: 2047"},
    {"a.content_refused.4001", -2001, "[请求失败]: content risk (错误码: 4001)"},
    {"a.content_refused.picture", -2007, "图片上传失败: 图片内容检测未通过，该图片可能包含违规内容"},
    {"a.content_refused.first_frame", -2001, "首帧图片上传失败: 图片内容检测未通过，该图片可能包含违规内容"},

    {"a.may_have_run.timeout", -2007, "生成超时且无结果，状态码: 20，历史ID: 7612345678901234567"},
    {"a.may_have_run.no_record", -2007, "记录不存在"},
    {"a.may_have_run.no_record_id", -2007, "记录ID不存在"},
    {"a.may_have_run.no_video", -2007, "未能获取视频URL，请稍后查看"},
    {"a.may_have_run.no_picture", -2007, "图像生成失败: item_list有 4 个项目，但无法提取任何图片URL"},
    {"a.may_have_run.no_picture.composition", -2007, "图生图失败: item_list有 1 个项目，但无法提取任何图片URL"},
    {"a.may_have_run.no_picture.several", -2007, "多图生成失败: item_list有 4 个项目，但无法提取任何图片URL"},
    {"a.may_have_run.base64", -1000, "Request failed with status code 403"},

    {"a.client_picture.404", -2007, "图片上传失败: Request failed with status code 404"},
    {"a.client_picture.403", -2007, "图片上传失败: Request failed with status code 403"},
    {"a.client_picture.not_found", -2007, "图片上传失败: getaddrinfo ENOTFOUND pictures.example"},
    {"a.client_picture.refused", -2007, "图片上传失败: connect ECONNREFUSED 203.0.113.9:443"},
    {"a.client_picture.invalid_url", -2007, "图片上传失败: Invalid URL"},
    {"a.client_picture.quoted", -2007, "图片上传失败: getaddrinfo ENOTFOUND {picture}"},
    {"a.client_picture.first_frame.404", -2001, "首帧图片上传失败: Request failed with status code 404"},
    {"a.client_picture.first_frame.not_found", -2001, "首帧图片上传失败: getaddrinfo ENOTFOUND pictures.example"},
    {"a.client_picture.first_frame.refused", -2001, "首帧图片上传失败: connect ECONNREFUSED 203.0.113.9:443"},
    {"a.client_picture.first_frame.invalid_url", -2001, "首帧图片上传失败: Invalid URL"},
    {"a.client_picture.omni.404", -2001, "image_file_1 处理失败: Request failed with status code 404"},
    {"a.client_picture.omni.paths.404", -2001, "image_file_1 URL图片处理失败: Request failed with status code 404"},

    {"a.model_not_in_region.international", -1000,
     "国际版不支持模型 \"{model}\"。支持的模型: jimeng-4.5, jimeng-4.1, jimeng-4.0, jimeng-3.0, nanobanana, "
     "nanobananapro"},
    {"a.model_not_in_region.domestic", -1000, "国内站不支持{model}模型,请使用jimeng系列模型"},

    {"a.bad_parameters.-2000", -2000, "Params body.prompt invalid"},
    {"a.bad_parameters.-2000.4002", -2000, "[参数错误]: invalid parameter"},
    {"a.bad_parameters.-2003", -2003, "File {picture} is not valid: [404] Not Found"},
    {"a.bad_parameters.-2004", -2004, "File {picture} is not valid"},
    {"a.bad_parameters.-1001", -1001, "请求参数校验错误"},
    {"a.bad_parameters.1000", -2001, "[请求失败]: invalid parameter (错误码: 1000)"},
    {"a.bad_parameters.4002", -2001, "[请求失败]: invalid parameter (错误码: 4002)"},
    {"a.bad_parameters.omni", -2001,
     "omni_reference 模式仅支持 jimeng-video-seedance-2.0 和 jimeng-video-seedance-2.0-fast 模型"},
    {"a.bad_parameters.video_length", -2001, "视频总时长 21.00s 超过限制 (最大 15s)"},
    {"a.bad_parameters.video_length.one", -2001, "video_file_1 处理失败: 视频时长 21.00s 超过限制 (最大 15s)"},
    {"a.bad_parameters.route", -1000,
     "[请求有误]: 请检查API文档确认正确的请求路径，当前请求为 {method} -> {target} 请纠正"},
    {"a.bad_parameters.json", -1000, "无效的JSON格式: Unexpected end of JSON input"},
    {"a.bad_parameters.size", -1000, "不支持的参数: size。请使用 ratio 和 resolution 参数控制图像尺寸。"},
    {"a.bad_parameters.resolution", -1000, "不支持的分辨率 \"8k\"。支持的分辨率: 1k, 2k, 4k"},
    {"a.bad_parameters.ratio", -1000,
     "在 \"2k\" 分辨率下，不支持的比例 \"5:1\"。支持的比例: 1:1, 4:3, 3:4, 16:9, 9:16, 3:2, 2:3, 21:9"},
    {"a.bad_parameters.duration", -1000, "3.5-pro 模型仅支持 5、10、12 秒时长，当前值: 7"},
    {"a.bad_parameters.no_picture", -1000, "在form-data中缺少 'images' 字段"},

    {"a.own_proxy.closed", -1000, "Proxy connection ended before receiving CONNECT response"},
    {"a.own_proxy.refused", -1000, "connect ECONNREFUSED {proxy}"},
    {"a.own_proxy.timed_out", -1000, "connect ETIMEDOUT {proxy}"},
    {"a.own_proxy.unreachable", -1000, "connect EHOSTUNREACH {proxy}"},
    {"a.own_proxy.not_found", -1000, "getaddrinfo ENOTFOUND {proxy_host}"},
    {"a.own_proxy.socks", -1000, "Socks5 proxy rejected connection - NotAllowed"},
    {"a.own_proxy.socks.authentication", -1000, "Socks5 Authentication failed"},
    {"a.own_proxy.socks.handshake", -1000,
     "Received invalid Socks5 initial handshake (no accepted authentication type)"},
    {"a.own_proxy.socks.closed", -1000, "Socket closed"},
    // What a proxy answers to CONNECT, 407 too, is taken for the provider's answer.
    {"a.own_proxy.407", -1000, "Cannot read properties of undefined (reading 'gift_credit')"},

    {"a.provider_unreachable.refused", -1000, "connect ECONNREFUSED 203.0.113.7:443"},
    {"a.provider_unreachable.timed_out", -1000, "connect ETIMEDOUT 203.0.113.7:443"},
    {"a.provider_unreachable.reset", -1000, "read ECONNRESET"},
    {"a.provider_unreachable.write", -1000, "write EPIPE"},
    {"a.provider_unreachable.not_found", -1000, "getaddrinfo ENOTFOUND provider.example"},
    {"a.provider_unreachable.eai_again", -1000, "getaddrinfo EAI_AGAIN provider.example"},
    {"a.provider_unreachable.hang_up", -1000, "socket hang up"},
    {"a.provider_unreachable.fetch", -1000, "fetch failed"},
    {"a.provider_unreachable.timeout", -1000, "timeout of 45000ms exceeded"},
    {"a.provider_unreachable.tls", -1000,
     "Client network socket disconnected before secure TLS connection was established"},
    {"a.provider_unreachable.picture.reset", -2007, "图片上传失败: read ECONNRESET"},
    {"a.provider_unreachable.picture", -2007,
     "图片上传失败: 网络请求失败 (https://provider.example): read ECONNRESET. 请检查: 1) 网络连接是否正常 2) "
     "是否需要配置代理 3) DNS是否能解析该域名"},
    {"a.provider_unreachable.first_frame.reset", -2001, "首帧图片上传失败: read ECONNRESET"},
    {"a.provider_unreachable.first_frame", -2001,
     "首帧图片上传失败: 网络请求失败 (https://provider.example): read ECONNRESET. 请检查: 1) 网络连接是否正常 2) "
     "是否需要配置代理 3) DNS是否能解析该域名"},
    {"a.provider_unreachable.-2001", -2001, "[网络错误]: 无法连接到即梦服务器，请检查网络连接"},

    {"a.provider_ill.read", -1000, "Cannot read properties of undefined (reading 'gift_credit')"},
    {"a.provider_ill.read.video", -1000, "Cannot read properties of undefined (reading 'history_record_id')"},
    {"a.provider_ill.destructure", -1000, "Cannot destructure property 'ret' of 'result.data' as it is null."},
    {"a.provider_ill.picture", -2007, "图片上传失败: 获取上传令牌失败"},
    {"a.provider_ill.picture.502", -2007, "图片上传失败: 申请上传权限失败: 502 - bad gateway"},
    {"a.provider_ill.first_frame", -2001, "首帧图片上传失败: 获取上传令牌失败"},
    {"a.provider_ill.first_frame.502", -2001, "首帧图片上传失败: 申请上传权限失败: 502 - bad gateway"},
    {"a.provider_ill.-2001", -2001, "[服务器错误]: 即梦服务器暂时不可用 (503)"},

    {"a.anti_bot.-2010", -2010, "触发平台风控，请稍后重试"},
    {"a.anti_bot.1019", -2001, "[请求失败]: shark not pass (错误码: 1019)"},
    {"a.anti_bot.-4", -2001, "[请求失败]: shark check reject (错误码: -4)"},
    {"a.anti_bot.4013", -2001, "[请求失败]: risk control (错误码: 4013)"},
    {"a.anti_bot.3018", -2001, "[请求失败]: permission denied (错误码: 3018)"},

    {"a.generation_failed.1017", -2007, "图像生成失败，状态码: 30，错误码: 1017"},
    {"a.generation_failed.1017.video", -2008, "视频生成失败，状态码: 30，错误码: 1017"},
    {"a.generation_failed.no_code", -2007, "图像生成失败，状态码: 30"},
    {"a.generation_failed.5001", -2007, "[生成失败]: generate failed"},
    {"a.generation_failed.5002", -2008, "[视频生成失败]: generate failed"},
    {"a.generation_failed.prededuct", -2008, "[视频生成失败]: credit prededuct failed"},
});

}  // namespace

std::span<const Failure> failures_of_a() { return failures; }

}  // namespace dreamina::stand_in
