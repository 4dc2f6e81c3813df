#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <ctime>

#include "jimeng/chat_stream.hpp"
#include "identity_routes.hpp"
#include "named_answers.hpp"
#include "jimeng/upstream_generations.hpp"
#include "jimeng/upstream_models.hpp"

namespace dreamina::stand_in {
namespace {

using nlohmann::json;
using nlohmann::ordered_json;

/// A failure on the way, as the program throws it.
struct Thrown {
    int code;
    std::string message;
};

using Check = bool (*)(const json&);

bool is_text(const json& v) { return v.is_string(); }
bool is_flag(const json& v) { return v.is_boolean(); }
bool is_finite_number(const json& v) { return v.is_number(); }
bool is_list(const json& v) { return v.is_array(); }
bool is_form_flag(const json& v) { return v.is_boolean() || v == "true" || v == "false"; }
bool is_form_number(const json& v)
{
    return v.is_number() || (v.is_string() && !std::isnan(std::strtod(v.get<std::string>().c_str(), nullptr)));
}
bool is_function_mode(const json& v) { return v == "first_last_frames" || v == "omni_reference"; }
bool is_short_list(const json& v) { return v.is_array() && v.size() <= 2; }

class Fields {
public:
    explicit Fields(const json& fields) : fields_(fields) {}

    bool has(const char* name) const { return fields_.is_object() && fields_.contains(name); }
    const json& at(const char* name) const { return fields_.at(name); }
    std::string text(const char* name, std::string fallback) const
    {
        return has(name) && at(name).is_string() ? at(name).get<std::string>() : std::move(fallback);
    }
    void must(const char* name, Check check) const
    {
        if (!has(name) || !check(at(name))) refuse(name);
    }
    void may(const char* name, Check check) const
    {
        if (has(name) && !check(at(name))) refuse(name);
    }

private:
    [[noreturn]] static void refuse(const char* name)
    {
        throw Thrown{-2000, "Params body." + std::string(name) + " invalid"};
    }

