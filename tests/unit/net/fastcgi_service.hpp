#pragma once
/// A worker's acceptor and connections on a real unix socket, and nginx's end of it.

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <future>
#include <thread>

#include <doctest/doctest.h>

#include "net/acceptor.hpp"
#include "net/fastcgi_client.hpp"
#include "net/fastcgi_reader.hpp"
#include "temporary_folder.hpp"

constexpr std::chrono::seconds deadline{20};

template <class Condition>
bool becomes_true(Condition condition)
{
    const auto end = std::chrono::steady_clock::now() + deadline;
    while (!condition()) {
        if (std::chrono::steady_clock::now() > end) return false;
        std::this_thread::yield();
    }
    return true;
}

/// Acceptor and connections in a loop with a thread of its own; `dispatch` is called there.
class Service {
public:
    explicit Service(
        dreamina::Dispatch dispatch, std::function<bool()> is_preferred = [] { return true; })
        : context_{.loop = loop_, .intake = intake_, .spool_folder = folder_.path(), .dispatch = std::move(dispatch)}
    {
        [[maybe_unused]] static const bool started = (dreamina::start_fastcgi(), true);
        sockaddr_un address = this->address();
        listener_.reset(::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
        REQUIRE(::bind(listener_.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
        REQUIRE(::listen(listener_.get(), 512) == 0);
        start(std::move(is_preferred));
    }
    /// Another worker on the socket of `first`.
    Service(const Service& first, dreamina::Dispatch dispatch, std::function<bool()> is_preferred)
        : context_{.loop = loop_, .intake = intake_, .spool_folder = folder_.path(), .dispatch = std::move(dispatch)},
          listener_(::fcntl(first.listener_.get(), F_DUPFD_CLOEXEC, 0))
    {
        start(std::move(is_preferred));
    }
    ~Service()
    {
        loop_.stop();
        thread_.join();
    }

    /// Runs `question` on the loop's thread and gives its answer.
    template <class Question>
    auto ask(Question question)
    {
        // Shared: the loop's thread may still be at it when this one has its answer.
        const auto answer = std::make_shared<std::promise<decltype(question(*acceptor_))>>();
        loop_.post([this, &question, answer] { answer->set_value(question(*acceptor_)); });
        return answer->get_future().get();
    }
    /// Runs it on the loop's thread, some time soon.
    void post(std::function<void()> call) { loop_.post(std::move(call)); }

    std::size_t connections()
    {
        return ask([](dreamina::Acceptor& acceptor) { return acceptor.connections(); });
    }
    std::size_t busy()
    {
        return ask([](dreamina::Acceptor& acceptor) { return acceptor.busy_connections(); });
    }

    sockaddr_un address() const
    {
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        (folder_ / "socket").string().copy(address.sun_path, sizeof address.sun_path - 1);
        return address;
    }

private:
    void start(std::function<bool()> is_preferred)
    {
        thread_ = std::thread{[this, is_preferred = std::move(is_preferred)] {
            dreamina::Acceptor acceptor{listener_.get(), context_, is_preferred};
            acceptor_ = &acceptor;
            loop_.run();
        }};
    }

    TemporaryFolder folder_;
    dreamina::EventLoop loop_;
    dreamina::TaskPool intake_{2, "intake"};
    dreamina::ConnectionContext context_;
    dreamina::UniqueFd listener_;
    dreamina::Acceptor* acceptor_ = nullptr;  // of the loop's thread
    std::thread thread_;
};

/// nginx's end of one connection.
class Client {
public:
    explicit Client(const Service& service) : fd_(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0))
    {
        sockaddr_un address = service.address();
        REQUIRE(::connect(fd_.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
    }

    /// Until all is sent, or the other end has closed.
    void send(std::string_view bytes)
    {
        while (!bytes.empty()) {
            const ssize_t sent = ::send(fd_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
            if (sent <= 0) return;
            bytes.remove_prefix(static_cast<std::size_t>(sent));
        }
    }

    /// The next whole answer; if there is none, what came until the connection was closed or the deadline was over.
    FastcgiAnswer receive()
    {
        FastcgiAnswer answer;
        while (!answer.take(wire_) && read_more()) {
        }
        return answer;
    }

    /// True once the other end has closed.
    bool is_closed()
    {
        while (read_more()) {
        }
        return closed_;
    }

    void leave() { fd_.reset(); }

private:
    bool read_more()
    {
        pollfd ready{.fd = fd_.get(), .events = POLLIN, .revents = 0};
        if (::poll(&ready, 1, static_cast<int>(std::chrono::milliseconds{deadline}.count())) <= 0) return false;
        char piece[64 * 1024];
        const ssize_t count = ::recv(fd_.get(), piece, sizeof piece, 0);
        closed_ = count <= 0;
        if (count > 0) wire_.append(piece, static_cast<std::size_t>(count));
        return count > 0;
    }

    dreamina::UniqueFd fd_;
    std::string wire_;
    bool closed_ = false;
};

inline std::string request_bytes(std::string_view method, std::string_view target, const std::string& body)
{
    return fastcgi_request({{"REQUEST_METHOD", std::string{method}},
                            {"REQUEST_URI", std::string{target}},
                            {"DOCUMENT_URI", std::string{target}},
                            {"CONTENT_LENGTH", body.empty() ? "" : std::to_string(body.size())}},
                           body);
}

/// What `echo` says of a request: enough to see that every byte of its body came through, and where it is kept.
inline std::string description(std::string_view method, std::string_view target, std::string_view body, bool in_memory)
{
    std::uint64_t sum = 0;
    for (const char c : body) sum = sum * 31 + static_cast<unsigned char>(c);
    return std::string{method} + ' ' + std::string{target} + ' ' + std::to_string(body.size()) + ' ' +
           std::to_string(sum) + (in_memory ? " in memory" : " in a file");
}

inline void echo(const std::shared_ptr<dreamina::Exchange>& exchange)
{
    const dreamina::Request& request = exchange->request();
    answer(*exchange,
           {.status = 200,
            .headers = {},
            .body = description(request.method, request.target, request.body.text(), request.body.in_memory())});
}

/// A good answer as it stands on the wire.
inline std::string good_answer(std::string_view body)
{
    return "Status: 200 OK\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + std::string{body};
}

inline std::string expected_echo(std::string_view method, std::string_view target, std::string_view body)
{
    const bool in_memory = body.size() <= dreamina::max_body_in_memory;
    return good_answer(description(method, target, body, in_memory));
}

inline std::string bytes_of(std::size_t size)
{
    std::string bytes(size, '\0');
    for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<char>(i * 131 % 257);
    return bytes;
}
