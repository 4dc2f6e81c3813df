#include "core/domain/verdict/chat_error.hpp"

#include <algorithm>
#include <array>

namespace dreamina {
namespace {

/// The codes that jimeng-api throws these words with: a chat shows the words alone.
struct ThrownWith {
    std::string_view beginning;
    std::int64_t code;
};
constexpr std::array thrown_with{
    ThrownWith{"[登录失效]", -2002}, ThrownWith{"[积分不足]", -2009},       ThrownWith{"[内容违规]", -2006},
    ThrownWith{"[参数错误]", -2000}, ThrownWith{"[视频生成失败]", -2008},   ThrownWith{"视频生成失败", -2008},
    ThrownWith{"[生成失败]", -2007}, ThrownWith{"图像生成失败", -2007},     ThrownWith{"生成超时", -2007},
    ThrownWith{"记录", -2007},       ThrownWith{"未能获取", -2007},         ThrownWith{"图片上传失败", -2007},
    ThrownWith{"积分不足", -2009},   ThrownWith{"首帧图片上传失败", -2001}, ThrownWith{"omni_reference", -2001},
    ThrownWith{"image_file", -2001}, ThrownWith{"video_file", -2001},       ThrownWith{"视频总时长", -2001},
    ThrownWith{"[", -2001}};
constexpr std::int64_t plain_error = -1000;

}  // namespace

AnswerHead parse_chat_error(std::string_view words, UpstreamKind upstream)
{
    AnswerHead answer{.error = std::string{words}, .upstream = upstream};
    if (writer_of(answer) == UpstreamKind::jimeng_api_go) return answer;
    const auto* const found = std::find_if(thrown_with.begin(), thrown_with.end(),
                                           [&](const ThrownWith& each) { return words.starts_with(each.beginning); });
    answer.code = found == thrown_with.end() ? plain_error : found->code;
    answer.message = std::move(answer.error);
    answer.error.clear();
    return answer;
}

}  // namespace dreamina
