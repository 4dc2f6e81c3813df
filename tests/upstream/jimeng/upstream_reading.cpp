#include "jimeng/upstream_reading.hpp"

#include <algorithm>

#include <sodium.h>

#include "jimeng/chat_stream.hpp"
#include "identity_routes.hpp"
#include "jimeng/upstream_models.hpp"

namespace dreamina::stand_in {
namespace {

const std::vector<GoField> go_picture_fields = {
    {"model", "string"},           {"prompt", "string"},          {"ratio", "string"},
    {"resolution", "string"},      {"intelligent_ratio", "bool"}, {"sample_strength", "float64"},
    {"negative_prompt", "string"}, {"response_format", "string"}, {"n", "int"}};
const std::vector<GoField> go_composition_fields = {
    {"model", "string"},           {"prompt", "string"},          {"negative_prompt", "string"},
    {"ratio", "string"},           {"resolution", "string"},      {"sample_strength", "float64"},
    {"intelligent_ratio", "bool"}, {"response_format", "string"}, {"images", "[]interface {}"}};
const std::vector<GoField> go_edit_fields = {{"model", "string"},
                                             {"prompt", "interface {}"},
                                             {"size", "string"},
                                             {"quality", "string"},
                                             {"ratio", "string"},
                                             {"resolution", "string"},
                                             {"negative_prompt", "string"},
                                             {"sample_strength", "float64"},
                                             {"response_format", "string"},
                                             {"images", "[]interface {}"}};
const std::vector<GoField> go_video_fields = {
    {"model", "string"}, {"prompt", "string"},       {"ratio", "string"},       {"resolution", "string"},
    {"duration", "int"}, {"file_paths", "[]string"}, {"filePaths", "[]string"}, {"response_format", "string"}};
const std::vector<GoField> go_chat_fields = {{"model", "string"}, {"messages", "[]interface {}"}, {"stream", "bool"}};

ReadBody read_as_go(const Request& request)
{
    if (is_chat(request)) return read_body_of_b(request, go_chat_fields, false);
    if (request.path == "/v1/images/generations") return read_body_of_b(request, go_picture_fields, false);
    if (request.path == "/v1/images/compositions") return read_body_of_b(request, go_composition_fields, true);
    if (request.path == "/v1/images/edits") return read_body_of_b(request, go_edit_fields, true);
    if (request.path == "/v1/video/generations") return read_body_of_b(request, go_video_fields, true);
    return {};
}

std::string text_of(const ReadBody& body, const char* name)
{
    if (!body.fields.is_object() || !body.fields.contains(name) || !body.fields[name].is_string()) return {};
    return body.fields[name].get<std::string>();
}

bool is_set(const ReadBody& body, const char* name)
{
    return body.fields.is_object() && body.fields.contains(name) && body.fields[name] == true;
}

/// Any header will do, with "Bearer " before the tokens or without.
std::string tokens_of(const Request& request)
{
    std::string text(request.header("Authorization"));
    if (const std::size_t at = text.find("Bearer "); at != std::string::npos) text.erase(at, 7);
    return text;
}

void draw_token(Request& request, const Role& role)
{
    request.token = tokens_of(request);
    const auto tokens = split_tokens(request.token);
    if (tokens.empty()) return;
    request.drawn = tokens[randombytes_uniform(static_cast<std::uint32_t>(tokens.size()))];
    if (leaks(request.drawn, role)) request.leaked = request.drawn;
}

void take_model(Request& request, const ReadBody& body, const Role& role)
{
    const std::string path = routed_path(request.path, role);
    request.model_as_sent = text_of(body, "model");
    request.model = request.model_as_sent;
    if (is_chat(request)) request.model.resize(std::min(request.model.size(), request.model.find(':')));
    if (!request.model.empty()) return;
    // A takes its default for a name that is not there, B for an empty one too.
    const bool named = body.fields.is_object() && body.fields.contains("model");
    if (role.is_a() && named) return;
    request.model = path.starts_with("/v1/video") ? default_video_model : default_image_model(role);
    if (request.model_as_sent.empty()) request.model_as_sent = request.model;
}

}  // namespace

bool leaks(std::string_view token, const Role& role)
{
    const bool knows_proxies = role.as != Upstream::jimeng_api_go && role.as != Upstream::jimeng_api_old;
    return !knows_proxies && token.find("://") != std::string_view::npos;
}

void read_tokens(Request& request, const Role& role)
{
    request.token = tokens_of(request);
    for (const std::string& token : split_tokens(request.token)) {
        if (leaks(token, role)) request.leaked += (request.leaked.empty() ? "" : ",") + token;
    }
}

ReadBody read_generation(Request& request, const Role& role)
{
    ReadBody body = role.is_b() ? read_as_go(request) : read_body_of_a(request);
    draw_token(request, role);
    take_model(request, body, role);
    request.wants_stream = is_set(body, "stream");
    request.wants_base64 = text_of(body, "response_format") == "b64_json";
    return body;
}

}  // namespace dreamina::stand_in
