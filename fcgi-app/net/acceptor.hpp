#pragma once
/// The pool's listening socket, shared with the other workers, and this worker's connections.

#include <memory>
#include <unordered_map>

#include "net/connection.hpp"

namespace dreamina {

/// Systemd's LISTEN_FDS (descriptor 3) where it is set, descriptor 0 otherwise, the FastCGI way.
/// Error code "no_socket" if that is not a listening socket.
Result<int> listening_socket();

class Acceptor : public Watcher {
public:
    /// `listener` is not owned: it belongs to all workers.
    Acceptor(int listener, ConnectionContext& context);
    ~Acceptor() override;

    void on_ready(std::uint32_t events) override;

    /// Takes no more connections; those there are close after their present answer. `when_empty` is called once no
    /// connection is left (nginx closes the idle ones, which must not be closed under its feet).
    void drain(std::function<void()> when_empty);

    std::size_t busy_connections() const;
    std::size_t connections() const { return connections_.size(); }

private:
    void accept_waiting();
    void pause();

    int listener_;
    ConnectionContext& context_;
    std::unordered_map<int, std::shared_ptr<Connection>> connections_;
    std::function<void()> when_empty_;
    bool listening_ = true;
};

}  // namespace dreamina
