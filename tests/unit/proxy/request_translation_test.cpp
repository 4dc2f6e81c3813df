#include "proxy/request_translation.hpp"

#include <doctest/doctest.h>

#include "proxy/written_form.hpp"

using namespace dreamina;

namespace {

/// What goes to an upstream, with the settings of the test.
struct Sent {
    std::string target;
    std::string body;
    std::optional<std::int64_t> pictures;
};

class Translator {
public:
    explicit Translator(UpstreamKind upstream, bool translate = false) : upstream_(upstream)
    {
        settings_.translate_openai_parameters = translate;
    }

    Sent send(const std::string& path, const std::string& body, const std::string& type = "application/json",
              const std::string& send_as = "") const
    {
        Request request;
        request.method = "POST";
        request.target = path;
        const auto question = path.find('?');
        request.path = path.substr(0, question);
        request.query = question == std::string::npos ? "" : path.substr(question + 1);
        RequestTranslation translation{request, upstream_, settings_, send_as};
        const auto original = std::make_shared<const Body>(body);
        const auto sent = translation.reads_body() ? translation.body(original, type) : original;
        return {translation.target(), sent->text(), translation.pictures()};
    }
    std::string body(const std::string& path, const std::string& body) const { return send(path, body).body; }
    std::string form(const std::string& path, const std::string& body) const
    {
        return send(path, body, form_media_type).body;
    }
    std::string target(const std::string& path) const { return send(path, "{}").target; }

private:
    UpstreamKind upstream_;
    Settings settings_;
};

const Translator unknown{UpstreamKind::unknown};
const Translator a{UpstreamKind::jimeng_api};
const Translator b{UpstreamKind::jimeng_api_go};

}  // namespace

TEST_CASE("routes that only the other upstream has become those that this one has")
{
    CHECK(a.target("/v1/images/edits") == "/v1/images/compositions");
    CHECK(a.target("/v1/video/generations?x=1") == "/v1/videos/generations?x=1");
    CHECK(b.target("/v1/videos/generations") == "/v1/video/generations");
    CHECK(b.target("/V1/Videos/Generations/") == "/v1/video/generations");
    for (const char* same :
         {"/v1/images/generations?a=%20", "/v1/images/compositions", "/v1/videos/generations", "/v1/echo"})
        CHECK(a.target(same) == same);
    for (const char* same : {"/v1/images/edits", "/v1/images/compositions", "/v1/video/generations"})
        CHECK(b.target(same) == same);
    for (const char* same : {"/v1/images/edits", "/v1/video/generations", "/v1/videos/generations"})
        CHECK(unknown.target(same) == same);
}

TEST_CASE("without the setting nothing in a body is touched but what the route makes necessary")
{
    const std::string body = R"({"model":"jimeng-4.5","size":"1024x1024","n":2,"quality":"hd","user":"me"})";
    for (const Translator* to : {&unknown, &a, &b}) {
        CHECK(to->body("/v1/images/generations", body) == body);
        CHECK(to->body("/v1/images/compositions", R"({"image":"u"})") == R"({"image":"u"})");
        CHECK(to->form("/v1/images/compositions", form_of({form_file("image[]")})) == form_of({form_file("image[]")}));
        CHECK_FALSE(to->send("/v1/images/generations", body).pictures);
    }
    CHECK(unknown.form("/v1/images/edits", form_of({form_file("image")})) == form_of({form_file("image")}));
}

TEST_CASE("pictures to be edited come under the name that the upstream takes")
{
    CHECK(a.form("/v1/images/edits", form_of({form_text("prompt", "x"), form_file("image")})) ==
          form_of({form_text("prompt", "x"), form_file("images")}));
    CHECK(a.form("/v1/images/edits", form_of({form_file("image[]"), form_file("image[]")})) ==
          form_of({form_file("images"), form_file("images")}));
    CHECK(a.form("/v1/images/edits", form_of({form_file("image[0]"), form_file("mask")})) ==
          form_of({form_file("images"), form_file("mask")}));
    CHECK(b.form("/v1/images/edits", form_of({form_file("image")})) == form_of({form_file("image")}));
    CHECK(b.form("/v1/images/edits", form_of({form_file("image"), form_file("image[]")})) ==
          form_of({form_file("images"), form_file("images")}));

    for (const Translator* to : {&a, &b}) {
        CHECK(to->body("/v1/images/edits", R"({"image":"u"})") == R"({"images":["u"]})");
        CHECK(to->body("/v1/images/edits", R"({"image":["u","v"]})") == R"({"images":["u","v"]})");
        CHECK(to->body("/v1/images/edits", R"({"images":["u"],"image":"v"})") == R"({"images":["u"],"image":"v"})");
    }
}

