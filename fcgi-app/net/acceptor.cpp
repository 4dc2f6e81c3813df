#include "net/acceptor.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <utility>

#include <fmt/format.h>

#include "core/base/log.hpp"

namespace dreamina {
namespace {

/// A full backlog makes nginx answer 502 at once, so as many as wait are taken each turn, up to this.
constexpr int accepts_per_turn = 4096;

constexpr std::chrono::milliseconds pause_without_descriptors{100};

constexpr int systemd_first_descriptor = 3;

/// 0 where the variable is missing or no number.
long number_in_environment(const char* name)
{
    const char* text = std::getenv(name);
    return text == nullptr ? 0 : std::strtol(text, nullptr, 10);
}

bool handed_over_by_systemd()
{
    return number_in_environment("LISTEN_PID") == ::getpid() && number_in_environment("LISTEN_FDS") >= 1;
}

/// O_NONBLOCK belongs to the socket, which the other workers share and may clear: checked before each accept. Should
/// another worker be quicker in between, accept gives up after a millisecond (listening_socket).
bool has_pending(int listener)
{
    pollfd waiting{.fd = listener, .events = POLLIN, .revents = 0};
    return ::poll(&waiting, 1, 0) > 0;
}

}  // namespace

Result<int> listening_socket()
{
    const int fd = handed_over_by_systemd() ? systemd_first_descriptor : STDIN_FILENO;
    int listens = 0;
    socklen_t size = sizeof listens;
    if (::getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &listens, &size) != 0 || listens == 0) {
        return failure("no_socket", fmt::format("descriptor {} is not a listening socket: start this program through "
                                                "spawn-fcgi or a systemd socket",
                                                fd));
    }
    ::fcntl(fd, F_SETFD, FD_CLOEXEC);
    ::fcntl(fd, F_SETFL, ::fcntl(fd, F_GETFL) | O_NONBLOCK);
    const timeval moment{.tv_sec = 0, .tv_usec = 1000};
    ::setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &moment, sizeof moment);
    return fd;
}

Acceptor::Acceptor(int listener, ConnectionContext& context, std::function<bool()> is_preferred)
    : listener_(listener), context_(context), is_preferred_(std::move(is_preferred))
{
    watch();
}

Acceptor::~Acceptor() { ignore(); }

void Acceptor::watch()
{
    // Edge-triggered: a connection that is left to another worker does not wake this one again and again.
    context_.loop.watch(listener_, EPOLLIN | EPOLLET, *this);
    listening_ = true;
}

void Acceptor::ignore()
{
    if (std::exchange(listening_, false)) context_.loop.forget(listener_);
    if (accepts_at_) context_.loop.cancel(*std::exchange(accepts_at_, std::nullopt));
}

void Acceptor::on_ready(std::uint32_t)
{
    if (is_preferred_()) {
        accept_waiting();
    } else {
        accept_later(standby_delay);
    }
}

void Acceptor::accept_later(std::chrono::milliseconds delay)
{
    if (accepts_at_) return;
    accepts_at_ = context_.loop.after(delay, [this] {
        accepts_at_.reset();
        accept_waiting();
    });
}

void Acceptor::accept_waiting()
{
    for (int i = 0; i < accepts_per_turn && has_pending(listener_); ++i) {
        UniqueFd fd{::accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC)};
        if (!fd) {
            if (errno == EAGAIN || errno == EINTR || errno == ECONNABORTED) continue;
            log_error("no connection can be taken: {}", std::strerror(errno));
            pause();
            return;
        }
        const int number = fd.get();
        const auto connection = std::make_shared<Connection>(std::move(fd), context_, [this](int closed) {
            connections_.erase(closed);
            if (connections_.empty() && when_empty_) when_empty_();
        });
        connections_.emplace(number, connection);
        connection->open();
    }
    if (has_pending(listener_)) accept_later(std::chrono::milliseconds{0});
}

void Acceptor::pause()
{
    // Out of descriptors: each try would fail until some are closed.
    ignore();
    context_.loop.after(pause_without_descriptors, [this] {
        if (!context_.draining) watch();
    });
}

void Acceptor::drain(std::function<void()> when_empty)
{
    context_.draining = true;
    ignore();
    when_empty_ = std::move(when_empty);
    if (connections_.empty()) when_empty_();
}

std::size_t Acceptor::busy_connections() const
{
    return static_cast<std::size_t>(std::count_if(connections_.begin(), connections_.end(),
                                                  [](const auto& entry) { return entry.second->busy(); }));
}

}  // namespace dreamina
