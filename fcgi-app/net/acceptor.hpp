#pragma once
/// The pool's listening socket, shared with the other workers, and this worker's connections.

#include <functional>
#include <memory>
#include <optional>
#include <unordered_map>

#include "net/connection.hpp"

namespace dreamina {

/// Systemd's LISTEN_FDS (descriptor 3) where it is set, descriptor 0 otherwise, the FastCGI way.
/// Error code "no_socket" if that is not a listening socket.
Result<int> listening_socket();

class Acceptor : public Watcher {
public:
    /// Longer than a turn of a busy event loop, and nothing beside what a generation takes.
    static constexpr std::chrono::milliseconds standby_delay{10};

    /// `listener` is not owned: it belongs to all workers. All of them are woken by a connection; one for which
    /// `is_preferred` is false leaves it to the others for `standby_delay` and then takes it if it still waits: the
    /// preferred worker has more than it can do, or is gone.
    Acceptor(
        int listener, ConnectionContext& context, std::function<bool()> is_preferred = [] { return true; });
    ~Acceptor() override;

    void on_ready(std::uint32_t events) override;

    /// Takes no more connections; those there are close after their present answer. `when_empty` is called once no
    /// connection is left (nginx closes the idle ones, which must not be closed under its feet).
    void drain(std::function<void()> when_empty);

    std::size_t busy_connections() const;
    std::size_t connections() const { return connections_.size(); }

private:
    void watch();
    void ignore();
    void accept_waiting();
    void accept_later(std::chrono::milliseconds delay);
    void pause();

    int listener_;
    ConnectionContext& context_;
    std::unordered_map<int, std::shared_ptr<Connection>> connections_;
    std::function<bool()> is_preferred_;
    std::function<void()> when_empty_;
    std::optional<EventLoop::TimerId> accepts_at_;
    bool listening_ = false;
};

}  // namespace dreamina
