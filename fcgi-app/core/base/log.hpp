#pragma once
/// One line per event on standard error, for journald, a container's log or a file.
/// Anything that looks like a session id or a long key is masked before it is written, whatever the caller did.

#include <string_view>

#include <fmt/format.h>

namespace dreamina {

enum class LogLevel {
    debug,     ///< what helps to find out why: each attempt, each run of a timed job, what a change of settings changed
    info,      ///< what happened
    warning,   ///< what somebody should look at
    error,     ///< what failed
    critical,  ///< what ends the service, or keeps it from working: no usable configuration or database
};

/// Takes effect at once in this process; any thread.
void set_log_level(LogLevel level);
bool log_enabled(LogLevel level);

/// Any thread; one write(2) per line, so lines of several processes do not mix.
void log_line(LogLevel level, std::string_view message);

/// Runs of 24 or more characters of [0-9A-Za-z] that hold a digit become "first4…".
std::string mask_secrets(std::string_view message);

template <class... Args>
void log_debug(fmt::format_string<Args...> format, Args&&... args)
{
    if (log_enabled(LogLevel::debug)) log_line(LogLevel::debug, fmt::format(format, std::forward<Args>(args)...));
}
template <class... Args>
void log_info(fmt::format_string<Args...> format, Args&&... args)
{
    if (log_enabled(LogLevel::info)) log_line(LogLevel::info, fmt::format(format, std::forward<Args>(args)...));
}
template <class... Args>
void log_warning(fmt::format_string<Args...> format, Args&&... args)
{
    if (log_enabled(LogLevel::warning)) log_line(LogLevel::warning, fmt::format(format, std::forward<Args>(args)...));
}
template <class... Args>
void log_error(fmt::format_string<Args...> format, Args&&... args)
{
    if (log_enabled(LogLevel::error)) log_line(LogLevel::error, fmt::format(format, std::forward<Args>(args)...));
}
template <class... Args>
void log_critical(fmt::format_string<Args...> format, Args&&... args)
{
    if (log_enabled(LogLevel::critical)) log_line(LogLevel::critical, fmt::format(format, std::forward<Args>(args)...));
}

}  // namespace dreamina