    const json& fields_;
};

void require_authorization(const Request& request)
{
    if (request.header("Authorization").empty()) throw Thrown{-2000, "Params headers.authorization invalid"};
}

void refuse_sizes(const Fields& fields)
{
    std::string found;
    for (const char* name : {"size", "width", "height"}) {
        if (fields.has(name)) found.append(found.empty() ? "" : ", ").append(name);
    }
    if (found.empty()) return;
    throw Thrown{-1000, "不支持的参数: " + found + "。请使用 ratio 和 resolution 参数控制图像尺寸。"};
}

void check_picture_fields(const Fields& fields, bool form, bool composition)
{
    fields.may("model", is_text);
    fields.must("prompt", is_text);
    if (composition && !form) fields.must("images", is_list);
    fields.may("negative_prompt", is_text);
    fields.may("ratio", is_text);
    fields.may("resolution", is_text);
    fields.may("intelligent_ratio", form ? is_form_flag : is_flag);
    fields.may("sample_strength", form ? is_form_number : is_finite_number);
    fields.may("response_format", is_text);
}

void check_size(const Fields& fields, std::string_view model, std::string_view region)
{
    constexpr auto ratios =
        std::to_array<std::string_view>({"1:1", "4:3", "3:4", "16:9", "9:16", "3:2", "2:3", "21:9"});
    if (model == "nanobanana" && region == "us") return;
    std::string resolution = fields.text("resolution", "2k");
    const std::string ratio = fields.text("ratio", "1:1");
    if (model == "nanobanana") resolution = "1k";
    if (resolution != "1k" && resolution != "2k" && resolution != "4k") {
        throw Thrown{-1000, "不支持的分辨率 \"" + resolution + "\"。支持的分辨率: 1k, 2k, 4k"};
    }
    if (std::ranges::find(ratios, ratio) != ratios.end()) return;
    std::string all;
    for (const std::string_view known : ratios) all.append(all.empty() ? "" : ", ").append(known);
    const bool special = model == "nanobananapro" && resolution == "4k";
    throw Thrown{-1000, (special ? "nanobananapro 模型在 4k" : "在 \"" + resolution + "\"") +
                            " 分辨率下，不支持的比例 \"" + ratio + "\"。支持的比例: " + all};
}

std::size_t count_of_pictures(const Fields& fields, const ReadBody& body, bool form)
{
    if (form) {
        const auto count = static_cast<std::size_t>(std::ranges::count(body.files, "images"));
        if (count == 0) throw Thrown{-1000, "在form-data中缺少 'images' 字段"};
        if (count > 10) throw Thrown{-1000, "最多支持10张输入图片"};
        return count;
    }
    const json& images = fields.at("images");
    if (images.empty()) throw Thrown{-1000, "至少需要提供1张输入图片"};
    if (images.size() > 10) throw Thrown{-1000, "最多支持10张输入图片"};
    for (std::size_t i = 0; i < images.size(); ++i) {
        const std::string which = "图片 " + std::to_string(i + 1);
        if (!images[i].is_string() && !images[i].is_structured()) {
            throw Thrown{-1000, which + " 格式不正确：应为URL字符串或包含url字段的对象"};
        }
        if (images[i].is_structured() && (!images[i].is_object() || !images[i].contains("url"))) {
            throw Thrown{-1000, which + " 缺少url字段"};
        }
    }
    return images.size();
}

void check_duration(const Fields& fields, const std::string& model, bool form)
{
    if (!fields.has("duration")) return;
    const json& given = fields.at("duration");
    int seconds = 0;
    if (form && given.is_string()) {
        const std::string text = given.get<std::string>();
        std::from_chars(text.data(), text.data() + text.size(), seconds);
        if (text != std::to_string(seconds)) throw Thrown{-1000, "duration 必须是整数，当前值: " + text};
    } else if (given.is_number()) {
        if (!given.is_number_integer()) throw Thrown{-1000, "duration 必须是整数，当前值: " + given.dump()};
        seconds = given.get<int>();
    } else {
        throw Thrown{-1000, "duration 参数格式错误"};
    }
    const auto names = [&model](std::string_view part) { return model.find(part) != std::string::npos; };
    const auto only = [seconds](std::initializer_list<int> allowed, const char* sentence) {
        if (std::ranges::find(allowed, seconds) != allowed.end()) return;
        throw Thrown{-1000, std::string(sentence) + "，当前值: " + std::to_string(seconds)};
    };
    if (names("veo3")) return only({8}, "veo3 模型仅支持 8 秒时长");
    if (names("sora2")) return only({4, 8, 12}, "sora2 模型仅支持 4、8、12 秒时长");
    if (names("3.5-pro") || names("3.5_pro")) return only({5, 10, 12}, "3.5-pro 模型仅支持 5、10、12 秒时长");
    if (!names("seedance-2.0") && !names("40_pro")) return only({5, 10}, "该模型仅支持 5、10 秒时长");
    if (seconds >= 4 && seconds <= 15) return;
    throw Thrown{-1000, "seedance 2.0/2.0-fast 模型支持 4~15 秒时长，当前值: " + std::to_string(seconds)};
}

void check_omni_materials(const Fields& fields, const ReadBody& body)
{
    std::size_t pictures = 0;
    std::size_t videos = 0;
    for (const std::string& name : body.files) {
        if (name.starts_with("image_file_")) ++pictures;
        if (name.starts_with("video_file_")) ++videos;
    }
    const auto is_address = [&fields](const std::string& name) {
        return fields.text(name.c_str(), "").starts_with("http");
    };
    for (int i = 1; i <= 9; ++i) pictures += is_address("image_file_" + std::to_string(i)) ? 1 : 0;
    for (int i = 1; i <= 3; ++i) videos += is_address("video_file_" + std::to_string(i)) ? 1 : 0;
    if (pictures > 9) throw Thrown{-1000, "全能模式最多上传9张图片"};
    if (videos > 3) throw Thrown{-1000, "全能模式最多上传3个视频"};
    const auto filled = [&fields](const char* name) { return fields.has(name) && !fields.at(name).empty(); };
    if (pictures + videos == 0 && !filled("filePaths") && !filled("file_paths")) {
        throw Thrown{-1000, "全能模式至少需要上传1个素材文件(图片或视频)"};
    }
}

class Answer {
public:
    Answer(const Request& request, const ReadBody& body, const Role& role, TokenRoutes& tokens, std::uint16_t port)
        : request_(request),
          body_(body),
          fields_(body.fields),
          role_(role),
          tokens_(tokens),
          port_(port),
          region_(region_of_token(request.drawn)),
          form_(request.header("Content-Type").starts_with("multipart/form-data"))
    {
    }

