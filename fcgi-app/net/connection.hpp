#pragma once
/// One FastCGI connection from nginx, which carries one request after the other.

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "core/base/result.hpp"
#include "net/event_loop.hpp"
#include "net/exchange.hpp"
#include "net/fastcgi_records.hpp"
#include "net/task_pool.hpp"

namespace dreamina {

/// Takes a request that has been read whole.
using Dispatch = std::function<void(std::shared_ptr<Exchange>)>;

/// What all connections of a worker share. Outlives them.
struct ConnectionContext {
    EventLoop& loop;
    TaskPool& intake;  ///< reads large bodies
    std::filesystem::path spool_folder;
    Dispatch dispatch;
    bool draining = false;  ///< no new connections
};

class Connection : public Watcher, public AnswerSink, public std::enable_shared_from_this<Connection> {
public:
    using OnClosed = std::function<void(int fd)>;

    Connection(UniqueFd fd, ConnectionContext& context, OnClosed on_closed);
    ~Connection() override;
    void open();

    bool busy() const { return state_ != State::waiting; }

    void on_ready(std::uint32_t events) override;

    void send(std::string_view bytes) override;
    bool end() override;
    void cut() override;
    std::size_t backlog() const override { return out_.size() - out_sent_; }

private:
    enum class State {
        waiting,    ///< for a request
        taking_in,  ///< a large body, in another thread
        answering,
    };

    void look();
    void read_here();
    void read_elsewhere();
    void take_in(Result<Request> request);
    /// Without copying what the socket takes at once; what it does not is in the backlog. Returns the content's size.
    std::size_t send_record(std::string_view content);
    void flush();
    void flush_later();
    void close();

    UniqueFd fd_;
    UniqueFd duplicate_;  // libfcgi's
    ConnectionContext& context_;
    OnClosed on_closed_;
    State state_ = State::waiting;
    std::uint16_t request_id_ = 0;
    std::shared_ptr<Exchange> exchange_;
    std::optional<EventLoop::TimerId> late_body_;
    bool ended_ = false;      // the answer's end is in out_
    bool cut_ = false;        // and it is not a good one
    bool paused_ = false;     // the producer saw a full backlog
    bool peer_left_ = false;  // while another thread reads
    bool flushes_later_ = false;
    std::string out_;
    std::size_t out_sent_ = 0;
};

}  // namespace dreamina
