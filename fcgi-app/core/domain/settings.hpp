#pragma once
/// THE table of settings. Parsing, ranges, the environment's names, the API, the page's form and the READMEs' tables
/// follow from its rows.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "core/base/environment.hpp"
#include "core/base/log.hpp"
#include "core/base/result.hpp"

namespace dreamina {

/// Seconds between two blanks (KEEP_ALIVE_BLANKS). Nothing in between keeps a silent connection for longer.
constexpr std::int64_t max_keep_alive = 3600;

/// The settings in force, typed. Default member values are the settings' defaults.
struct Settings {
    std::string admin_password = "admin123";  ///< plain text or a crypt(5) hash
    std::string upstream_base_url = "http://localhost:8080";
    std::string host = "0.0.0.0";
    std::int64_t port = 5100;
    std::optional<std::string> metrics_token;
    std::int64_t proxy_timeout = 300;     ///< seconds, the whole forwarded request
    std::int64_t max_upload_size = 1300;  ///< MB, the body of a request to /v1: twelve files of 100 MB, and some
    /// What a request that names no model is counted as, by its route.
    std::string default_image_model = "jimeng-4.5";
    std::string default_video_model = "jimeng-video-3.5-pro";
    bool upstream_errors_as_openai = false;    ///< jimeng-api's failures, which come with HTTP 200, among them
    bool translate_openai_parameters = false;  ///< of pictures
    std::int64_t keep_alive_blanks = 0;        ///< seconds of silence before an answer; 0: none are sent
    /// Generations: requests that outlive their connection.
    std::int64_t generation_timeout = 7'200;         ///< seconds, once it is sent
    std::int64_t video_generation_timeout = 21'600;  ///< seconds, likewise
    std::int64_t generation_start_timeout = 3'600;   ///< seconds that one waits to be sent
    std::int64_t max_queued_per_key = 100;           ///< that wait to be sent
    std::int64_t max_queued = 2'000;                 ///< of all keys together
    bool keep_unread_results = false;                ///< also of plain requests whose client has gone
    bool join_sdk_retries = true;                    ///< clients' libraries ask again by themselves
    std::int64_t generation_hours = 24;              ///< how long an ended one and its answer are kept
    std::int64_t idempotency_hours = 24;             ///< how long an Idempotency-Key holds
    /// Stored results: copies of what answers name (domain/results).
    std::string store_results = "off";          ///< off, copy or rewrite; a key may say otherwise
    std::int64_t results_days = 7;              ///< how long they are kept
    double results_max_gb = 20;                 ///< all of them together
    double results_min_free_gb = 2;             ///< where less is free nothing more is stored
    std::optional<std::string> results_folder;  ///< relative to the folder of the database; nothing: results/ in it
    std::optional<std::string> results_hosts;   ///< that may be fetched from beside the provider's own
    std::optional<std::string> public_url;      ///< what clients reach the service at
    std::string log_level = "info";
    std::int64_t limit_jimeng_4_0 = 60;
    std::int64_t limit_jimeng_4_1 = 60;
    std::int64_t limit_nanobanana = 60;
    std::int64_t limit_nanobananapro = 60;
    std::int64_t limit_video_3_0 = 60;
    std::string reset_counts_time = "00:00";  ///< HH:MM, local time of the service
    std::int64_t session_update_days = 7;
    std::int64_t session_update_batch_size = 5;
    bool auto_register_enabled = false;
    std::int64_t auto_register_interval = 3600;        ///< seconds
    std::optional<std::int64_t> auto_register_target;  ///< usable accounts
    bool points_update_enabled = false;
    std::int64_t points_update_interval = 3600;  ///< seconds
    bool cn_points_enabled = false;
    bool daily_credits_enabled = false;
    bool session_check_enabled = false;
    double account_ban_duration_hours = 4;
    std::int64_t max_attempts = 3;             ///< accounts that one request may try
    std::int64_t account_max_concurrency = 0;  ///< requests in flight per account; 0: no limit
    std::int64_t queue_timeout = 30;           ///< seconds
    std::optional<std::string> register_api_url;
    std::optional<std::string> register_api_key;
    std::string register_mail_type = "moemail";
    double default_points = 120;
    std::optional<std::string> webhook_allow_hosts;  ///< hosts that webhooks may reach by http and at private addresses
    std::int64_t retention_days = 30;                ///< how long rows of ended jobs and of the request log are kept
    bool verdict_samples = true;                     ///< whether what failed answers were like is kept, masked
    std::int64_t audit_retention_days = 365;         ///< how long rows of the audit trail are kept
    std::int64_t backup_keep = 7;                    ///< nightly copies of the database that are kept
    std::string database_url = "sqlite+aiosqlite:///./dreamina.db";
    std::optional<std::string> secret_key_file;  ///< relative to the data folder

