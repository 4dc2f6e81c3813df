#include "answers.hpp"

#include <array>

#include <nlohmann/json.hpp>

namespace dreamina::stand_in {
namespace {

/// A case in both spellings. Without a code (0) dialect A has none of its own: it is the answer of
/// a gateway or of the web server before it, which is the same for both.
struct Row {
    std::string_view name;
    std::string_view alias;
    int a_code;
    std::string_view a_message;
    int b_status;
    std::string_view b_code;
    std::string_view b_message;
};

constexpr std::string_view expired_text = "Token已失效，请重新登录";
constexpr std::string_view points_short_text = "积分不足，请前往即梦官网领取积分";
constexpr std::string_view refused_text = "connect ECONNREFUSED 127.0.0.1:443";
constexpr std::string_view image_failed = "API_IMAGE_GENERATION_FAILED";
constexpr std::string_view video_failed = "API_VIDEO_GENERATION_FAILED";
constexpr std::string_view request_failed = "API_REQUEST_FAILED";

constexpr auto row_table = std::to_array<Row>({
    {"session_expired", "", -2002, expired_text, 401, "API_TOKEN_EXPIRES", expired_text},
    {"points_used_up", "points_used_up_2009", -2009, points_short_text, 429, "API_IMAGE_GENERATION_INSUFFICIENT_POINTS",
     points_short_text},
    {"points_used_up_2007", "", -2007, points_short_text, 429, image_failed, points_short_text},
    {"points_used_up_2008", "", -2008, points_short_text, 429, "API_VIDEO_GENERATION_INSUFFICIENT_POINTS",
     points_short_text},
    {"points_used_up_2001", "", -2001, points_short_text, 429, request_failed, points_short_text},
    {"points_used_up_1006", "", -2001, "[请求jimeng失败]: not enough credits (错误码: 1006)", 429,
     "API_REQUEST_INSUFFICIENT_POINTS", "not enough credits (错误码: 1006)"},
    {"points_used_up_1006_2007", "", -2007, "生成失败 (错误码: 1006)", 429, image_failed, points_short_text},
    {"points_used_up_1006_2008", "", -2008, "视频生成失败 (错误码: 1006)", 429, video_failed, points_short_text},
    {"content_refused", "", -2006, "内容违规，请修改提示词", 400, "API_CONTENT_FILTERED", "内容违规"},
    {"content_refused_429", "", -2006, "内容违规，请修改提示词", 429, "API_CONTENT_FILTERED", "内容违规"},
    {"content_refused_500", "", -2006, "内容违规，请修改提示词", 500, "API_CONTENT_FILTERED", "内容违规"},
    {"bad_parameters", "bad_parameters_2000", -2000, "Params body.prompt invalid", 400, "API_REQUEST_PARAMS_INVALID",
     "Params body.prompt invalid"},
    {"bad_parameters_1001", "", -1001, "Params body.prompt invalid", 400, "API_REQUEST_PARAMS_INVALID",
     "Params body.prompt invalid"},
    {"plain_error", "", -1000, "不支持的模型", 400, "API_REQUEST_PARAMS_INVALID", "不支持的模型"},
    {"unknown_route", "", -1000, "[请求有误]: 未知路由", 404, "SYSTEM_NOT_ROUTE_MATCHING", "未知路由"},
    {"cannot_reach_provider", "", -1000, refused_text, 500, request_failed, refused_text},
    {"cannot_reach_provider_2001", "", -2001, refused_text, 500, request_failed, refused_text},
    {"cannot_reach_provider_reset", "", -2001, "read ECONNRESET", 500, request_failed, "read ECONNRESET"},
    {"cannot_reach_provider_etimedout", "", -1000, "connect ETIMEDOUT 198.51.100.7:443", 500, request_failed,
     "connect ETIMEDOUT 198.51.100.7:443"},
    {"cannot_reach_provider_enotfound", "", -1000, "getaddrinfo ENOTFOUND provider.invalid", 500, request_failed,
     "getaddrinfo ENOTFOUND provider.invalid"},
    {"cannot_reach_provider_eai_again", "", -1000, "getaddrinfo EAI_AGAIN provider.invalid", 500, request_failed,
     "getaddrinfo EAI_AGAIN provider.invalid"},
    {"cannot_reach_provider_hang_up", "", -2001, "socket hang up", 500, request_failed, "socket hang up"},
    {"cannot_reach_provider_timeout", "", -2001, "timeout of 45000ms exceeded", 500, request_failed,
     "timeout of 45000ms exceeded"},
    {"generation_failed", "generation_failed_2007", -2007, "图像生成失败，错误码: 2038", 429, image_failed,
     "图像生成失败"},
    {"video_generation_failed", "generation_failed_2008", -2008, "视频生成失败，错误码: 2038", 429, video_failed,
     "视频生成失败"},
    {"request_failed", "", -2001, "[请求jimeng失败]: invalid parameter (错误码: 1000)", 500, request_failed,
     "invalid parameter"},
    {"anti_bot", "anti_bot_1019", -2001, "[请求jimeng失败]: shark not pass (错误码: 1019)", 500, request_failed,
     "shark not pass (1019)"},
    {"anti_bot_4", "", -2001, "[请求jimeng失败]: risk control (错误码: -4)", 500, request_failed, "risk control (-4)"},
    {"anti_bot_4013", "", -2001, "[请求jimeng失败]: risk control (错误码: 4013)", 500, request_failed,
     "risk control (4013)"},
    {"rate_limited", "429", 0, "", 429, "API_RATE_LIMITED", "Too Many Requests"},
    {"server_error", "500", 0, "", 500, "SYSTEM_ERROR", "Internal Server Error"},
    {"bad_gateway", "502", 0, "", 502, "", "502 Bad Gateway"},
    {"unavailable", "503", 0, "", 503, "", "503 Service Temporarily Unavailable"},
    {"gateway_timeout", "504", 0, "", 504, "", "504 Gateway Time-out"},
    {"gave_up_waiting", "524", 0, "", 524, "", "524: A timeout occurred"},
});

const Row* find_row(std::string_view name)
{
    for (const Row& row : row_table) {
        if (row.name == name || (!row.alias.empty() && row.alias == name)) return &row;
    }
    return nullptr;
}

std::string b_text(const Row& row)
{
    std::string text("[");
    return text.append(row.b_code).append("] ").append(row.b_message);
}

}  // namespace

Reply json_reply(int status, std::string body, std::string name)
{
    Reply reply;
    reply.status = status;
    reply.headers = {{"Content-Type", "application/json; charset=utf-8"}};
    reply.body = make_bytes(std::move(body));
    reply.name = std::move(name);
    return reply;
}

std::optional<Reply> row_reply(std::string_view name, Dialect dialect)
{
    const Row* row = find_row(name);
    if (row == nullptr) return std::nullopt;
    nlohmann::ordered_json body;
    if (row->b_code.empty()) {
        const std::string text(row->b_message);
        Reply reply = json_reply(row->b_status,
                                 "<html>\r\n<head><title>" + text + "</title></head>\r\n<body>\r\n<center><h1>" + text +
                                     "</h1></center>\r\n</body>\r\n</html>\r\n",
                                 std::string(row->name));
        reply.headers = {{"Content-Type", "text/html"}};
        if (row->b_status == 524) reply.reason = "A Timeout Occurred";
        return reply;
    }
    if (dialect == Dialect::a && row->a_code != 0) {
        body = {{"code", row->a_code}, {"message", row->a_message}, {"data", nullptr}};
        return json_reply(200, body.dump(), std::string(row->name));
    }
    body = {{"error", b_text(*row)}};
    return json_reply(row->b_status, body.dump(), std::string(row->name));
}

std::string row_message(std::string_view name, Dialect dialect)
{
    const Row* row = find_row(name);
    if (row == nullptr) return std::string(name);
    return dialect == Dialect::b || row->a_code == 0 ? b_text(*row) : std::string(row->a_message);
}

std::vector<RowName> row_names()
{
    std::vector<RowName> names;
    for (const Row& row : row_table) names.push_back({row.name, row.alias});
    return names;
}

}  // namespace dreamina::stand_in
