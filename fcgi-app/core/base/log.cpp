#include "core/base/log.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdlib>
#include <string>

#include "core/base/clock.hpp"

namespace dreamina {
namespace {

std::atomic<LogLevel> threshold{LogLevel::info};

struct LevelName {
    std::string_view word;
    std::string_view journal_prefix;  // sd-daemon(3): journald takes the level from it
};
constexpr std::array<LevelName, 5> level_names{
    {{"debug", "<7>"}, {"info", "<6>"}, {"warning", "<4>"}, {"error", "<3>"}, {"critical", "<2>"}}};

bool is_token_character(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

/// Session ids have 32 characters; keys of the services we call are as long. Words of our own are shorter.
constexpr std::ptrdiff_t min_secret_length = 24;

/// JOURNAL_STREAM is "device:inode" of journald's stream (systemd.exec(5)). A program that was started from a service
/// with its standard error elsewhere inherits the variable all the same.
bool under_journald()
{
    const char* stream = std::getenv("JOURNAL_STREAM");
    struct stat is {};
    return stream != nullptr && ::fstat(STDERR_FILENO, &is) == 0 &&
           fmt::format("{}:{}", is.st_dev, is.st_ino) == stream;
}

/// A vouched value may be more than the run in question, such as msg_01a2…: each run of it is vouched for.
bool has_whole_run(std::string_view value, std::string_view run)
{
    for (std::size_t at = value.find(run); at != std::string_view::npos; at = value.find(run, at + 1)) {
        const std::size_t end = at + run.size();
        const bool begins = at == 0 || !is_token_character(value[at - 1]);
        const bool ends = end == value.size() || !is_token_character(value[end]);
        if (begins && ends) return true;
    }
    return false;
}

}  // namespace

void set_log_level(LogLevel level) { threshold.store(level, std::memory_order_relaxed); }

bool log_enabled(LogLevel level) { return level >= threshold.load(std::memory_order_relaxed); }

std::string mask_secrets(std::string_view message, std::span<const std::string_view> not_secret)
{
    std::string masked;
    masked.reserve(message.size());
    const char* cursor = message.begin();
    while (cursor != message.end()) {
        const char* token_end = std::find_if_not(cursor, message.end(), is_token_character);
        const bool has_digit = std::any_of(cursor, token_end, [](char c) { return c >= '0' && c <= '9'; });
        const bool looks_secret = token_end - cursor >= min_secret_length && has_digit;
        const std::string_view run{cursor, token_end};
        const auto vouches = [&](std::string_view value) { return has_whole_run(value, run); };
        if (looks_secret && std::ranges::none_of(not_secret, vouches)) {
            masked.append(cursor, 4).append("…");
        } else {
            masked.append(cursor, token_end);
        }
        cursor = token_end;
        while (cursor != message.end() && !is_token_character(*cursor)) {
            const char c = *cursor++;
            masked.push_back(c == '\n' || c == '\r' ? ' ' : c);  // one event stays one line
        }
    }
    return masked;
}

void log_line(LogLevel level, std::string_view message, std::span<const std::string_view> not_secret)
{
    const LevelName& name = level_names.at(static_cast<std::size_t>(level));
    const std::string text = mask_secrets(message, not_secret);
    const std::string line =
        under_journald() ? fmt::format("{}{}\n", name.journal_prefix, text)
                         : fmt::format("{} {} [{}] {}\n", to_rfc3339(system_now()), name.word, ::getpid(), text);
    // A log that cannot be written has nowhere to be reported.
    [[maybe_unused]] const auto written = ::write(STDERR_FILENO, line.data(), line.size());
}

}  // namespace dreamina
