#include "identity_routes.hpp"

#include <algorithm>
#include <array>
#include <cctype>

#include <nlohmann/json.hpp>

#include "named_answers.hpp"

namespace dreamina::stand_in {
namespace {

using nlohmann::ordered_json;

struct ListedModel {
    std::string_view id;
    std::string_view description;
};

constexpr auto listed_models = std::to_array<ListedModel>({{"jimeng", ""},
                                                           {"jimeng-video-3.0", "即梦AI视频生成模型 3.0 版本"},
                                                           {"jimeng-video-3.0-pro", "即梦AI视频生成模型 3.0 专业版"},
                                                           {"jimeng-video-2.0", "即梦AI视频生成模型 2.0 版本"},
                                                           {"jimeng-video-2.0-pro", "即梦AI视频生成模型 2.0 专业版"}});

constexpr auto post_routes_of_a =
    std::to_array<std::string_view>({"/v1/images/generations", "/v1/images/compositions", "/v1/videos/generations",
                                     "/token/check", "/token/points", "/token/receive"});

constexpr auto post_routes_of_b =
    std::to_array<std::string_view>({"/v1/images/generations", "/v1/images/compositions", "/v1/images/edits",
                                     "/v1/video/generations", "/v1/chat/completions", "/token/check", "/token/points"});

constexpr std::string_view page_of_b =
    "<!DOCTYPE html>\n<html lang=\"zh-CN\">\n<head>\n    <meta charset=\"UTF-8\">\n    <title>Jimeng API - Go "
    "Version</title>\n</head>\n<body>\n    <h1>Jimeng API</h1>\n</body>\n</html>\n";

Reply text_reply(int status, std::string_view type, std::string_view body, std::string name)
{
    Reply reply;
    reply.status = status;
    reply.headers = {{"Content-Type", std::string(type)}};
    reply.body = make_bytes(std::string(body));
    reply.name = std::move(name);
    return reply;
}

Reply pong() { return text_reply(200, "text/plain; charset=utf-8", "pong", "ping"); }

Reply front_page_of_a(const Role& role)
{
    ordered_json endpoints = {{"images", "/v1/images/generations"},
                              {"compositions", "/v1/images/compositions"},
                              {"videos", "/v1/videos/generations"}};
    if (role.as == Upstream::jimeng_api_old) endpoints["chat"] = "/v1/chat/completions";
    endpoints["models"] = "/v1/models";
    endpoints["health"] = "/ping";
    const ordered_json body = {{"service", "jimeng-api"},
                               {"status", "running"},
                               {"version", "1.6.3"},
                               {"description", "免费的AI图像和视频生成API服务 - 基于即梦AI的逆向工程实现"},
                               {"documentation", "https://github.com/iptag/jimeng-api"},
                               {"endpoints", endpoints}};
    return json_reply(200, body.dump(), "front_page");
}

Reply list_models(std::string_view owner)
{
    ordered_json data = ordered_json::array();
    for (const ListedModel& model : listed_models) {
        ordered_json entry = {{"id", model.id}, {"object", "model"}, {"owned_by", owner}};
        if (!model.description.empty()) entry["description"] = model.description;
        data.push_back(std::move(entry));
    }
    return json_reply(200, ordered_json({{"data", data}}).dump(), "models");
}

bool is_cors_preflight(const Request& request)
{
    return request.method == "OPTIONS" && !request.header("Origin").empty() &&
           !request.header("Access-Control-Request-Method").empty();
}

std::optional<Reply> answer_of_a(const Request& request, const Role& role)
{
    const std::string path = routed_path(request.path, role);
    if (is_cors_preflight(request)) return text_reply(204, "text/plain", "", "preflight");
    if (request.method == "GET" || request.method == "HEAD") {
        if (path == "/") return front_page_of_a(role);
        if (path == "/ping") return pong();
        if (path == "/v1/models") return list_models("jimeng-api");
    }
    if (request.method == "POST") {
        if (std::ranges::find(post_routes_of_a, path) != post_routes_of_a.end()) return std::nullopt;
        if (path == "/v1/chat/completions" && role.as == Upstream::jimeng_api_old) return std::nullopt;
    }
    return named_reply("a.bad_parameters.route", request, role);
}

std::optional<Reply> answer_of_b(const Request& request)
{
    if (request.method == "OPTIONS") return text_reply(204, "text/plain", "", "preflight");
    if (request.method == "GET") {
        if (request.path == "/") return text_reply(200, "text/html; charset=utf-8", page_of_b, "front_page");
        if (request.path == "/ping") return pong();
        if (request.path == "/v1/models") return list_models("jimeng-free-api");
    }
    if (request.method == "POST" && std::ranges::find(post_routes_of_b, request.path) != post_routes_of_b.end()) {
        return std::nullopt;
    }
    return text_reply(404, "text/plain", "404 page not found", "unknown_route");
}

}  // namespace

std::optional<Reply> identity_reply(const Request& request, const Role& role)
{
    if (role.is_a()) return answer_of_a(request, role);
    if (role.is_b()) return answer_of_b(request);
    return std::nullopt;
}

void add_usual_headers(Reply& reply, const Role& role)
{
    if (role.as == Upstream::anything || reply.name.starts_with("gateway.")) return;
    reply.headers.emplace_back("Access-Control-Allow-Origin", "*");
    if (role.is_a()) {
        reply.headers.emplace_back("Vary", "Origin");
        reply.headers.emplace_back("Accept-Ranges", "bytes");
    } else {
        reply.headers.emplace_back("Access-Control-Allow-Credentials", "true");
        reply.headers.emplace_back(
            "Access-Control-Allow-Headers",
            "Content-Type, Content-Length, Accept-Encoding, X-CSRF-Token, Authorization, accept, "
            "origin, Cache-Control, X-Requested-With");
        reply.headers.emplace_back("Access-Control-Allow-Methods", "POST, OPTIONS, GET, PUT, DELETE");
    }
}

std::string routed_path(std::string_view path, const Role& role)
{
    std::string compared(path);
    if (!role.is_a()) return compared;
    std::ranges::transform(compared, compared.begin(),
                           [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    if (compared.size() > 1 && compared.ends_with('/')) compared.pop_back();
    return compared;
}

}  // namespace dreamina::stand_in
