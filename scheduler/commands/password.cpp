#include "commands/password.hpp"

#include <fcntl.h>
#include <termios.h>
#include <unistd.h>

#include <iostream>

#include "core/base/message/coded_error.hpp"
#include "core/base/password_hash.hpp"
#include "core/base/secret.hpp"
#include "core/base/unique_fd.hpp"

namespace dreamina {
namespace {

/// What is typed does not show.
class Silence {
public:
    explicit Silence(int terminal) : terminal_(terminal)
    {
        if (::tcgetattr(terminal_, &before_) != 0) return;
        termios silent = before_;
        silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
        set_ = ::tcsetattr(terminal_, TCSAFLUSH, &silent) == 0;
    }
    ~Silence()
    {
        if (set_) ::tcsetattr(terminal_, TCSAFLUSH, &before_);
    }
    Silence(const Silence&) = delete;
    Silence& operator=(const Silence&) = delete;

    bool is_set() const { return set_; }

private:
    int terminal_;
    termios before_{};
    bool set_ = false;
};

void say(int terminal, std::string_view words)
{
    [[maybe_unused]] const auto ignored = ::write(terminal, words.data(), words.size());
}

Result<std::string> ask_at_terminal(std::string_view prompt)
{
    const UniqueFd terminal{::open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY)};
    if (!terminal) return failure("no_password", Message{"command.no_terminal"});
    const Silence silence{terminal.get()};
    if (!silence.is_set()) return failure("no_password", Message{"command.terminal_echoes"});
    say(terminal.get(), prompt);
    std::string line;
    for (char c = 0; ::read(terminal.get(), &c, 1) == 1 && c != '\n';) line += c;
    say(terminal.get(), "\n");
    return line;
}

}  // namespace

Result<std::string> read_password(bool from_standard_input, std::string_view prompt)
{
    if (!from_standard_input) return ask_at_terminal(prompt);
    std::string line;
    if (!std::getline(std::cin, line)) return failure("no_password", Message{"command.no_password_given"});
    if (line.ends_with('\r')) line.pop_back();
    return line;
}

Result<void> confirm_password(const Settings& settings, bool from_standard_input)
{
    const auto given = read_password(from_standard_input, "The administrator's password: ");
    if (!given) return tl::unexpected(given.error());
    const std::string& stored = settings.admin_password;
    const bool right =
        password_kind(stored) == "hash" ? hash_matches(*given, stored) : constant_time_equal(*given, stored);
    if (!right) return coded_failure("error.wrong_password");
    return {};
}

}  // namespace dreamina