TEST_CASE("files for a video come under the name that jimeng-api-go takes")
{
    CHECK(b.form("/v1/videos/generations", form_of({form_file("image_file_1"), form_file("files")})) ==
          form_of({form_file("files"), form_file("files")}));
    CHECK(b.form("/v1/videos/generations", form_of({form_file("images")})) == form_of({form_file("images")}));
    CHECK(b.form("/v1/video/generations", form_of({form_file("other")})) == form_of({form_file("other")}));
    CHECK(a.form("/v1/video/generations", form_of({form_file("other")})) == form_of({form_file("other")}));
}

TEST_CASE("a model is named as the upstream knows it")
{
    CHECK(unknown
              .send("/v1/videos/generations", R"({"model":"video-3.0","prompt":"video-3.0"})", "application/json",
                    "jimeng-video-3.0")
              .body == R"({"model":"jimeng-video-3.0","prompt":"video-3.0"})");
    CHECK(unknown
              .send("/v1/videos/generations", form_of({form_text("model", "video-3.0")}), form_media_type,
                    "jimeng-video-3.0")
              .body == form_of({form_text("model", "jimeng-video-3.0")}));
    CHECK(unknown
              .send("/v1/videos/generations", "model=video-3.0&prompt=x", "application/x-www-form-urlencoded",
                    "jimeng-video-3.0")
              .body == "model=jimeng-video-3.0&prompt=x");
}

TEST_CASE("OpenAI's parameters become the upstream's")
{
    const std::string body = R"({"model":"m","size":"1536x1024","n":2,"quality":"hd","style":"vivid","user":"me"})";
    const std::string translated = R"({"model":"m","ratio":"3:2","resolution":"2k","n":2})";
    for (const UpstreamKind upstream : {UpstreamKind::unknown, UpstreamKind::jimeng_api}) {
        const Sent sent = Translator{upstream, true}.send("/v1/images/generations", body);
        CHECK(sent.body == translated);
        CHECK(sent.pictures == 2);
    }
    CHECK(Translator{UpstreamKind::jimeng_api_go, true}.body("/v1/images/generations", body) ==
          R"({"model":"m","ratio":"3:2","resolution":"2k","n":2,"quality":"hd","style":"vivid","user":"me"})");

    const Translator to{UpstreamKind::jimeng_api, true};
    CHECK(to.body("/v1/images/generations", R"({"size":"auto","prompt":"x"})") == R"({"prompt":"x"})");
    CHECK(to.body("/v1/images/generations", R"({"size":"1024x1024","ratio":"4:3"})") ==
          R"({"resolution":"1k","ratio":"4:3"})");
    CHECK(to.body("/v1/images/generations", R"({"size":"1x1","ratio":"4:3","resolution":"2k"})") ==
          R"({"ratio":"4:3","resolution":"2k"})");
    CHECK(to.body("/v1/images/generations", R"({"size":"large"})") == R"({"size":"large"})");
    CHECK_FALSE(to.send("/v1/images/generations", R"({"n":0})").pictures);
    CHECK_FALSE(to.send("/v1/images/generations", R"({"n":"many"})").pictures);
    CHECK(
        to.form("/v1/images/edits", form_of({form_file("image"), form_text("size", "1024x1024"), form_text("n", "1"),
                                             form_text("user", "u")})) ==
        form_of({form_file("images"), form_text("ratio", "1:1"), form_text("resolution", "1k"), form_text("n", "1")}));
    CHECK(to.form("/v1/images/compositions", form_of({form_file("image[]")})) == form_of({form_file("images")}));
    CHECK(to.body("/v1/videos/generations", R"({"size":"1x1","user":"u"})") == R"({"size":"1x1","user":"u"})");
}
