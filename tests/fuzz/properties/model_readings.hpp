#pragma once
/// Bodies of all types that name a model in honest and in crafty ways, read by the proxy and as each upstream reads
/// them (tests/upstream). Where the proxy has no doubt about the model, an upstream that takes the body takes just that
/// model: a key that is for certain models cannot be fooled. Where it has, it counts what one of them takes.

#include <array>
#include <set>
#include <string>
#include <string_view>

#include "core/base/text.hpp"
#include "properties/input.hpp"
#include "properties/property.hpp"
#include "proxy/body/json_repair.hpp"
#include "proxy/body/model_reading.hpp"
#include "upstream/jimeng/body_reading.hpp"

namespace dreamina::fuzz {

class BodyWriter {
public:
    explicit BodyWriter(Input& input) : input_(input) {}

    std::string type()
    {
        static constexpr std::array<std::string_view, 12> types{"application/json",
                                                                "application/json; charset=utf-8",
                                                                "Application/JSON ;x=1",
                                                                "application/x-www-form-urlencoded",
                                                                "multipart/form-data; boundary=b",
                                                                "multipart/form-data; boundary=\"b\"",
                                                                "application/json",
                                                                "application/x-www-form-urlencoded; charset=utf-8",
                                                                "multipart/form-data; boundary=b",
                                                                "text/plain",
                                                                "",
                                                                "application/vnd.api+json"};
        return std::string{input_.one_of(types)};
    }

    /// Mostly of the kind that the type says, now and then of two kinds.
    std::string body(std::string_view type)
    {
        if (input_.number(15) == 15) return json() + (input_.flag() ? form() : urlencoded());
        if (input_.number(15) == 15) return urlencoded() + form();
        if (input_.number(7) == 7) return json();
        if (type.starts_with("multipart/")) return form();
        return type.find("urlencoded") == std::string_view::npos ? json() : urlencoded();
    }

private:
    std::string json()
    {
        static constexpr std::array<std::string_view, 6> starts{"", "", "", "\n ", "\xEF\xBB\xBF", "\xC2\xA0"};
        static constexpr std::array<std::string_view, 14> names{"\"model\"",
                                                                "\"model\"",
                                                                "\"model\"",
                                                                "\"prompt\"",
                                                                "\"prompt\"",
                                                                "\"x\"",
                                                                "\"Model\"",
                                                                "'model'",
                                                                "\"mod\\u0065l\"",
                                                                "model",
                                                                "prompt",
                                                                "\"mo\xEF\xBB\xBF"
                                                                "del\"",
                                                                "'prompt'",
                                                                "\"models\""};
        static constexpr std::array<std::string_view, 18> values{"\"jimeng-4.0\"",
                                                                 "\"nanobanana\"",
                                                                 "\"jimeng-4.0\"",
                                                                 "\"nanobanana\"",
                                                                 "'nanobanana'",
                                                                 "null",
                                                                 "7",
                                                                 "\"\"",
                                                                 "[\"model\", {}]",
                                                                 "{\"model\": \"x\"}",
                                                                 "\"it's\"",
                                                                 "\"a, }\"",
                                                                 "\"nano\xEF\xBB\xBF"
                                                                 "banana\"",
                                                                 "\"nano\xE2\x80\x8B"
                                                                 "banana\"",
                                                                 "\"a, model: b\"",
                                                                 "\"\\\"\"",
                                                                 "[1,]",
                                                                 "\" nanobanana\""};
        static constexpr std::array<std::string_view, 6> commas{",", ",", ", ", ",\n", ",,", "\xC2\xA0,"};
        static constexpr std::array<std::string_view, 8> ends{
            "}", "}", "}", "}", ",}", "", "} ", "}{\"model\":\"jimeng-4.0\",\"prompt\":\"x\"}"};
        std::string text = std::string{input_.one_of(starts)} + "{";
        const std::size_t count = input_.number(5);
        for (std::size_t i = 0; i < count; ++i) {
            if (i > 0) text += input_.one_of(commas);
            text += input_.one_of(names);
            text += input_.flag() ? ":" : " : ";
            text += input_.one_of(values);
        }
        return text + std::string{input_.one_of(ends)};
    }

    std::string urlencoded()
    {
        static constexpr std::array<std::string_view, 18> pairs{"model=jimeng-4.0",
                                                                "model=nanobanana",
                                                                "prompt=a",
                                                                "prompt=a+b",
                                                                "prompt",
                                                                "Model=nanobanana",
                                                                "model[]=x",
                                                                "[model]=nanobanana",
                                                                "model[a]=x",
                                                                "mod%65l=nanobanana",
                                                                "model=nano%62anana",
                                                                "model=%zz",
                                                                "model=",
                                                                "model",
                                                                "=model",
                                                                "%",
                                                                "model=+a",
                                                                ""};
        std::string text;
        const std::size_t count = input_.number(5);
        for (std::size_t i = 0; i < count; ++i) text += (i > 0 ? "&" : "") + std::string{input_.one_of(pairs)};
        if (input_.number(63) == 63) {
            std::string many;
            for (int i = 0; i < 1000; ++i) many += "a=b&";
            text.insert(0, many);
        }
        return text;
    }

