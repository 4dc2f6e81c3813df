#pragma once
/// A server on a port of its own, with a thread for each connection that does what the test says.

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <charconv>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include <doctest/doctest.h>

#include "core/base/unique_fd.hpp"

namespace dreamina {

inline sockaddr* generic(sockaddr_in& address) { return reinterpret_cast<sockaddr*>(&address); }

class LocalServer {
public:
    class Connection {
    public:
        Connection(int fd, int place) : number(place), fd_(fd) {}

        /// Head and body as they came; empty if the client went away before.
        std::string request()
        {
            std::string text;
            for (std::size_t whole = 0; whole == 0 || text.size() < whole;) {
                if (!receive(text)) return {};
                const std::size_t head_end = text.find("\r\n\r\n");
                if (head_end != std::string::npos) whole = head_end + 4 + length_in(text);
            }
            return text;
        }
        /// True unless the client is gone.
        bool send(std::string_view bytes)
        {
            while (!bytes.empty()) {
                const auto sent = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
                if (sent <= 0) return false;
                bytes.remove_prefix(static_cast<std::size_t>(sent));
            }
            return true;
        }
        void answer(int status, std::string_view body, std::string_view headers = {})
        {
            send("HTTP/1.1 " + std::to_string(status) + " Words\r\nContent-Length: " + std::to_string(body.size()) +
                 "\r\n" + std::string{headers} + "\r\n" + std::string{body});
        }
        /// Before the work is done, that the test can wait for it.
        void close() { ::shutdown(fd_, SHUT_RDWR); }
        /// Until the client (or the end of the test) closes.
        void stay()
        {
            for (std::string rest; receive(rest);) rest.clear();
        }

        const int number;  ///< from 1 in the order they came

    private:
        bool receive(std::string& text)
        {
            char bytes[4096];
            const auto count = ::recv(fd_, bytes, sizeof bytes, 0);
            if (count > 0) text.append(bytes, static_cast<std::size_t>(count));
            return count > 0;
        }
        static std::size_t length_in(const std::string& text)
        {
            constexpr std::string_view name = "Content-Length: ";
            const std::size_t at = text.find(name);
            std::size_t length = 0;
            if (at != std::string::npos)
                std::from_chars(text.data() + at + name.size(), text.data() + text.size(), length);
            return length;
        }

        int fd_;
    };
    using Work = std::function<void(Connection&)>;

    explicit LocalServer(Work work)
        : work_(std::move(work)), listener_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0))
    {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        REQUIRE(::bind(listener_.get(), generic(address), sizeof address) == 0);
        REQUIRE(::listen(listener_.get(), 64) == 0);
        socklen_t length = sizeof address;
        REQUIRE(::getsockname(listener_.get(), generic(address), &length) == 0);
        port_ = ntohs(address.sin_port);
        acceptor_ = std::thread{[this] { accept(); }};
    }
    ~LocalServer()
    {
        stop_listening();
        acceptor_.join();
        for (const UniqueFd& fd : connections_) ::shutdown(fd.get(), SHUT_RDWR);
        for (std::thread& thread : threads_) thread.join();
    }
    LocalServer(const LocalServer&) = delete;
    LocalServer& operator=(const LocalServer&) = delete;

    std::string url(const std::string& path = "/", const std::string& credentials = "") const
    {
        return "http://" + credentials + host() + path;
    }
    std::string host() const { return "127.0.0.1:" + std::to_string(port_); }
    int connections() const { return count_; }
    /// Later connections are refused.
    void stop_listening() { ::shutdown(listener_.get(), SHUT_RDWR); }

private:
    void accept()
    {
        for (int fd = 0; (fd = ::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC)) >= 0;) {
            connections_.emplace_back(fd);
            threads_.emplace_back([this, fd, number = ++count_] {
                Connection connection{fd, number};
                work_(connection);
                ::shutdown(fd, SHUT_RDWR);
            });
        }
    }

    Work work_;
    UniqueFd listener_;
    unsigned port_ = 0;
    std::atomic<int> count_ = 0;
    std::vector<UniqueFd> connections_;  // the acceptor's, until it has ended
    std::vector<std::thread> threads_;
    std::thread acceptor_;
};

}  // namespace dreamina
