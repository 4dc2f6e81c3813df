#include "generate/settings_table.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "core/domain/settings.hpp"
#include "scheduler/jobs.hpp"

namespace dreamina {
namespace {

/// What a table says in one language.
struct Words {
    std::string_view head;
    std::string_view none;
    std::string_view after_reload;
    std::string_view after_restart;
    std::string_view SettingRow::*help;
    std::string (*range)(const SettingRow&);
};

constexpr std::array<std::pair<std::string_view, std::string_view>, 10> units_in_chinese{{
    {"s", "秒"},
    {"h", "小时"},
    {"days", "天"},
    {"MB", "MB"},
    {"calls", "次"},
    {"copies", "份"},
    {"points", "积分"},
    {"accounts", "个账户"},
    {"requests", "个请求"},
    {"sessions", "个会话"},
}};

std::string chinese_range_text(const SettingRow& row)
{
    if (row.type == SettingType::boolean || !row.choices.empty()) return range_text(row);
    if (row.type == SettingType::text) return std::string{row.form_zh};
    std::string bounds =
        row.above_min ? fmt::format("大于 {}，不超过 {}", row.min, row.max) : fmt::format("{}–{}", row.min, row.max);
    const auto* unit = std::find_if(units_in_chinese.begin(), units_in_chinese.end(),
                                    [&](const auto& each) { return each.first == row.unit; });
    if (row.unit.empty()) return bounds;
    return fmt::format("{} {}", bounds, unit == units_in_chinese.end() ? row.unit : unit->second);
}

constexpr Words english_words{.head = "| Setting | Default | Range | Meaning |\n| --- | --- | --- | --- |\n",
                              .none = "none",
                              .after_reload = " Takes effect when nginx is reloaded.",
                              .after_restart = " Takes effect at the next start.",
                              .help = &SettingRow::help,
                              .range = range_text};
constexpr Words chinese{.head = "| 设置 | 默认值 | 范围 | 含义 |\n| --- | --- | --- | --- |\n",
                        .none = "无",
                        .after_reload = "重新加载 nginx 后生效。",
                        .after_restart = "下次启动时生效。",
                        .help = &SettingRow::help_zh,
                        .range = chinese_range_text};

const Words& words_of(Language language) { return language == Language::chinese ? chinese : english_words; }

/// In the order of README.md and of .github/README.zh-CN.md.
constexpr std::array<std::string_view, 12> often_changed{
    "ADMIN_PASSWORD",
    "UPSTREAM_BASE_URL",
    "HOST",
    "PORT",
    "PROXY_TIMEOUT",
    "MAX_UPLOAD_SIZE",
    "MAX_ATTEMPTS",
    "ACCOUNT_BAN_DURATION_HOURS",
    "ACCOUNT_MAX_CONCURRENCY",
    "RESET_COUNTS_TIME",
    "UPSTREAM_ERRORS_AS_OPENAI",
    "SECRET_KEY_FILE",
};

std::string default_text(const SettingRow& row, std::string_view none)
{
    const SettingValue value = row.get(Settings{});
    if (const auto* boolean = std::get_if<bool>(&value)) return *boolean ? "true" : "false";
    if (const auto* whole = std::get_if<std::int64_t>(&value)) return fmt::format("{}", *whole);
    if (const auto* number = std::get_if<double>(&value)) return fmt::format("{}", *number);
    if (const auto* text = std::get_if<std::string>(&value)) return *text;
    return std::string{none};
}

std::string_view effect_text(SettingEffect effect, const Words& words)
{
    switch (effect) {
    case SettingEffect::at_once: break;
    case SettingEffect::nginx_reload: return words.after_reload;
    case SettingEffect::restart: return words.after_restart;
    }
    return "";
}

/// A bar would end the cell.
std::string cell(std::string_view text)
{
    std::string escaped;
    for (const char c : text) {
        if (c == '|') escaped += '\\';
        escaped += c;
    }
    return escaped;
}

std::string table_row(const SettingRow& row, const Words& words)
{
    return fmt::format("| `{}` | {} | {} | {}{} |\n", row.key, cell(default_text(row, words.none)),
                       cell(words.range(row)), cell(row.*words.help), effect_text(row.effect, words));
}

bool stands_once(std::string_view text, std::string_view mark)
{
    const auto first = text.find(mark);
    return first != std::string_view::npos && text.find(mark, first + 1) == std::string_view::npos;
}

}  // namespace

std::string settings_table()
{
    std::string table{english_words.head};
    for (const SettingRow& row : setting_rows()) table += table_row(row, english_words);
    return table;
}

Result<std::string> often_changed_settings_table(Language language)
{
    const Words& words = words_of(language);
    std::string table{words.head};
    for (const std::string_view key : often_changed) {
        const SettingRow* row = find_setting(key);
        if (row == nullptr)
            return failure("unknown_setting", fmt::format("there is no setting \"{}\" for README.md's table", key));
        table += table_row(*row, words);
    }
    return table;
}

std::string timed_jobs_table()
{
    std::string table{"| scheduled job | when, by default | what it does |\n| --- | --- | --- |\n"};
    for (const TimedJob& job : timed_jobs())
        table +=
            fmt::format("| `{}` | {} | {} |\n", job.name, cell(english(when_message(job, Settings{}))), cell(job.help));
    return table;
}

Result<std::string> renewed_readme(std::string_view present, std::string_view table, std::string_view name)
{
    const std::string begin_mark = fmt::format("<!-- generated:{} -->\n", name);
    const std::string end_mark = fmt::format("<!-- /generated:{} -->\n", name);
    for (const std::string_view mark : {std::string_view{begin_mark}, std::string_view{end_mark}})
        if (!stands_once(present, mark))
            return failure("invalid_readme",
                           fmt::format("the line {} must be there once", mark.substr(0, mark.size() - 1)));
    const auto begin = present.find(begin_mark) + begin_mark.size();
    const auto end = present.find(end_mark);
    if (end < begin) return failure("invalid_readme", "the marks of " + std::string{name} + " are in the wrong order");
    // Markdown wants an empty line between an HTML comment and a table.
    return fmt::format("{}\n{}\n{}", present.substr(0, begin), table, present.substr(end));
}

}  // namespace dreamina