    std::string form()
    {
        static constexpr std::array<std::string_view, 14> dispositions{
            "Content-Disposition: form-data; name=\"model\"",
            "Content-Disposition: form-data; name=\"model\"",
            "Content-Disposition: form-data; name=\"prompt\"",
            "Content-Disposition: form-data; name=\"prompt\"",
            "content-disposition: form-data; name=model",
            "Content-Disposition: form-data; name=\"Model\"",
            "Content-Disposition: form-data; name=\"model\"; filename=\"a\"",
            "Content-Disposition: form-data; name=\"images\"; filename=\"a; name=\\\"model\\\"\"",
            "Content-Disposition: form-data; filename=\"x; name=\"; name=\"model\"",
            "Content-Disposition: form-data; name=\"mo\\del\"",
            "Content-Disposition: form-data; name=\"x\"\r\nContent-Disposition: form-data; name=\"model\"",
            "Content-Disposition: form-data; x=\" name=\"; name=\"model\"",
            "Content-Disposition: form-data; name=\"model\"\r\nContent-Type: text/plain",
            "X: name=\"model\""};
        static constexpr std::array<std::string_view, 6> contents{"jimeng-4.0",  "nanobanana", "",
                                                                  " nanobanana", "\r\n--bx",   "a\r\n"};
        static constexpr std::array<std::string_view, 8> delimiters{"--b\r\n", "--b\r\n", "--b\r\n",  "--b\r\n",
                                                                    "--b\r\n", "--b\n",   "--b \r\n", "--bb\r\n"};
        static constexpr std::array<std::string_view, 6> ends{"--b--\r\n", "--b--",     "--b--\r\n",
                                                              "--b\r\n",   "--b--more", ""};
        std::string text{input_.number(15) == 15 ? "before\r\n" : ""};
        const std::size_t count = input_.number(4);
        for (std::size_t i = 0; i < count; ++i) {
            text += input_.one_of(delimiters);
            text += input_.one_of(dispositions);
            text += "\r\n\r\n" + std::string{input_.one_of(contents)} + "\r\n";
        }
        return text + std::string{input_.one_of(ends)};
    }

    Input& input_;
};

/// The models that the upstreams take for a body, the empty text for their default. None where all of them refuse it.
/// Where there is no prompt jimeng-api refuses, and jimeng-api-go is not asked that way: those are apart.
struct ModelsOfUpstreams {
    std::set<std::string> with_prompt;
    std::set<std::string> without_prompt;
};

inline ModelsOfUpstreams models_of_upstreams(std::string_view body, const std::string& type)
{
    stand_in::Request request;
    request.method = "POST";
    request.headers = {{"Content-Type", type}, {"Content-Length", std::to_string(body.size())}};
    request.body = body;
    ModelsOfUpstreams models;

    const auto is_text = [](const nlohmann::json& fields, const char* name) {
        return fields.is_object() && fields.contains(name) && fields[name].is_string();
    };
    const stand_in::ReadBody a = stand_in::read_body_of_a(request);
    if (!a.fault && is_text(a.fields, "prompt")) {
        if (!a.fields.contains("model")) models.with_prompt.insert("");
        if (is_text(a.fields, "model")) models.with_prompt.insert(a.fields["model"].get<std::string>());
    }
    for (const bool takes_forms : {false, true}) {
        const stand_in::ReadBody b =
            stand_in::read_body_of_b(request, {{"model", "string"}, {"prompt", "interface {}"}}, takes_forms);
        if (b.fault) continue;
        const std::string model = is_text(b.fields, "model") ? b.fields["model"].get<std::string>() : "";
        const bool counts = is_text(b.fields, "prompt") &&
                            (to_lower(type).find("json") == std::string::npos || !models.with_prompt.empty());
        (counts ? models.with_prompt : models.without_prompt).insert(model);
    }
    return models;
}

/// Without what jimeng-api changes within texts.
inline std::string tidied(std::string_view text)
{
    std::string plain = JsonRepair{JsonRepair::Step::blanks}.feed(text);
    std::erase(plain, ',');
    return std::string{trim(plain)};
}

/// The input chooses what is written.
inline void model_readings(std::string_view bytes)
{
    Input input{bytes};
    BodyWriter writer{input};
    const std::string type = writer.type();
    const std::string body = writer.body(type);
    const ModelReading reading = read_model(Body{body}, type);
    const ModelsOfUpstreams models = models_of_upstreams(body, type);

    require((reading.state == ModelReading::State::named) == !reading.name.empty(), "a state that is not the name's");
    const bool is_sure = reading.doubt.empty() && reading.state != ModelReading::State::unreadable;
    for (const auto* taken : {&models.with_prompt, &models.without_prompt}) {
        for (const std::string& model : *taken) {
            if (is_sure) require(model == reading.name, "an upstream takes another model, and nothing is doubted");
        }
    }
    // An unreadable one is counted for no model; what is hidden in a body of another type is not looked for.
    const bool may_hide = type.starts_with("multipart/") || type.starts_with("application/vnd") ||
                          (type.find("urlencoded") != std::string::npos && body.find('{') != std::string::npos);
    if (models.with_prompt.empty() || reading.state == ModelReading::State::unreadable || may_hide) return;
    const bool counts = std::any_of(models.with_prompt.begin(), models.with_prompt.end(),
                                    [&](const std::string& model) { return tidied(model) == tidied(reading.name); });
    require(counts, "no upstream takes the model that is counted");
}

}  // namespace dreamina::fuzz
