#pragma once
/// One line per event on standard error, for journald, a container's log or a file.
/// Anything that looks like a session id or a long key is masked before it is written, unless the caller vouches for
/// it.

#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include <fmt/format.h>

namespace dreamina {

enum class LogLevel {
    debug,     ///< what helps to find out why: each attempt, each run of a timed job, what a change of settings changed
    info,      ///< what happened
    warning,   ///< what needs attention
    error,     ///< what failed
    critical,  ///< what ends the service, or keeps it from working: no usable configuration or database
};

/// Takes effect at once in this process; any thread.
void set_log_level(LogLevel level);
bool log_enabled(LogLevel level);

/// A value that is no secret although it may look like one, such as a request's id: a line shows it whole.
struct NotSecret {
    std::string_view text;
};

/// Any thread; one write(2) per line, so lines of several processes do not mix.
void log_line(LogLevel level, std::string_view message, std::span<const std::string_view> not_secret = {});

/// Runs of 24 or more characters of [0-9A-Za-z] that hold a digit become "first4…", except for those in `not_secret`.
std::string mask_secrets(std::string_view message, std::span<const std::string_view> not_secret = {});

template <class... Args>
void log_at(LogLevel level, fmt::format_string<Args...> format, Args&&... args)
{
    if (!log_enabled(level)) return;
    std::vector<std::string_view> not_secret;
    [[maybe_unused]] const auto gather = [&](const auto& value) {
        if constexpr (std::is_same_v<std::remove_cvref_t<decltype(value)>, NotSecret>) not_secret.push_back(value.text);
    };
    (gather(args), ...);
    log_line(level, fmt::format(format, std::forward<Args>(args)...), not_secret);
}

template <class... Args>
void log_debug(fmt::format_string<Args...> format, Args&&... args)
{
    log_at<Args...>(LogLevel::debug, format, std::forward<Args>(args)...);
}
template <class... Args>
void log_info(fmt::format_string<Args...> format, Args&&... args)
{
    log_at<Args...>(LogLevel::info, format, std::forward<Args>(args)...);
}
template <class... Args>
void log_warning(fmt::format_string<Args...> format, Args&&... args)
{
    log_at<Args...>(LogLevel::warning, format, std::forward<Args>(args)...);
}
template <class... Args>
void log_error(fmt::format_string<Args...> format, Args&&... args)
{
    log_at<Args...>(LogLevel::error, format, std::forward<Args>(args)...);
}
template <class... Args>
void log_critical(fmt::format_string<Args...> format, Args&&... args)
{
    log_at<Args...>(LogLevel::critical, format, std::forward<Args>(args)...);
}

}  // namespace dreamina

template <>
struct fmt::formatter<dreamina::NotSecret> : fmt::formatter<std::string_view> {
    auto format(dreamina::NotSecret value, fmt::format_context& context) const
    {
        return fmt::formatter<std::string_view>::format(value.text, context);
    }
};