    Reply make()
    {
        if (body_.fault) throw Thrown{-1000, *body_.fault};
        const std::string path = routed_path(request_.path, role_);
        if (path == "/v1/images/generations") return pictures(false);
        if (path == "/v1/images/compositions") return pictures(true);
        if (path == "/v1/videos/generations") return video();
        return chat();
    }

private:
    std::string chosen_model() const
    {
        const ModelChoice choice = image_model(request_.model, region_, role_);
        if (choice.made_with.empty()) throw Thrown{-1000, choice.refusal};
        return choice.made_with;
    }

    Reply pictures(bool composition)
    {
        refuse_sizes(fields_);
        check_picture_fields(fields_, form_ && composition, composition);
        require_authorization(request_);
        const std::size_t inputs = composition ? count_of_pictures(fields_, body_, form_) : 0;
        check_size(fields_, chosen_model(), region_);
        if (auto refusal = tokens_.refusal(request_, role_)) return std::move(*refusal);
        ordered_json data = ordered_json::array();
        for (const std::string& url : made_urls(4, port_)) data.push_back(media_entry(request_, url));
        ordered_json answer = {{"created", std::time(nullptr)}, {"data", data}};
        if (composition) {
            answer["input_images"] = inputs;
            answer["composition_type"] = "multi_image_synthesis";
        }
        return success(answer);
    }

    Reply video()
    {
        fields_.may("model", is_text);
        fields_.must("prompt", is_text);
        fields_.may("ratio", is_text);
        fields_.may("resolution", is_text);
        fields_.may("functionMode", is_function_mode);
        fields_.may("response_format", is_text);
        require_authorization(request_);
        const bool omni = fields_.text("functionMode", "") == "omni_reference";
        check_duration(fields_, fields_.text("model", std::string(default_video_model)), form_);
        fields_.may("file_paths", is_short_list);
        fields_.may("filePaths", is_short_list);
        if (omni) {
            check_omni_materials(fields_, body_);
        } else if (body_.files.size() > 2) {
            throw Thrown{-1000, "最多只能上传2个图片文件"};
        }
        if (auto refusal = tokens_.refusal(request_, role_)) return std::move(*refusal);
        const std::string made_with = video_model(request_.model, region_, role_);
        if (omni && made_with.find("seedance") == std::string::npos) {
            throw Thrown{-2001,
                         "omni_reference 模式仅支持 jimeng-video-seedance-2.0 和 jimeng-video-seedance-2.0-fast 模型"};
        }
        ordered_json entry = media_entry(request_, made_urls(1, port_).front());
        entry["revised_prompt"] = fields_.at("prompt");
        return success({{"created", std::time(nullptr)}, {"data", ordered_json::array({entry})}});
    }

    Reply chat()
    {
        fields_.may("model", is_text);
        fields_.must("messages", is_list);
        require_authorization(request_);
        if (fields_.at("messages").empty()) throw Thrown{-2000, "消息不能为空"};
        try {
            if (auto refusal = tokens_.refusal(request_, role_)) return std::move(*refusal);
            if (makes_video(request_.model)) {
                const std::string url = made_urls(1, port_).front();
                Reply reply = request_.wants_stream ? chat_video(request_, Dialect::a, url)
                                                    : chat_message(request_, Dialect::a, "![video](" + url + ")\n");
                reply.success = true;
                return reply;
            }
            chosen_model();
        } catch (const Thrown& thrown) {
            if (!request_.wants_stream) throw;
            return chat_failure(request_, Dialect::a, thrown.message, "refused");
        }
        const auto urls = made_urls(4, port_);
        std::string text;
        for (std::size_t i = 0; i < urls.size(); ++i) text += "![image_" + std::to_string(i) + "](" + urls[i] + ")\n";
        Reply reply = request_.wants_stream ? chat_pictures(request_, Dialect::a, urls)
                                            : chat_message(request_, Dialect::a, std::move(text));
        reply.success = true;
        return reply;
    }

    static Reply success(const ordered_json& answer)
    {
        Reply reply = json_reply(200, answer.dump(-1, ' ', false, json::error_handler_t::replace), "success");
        reply.success = true;
        return reply;
    }

    const Request& request_;
    const ReadBody& body_;
    Fields fields_;
    const Role& role_;
    TokenRoutes& tokens_;
    std::uint16_t port_;
    std::string region_;
    bool form_;
};

}  // namespace

Reply jimeng_api_reply(const Request& request, const ReadBody& body, const Role& role, TokenRoutes& tokens,
                       std::uint16_t port)
{
    try {
        return Answer(request, body, role, tokens, port).make();
    } catch (const Thrown& thrown) {
        return failure_of_a(thrown.code, thrown.message, role, "refused");
    }
}

}  // namespace dreamina::stand_in
