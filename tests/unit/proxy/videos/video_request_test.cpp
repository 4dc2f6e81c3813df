#include "proxy/videos/video_request.hpp"

#include <doctest/doctest.h>

#include "core/base/json_reader.hpp"
#include "proxy/written_form.hpp"

using namespace dreamina;

namespace {

const char* const json_media_type = "application/json";

tl::expected<VideoRequest, std::string> read_video(const std::string& body, const std::string& type = json_media_type)
{
    const ModelCatalog catalog{
        {{.id = "video-3.0",
          .names = {{.name = "video-3.0", .send_as = "jimeng-video-3.0"}, {.name = "jimeng-video-3.0"}}},
         {.id = "sora", .names = {{.name = "sora-2", .send_as = "jimeng-video-sora2"}}}}};
    return read_video_request(std::make_shared<const Body>(body), type, catalog, Settings{});
}

std::string sent_video(const std::string& body, const std::string& type = json_media_type)
{
    const auto read = read_video(body, type);
    REQUIRE_MESSAGE(read.has_value(), (read ? "" : read.error()));
    return read->body->text();
}

std::string video_fault(const std::string& body, const std::string& type = json_media_type)
{
    const auto read = read_video(body, type);
    REQUIRE_FALSE(read.has_value());
    return read.error();
}

VideoTerms video_terms(const std::string& body) { return read_video(body).value().terms; }

}  // namespace

TEST_CASE("a prompt that says nothing, and an address of nothing, are refused before anything is paid for")
{
    for (const char* prompt : {R"("")", "5", "{}", "[]", "true", "null"}) {
        CAPTURE(prompt);
        CHECK(video_fault(std::string{R"({"prompt":)"} + prompt + "}").find("prompt") == 0);
    }
    for (const char* address : {"x", "file:///etc/passwd", "data:text/plain;base64,AAAA", ""}) {
        CAPTURE(address);
        const std::string body = R"({"prompt":"p","input_reference":{"image_url":")" + std::string{address} + "\"}}";
        CHECK(video_fault(body).find("input_reference") == 0);
    }
}