    bool operator==(const Settings&) const = default;
};

using SettingValue = std::variant<std::nullptr_t, bool, std::int64_t, double, std::string>;

enum class SettingType { text, integer, number, boolean };
enum class SettingSource { file, environment, fallback };

/// When a change made in config.json or the page is acted on.
enum class SettingEffect { at_once, nginx_reload, restart };

/// One row of the table.
struct SettingRow {
    std::string_view key = {};  ///< its name in config.json, in the API and in the environment
    SettingType type = SettingType::text;
    bool nullable = false;
    bool secret = false;  ///< masked in every reply
    SettingEffect effect = SettingEffect::at_once;
    /// For the page's form: "access", "proxy", "limits", "schedule", "registration", "storage".
    std::string_view group = {};
    std::string_view name = {};                  ///< the field's label, a few English words
    std::string_view name_zh = {};               ///< the same in Chinese
    std::string_view help = {};                  ///< one English sentence
    std::string_view help_zh = {};               ///< the same in Chinese
    double min = 0;                              ///< for integer and number
    double max = 0;                              ///< for integer and number; the most bytes of a text
    bool above_min = false;                      ///< the minimum itself is too little
    std::string_view unit = {};                  ///< "s", "days"; empty for a mere number and for text
    std::string_view form = {};                  ///< for text without choices: what it must be, as in "must be …"
    std::string_view form_zh = {};               ///< the same in Chinese
    std::vector<std::string_view> choices = {};  ///< for text with a closed list, lower case
    /// For text: the fault beyond length and control characters, if it has one.
    std::optional<Message> (*check)(std::string_view) = nullptr;
    /// For text that may be written in several ways: the one in which it is kept. Asked after `check`.
    std::string (*normal)(std::string_view) = nullptr;

    SettingValue (*get)(const Settings&) = nullptr;
    /// Checks type and range and stores; the fault (without the key) if it does not fit.
    /// Text is accepted for every type, as it comes from the environment and from the earlier program's page.
    std::optional<Message> (*set)(Settings&, const SettingRow&, const SettingValue&) = nullptr;
};

/// For people: "1–86400 s", "HH:MM", "moemail, tempmailhub".
std::string range_text(const SettingRow& row);

std::span<const SettingRow> setting_rows();
const SettingRow* find_setting(std::string_view key);

/// Checks and stores one value. Error code "invalid_setting", a fault of the field that is called as the setting; it
/// holds no secret.
Result<void> apply_setting(Settings& settings, const SettingRow& row, const SettingValue& value);

/// The value in the range that is nearest to a number (or time of day) that is out of it; nothing for any other value.
std::optional<SettingValue> nearest_in_range(const SettingRow& row, const SettingValue& value);

/// One key and its value from the file, in the file's order.
struct SettingEntry {
    std::string key;
    SettingValue value;
};

/// The settings in force, and where each came from (in the order of setting_rows()).
struct ResolvedSettings {
    Settings settings;
    std::vector<SettingSource> sources;
    std::vector<std::string_view> unquoted;  ///< keys whose variables were in quotes
};

/// `key`: one of the table's.
SettingSource source_of(const ResolvedSettings& resolved, std::string_view key);

/// Precedence: file > environment > default. Unknown keys of the file are not ours to judge and are passed over;
/// an empty variable counts as not set. Quotes around a variable's value are taken off: Docker's env files keep them.
/// The message of a variable's fault says that it is one. Names all that are at fault: see all_of.
Result<ResolvedSettings> resolve_settings(const std::vector<SettingEntry>& file, const Environment& environment);

/// The same as far as it goes: a setting at fault keeps its default, and what is wrong with it goes to `faults`.
ResolvedSettings resolve_settings(const std::vector<SettingEntry>& file, const Environment& environment,
                                  std::vector<Error>& faults);

constexpr std::string_view default_admin_password = "admin123";

/// What GET shows for a secret that is set; sent back unchanged by a page that posts the whole form, it changes
/// nothing.
constexpr std::string_view masked_secret = "********";

/// "plain", "hash" (crypt(5): `$id$…`) or "default".
std::string_view password_kind(std::string_view admin_password);

/// Registration and session refreshes are off without it.
bool register_service_is_configured(const Settings& settings);
/// What to say where it is not.
inline Message register_service_not_configured() { return {"register.not_configured"}; }

LogLevel parse_log_level(std::string_view log_level);

/// The path in DATABASE_URL: the earlier program's `sqlite+aiosqlite:///./dreamina.db`, `sqlite:///…` or a plain path.
/// Relative to the data folder. Error code "invalid_setting" for another scheme or an empty path.
Result<std::string> database_path(std::string_view database_url);

}  // namespace dreamina
