#include "core/domain/settings.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <filesystem>
#include <type_traits>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/base/message/coded_error.hpp"
#include "core/base/text.hpp"
#include "core/domain/address.hpp"
#include "core/domain/daily_time.hpp"
#include "core/domain/model_catalog.hpp"

namespace dreamina {
namespace {

using Fault = std::optional<Message>;

std::optional<double> parse_number(std::string_view text)
{
    double number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{} || end != text.data() + text.size() || !std::isfinite(number)) return std::nullopt;
    return number;
}

std::optional<bool> parse_boolean(std::string_view text)
{
    for (const std::string_view yes : {"true", "1", "yes", "on"})
        if (equals_ignoring_case(text, yes)) return true;
    for (const std::string_view no : {"false", "0", "no", "off"})
        if (equals_ignoring_case(text, no)) return false;
    return std::nullopt;
}

bool means_null(const SettingValue& value)
{
    if (std::holds_alternative<std::nullptr_t>(value)) return true;
    const auto* text = std::get_if<std::string>(&value);
    return text && (trim(*text).empty() || equals_ignoring_case(trim(*text), "null"));
}

/// A number however it was written; not a boolean, which JSON's users write for a switch and never for a number.
std::optional<double> number_in(const SettingValue& value)
{
    if (const auto* whole = std::get_if<std::int64_t>(&value)) return static_cast<double>(*whole);
    if (const auto* number = std::get_if<double>(&value)) return *number;
    if (const auto* text = std::get_if<std::string>(&value)) return parse_number(trim(*text));
    return std::nullopt;
}

bool in_range(const SettingRow& row, double number)
{
    return std::isfinite(number) && number <= row.max && (row.above_min ? number > row.min : number >= row.min);
}

Fault store(std::int64_t& member, const SettingRow& row, const SettingValue& value)
{
    const auto number = number_in(value);
    if (!number || !in_range(row, *number) || std::trunc(*number) != *number)
        return Message{"field.not_whole_in_range", {{"min", row.min}, {"max", row.max}}};
    member = static_cast<std::int64_t>(*number);
    return {};
}

Fault store(double& member, const SettingRow& row, const SettingValue& value)
{
    const auto number = number_in(value);
    if (!number || !in_range(row, *number)) {
        return Message{row.above_min ? "field.not_number_above" : "field.not_number_in_range",
                       {{"min", row.min}, {"max", row.max}}};
    }
    member = *number;
    return {};
}

Fault store(bool& member, const SettingRow&, const SettingValue& value)
{
    std::optional<bool> answer;
    if (const auto* boolean = std::get_if<bool>(&value)) answer = *boolean;
    if (const auto* text = std::get_if<std::string>(&value)) answer = parse_boolean(trim(*text));
    if (!answer) return Message{"field.not_boolean"};
    member = *answer;
    return {};
}

Fault store(std::string& member, const SettingRow& row, const SettingValue& value)
{
    const auto* given = std::get_if<std::string>(&value);
    if (!given) return Message{"field.not_text"};
    const std::string_view text = row.secret ? std::string_view{*given} : trim(*given);
    if (text.empty()) return Message{"field.empty"};
    if (text.size() > static_cast<std::size_t>(row.max)) return Message{"field.too_many_bytes", {{"max", row.max}}};
    if (!is_valid_utf8(text)) return Message{"field.not_utf8"};
    if (has_control_characters(text)) return Message{"field.control_characters"};
    if (row.check) {
        if (Fault fault = row.check(text)) return fault;
    }
    if (row.choices.empty()) {
        member = row.normal ? row.normal(text) : std::string{text};
        return {};
    }
    const auto choice = std::find_if(row.choices.begin(), row.choices.end(),
                                     [&](std::string_view known) { return equals_ignoring_case(text, known); });
    if (choice == row.choices.end()) return not_one_of({row.choices.begin(), row.choices.end()});
    member = *choice;
    return {};
}

Fault store(std::optional<std::string>& member, const SettingRow& row, const SettingValue& value)
{
    if (means_null(value)) {
        member.reset();
        return {};
    }
    std::string text;
    if (Fault fault = store(text, row, value)) return fault;
    member = std::move(text);
    return {};
}

Fault store(std::optional<std::int64_t>& member, const SettingRow& row, const SettingValue& value)
{
    if (means_null(value)) {
        member.reset();
        return {};
    }
    std::int64_t number = 0;
    if (store(number, row, value))
        return Message{"field.not_whole_in_range_or_null", {{"min", row.min}, {"max", row.max}}};
    member = number;
    return {};
}

template <class T>
SettingValue to_value(const std::optional<T>& member)
{
    return member ? SettingValue{*member} : SettingValue{nullptr};
}
template <class T>
SettingValue to_value(const T& member)
{
    return member;
}

template <class T>
constexpr SettingType type_of = SettingType::text;
template <>
constexpr SettingType type_of<std::int64_t> = SettingType::integer;
template <>
constexpr SettingType type_of<std::optional<std::int64_t>> = SettingType::integer;
template <>
constexpr SettingType type_of<double> = SettingType::number;
template <>
constexpr SettingType type_of<bool> = SettingType::boolean;

template <class T>
constexpr bool is_optional = false;
template <class T>
constexpr bool is_optional<std::optional<T>> = true;

template <class T>
T member_type(T Settings::*);

/// Fills in what follows from the member's type.
template <auto Member>
SettingRow row(SettingRow described)
{
    using T = decltype(member_type(Member));
    described.type = type_of<T>;
    described.nullable = is_optional<T>;
    described.get = [](const Settings& settings) { return to_value(settings.*Member); };
    described.set = [](Settings& settings, const SettingRow& rule, const SettingValue& value) -> Fault {
        if (!rule.nullable && std::holds_alternative<std::nullptr_t>(value)) return Message{"field.null"};
        return store(settings.*Member, rule, value);
    };
    return described;
}

Fault check_host(std::string_view text) { return is_host(text) ? Fault{} : Message{"field.not_host"}; }

Fault check_url(std::string_view text) { return is_base_url(text) ? Fault{} : Message{"field.not_base_url"}; }

Fault check_daily_time(std::string_view text)
{
    return parse_daily_time(text) ? Fault{} : Message{"field.not_daily_time"};
}

Fault check_model(std::string_view text) { return is_wildcard(text) ? Message{"field.star"} : Fault{}; }

std::string normal_daily_time(std::string_view text) { return to_text(parse_daily_time(text).value_or(DailyTime{})); }

/// The last minute for 24:00, and HH:59 for 08:75; nothing if it is no time at all.
std::optional<std::string> nearest_daily_time(std::string_view text)
{
    const std::size_t colon = text.find(':');
    if (colon == std::string_view::npos || text.find_first_not_of("0123456789:") != std::string_view::npos)
        return std::nullopt;
    const auto hour = parse_number(text.substr(0, colon));
    const auto minute = parse_number(text.substr(colon + 1));
    if (!hour || !minute || (*hour <= 23 && *minute <= 59)) return std::nullopt;
    return to_text(*hour > 23 ? DailyTime{23, 59} : DailyTime{static_cast<int>(*hour), 59});
}

using PathOrFault = tl::expected<std::string, Message>;

PathOrFault read_database_path(std::string_view text)
{
    constexpr std::string_view scheme_characters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+.-";
    std::string_view path = text;
    const std::size_t scheme_end = text.find_first_not_of(scheme_characters);
    if (scheme_end != std::string_view::npos && scheme_end > 0 && text[scheme_end] == ':') {
        const std::string scheme = to_lower(text.substr(0, scheme_end));
        const std::string_view rest = text.substr(scheme_end + 1);
        if ((scheme != "sqlite" && !scheme.starts_with("sqlite+")) || !rest.starts_with("///"))
            return tl::unexpected(Message{"field.not_database_url"});
        path = rest.substr(3);
        path = path.substr(0, path.find('?'));  // options for the earlier program's driver
    }
    const auto file = std::filesystem::path{path}.lexically_normal();
    const auto name = file.filename();
    if (name.empty() || name == "." || name == ".." || path == ":memory:")
        return tl::unexpected(Message{"field.not_file"});
    return file.string();
}

Fault check_database_url(std::string_view text)
{
    const auto path = read_database_path(text);
    return path ? Fault{} : path.error();
}

constexpr double max_calls = 1e9;
constexpr double max_seconds = 1e9;
constexpr std::string_view url_form = "an http(s) URL";
constexpr std::string_view url_form_zh = "http 或 https 网址";
constexpr std::string_view model_form = "a model's name";
constexpr std::string_view model_form_zh = "模型名称";

using enum SettingEffect;

// clang-format off
const std::vector<SettingRow>& table()
{
    using S = Settings;
    static const std::vector<SettingRow> rows{
        row<&S::admin_password>({.key = "ADMIN_PASSWORD", .secret = true, .group = "access",
            .name = "Administrator password", .name_zh = "管理员密码",
            .help = "Password for the page and /api; may be a crypt(5) hash.",
            .help_zh = "页面与 /api 的密码；也可以是 crypt(5) 哈希。",
            .max = 256, .form = "not empty", .form_zh = "不能为空"}),
        row<&S::upstream_base_url>({.key = "UPSTREAM_BASE_URL", .group = "proxy",
            .name = "Upstream address", .name_zh = "上游地址",
            .help = "Address that requests to /v1 are forwarded to.",
            .help_zh = "/v1 的请求转发到的地址。",
            .max = 2048, .form = url_form, .form_zh = url_form_zh, .check = check_url}),
        row<&S::host>({.key = "HOST", .effect = nginx_reload, .group = "access",
            .name = "Listen address", .name_zh = "监听地址",
            .help = "Address nginx listens on.",
            .help_zh = "nginx 监听的地址。",
            .max = 255, .form = "an IP address or a host name", .form_zh = "IP 地址或主机名", .check = check_host}),
        row<&S::port>({.key = "PORT", .effect = nginx_reload, .group = "access",
            .name = "Listen port", .name_zh = "监听端口",
            .help = "Port nginx listens on.",
            .help_zh = "nginx 监听的端口。",
            .min = 1, .max = 65535}),
        row<&S::metrics_token>({.key = "METRICS_TOKEN", .secret = true, .group = "access",
            .name = "Metrics token", .name_zh = "监控令牌",
            .help = "Bearer token for /metrics only. Not needed for requests from this machine.",
            .help_zh = "仅用于 /metrics 的监控令牌；来自本机的请求不需要。",
            .max = 256, .form = "any text", .form_zh = "任意文本"}),
        row<&S::proxy_timeout>({.key = "PROXY_TIMEOUT", .group = "proxy",
            .name = "Request timeout", .name_zh = "请求超时",
            .help = "Maximum duration of a forwarded request.",
            .help_zh = "一次转发的请求的最长时间。",
            .min = 1, .max = 86400, .unit = "s"}),
        row<&S::max_upload_size>({.key = "MAX_UPLOAD_SIZE", .effect = nginx_reload, .group = "proxy",
            .name = "Maximum upload size", .name_zh = "最大上传大小",
            .help = "Maximum size of a request body for /v1 that nginx accepts.",
            .help_zh = "nginx 接受的 /v1 请求体的大小上限。",
            .min = 1, .max = 100000, .unit = "MB"}),
        row<&S::default_image_model>({.key = "DEFAULT_IMAGE_MODEL", .group = "proxy",
            .name = "Default image model", .name_zh = "默认图片模型",
            .help = "Model that image requests without a model are counted as. Must match the upstream's default: jimeng-4.5 for jimeng-api, jimeng-4.0 for jimeng-api-go.",
            .help_zh = "未指定模型的图片请求按此模型计数，应与上游的默认模型一致：jimeng-api 为 jimeng-4.5，jimeng-api-go 为 jimeng-4.0。",
            .max = max_model_name_length, .form = model_form, .form_zh = model_form_zh, .check = check_model}),
        row<&S::default_video_model>({.key = "DEFAULT_VIDEO_MODEL", .group = "proxy",
            .name = "Default video model", .name_zh = "默认视频模型",
            .help = "Model that video requests without a model are counted as. Must match the upstream's default.",
            .help_zh = "未指定模型的视频请求按此模型计数，应与上游的默认模型一致。",
            .max = max_model_name_length, .form = model_form, .form_zh = model_form_zh, .check = check_model}),
        row<&S::upstream_errors_as_openai>({.key = "UPSTREAM_ERRORS_AS_OPENAI", .group = "proxy",
            .name = "Errors in OpenAI format", .name_zh = "以 OpenAI 格式返回错误",
            .help = "Convert upstream failures, which jimeng-api reports with HTTP 200, to OpenAI errors with a matching status code.",
            .help_zh = "是否把上游的失败（jimeng-api 以 HTTP 200 返回）转换为带有相应状态码的 OpenAI 错误。"}),
        row<&S::translate_openai_parameters>({.key = "TRANSLATE_OPENAI_PARAMETERS", .group = "proxy",
            .name = "Translate OpenAI parameters", .name_zh = "转换 OpenAI 参数",
            .help = "Convert size, n, quality, style, user and image[] of image requests to the upstream's parameters.",
            .help_zh = "是否把图片请求中的 size、n、quality、style、user 与 image[] 转换为上游的参数。"}),
        row<&S::keep_alive_blanks>({.key = "KEEP_ALIVE_BLANKS", .group = "proxy",
            .name = "Keep-alive spaces", .name_zh = "保活空格",
            .help = "Time without data after which a client is sent a space ahead of the JSON, so that proxies in between keep the connection open; 0 for never. Every response that arrives later has status 200.",
            .help_zh = "客户端多久收不到数据就先发送一个空格（位于 JSON 之前），以免中间环节断开连接；0 表示不发送。此后的响应状态码均为 200。",
            .max = max_keep_alive, .unit = "s"}),
        row<&S::log_level>({.key = "LOG_LEVEL", .group = "access",
            .name = "Log level", .name_zh = "日志级别",
            .help = "Minimum level of the events that are logged. debug adds every attempt with an account and every run of a timed job; critical leaves only what ends the service or keeps it from working.",
            .help_zh = "写入日志的最低级别。调试级别还会记录每次账户尝试与每次定时任务的运行；严重错误级别只记录使服务终止或无法工作的问题。",
            .max = 16, .choices = {"debug", "info", "warning", "error", "critical"}}),
        row<&S::limit_jimeng_4_0>({.key = "LIMIT_JIMENG_4_0", .group = "limits",
            .name = "Daily limit of jimeng-4.0", .name_zh = "jimeng-4.0 每日上限",
            .help = "Calls of jimeng-4.0 per account and day.",
            .help_zh = "每个账户每天可调用 jimeng-4.0 的次数。",
            .max = max_calls, .unit = "calls"}),
        row<&S::limit_jimeng_4_1>({.key = "LIMIT_JIMENG_4_1", .group = "limits",
            .name = "Daily limit of jimeng-4.1", .name_zh = "jimeng-4.1 每日上限",
            .help = "Calls of jimeng-4.1 per account and day.",
            .help_zh = "每个账户每天可调用 jimeng-4.1 的次数。",
            .max = max_calls, .unit = "calls"}),
        row<&S::limit_nanobanana>({.key = "LIMIT_NANOBANANA", .group = "limits",
            .name = "Daily limit of nanobanana", .name_zh = "nanobanana 每日上限",
            .help = "Calls of nanobanana per account and day.",
            .help_zh = "每个账户每天可调用 nanobanana 的次数。",
            .max = max_calls, .unit = "calls"}),
        row<&S::limit_nanobananapro>({.key = "LIMIT_NANOBANANAPRO", .group = "limits",
            .name = "Daily limit of nanobananapro", .name_zh = "nanobananapro 每日上限",
            .help = "Calls of nanobananapro per account and day.",
            .help_zh = "每个账户每天可调用 nanobananapro 的次数。",
            .max = max_calls, .unit = "calls"}),
        row<&S::limit_video_3_0>({.key = "LIMIT_VIDEO_3_0", .group = "limits",
            .name = "Daily limit of video-3.0", .name_zh = "video-3.0 每日上限",
            .help = "Calls of video-3.0 per account and day.",
            .help_zh = "每个账户每天可调用 video-3.0 的次数。",
            .max = max_calls, .unit = "calls"}),
        row<&S::reset_counts_time>({.key = "RESET_COUNTS_TIME", .group = "schedule",
            .name = "Daily reset time", .name_zh = "每日重置时刻",
            .help = "Time of day at which the daily call counts are reset, in the service's local time.",
            .help_zh = "每日调用次数归零的时刻（服务所在时区）。",
            .max = 5, .form = "HH:MM", .form_zh = "HH:MM", .check = check_daily_time, .normal = normal_daily_time}),
        row<&S::session_update_days>({.key = "SESSION_UPDATE_DAYS", .group = "schedule",
            .name = "Session refresh age", .name_zh = "会话刷新周期",
            .help = "Age at which a session is refreshed.",
            .help_zh = "会话使用多久后刷新。",
            .min = 1, .max = 36500, .unit = "days"}),
        row<&S::session_update_batch_size>({.key = "SESSION_UPDATE_BATCH_SIZE", .group = "schedule",
            .name = "Concurrent session refreshes", .name_zh = "同时刷新的会话数",
            .help = "Number of sessions that are refreshed at the same time.",
            .help_zh = "同时刷新的会话数量。",
            .min = 1, .max = 50, .unit = "sessions"}),
        row<&S::auto_register_enabled>({.key = "AUTO_REGISTER_ENABLED", .group = "registration",
            .name = "Automatic registration", .name_zh = "自动注册",
            .help = "Register new accounts on a schedule.",
            .help_zh = "定时自动注册新账户。"}),
        row<&S::auto_register_interval>({.key = "AUTO_REGISTER_INTERVAL", .group = "registration",
            .name = "Registration interval", .name_zh = "自动注册间隔",
            .help = "Time between automatic registrations.",
            .help_zh = "两次自动注册之间的间隔。",
            .min = 60, .max = max_seconds, .unit = "s"}),
        row<&S::auto_register_target>({.key = "AUTO_REGISTER_TARGET", .group = "registration",
            .name = "Target number of accounts", .name_zh = "目标账户数",
            .help = "Stop scheduled registration at this many usable accounts; none for no limit.",
            .help_zh = "可用账户达到此数量后不再自动注册；留空表示不设上限。",
            .max = 1e9, .unit = "accounts"}),
        row<&S::points_update_enabled>({.key = "POINTS_UPDATE_ENABLED", .group = "schedule",
            .name = "Frequent points refresh", .name_zh = "频繁刷新积分",
            .help = "Refresh the points of all accounts more often than once a day.",
            .help_zh = "除每天一次之外，更频繁地刷新所有账户的积分。"}),
        row<&S::points_update_interval>({.key = "POINTS_UPDATE_INTERVAL", .group = "schedule",
            .name = "Points refresh interval", .name_zh = "积分刷新间隔",
            .help = "Time between these refreshes of points.",
            .help_zh = "两次刷新积分之间的间隔。",
            .min = 60, .max = max_seconds, .unit = "s"}),
        row<&S::cn_points_enabled>({.key = "CN_POINTS_ENABLED", .group = "schedule",
            .name = "Refresh points of CN accounts", .name_zh = "刷新 CN 账户的积分",
            .help = "Refresh the points of CN accounts too; those without points then serve only models that need none.",
            .help_zh = "也刷新 CN 账户的积分；没有积分的 CN 账户此后只服务不需要积分的模型。"}),
        row<&S::daily_credits_enabled>({.key = "DAILY_CREDITS_ENABLED", .group = "schedule",
            .name = "Claim daily credits", .name_zh = "领取每日积分",
            .help = "Claim the daily credits of all accounts before the daily refresh of points.",
            .help_zh = "每天刷新积分之前，先为所有账户领取每日积分。"}),
        row<&S::session_check_enabled>({.key = "SESSION_CHECK_ENABLED", .group = "schedule",
            .name = "Daily session check", .name_zh = "每日检查会话",
            .help = "Check every day whether the sessions are still valid.",
            .help_zh = "每天检查会话是否仍然有效。"}),
        row<&S::account_ban_duration_hours>({.key = "ACCOUNT_BAN_DURATION_HOURS", .group = "proxy",
            .name = "Ban duration", .name_zh = "封禁时长",
            .help = "How long an account is banned after the upstream rejected it.",
            .help_zh = "账户被上游拒绝后封禁多久。",
            .max = 87600, .above_min = true, .unit = "h"}),
        row<&S::max_attempts>({.key = "MAX_ATTEMPTS", .group = "proxy",
            .name = "Accounts tried per request", .name_zh = "每个请求尝试的账户数",
            .help = "Maximum number of accounts that a request tries, one after the other, before the client receives the failure.",
            .help_zh = "一个请求最多依次尝试多少个账户，之后才把失败返回给客户端。",
            .min = 1, .max = 10}),
        row<&S::account_max_concurrency>({.key = "ACCOUNT_MAX_CONCURRENCY", .group = "proxy",
            .name = "Concurrent requests per account", .name_zh = "单账户并发请求数",
            .help = "Maximum number of concurrent requests per account; 0 for no limit.",
            .help_zh = "一个账户可同时处理的请求数；0 表示不限。",
            .max = 10'000, .unit = "requests"}),
        row<&S::queue_timeout>({.key = "QUEUE_TIMEOUT", .group = "proxy",
            .name = "Queue timeout", .name_zh = "最长排队时间",
            .help = "Maximum time a request waits while all eligible accounts are busy.",
            .help_zh = "所有可用账户都忙时，请求最长排队的时间。",
            .max = 3600, .unit = "s"}),
        row<&S::register_api_url>({.key = "REGISTER_API_URL", .group = "registration",
            .name = "Register service address", .name_zh = "注册服务地址",
            .help = "Address of the register service; registration is off without it.",
            .help_zh = "注册服务的地址；留空则不能注册。",
            .max = 2048, .form = url_form, .form_zh = url_form_zh, .check = check_url}),
        row<&S::register_api_key>({.key = "REGISTER_API_KEY", .secret = true, .group = "registration",
            .name = "Register service key", .name_zh = "注册服务密钥",
            .help = "Key for the register service; registration is off without it.",
            .help_zh = "注册服务的密钥；留空则不能注册。",
            .max = 1024, .form = "any text", .form_zh = "任意文本"}),
        row<&S::register_mail_type>({.key = "REGISTER_MAIL_TYPE", .group = "registration",
            .name = "Mailbox type of new accounts", .name_zh = "新账户的邮箱类型",
            .help = "Type of mailbox that new accounts are registered with.",
            .help_zh = "注册新账户所用的邮箱类型。",
            .max = 16, .choices = {"moemail", "tempmailhub"}}),
        row<&S::default_points>({.key = "DEFAULT_POINTS", .group = "registration",
            .name = "Initial points", .name_zh = "新账户的初始积分",
            .help = "Initial points of a new account.",
            .help_zh = "新账户的初始积分。",
            .max = 1e9, .unit = "points"}),
        row<&S::retention_days>({.key = "RETENTION_DAYS", .group = "storage",
            .name = "Job and request retention", .name_zh = "任务与请求的保留时间",
            .help = "How long finished jobs and request log entries are kept.",
            .help_zh = "已结束的任务和请求日志的保留时间。",
            .min = 1, .max = 3650, .unit = "days"}),
        row<&S::verdict_samples>({.key = "VERDICT_SAMPLES", .group = "storage",
            .name = "Keep failed responses", .name_zh = "保留失败的响应",
            .help = "Keep masked samples of failed upstream responses for as long as the request log, so that verdict "
                    "rules can be tested on them. Prompts are not kept.",
            .help_zh = "将上游失败响应的要点（已脱敏）与请求日志一同保留，以便检验判定规则。不保留提示词。"}),
        row<&S::audit_retention_days>({.key = "AUDIT_RETENTION_DAYS", .group = "storage",
            .name = "Audit trail retention", .name_zh = "审计记录的保留时间",
            .help = "How long the audit trail is kept.",
            .help_zh = "审计记录的保留时间。",
            .min = 1, .max = 36500, .unit = "days"}),
        row<&S::backup_keep>({.key = "BACKUP_KEEP", .group = "storage",
            .name = "Backups to keep", .name_zh = "保留的备份数",
            .help = "Number of nightly database backups that are kept.",
            .help_zh = "保留多少份每晚的数据库备份。",
            .min = 1, .max = 365, .unit = "copies"}),
        row<&S::database_url>({.key = "DATABASE_URL", .effect = restart, .group = "storage",
            .name = "Database file", .name_zh = "数据库文件",
            .help = "SQLite file, relative to the data folder.",
            .help_zh = "SQLite 文件，相对于数据目录。",
            .max = 4096, .form = "sqlite:///FILE or a path", .form_zh = "sqlite:///文件 或路径", .check = check_database_url}),
        row<&S::secret_key_file>({.key = "SECRET_KEY_FILE", .effect = restart, .group = "storage",
            .name = "Encryption key file", .name_zh = "加密密钥文件",
            .help = "Key file for encrypting the accounts' passwords, sessions and proxies, relative to the data folder; none for plain text.",
            .help_zh = "用于加密账户密码、会话和代理的密钥文件，相对于数据目录；留空则以明文保存。",
            .max = 4096, .form = "a path", .form_zh = "路径"}),
    };
    return rows;
}
// clang-format on

}  // namespace

std::string range_text(const SettingRow& row)
{
    if (row.type == SettingType::boolean) return "true, false";
    if (!row.choices.empty()) return fmt::format("{}", fmt::join(row.choices, ", "));
    if (row.type == SettingType::text) return std::string{row.form};
    const std::string bounds = row.above_min ? fmt::format("more than {}, at most {}", row.min, row.max)
                                             : fmt::format("{}–{}", row.min, row.max);
    return row.unit.empty() ? bounds : fmt::format("{} {}", bounds, row.unit);
}

std::span<const SettingRow> setting_rows() { return table(); }

const SettingRow* find_setting(std::string_view key)
{
    const auto& rows = table();
    const auto found = std::find_if(rows.begin(), rows.end(), [&](const SettingRow& row) { return row.key == key; });
    return found == rows.end() ? nullptr : &*found;
}

Result<void> apply_setting(Settings& settings, const SettingRow& row, const SettingValue& value)
{
    if (const Fault fault = row.set(settings, row, value))
        return field_failure("error.invalid_setting", std::string{row.key}, *fault);
    return {};
}

std::optional<SettingValue> nearest_in_range(const SettingRow& row, const SettingValue& value)
{
    if (row.check == check_daily_time) {
        const auto* text = std::get_if<std::string>(&value);
        const auto nearest = text ? nearest_daily_time(trim(*text)) : std::nullopt;
        return nearest ? std::optional<SettingValue>{*nearest} : std::nullopt;
    }
    const bool counts = row.type == SettingType::integer || row.type == SettingType::number;
    const auto number = counts ? number_in(value) : std::nullopt;
    if (!number || in_range(row, *number)) return std::nullopt;
    // Where the minimum itself is too little, the least that makes a difference.
    constexpr double a_little = 0.01;
    const double nearest = *number > row.max ? row.max : row.above_min ? row.min + a_little : row.min;
    if (row.type == SettingType::integer) return static_cast<std::int64_t>(nearest);
    return nearest;
}

SettingSource source_of(const ResolvedSettings& resolved, std::string_view key)
{
    const auto& rows = table();
    const auto found = std::find_if(rows.begin(), rows.end(), [&](const SettingRow& row) { return row.key == key; });
    return resolved.sources.at(static_cast<std::size_t>(found - rows.begin()));
}

Result<ResolvedSettings> resolve_settings(const std::vector<SettingEntry>& file, const Environment& environment)
{
    ResolvedSettings resolved;
    for (const SettingRow& row : table()) {
        // The last of several, as every JSON parser takes it.
        const auto entry = std::find_if(file.rbegin(), file.rend(), [&](const auto& it) { return it.key == row.key; });
        if (entry != file.rend()) {
            if (auto applied = apply_setting(resolved.settings, row, entry->value); !applied)
                return tl::unexpected(applied.error());
            resolved.sources.push_back(SettingSource::file);
            continue;
        }
        auto variable = environment(std::string{row.key});
        if (const auto inner = variable ? without_quotes(trim(*variable)) : std::nullopt) {
            variable = std::string{*inner};
            resolved.unquoted.push_back(row.key);
        }
        if (variable && !variable->empty()) {
            if (auto applied = apply_setting(resolved.settings, row, *variable); !applied)
                return failure(applied.error().code,
                               Message{"error.in_environment", {{"fault", applied.error().reason}}});
            resolved.sources.push_back(SettingSource::environment);
            continue;
        }
        resolved.sources.push_back(SettingSource::fallback);
    }
    return resolved;
}

std::string_view password_kind(std::string_view admin_password)
{
    if (admin_password == default_admin_password) return "default";
    // `$id$…`: a plain password that merely starts with $ stays one.
    if (!admin_password.starts_with('$')) return "plain";
    const std::size_t second = admin_password.find('$', 1);
    const bool has_body = second != std::string_view::npos && second > 1 && second + 1 < admin_password.size();
    if (!has_body) return "plain";
    // The methods of crypt(5): a plain password may begin with a dollar sign as well.
    constexpr std::array<std::string_view, 12> methods{"y",  "gy", "7", "2b",   "2y",  "2a",
                                                       "2x", "6",  "5", "sm3y", "sm3", "1"};
    const std::string_view id = admin_password.substr(1, second - 1);
    const bool is_id = std::find(methods.begin(), methods.end(), id) != methods.end();
    return is_id ? "hash" : "plain";
}

bool register_service_is_configured(const Settings& settings)
{
    return settings.register_api_url && settings.register_api_key;
}

LogLevel parse_log_level(std::string_view log_level)
{
    if (log_level == "debug") return LogLevel::debug;
    if (log_level == "warning") return LogLevel::warning;
    if (log_level == "error") return LogLevel::error;
    if (log_level == "critical") return LogLevel::critical;
    return LogLevel::info;
}

Result<std::string> database_path(std::string_view database_url)
{
    auto path = read_database_path(database_url);
    if (!path) return field_failure("error.invalid_setting", "DATABASE_URL", path.error());
    return std::move(*path);
}

}  // namespace dreamina
