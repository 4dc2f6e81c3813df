#include <algorithm>
#include <array>
#include <ctime>

#include "jimeng/chat_stream.hpp"
#include "named_answers.hpp"
#include "jimeng/upstream_generations.hpp"
#include "jimeng/upstream_models.hpp"

namespace dreamina::stand_in {
namespace {

using nlohmann::json;

struct Refused {
    int status;
    std::string message;
};

std::string text_of(const json& fields, const char* name)
{
    return fields.contains(name) && fields[name].is_string() ? fields[name].get<std::string>() : std::string();
}

void require_prompt(const json& fields)
{
    if (!text_of(fields, "prompt").empty()) return;
    throw Refused{400, "Key: 'Prompt' Error:Field validation for 'Prompt' failed on the 'required' tag"};
}

void require_token(const Request& request)
{
    if (split_tokens(request.token).empty()) throw Refused{401, "缺少 Authorization"};
}

void check_size(const json& fields, std::string_view model, std::string_view region)
{
    constexpr auto ratios =
        std::to_array<std::string_view>({"1:1", "4:3", "3:4", "16:9", "9:16", "3:2", "2:3", "21:9"});
    if (model == "nanobanana" && region == "us") return;
    std::string resolution = text_of(fields, "resolution");
    std::string ratio = text_of(fields, "ratio");
    if (resolution.empty()) resolution = "2k";
    if (ratio.empty()) ratio = "1:1";
    if (model == "nanobanana") resolution = "1k";
    if (resolution != "1k" && resolution != "2k" && resolution != "4k") {
        throw Refused{500, "不支持的分辨率 \"" + resolution + "\""};
    }
    if (std::ranges::find(ratios, ratio) == ratios.end()) {
        throw Refused{500, "在 \"" + resolution + "\" 分辨率下，不支持的比例 \"" + ratio + "\""};
    }
}

void check_model(const Request& request, std::string_view region, const Role& role)
{
    const ModelChoice choice = image_model(request.model, region, role);
    if (!choice.made_with.empty()) return;
    throw Refused{500, (choice.has_code ? "[API_REQUEST_PARAMS_INVALID] " : "") + choice.refusal};
}

/// Addresses are all it takes: an object and what is no address are refused when they are fetched.
void check_pictures(const json& images)
{
    for (std::size_t i = 0; i < images.size(); ++i) {
        const std::string which = "[API_REQUEST_FAILED] 图片 " + std::to_string(i + 1) + " 上传失败: ";
        if (images[i].is_object()) throw Refused{500, which + "不支持的图片输入类型: map[string]interface {}"};
        if (!images[i].is_string()) throw Refused{500, which + "不支持的图片输入类型: float64"};
        const std::string address = images[i].get<std::string>();
        if (address.starts_with("http://") || address.starts_with("https://")) continue;
        const std::string scheme = address.substr(0, address.find(':'));
        std::string words = which + "[FILE_UPLOAD_FAILED] 下载图片失败: Get \"";
        words.append(address).append("\": unsupported protocol scheme \"");
        throw Refused{500, words.append(scheme == address ? "" : scheme).append("\"")};
    }
}

class AnswerInGo {
public:
    AnswerInGo(const Request& request, const ReadBody& body, const Role& role, TokenRoutes& tokens, std::uint16_t port)
        : request_(request),
          body_(body),
          role_(role),
          tokens_(tokens),
          port_(port),
          region_(region_of_token(request.drawn)),
          form_(request.header("Content-Type").starts_with("multipart/form-data"))
    {
    }

    Reply make()
    {
        if (is_chat(request_)) return chat();
        if (request_.path == "/v1/video/generations") return video();
        if (request_.path == "/v1/images/generations") return pictures();
        return composition(request_.path == "/v1/images/edits");
    }

private:
    void require_body() const
    {
        if (body_.fault) throw Refused{400, *body_.fault};
    }

    Reply pictures()
    {
        require_body();
        require_prompt(body_.fields);
        require_token(request_);
        check_model(request_, region_, role_);
        check_size(body_.fields, request_.model, region_);
        if (auto refusal = tokens_.refusal(request_, role_)) return std::move(*refusal);
        std::size_t count = 4;
        if (body_.fields.contains("n")) {
            const int asked = body_.fields["n"].get<int>();
            if (asked > 0) count = std::min<std::size_t>(count, static_cast<std::size_t>(asked));
        }
        return media(made_urls(count, port_));
    }

