#include "server/connection.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <atomic>
#include <future>
#include <thread>

#include <doctest/doctest.h>

#include "server/acceptor.hpp"
#include "server/fastcgi_client.hpp"
#include "server/fastcgi_reader.hpp"
#include "temporary_folder.hpp"

using namespace dreamina;

namespace {

constexpr std::chrono::seconds deadline{20};

std::uint64_t sum_of(const Body& body)
{
    std::uint64_t sum = 0;
    const std::string text = body.text();
    for (const char c : text) sum = sum * 31 + static_cast<unsigned char>(c);
    return sum;
}

/// Acceptor and connections on a unix socket, in a loop with a thread of its own.
class Service {
public:
    explicit Service(Dispatch dispatch)
        : context_{.loop = loop_, .intake = intake_, .spool_folder = folder_.path(), .dispatch = std::move(dispatch)}
    {
        static const bool started = [] {
            start_fastcgi();
            return true;
        }();
        REQUIRE(started);
        sockaddr_un address = this->address();
        listener_.reset(::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
        REQUIRE(::bind(listener_.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
        REQUIRE(::listen(listener_.get(), 512) == 0);
        thread_ = std::thread{[this] {
            Acceptor acceptor{listener_.get(), context_};
            acceptor_ = &acceptor;
            loop_.run();
        }};
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
        std::promise<decltype(question(*acceptor_))> answer;
        loop_.post([&] { answer.set_value(question(*acceptor_)); });
        return answer.get_future().get();
    }
    std::size_t connections()
    {
        return ask([](Acceptor& acceptor) { return acceptor.connections(); });
    }
    std::size_t busy()
    {
        return ask([](Acceptor& acceptor) { return acceptor.busy_connections(); });
    }

    sockaddr_un address() const
    {
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        (folder_ / "socket").string().copy(address.sun_path, sizeof address.sun_path - 1);
        return address;
    }

    EventLoop& loop() { return loop_; }

private:
    TemporaryFolder folder_;
    EventLoop loop_;
    TaskPool intake_{2};
    ConnectionContext context_;
    UniqueFd listener_;
    Acceptor* acceptor_ = nullptr;
    std::thread thread_;
};

}  // namespace
