#include "generate/settings_table.hpp"

#include <array>

#include <fmt/format.h>

#include "core/domain/settings.hpp"
#include "scheduler/jobs.hpp"

namespace dreamina {
namespace {

constexpr std::string_view table_head = "| Setting | Default | Range | Meaning |\n| --- | --- | --- | --- |\n";

/// In the order of README.md.
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

std::string default_text(const SettingRow& row)
{
    const SettingValue value = row.get(Settings{});
    if (const auto* boolean = std::get_if<bool>(&value)) return *boolean ? "true" : "false";
    if (const auto* whole = std::get_if<std::int64_t>(&value)) return fmt::format("{}", *whole);
    if (const auto* number = std::get_if<double>(&value)) return fmt::format("{}", *number);
    if (const auto* text = std::get_if<std::string>(&value)) return *text;
    return "none";
}

std::string_view effect_text(SettingEffect effect)
{
    switch (effect) {
    case SettingEffect::at_once: break;
    case SettingEffect::nginx_reload: return " Takes effect when nginx is reloaded.";
    case SettingEffect::restart: return " Takes effect at the next start.";
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

std::string table_row(const SettingRow& row)
{
    return fmt::format("| `{}` | {} | {} | {}{} |\n", row.key, cell(default_text(row)), cell(range_text(row)),
                       cell(row.help), effect_text(row.effect));
}

bool stands_once(std::string_view text, std::string_view mark)
{
    const auto first = text.find(mark);
    return first != std::string_view::npos && text.find(mark, first + 1) == std::string_view::npos;
}

}  // namespace

std::string settings_table()
{
    std::string table{table_head};
    for (const SettingRow& row : setting_rows()) table += table_row(row);
    return table;
}

Result<std::string> often_changed_settings_table()
{
    std::string table{table_head};
    for (const std::string_view key : often_changed) {
        const SettingRow* row = find_setting(key);
        if (row == nullptr)
            return failure("unknown_setting", fmt::format("there is no setting \"{}\" for README.md's table", key));
        table += table_row(*row);
    }
    return table;
}

std::string timed_jobs_table()
{
    std::string table{"| timed job | when, by default | what it does |\n| --- | --- | --- |\n"};
    for (const TimedJob& job : timed_jobs())
        table += fmt::format("| `{}` | {} | {} |\n", job.name, cell(english(when_message(job, Settings{}))), cell(job.help));
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
