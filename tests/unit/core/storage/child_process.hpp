#pragma once
/// Work done in a process of its own, as other workers do it. It must not use the parent's database connections.

#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <functional>
#include <string>

#include <doctest/doctest.h>

namespace dreamina {

class ChildProcess {
public:
    /// In the child: tells the parent a word, as a sign of how far it has come.
    using Say = std::function<void(std::string)>;

    /// `work` runs in the child; what it returns is the exit status.
    explicit ChildProcess(const std::function<int(const Say&)>& work)
    {
        int ends[2];
        REQUIRE(::pipe(ends) == 0);
        pid_ = ::fork();
        REQUIRE(pid_ >= 0);
        heard_ = ends[0];
        if (pid_ == 0) run(work, ends[1]);
        ::close(ends[1]);
    }
    ~ChildProcess()
    {
        kill();
        ::close(heard_);
    }
    ChildProcess(const ChildProcess&) = delete;
    ChildProcess& operator=(const ChildProcess&) = delete;

    /// The next word of the child; empty if it ended without one.
    std::string word() const
    {
        std::string said;
        for (char c = 0; ::read(heard_, &c, 1) == 1 && c != '\n';) said += c;
        return said;
    }

    int exit_status()
    {
        int status = 0;
        REQUIRE(::waitpid(pid_, &status, 0) == pid_);
        pid_ = 0;
        return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    }

    /// kill -9, and gone when this returns.
    void kill()
    {
        if (pid_ <= 0) return;
        ::kill(pid_, SIGKILL);
        ::waitpid(pid_, nullptr, 0);
        pid_ = 0;
    }

    /// In the child: stays until it is killed.
    [[noreturn]] static void stay()
    {
        for (;;) ::pause();
    }

private:
    [[noreturn]] static void run(const std::function<int(const Say&)>& work, int mouth)
    {
        ::alarm(120);  // no test waits for ever for one that hangs
        int status = 99;
        try {
            status = work([mouth](const std::string& said) {
                const std::string line = said + '\n';
                if (::write(mouth, line.data(), line.size()) < 0) ::_exit(98);
            });
        } catch (...) {
        }
        ::_exit(status);
    }

    int heard_ = -1;
    pid_t pid_ = 0;
};

}  // namespace dreamina