TEST_CASE("what is OpenAI's becomes the upstream's, and everything else is passed through")
{
    struct Row {
        const char* asked;
        const char* sent;
    };
    for (const Row& row : {
             Row{R"({"model":"video-3.0","prompt":"p","seconds":"10","size":"1792x1024"})",
                 R"({"model":"video-3.0","prompt":"p","duration":10,"ratio":"16:9","resolution":"1080p"})"},
             Row{R"({"model":"jimeng-video-3.5-pro","prompt":"p","seconds":12,"size":"720x1280"})",
                 R"({"model":"jimeng-video-3.5-pro","prompt":"p","duration":12,"ratio":"9:16"})"},
             Row{R"({"prompt":"p","functionMode":"omni_reference","ratio":"1:1","x":{"seconds":3}})",
                 R"({"prompt":"p","functionMode":"omni_reference","ratio":"1:1","x":{"seconds":3}})"},
             Row{R"({"prompt":"p","ratio":"1:1","size":"1280x720"})", R"({"prompt":"p","ratio":"1:1"})"},
             Row{R"({"seconds":null,"size":"auto","prompt":"p","input_reference":null})", R"({"prompt":"p"})"},
             Row{R"({"model":"sora-2","prompt":"p","seconds":"4"})", R"({"model":"sora-2","prompt":"p","duration":4})"},
             Row{R"({"model":"new-video","prompt":"p","seconds":"7"})",
                 R"({"model":"new-video","prompt":"p","duration":7})"},
             Row{R"({"prompt":"p","input_reference":{"image_url":"https://a.example/1.png"}})",
                 R"({"prompt":"p","file_paths":["https://a.example/1.png"]})"},
             Row{R"({"prompt":"p","input_reference":"data:image/png;base64,AA=="})",
                 R"({"prompt":"p","file_paths":["data:image/png;base64,AA=="]})"},
         }) {
        CAPTURE(row.asked);
        CHECK(parse_json(sent_video(row.asked)).value() == parse_json(row.sent).value());
    }
}

TEST_CASE("a form stays a form where it has a file, and becomes JSON where it has an address")
{
    CHECK(sent_video(form_of({form_text("prompt", "p"), form_text("seconds", "5"), form_text("size", "1280x720"),
                              form_file("input_reference")}),
                     form_media_type) == form_of({form_text("prompt", "p"), form_text("duration", "5"),
                                                  form_text("ratio", "16:9"), form_file("files")}));
    CHECK(read_video(form_of({form_text("prompt", "p")}), form_media_type)->content_type == form_media_type);

    const auto read = read_video(form_of({form_text("prompt", "p"), form_text("seconds", "5"),
                                          form_text("input_reference[image_url]", "https://a.example/1.png")}),
                                 form_media_type);
    REQUIRE(read.has_value());
    CHECK(read->content_type == json_media_type);
    CHECK(parse_json(read->body->text()).value() ==
          parse_json(R"({"prompt":"p","duration":5,"file_paths":["https://a.example/1.png"]})").value());
    CHECK(parse_json(sent_video("prompt=a+b&seconds=5&size=720x720", "application/x-www-form-urlencoded")).value() ==
          parse_json(R"({"prompt":"a b","duration":5,"ratio":"1:1"})").value());
}

TEST_CASE("what cannot be is refused by its name, and with what could be")
{
    struct Row {
        const char* asked;
        const char* named;
    };
    for (const Row& row : {
             Row{R"({"prompt":"p","seconds":"4"})", "seconds must be one of 5, 10, 12 with the model jimeng-video-3.5"},
             Row{R"({"model":"video-3.0","prompt":"p","seconds":8})", "5, 10 with the model jimeng-video-3.0"},
             Row{R"({"prompt":"p","seconds":"soon"})", "seconds must be one of"},
             Row{R"({"model":"new-video","prompt":"p","seconds":0})", "seconds must be a whole number"},
             Row{R"({"prompt":"p","seconds":5,"duration":5})", "seconds and duration"},
             Row{R"({"prompt":"p","size":"large"})", "size must be WIDTHxHEIGHT"},
             Row{R"({"prompt":"p","size":720})", "1280x720, 720x1280"},
             Row{R"({"seconds":"5"})", "prompt is missing"},
             Row{R"({"prompt":null})", "prompt is missing"},
             Row{R"({"prompt":"p","input_reference":{"file_id":"f"}})", "input_reference.file_id"},
             Row{R"({"prompt":"p","input_reference":{}})", "input_reference must be"},
             Row{R"({"prompt":"p","input_reference":[1]})", "input_reference must be"},
             Row{R"({"prompt":"p","file_paths":[],"input_reference":"u"})", "input_reference and file_paths"},
             Row{R"({"prompt":"p")", "the body must be"},
             Row{R"({"prompt":"p","model":"a","model":"b"})", "the body must be"},
         }) {
        CAPTURE(row.asked);
        const std::string fault = video_fault(row.asked);
        CAPTURE(fault);
        CHECK(fault.find(row.named) != std::string::npos);
    }
    const std::string both = form_of({form_text("prompt", "p"), form_file("input_reference"),
                                      form_text("input_reference[image_url]", "https://a.example/")});
    CHECK(video_fault(both, form_media_type).find("not both") != std::string::npos);
}

TEST_CASE("a video has its client's terms, and the upstream's where it has none")
{
    CHECK(video_terms(R"({"prompt":"p"})") == VideoTerms{"jimeng-video-3.5-pro", "5", "960x960"});
    CHECK(video_terms(R"({"model":"sora-2","prompt":"p","size":"1792x1024"})") ==
          VideoTerms{"sora-2", "4", "1792x1024"});
    CHECK(video_terms(R"({"model":"video-3.0","prompt":"p","duration":10,"ratio":"16:9","resolution":"1080p"})") ==
          VideoTerms{"video-3.0", "10", "1920x1080"});
}
