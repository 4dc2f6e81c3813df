#include "jimeng/chat_stream.hpp"

#include <ctime>

#include <nlohmann/json.hpp>

#include "bytes.hpp"
#include "named_answers.hpp"

namespace dreamina::stand_in {
namespace {

using nlohmann::json;
using nlohmann::ordered_json;

constexpr std::string_view pictures_begin = "🎨 图像生成中，请稍候...";
constexpr std::string_view pictures_end = "图像生成完成！";
constexpr std::string_view video_begins = "🎬 视频生成中，请稍候...\n这可能需要1-2分钟，请耐心等待";
constexpr std::string_view video_has_begun = "\n\n🎬 视频生成已开始，这可能需要几分钟时间...";
constexpr std::string_view video_hint =
    "\n\n如果您在即梦官网看到已生成的视频，可能是获取结果时出现了问题。\n\n请访问即梦官网查看您的创作历史：https://"
    "jimeng.jianying.com/ai-tool/video/generate";

std::string new_id()
{
    std::string id = random_hex(32);
    for (const std::size_t at : {20U, 16U, 12U, 8U}) id.insert(at, "-");
    return id;
}

/// Go writes an object's keys in order, node in the order in which they were set.
std::string text_of(const ordered_json& value, Dialect dialect)
{
    constexpr auto replace = json::error_handler_t::replace;
    if (dialect == Dialect::a) return value.dump(-1, ' ', false, replace);
    return escaped_for_html(json::parse(value.dump(-1, ' ', false, replace)).dump());
}

class Events {
public:
    Events(const Request& request, Dialect dialect) : request_(request), dialect_(dialect) {}

    void add(std::size_t index, std::string_view content, bool last = false)
    {
        const ordered_json choice = {{"index", index},
                                     {"delta", {{"role", "assistant"}, {"content", content}}},
                                     {"finish_reason", last ? ordered_json("stop") : ordered_json(nullptr)}};
        ordered_json chunk = {{"id", new_id()}, {"model", request_.model_as_sent}, {"object", "chat.completion.chunk"}};
        if (dialect_ == Dialect::b) chunk["created"] = std::time(nullptr);
        chunk["choices"] = ordered_json::array({choice});
        text_ += "data: " + text_of(chunk, dialect_) + "\n\n";
        reply_.piece_ends.push_back(text_.size());
    }

    Reply finish(std::string name)
    {
        text_ += "data: [DONE]\n\n";
        reply_.piece_ends.push_back(text_.size());
        if (dialect_ == Dialect::a) {
            reply_.headers = {{"Content-Type", "text/event-stream; charset=utf-8"}};
        } else {
            reply_.headers = {{"Content-Type", "text/event-stream"}, {"Cache-Control", "no-cache"}};
        }
        reply_.body = make_bytes(std::move(text_));
        reply_.first_piece_at_once = true;
        reply_.name = std::move(name);
        return std::move(reply_);
    }

private:
    const Request& request_;
    Dialect dialect_;
    Reply reply_;
    std::string text_;
};

}  // namespace

bool is_chat(const Request& request) { return request.path == "/v1/chat/completions"; }

bool makes_video(std::string_view model) { return model.starts_with("jimeng-video"); }

Reply chat_failure(const Request& request, Dialect dialect, std::string_view message, std::string name)
{
    Events events(request, dialect);
    if (makes_video(request.model)) {
        events.add(0, video_begins);
        events.add(0, video_has_begun);
        events.add(1, "\n\n⚠️ 视频生成过程中遇到问题: " + std::string(message) + std::string(video_hint),
                   true);
    } else {
        events.add(0, pictures_begin);
        events.add(1, "生成图片失败: " + std::string(message), true);
    }
    return events.finish(std::move(name));
}

Reply chat_pictures(const Request& request, Dialect dialect, const std::vector<std::string>& urls)
{
    Events events(request, dialect);
    events.add(0, pictures_begin);
    for (std::size_t i = 0; i < urls.size(); ++i) {
        events.add(i + 1, "![image_" + std::to_string(i) + "](" + urls[i] + ")\n", i + 1 == urls.size());
    }
    events.add(urls.size() + 1, pictures_end, true);
    return events.finish("success");
}

Reply chat_video(const Request& request, Dialect dialect, const std::string& url)
{
    Events events(request, dialect);
    events.add(0, video_begins);
    events.add(0, video_has_begun);
    events.add(1, "\n\n✅ 视频生成完成！\n\n![video](" + url +
                      ")\n\n您可以：\n1. 直接查看上方视频\n2. 使用以下链接下载或分享：" + url);
    events.add(2, "", true);
    return events.finish("success");
}

Reply chat_message(const Request& request, Dialect dialect, std::string text)
{
    const std::size_t length = text.size();
    const ordered_json choice = {
        {"index", 0}, {"message", {{"role", "assistant"}, {"content", std::move(text)}}}, {"finish_reason", "stop"}};
    const std::size_t counted = dialect == Dialect::a ? 1 : length;
    const ordered_json body = {
        {"id", new_id()},
        {"model", request.model_as_sent},
        {"object", "chat.completion"},
        {"choices", ordered_json::array({choice})},
        {"usage", {{"prompt_tokens", 1}, {"completion_tokens", counted}, {"total_tokens", counted + 1}}},
        {"created", std::time(nullptr)}};
    return json_reply(200, text_of(body, dialect), "success");
}

}  // namespace dreamina::stand_in