    Reply composition(bool edit)
    {
        require_token(request_);
        std::size_t inputs = 0;
        if (form_) {
            const auto files = [this](const char* name) {
                return static_cast<std::size_t>(std::ranges::count(body_.files, name));
            };
            inputs = edit && files("image") > 0 ? files("image") : files("images");
            if (inputs == 0) throw Refused{400, edit ? "缺少图片" : "至少提供1张图片"};
        } else {
            require_body();
            if (!edit) require_prompt(body_.fields);
            inputs = body_.fields.contains("images") ? body_.fields["images"].size() : 0;
            if (inputs == 0) throw Refused{400, "至少提供1张图片"};
        }
        if (inputs > 10) throw Refused{500, "[API_REQUEST_PARAMS_INVALID] 最多支持10张图片"};
        check_model(request_, region_, role_);
        check_size(body_.fields, request_.model, region_);
        if (!form_) check_pictures(body_.fields["images"]);
        if (auto refusal = tokens_.refusal(request_, role_)) return std::move(*refusal);
        return media(made_urls(1, port_), edit ? 0 : inputs);
    }

    Reply video()
    {
        if (!form_) {
            require_body();
            require_prompt(body_.fields);
        }
        if (text_of(body_.fields, "prompt").find_first_not_of(" \t\r\n") == std::string::npos) {
            throw Refused{400, "prompt不能为空"};
        }
        require_token(request_);
        if (auto refusal = tokens_.refusal(request_, role_)) return std::move(*refusal);
        json entry = json::parse(media_entry(request_, made_urls(1, port_).front()).dump());
        entry["revised_prompt"] = text_of(body_.fields, "prompt");
        return success({{"created", std::time(nullptr)}, {"data", json::array({entry})}});
    }

    Reply chat()
    {
        require_body();
        if (!body_.fields.contains("messages")) {
            throw Refused{400, "Key: 'Messages' Error:Field validation for 'Messages' failed on the 'required' tag"};
        }
        for (const json& message : body_.fields["messages"]) {
            if (!message.contains("content") || message["content"].is_string()) continue;
            throw Refused{400, "json: cannot unmarshal " +
                                   std::string(message["content"].is_array() ? "array" : "object") +
                                   " into Go struct field ChatMessage.messages.content of type string"};
        }
        require_token(request_);
        if (body_.fields["messages"].empty()) throw Refused{500, "[API_REQUEST_PARAMS_INVALID] 消息不能为空"};
        try {
            if (auto refusal = tokens_.refusal(request_, role_)) return std::move(*refusal);
            if (makes_video(request_.model)) return chat_of_video();
            check_model(request_, region_, role_);
        } catch (const Refused& refused) {
            if (!request_.wants_stream) throw;
            return chat_failure(request_, Dialect::b, refused.message, "refused");
        }
        const auto urls = made_urls(4, port_);
        std::string text;
        for (std::size_t i = 0; i < urls.size(); ++i) text += "![image_" + std::to_string(i) + "](" + urls[i] + ")\n";
        Reply reply = request_.wants_stream ? chat_pictures(request_, Dialect::b, urls)
                                            : chat_message(request_, Dialect::b, std::move(text));
        reply.success = true;
        return reply;
    }

    Reply chat_of_video()
    {
        const std::string url = made_urls(1, port_).front();
        Reply reply = request_.wants_stream ? chat_video(request_, Dialect::b, url)
                                            : chat_message(request_, Dialect::b, "![video](" + url + ")\n");
        reply.success = true;
        return reply;
    }

    Reply media(const std::vector<std::string>& urls, std::size_t inputs = 0)
    {
        json data = json::array();
        for (const std::string& url : urls) data.push_back(json::parse(media_entry(request_, url).dump()));
        json answer = {{"created", std::time(nullptr)}, {"data", data}};
        if (inputs > 0) answer["input_images"] = inputs;
        return success(answer);
    }

    static Reply success(const json& answer)
    {
        Reply reply = json_reply(200, answer.dump(-1, ' ', false, json::error_handler_t::replace), "success");
        reply.success = true;
        return reply;
    }

    const Request& request_;
    const ReadBody& body_;
    const Role& role_;
    TokenRoutes& tokens_;
    std::uint16_t port_;
    std::string region_;
    bool form_;
};

}  // namespace

Reply jimeng_api_go_reply(const Request& request, const ReadBody& body, const Role& role, TokenRoutes& tokens,
                          std::uint16_t port)
{
    try {
        return AnswerInGo(request, body, role, tokens, port).make();
    } catch (const Refused& refused) {
        return failure_of_b(refused.status, refused.message, "refused");
    }
}

}  // namespace dreamina::stand_in
