#include <type_traits>

#include "core/domain/model_catalog.hpp"
#include "core/domain/settings.hpp"
#include "core/domain/settings/setting_checks.hpp"
#include "core/domain/settings/setting_value.hpp"

namespace dreamina {
namespace {

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
    described.set = [](Settings& settings, const SettingRow& rule, const SettingValue& value) -> SettingFault {
        if (!rule.nullable && std::holds_alternative<std::nullptr_t>(value)) return Message{"field.null"};
        return store(settings.*Member, rule, value);
    };
    return described;
}

constexpr double max_calls = 1e9;
constexpr double max_seconds = 1e9;
constexpr std::string_view url_form = "an http(s) URL";
constexpr std::string_view url_form_zh = "http 或 https 网址";
constexpr std::string_view model_form = "a model's name";
constexpr std::string_view model_form_zh = "模型名称";

using enum SettingEffect;

}  // namespace

// clang-format off
std::span<const SettingRow> setting_rows()
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
        row<&S::generation_timeout>({.key = "GENERATION_TIMEOUT", .group = "proxy",
            .name = "Timeout of generations", .name_zh = "生成任务超时",
            .help = "Maximum duration of an asynchronous request once it has been sent to the upstream.",
            .help_zh = "异步请求发送到上游之后的最长时间。",
            .min = 1, .max = 86400, .unit = "s"}),
        row<&S::video_generation_timeout>({.key = "VIDEO_GENERATION_TIMEOUT", .group = "proxy",
            .name = "Timeout of video generations", .name_zh = "视频生成任务超时",
            .help = "The same for videos, which may wait for hours in the provider's queue.",
            .help_zh = "视频的异步请求发送之后的最长时间；视频可能在服务商处排队数小时。",
            .min = 1, .max = 86400, .unit = "s"}),
        row<&S::generation_start_timeout>({.key = "GENERATION_START_TIMEOUT", .group = "proxy",
            .name = "Longest wait of generations", .name_zh = "生成任务最长排队时间",
            .help = "Maximum time an asynchronous request waits to be sent; after that it fails and is not counted.",
            .help_zh = "异步请求等待发送的最长时间；超过后失败且不计数。",
            .min = 1, .max = 604800, .unit = "s"}),
        row<&S::max_queued_per_key>({.key = "MAX_QUEUED_PER_KEY", .group = "proxy",
            .name = "Queued generations per key", .name_zh = "每个密钥的排队数量",
            .help = "Maximum number of asynchronous requests of an API key that wait to be sent.",
            .help_zh = "每个 API 密钥最多可有多少个异步请求等待发送。",
            .min = 1, .max = 100000, .unit = "requests"}),
        row<&S::max_queued>({.key = "MAX_QUEUED", .group = "proxy",
            .name = "Queued generations", .name_zh = "排队总数",
            .help = "Maximum number of asynchronous requests of all API keys that wait to be sent.",
            .help_zh = "所有 API 密钥合计最多可有多少个异步请求等待发送。",
            .min = 1, .max = 1000000, .unit = "requests"}),
        row<&S::keep_unread_results>({.key = "KEEP_UNREAD_RESULTS", .group = "proxy",
            .name = "Keep unread responses", .name_zh = "保留未读取的响应",
            .help = "Keep the response to a generation request whose client disconnected or waited for PROXY_TIMEOUT, and do not stop the generation at PROXY_TIMEOUT; it is at /v1/generations/{X-Dreamina-Request-Id}/result.",
            .help_zh = "客户端断开连接或等待超过 PROXY_TIMEOUT 时，是否让生成继续进行并保留其响应，之后可从 /v1/generations/{X-Dreamina-Request-Id}/result 取回。"}),
        row<&S::join_sdk_retries>({.key = "JOIN_SDK_RETRIES", .group = "proxy",
            .name = "Join automatic retries", .name_zh = "合并自动重试",
            .help = "Give an automatic retry of OpenAI's libraries the response to the request that it repeats instead of sending it again, if that one was sent and its client did not wait for the response.",
            .help_zh = "OpenAI 客户端库自动重试时，如果原请求已发送而客户端没有等到响应，则返回原请求的响应，而不再次发送。"}),
        row<&S::log_level>({.key = "LOG_LEVEL", .group = "access",
            .name = "Log level", .name_zh = "日志级别",
            .help = "Minimum level of the events that are logged. debug adds every attempt with an account and every run of a scheduled job; critical leaves only what ends the service or keeps it from working.",
            .help_zh = "写入日志的最低级别。调试级别还会记录每次账户尝试与每次定时任务的运行；严重错误级别只记录使服务终止或无法工作的问题。",
            .max = 16, .choices = {"debug", "info", "warning", "error", "critical"}}),
        row<&S::limit_jimeng_4_0>({.key = "LIMIT_JIMENG_4_0", .group = "limits",
            .name = "Daily limit of jimeng-4.0", .name_zh = "jimeng-4.0 每日限额",
            .help = "Calls of jimeng-4.0 per account and day.",
            .help_zh = "每个账户每天可调用 jimeng-4.0 的次数。",
            .max = max_calls, .unit = "calls"}),
        row<&S::limit_jimeng_4_1>({.key = "LIMIT_JIMENG_4_1", .group = "limits",
            .name = "Daily limit of jimeng-4.1", .name_zh = "jimeng-4.1 每日限额",
            .help = "Calls of jimeng-4.1 per account and day.",
            .help_zh = "每个账户每天可调用 jimeng-4.1 的次数。",
            .max = max_calls, .unit = "calls"}),
        row<&S::limit_nanobanana>({.key = "LIMIT_NANOBANANA", .group = "limits",
            .name = "Daily limit of nanobanana", .name_zh = "nanobanana 每日限额",
            .help = "Calls of nanobanana per account and day.",
            .help_zh = "每个账户每天可调用 nanobanana 的次数。",
            .max = max_calls, .unit = "calls"}),
        row<&S::limit_nanobananapro>({.key = "LIMIT_NANOBANANAPRO", .group = "limits",
            .name = "Daily limit of nanobananapro", .name_zh = "nanobananapro 每日限额",
            .help = "Calls of nanobananapro per account and day.",
            .help_zh = "每个账户每天可调用 nanobananapro 的次数。",
            .max = max_calls, .unit = "calls"}),
        row<&S::limit_video_3_0>({.key = "LIMIT_VIDEO_3_0", .group = "limits",
            .name = "Daily limit of video-3.0", .name_zh = "video-3.0 每日限额",
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
        row<&S::webhook_allow_hosts>({.key = "WEBHOOK_ALLOW_HOSTS", .group = "access",
            .name = "Private webhook hosts", .name_zh = "允许的内网 Webhook 主机",
            .help = "Hosts that webhooks may also reach over http and at private addresses, separated by commas; others must be public and use https.",
            .help_zh = "Webhook 可以使用 http 和内网地址访问的主机，以逗号分隔；其他主机必须是公网地址并使用 https。",
            .max = 4096, .form = "hosts, each with or without a port", .form_zh = "主机列表，可带端口", .check = check_webhook_hosts}),
        row<&S::retention_days>({.key = "RETENTION_DAYS", .group = "storage",
            .name = "Job and request retention", .name_zh = "任务与请求的保留时间",
            .help = "How long finished jobs and request log entries are kept.",
            .help_zh = "已结束的任务和请求日志的保留时间。",
            .min = 1, .max = 3650, .unit = "days"}),
        row<&S::generation_hours>({.key = "GENERATION_HOURS", .group = "storage",
            .name = "Keep generations", .name_zh = "生成结果保留时间",
            .help = "How long the response to an asynchronous request can be fetched after its end.",
            .help_zh = "异步请求结束后，其响应可取回的时间。",
            .min = 1, .max = 720, .unit = "h"}),
        row<&S::idempotency_hours>({.key = "IDEMPOTENCY_HOURS", .group = "storage",
            .name = "Keep idempotency keys", .name_zh = "幂等键保留时间",
            .help = "How long a repeated Idempotency-Key gets the response to the first request.",
            .help_zh = "重复使用同一 Idempotency-Key 时，在多长时间内返回首次请求的响应。",
            .min = 1, .max = 720, .unit = "h"}),
        row<&S::store_results>({.key = "STORE_RESULTS", .group = "storage",
            .name = "Store results", .name_zh = "保存生成结果",
            .help = "Keep copies of the images and videos of responses: off, copy (the response is unchanged) or rewrite (its URLs become links to the copies). Each API key can override this.",
            .help_zh = "保存响应中的图片和视频：off 不保存；copy 保存且不改变响应；rewrite 保存并把响应中的网址换成本服务的链接。每个 API 密钥可单独设置。",
            .max = 16, .choices = {"off", "copy", "rewrite"}}),
        row<&S::results_days>({.key = "RESULTS_DAYS", .group = "storage",
            .name = "Keep stored results", .name_zh = "生成结果保留天数",
            .help = "How long stored results are kept, unless they are pinned.",
            .help_zh = "保存的生成结果的保留时间；已固定的除外。",
            .min = 1, .max = 3650, .unit = "days"}),
        row<&S::results_max_gb>({.key = "RESULTS_MAX_GB", .group = "storage",
            .name = "Maximum size of stored results", .name_zh = "生成结果的总大小上限",
            .help = "Total size of the stored results; beyond it the oldest that are not pinned are removed.",
            .help_zh = "保存的生成结果的总大小；超出后先删除最早的、未固定的结果。",
            .max = 1'000'000, .above_min = true, .unit = "GB"}),
        row<&S::results_min_free_gb>({.key = "RESULTS_MIN_FREE_GB", .group = "storage",
            .name = "Free space kept", .name_zh = "保留的可用空间",
            .help = "Nothing more is stored while less than this is free on the disk of the stored results.",
            .help_zh = "生成结果所在磁盘的可用空间少于此值时，不再保存新的结果。",
            .max = 1'000'000, .unit = "GB"}),
        row<&S::results_folder>({.key = "RESULTS_FOLDER", .effect = nginx_reload, .group = "storage",
            .name = "Folder of stored results", .name_zh = "生成结果目录",
            .help = "Folder of the stored results, relative to the folder of the database; none for results/ in it. Files of a former folder are not moved.",
            .help_zh = "保存生成结果的目录，相对于数据库所在目录；留空则为其中的 results/。更改后不会移动原目录中的文件。",
            .max = 4096, .form = "a path", .form_zh = "路径", .check = check_results_folder}),
        row<&S::results_hosts>({.key = "RESULTS_HOSTS", .group = "storage",
            .name = "Hosts of results", .name_zh = "生成结果的来源主机",
            .help = "Hosts that results may be fetched from besides the provider's own, separated by commas. *.example.com stands for all below it; a host without * may also be a private address.",
            .help_zh = "除服务商自己的主机外，还可以从哪些主机下载生成结果，以逗号分隔。*.example.com 表示其下所有主机；不带 * 的主机也可以是内网地址。",
            .max = 4096, .form = "hosts, each with or without a port", .form_zh = "主机列表，可带端口", .check = check_result_hosts}),
        row<&S::public_url>({.key = "PUBLIC_URL", .group = "access",
            .name = "Public address", .name_zh = "对外地址",
            .help = "Address at which clients reach the service, for links in responses; none for the one that each request came to.",
            .help_zh = "客户端访问本服务的地址，用于响应中的链接；留空则使用请求所用的地址。",
            .max = 2048, .form = url_form, .form_zh = url_form_zh, .check = check_url}),
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

}  // namespace dreamina
