#include "named_answers.hpp"

#include <algorithm>
#include <ctime>

#include <nlohmann/json.hpp>

#include "jimeng/chat_stream.hpp"
#include "json_text.hpp"

namespace dreamina::stand_in {
namespace {

using nlohmann::ordered_json;

// A generation that ran, and of which nothing came: no failure in form.
constexpr std::string_view empty_of_a = "a.generation_failed.empty";
constexpr std::string_view empty_of_b = "b.generation_failed.empty";

template <typename Row>
const Row* row_named(std::span<const Row> rows, std::string_view name)
{
    const auto found = std::ranges::find(rows, name, &Row::name);
    return found == rows.end() ? nullptr : &*found;
}

const Failure* failure_named(std::string_view name)
{
    const Failure* row = row_named(failures_of_a(), name);
    return row != nullptr ? row : row_named(failures_of_b(), name);
}

void replace_all(std::string& text, std::string_view mark, std::string_view value)
{
    for (std::size_t at = 0; (at = text.find(mark, at)) != std::string::npos; at += value.size()) {
        text.replace(at, mark.size(), value);
    }
}

std::string_view first_address_in(std::string_view body)
{
    const std::size_t begin = body.find("http");
    if (begin == std::string_view::npos) return "https://pictures.example/1.png";
    return body.substr(begin, body.find_first_of("\"' \r\n<>", begin) - begin);
}

std::string filled(std::string_view message, const Request& request)
{
    std::string text(message);
    if (text.find('{') == std::string::npos) return text;
    const std::string_view proxy = proxy_address(request.token);
    replace_all(text, "{method}", request.method);
    replace_all(text, "{target}", request.target);
    replace_all(text, "{model}", request.model);
    replace_all(text, "{picture}", first_address_in(request.body));
    replace_all(text, "{proxy}", proxy.empty() ? "203.0.113.8:3128" : proxy);
    replace_all(text, "{proxy_host}", proxy.empty() ? "proxy.example" : proxy.substr(0, proxy.rfind(':')));
    return text;
}

/// The fork's true statuses.
int status_of(int code)
{
    switch (code) {
    case -2002: return 401;
    case -2009: return 402;
    case -1000:
    case -1001:
    case -2000:
    case -2003:
    case -2004:
    case -2006: return 400;
    default: return 500;
    }
}

/// What an upstream says before it begins an event stream: it has looked at the request, no more.
bool comes_before_a_stream(const Failure& row)
{
    const std::string_view message = row.message;
    return message.starts_with("Params ") || message.starts_with("无效的JSON格式") ||
           message.starts_with("[请求有误]") || message.starts_with("Key: ");
}

Reply gateway_reply(const GatewayAnswer& row)
{
    Reply reply;
    reply.status = row.status;
    reply.reason = row.reason;
    reply.headers = {{"Content-Type", std::string(row.content_type)}};
    if (!row.location.empty()) reply.headers.emplace_back("Location", row.location);
    reply.body = make_bytes(std::string(row.body));
    reply.name = row.name;
    return reply;
}

Reply failure_reply(const Failure& row, const Request& request, const Role& role)
{
    const bool of_a = row.name.starts_with("a.");
    const std::string message = filled(row.message, request);
    if (is_chat(request) && !comes_before_a_stream(row)) {
        const Dialect dialect = of_a ? Dialect::a : Dialect::b;
        if (request.wants_stream) return chat_failure(request, dialect, message, std::string(row.name));
        // A video that failed for a reason without a code of its own is talk, not an error.
        if (of_a && row.code == -1000 && makes_video(request.model)) {
            Reply reply =
                chat_message(request, dialect,
                             "生成视频失败: " + message +
                                 "\n\n如果您在即梦官网看到已生成的视频，可能是获取结果时出现了问题，请前往即梦官"
                                 "网查看。");
            reply.name = row.name;
            return reply;
        }
    }
    return of_a ? failure_of_a(row.code, message, role, std::string(row.name))
                : failure_of_b(row.code, message, std::string(row.name));
}

}  // namespace

bool is_named_answer(std::string_view name)
{
    return name == empty_of_a || name == empty_of_b || failure_named(name) != nullptr ||
           row_named(gateway_answers(), name) != nullptr;
}

std::optional<Reply> named_reply(std::string_view name, const Request& request, const Role& role)
{
    if (name == empty_of_a || name == empty_of_b) {
        return json_reply(200, "{\"created\":" + std::to_string(std::time(nullptr)) + ",\"data\":[]}",
                          std::string(name));
    }
    if (const GatewayAnswer* row = row_named(gateway_answers(), name)) return gateway_reply(*row);
    if (const Failure* row = failure_named(name)) return failure_reply(*row, request, role);
    return std::nullopt;
}

std::string named_message(std::string_view name, const Request& request)
{
    const Failure* row = failure_named(name);
    return row == nullptr ? std::string(name) : filled(row->message, request);
}

Reply failure_of_a(int code, std::string_view message, const Role& role, std::string name)
{
    const ordered_json body = {{"code", code}, {"message", message}, {"data", nullptr}};
    const int status = role.as == Upstream::jimeng_api_fork ? status_of(code) : 200;
    return json_reply(status, dump(body), std::move(name));
}

Reply failure_of_b(int status, std::string_view message, std::string name)
{
    return json_reply(status, escaped_for_html(dump({{"error", message}})), std::move(name));
}

std::string escaped_for_html(std::string json)
{
    replace_all(json, "&", "\\u0026");
    replace_all(json, "<", "\\u003c");
    replace_all(json, ">", "\\u003e");
    return json;
}

}  // namespace dreamina::stand_in
