#include "generation_routes.hpp"

#include <algorithm>
#include <array>
#include <ctime>

#include <nlohmann/json.hpp>

#include "json_text.hpp"
#include "picture.hpp"
#include "script.hpp"
#include "jimeng/upstream_generations.hpp"

namespace dreamina::stand_in {
namespace {

using nlohmann::ordered_json;

enum class Kind { image, video, chat };

struct Generation {
    std::string_view path;
    Kind kind;
};

constexpr auto generations = std::to_array<Generation>({{"/v1/images/generations", Kind::image},
                                                        {"/v1/images/compositions", Kind::image},
                                                        {"/v1/images/edits", Kind::image},
                                                        {"/v1/videos/generations", Kind::video},
                                                        {"/v1/video/generations", Kind::video},
                                                        {"/v1/chat/completions", Kind::chat}});

constexpr auto models =
    std::to_array<std::string_view>({"jimeng-4.0", "jimeng-4.1", "nanobanana", "nanobananapro", "jimeng-video-3.0"});

// A picture of one pixel.
constexpr std::string_view pixel_png =
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

std::uint64_t next_number()
{
    static std::uint64_t made = 0;
    return ++made;
}

std::string base_url(std::uint16_t port) { return "http://127.0.0.1:" + std::to_string(port); }

std::string next_url(std::uint16_t port)
{
    return base_url(port) + "/_body?bytes=65536&seed=" + std::to_string(next_number());
}

/// With --pictures.
Reply picture_reply(const Request& request, Kind kind, std::uint16_t port)
{
    const std::uint64_t number = next_number();
    const std::string name = std::to_string(number);
    ordered_json entry;
    if (kind == Kind::video) {
        entry = {{"url", base_url(port) + "/_film/" + name + ".mp4"}};
    } else if (request.wants_base64) {
        entry = {{"b64_json", base64(*picture_png(number))}};
    } else {
        entry = {{"url", base_url(port) + "/_picture/" + name + ".png"}};
    }
    return json_reply(200, dump({{"created", std::time(nullptr)}, {"data", ordered_json::array({entry})}}), "success");
}

/// Put together by hand: this is the answer that is measured in tens of thousands a second.
Reply media_reply(const Request& request, std::uint16_t port)
{
    std::string body = "{\"created\":" + std::to_string(std::time(nullptr)) + ",\"data\":[{";
    if (request.wants_base64) {
        body.append("\"b64_json\":\"").append(pixel_png).append("\"}]}");
    } else {
        body += "\"url\":\"" + next_url(port) + "\"}]}";
    }
    return json_reply(200, std::move(body), "success");
}

Reply chat_reply(const Request& request)
{
    if (request.wants_stream) return chat_stream(5, request.model);
    const ordered_json choice = {
        {"index", 0},
        {"message", {{"role", "assistant"}, {"content", "part 0 part 1 part 2 part 3 part 4 "}}},
        {"finish_reason", "stop"}};
    return json_reply(200,
                      dump({{"id", "chatcmpl-stand-in"},
                            {"object", "chat.completion"},
                            {"created", 1700000000},
                            {"model", request.model},
                            {"choices", ordered_json::array({choice})}}),
                      "success");
}

Reply models_reply()
{
    ordered_json data = ordered_json::array();
    for (const std::string_view id : models) {
        data.push_back({{"id", id}, {"object", "model"}, {"owned_by", "jimeng-api"}});
    }
    return json_reply(200, dump({{"object", "list"}, {"data", data}}), "models");
}

Reply echo_reply(const Request& request)
{
    Reply reply;
    if (request.body.empty()) {
        reply = json_reply(200, dump({{"method", request.method}, {"target", request.target}}), "echo");
    } else {
        const std::string_view type = request.header("Content-Type");
        reply.headers = {{"Content-Type", std::string(type.empty() ? "application/octet-stream" : type)}};
        reply.body = make_bytes(std::string(request.body));
        reply.name = "echo";
    }
    reply.headers.emplace_back("X-Echo-Method", request.method);
    reply.headers.emplace_back("X-Echo-Target", request.target);
    reply.success = true;
    return reply;
}

}  // namespace

std::vector<std::string> made_urls(std::size_t count, std::uint16_t port)
{
    std::vector<std::string> urls;
    for (std::size_t i = 0; i < count; ++i) urls.push_back(next_url(port));
    return urls;
}

ordered_json media_entry(const Request& request, const std::string& url)
{
    if (request.wants_base64) return {{"b64_json", pixel_png}};
    return {{"url", url}};
}

Reply generation_reply(const Request& request, const Options& options)
{
    const Dialect dialect = options.role.dialect;
    if (request.path == "/ping") {
        Reply reply;
        reply.headers = {{"Content-Type", "text/plain; charset=utf-8"}};
        reply.body = make_bytes("pong");
        reply.name = "ping";
        return reply;
    }
    if (request.path == "/v1/models" && request.method == "GET") return models_reply();
    const auto* generation = std::ranges::find(generations, request.path, &Generation::path);
    if (generation != generations.end() && request.method == "POST") {
        if (request.token.empty()) return *row_reply("bad_parameters", dialect);
        Reply reply = generation->kind == Kind::chat ? chat_reply(request)
                      : options.pictures             ? picture_reply(request, generation->kind, options.port)
                                                     : media_reply(request, options.port);
        reply.success = true;
        return reply;
    }
    if (request.path.starts_with("/v1/")) return echo_reply(request);
    return *row_reply("unknown_route", dialect);
}

}  // namespace dreamina::stand_in
