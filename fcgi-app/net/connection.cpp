#include "net/connection.hpp"

#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

#include "core/base/log.hpp"
#include "net/fastcgi_reader.hpp"

namespace dreamina {
namespace {

/// Small requests come in one piece. One that has not after this time is read by a thread that may wait for it: its
/// socket's buffer may be too small to ever hold it whole.
constexpr std::chrono::milliseconds max_wait_for_body{500};

constexpr std::size_t peek_size = max_params + max_body_in_memory + 16 * 1024;  // and the records' headers

/// Edge-triggered, so that a request which has arrived in part does not wake the loop again and again.
constexpr std::uint32_t interests = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET;

/// Larger pieces of an answer go to the socket from where they are; smaller ones are gathered first.
constexpr std::size_t large_piece = 16 * 1024;

}  // namespace

Connection::Connection(UniqueFd fd, ConnectionContext& context, OnClosed on_closed)
    : fd_(std::move(fd)), context_(context), on_closed_(std::move(on_closed))
{
}

Connection::~Connection()
{
    if (fd_) context_.loop.forget(fd_.get());
    if (const auto exchange = std::move(exchange_)) exchange->tell_gone();
}

void Connection::open()
{
    // What has arrived already is reported as well: those who wait to be accepted go first.
    context_.loop.watch(fd_.get(), interests, *this);
}

void Connection::on_ready(std::uint32_t events)
{
    const auto self = shared_from_this();
    const bool left = (events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR)) != 0;
    if (left) {
        if (state_ == State::taking_in) {
            peer_left_ = true;  // the thread has the descriptor
            return;
        }
        close();
        return;
    }
    if ((events & EPOLLIN) && state_ == State::waiting) look();
    if (fd_ && (events & EPOLLOUT)) flush();
}

void Connection::look()
{
    static thread_local std::array<char, peek_size> peeked;
    const ssize_t count = ::recv(fd_.get(), peeked.data(), peeked.size(), MSG_PEEK | MSG_DONTWAIT);
    if (count == 0 || (count < 0 && errno != EAGAIN && errno != EINTR)) {
        close();
        return;
    }
    if (count < 0) return;
    const Arrival arrival = inspect_arrival({peeked.data(), static_cast<std::size_t>(count)});
    switch (arrival.state) {
    case Arrival::State::incomplete: return;
    case Arrival::State::refused:
        log_warning("a connection was closed: what it sent is not a FastCGI request");
        close();
        return;
    case Arrival::State::params_complete:
        request_id_ = arrival.request_id;
        if (arrival.content_length > max_body_in_memory) {
            read_elsewhere();
        } else if (!late_body_) {
            late_body_ = context_.loop.after(max_wait_for_body, [this] {
                late_body_.reset();
                read_elsewhere();
            });
        }
        return;
    case Arrival::State::complete:
        request_id_ = arrival.request_id;
        read_here();
        return;
    }
}

void Connection::read_here()
{
    if (late_body_) context_.loop.cancel(*std::exchange(late_body_, std::nullopt));
    take_in(read_fastcgi_request(fd_.get(), duplicate_, true, context_.spool_folder));
}

void Connection::read_elsewhere()
{
    if (late_body_) context_.loop.cancel(*std::exchange(late_body_, std::nullopt));
    state_ = State::taking_in;
    context_.intake.submit([self = shared_from_this()]() mutable {
        auto request = std::make_shared<Result<Request>>(
            read_fastcgi_request(self->fd_.get(), self->duplicate_, false, self->context_.spool_folder));
        // The connection's last reference must go on the loop's thread, so it travels with the call.
        EventLoop& loop = self->context_.loop;
        loop.post([connection = std::move(self), request] { connection->take_in(std::move(*request)); });
    });
}

void Connection::take_in(Result<Request> request)
{
    state_ = State::answering;
    if (!request || peer_left_) {
        if (!request && request.error().code == "spool")
            log_error("a body could not be stored: {}", request.error().message);
        close();
        return;
    }
    exchange_ = std::make_shared<Exchange>(std::move(*request), this);
    ended_ = false;
    context_.dispatch(exchange_);
}

void Connection::send(std::string_view bytes)
{
    while (bytes.size() >= large_piece && backlog() < large_piece && fd_)
        bytes.remove_prefix(send_record(bytes.substr(0, max_content)));
    append_stdout(out_, request_id_, bytes);
    paused_ = paused_ || backlog() > max_backlog;
    // An answer's head and the pieces that came with it go out together.
    backlog() > small_backlog ? flush() : flush_later();
}

std::size_t Connection::send_record(std::string_view content)
{
    auto header = stdout_header(request_id_, content.size());
    const std::array<std::string_view, 3> pieces{
        std::string_view{out_}.substr(out_sent_), {header.data(), header.size()}, content};
    std::array<iovec, 3> parts;
    std::transform(pieces.begin(), pieces.end(), parts.begin(), [](std::string_view piece) {
        return iovec{const_cast<char*>(piece.data()), piece.size()};  // only read from
    });
    const msghdr message{.msg_iov = parts.data(), .msg_iovlen = parts.size()};
    const ssize_t result = ::sendmsg(fd_.get(), &message, MSG_DONTWAIT | MSG_NOSIGNAL);
    // What is wrong with the connection, the next flush finds out.
    auto sent = static_cast<std::size_t>(std::max<ssize_t>(result, 0));
    std::string rest;
    for (std::string_view piece : pieces) {
        const std::size_t gone = std::min(sent, piece.size());
        sent -= gone;
        rest.append(piece.substr(gone));
    }
    out_ = std::move(rest);
    out_sent_ = 0;
    return content.size();
}

void Connection::flush_later()
{
    if (std::exchange(flushes_later_, true)) return;
    context_.loop.defer([self = shared_from_this()] {
        self->flushes_later_ = false;
        self->flush();
    });
}

bool Connection::end()
{
    append_end(out_, request_id_);
    ended_ = true;
    flush();
    return exchange_ == nullptr;
}

void Connection::cut()
{
    append_break(out_);
    ended_ = true;
    cut_ = true;
    exchange_.reset();
    flush();
}

void Connection::flush()
{
    while (fd_ && out_sent_ < out_.size()) {
        const ssize_t sent =
            ::send(fd_.get(), out_.data() + out_sent_, out_.size() - out_sent_, MSG_DONTWAIT | MSG_NOSIGNAL);
        if (sent < 0 && errno == EINTR) continue;
        if (sent < 0 && errno == EAGAIN) break;
        if (sent <= 0) {
            close();
            return;
        }
        out_sent_ += static_cast<std::size_t>(sent);
    }
    if (!fd_) return;
    if (out_sent_ == out_.size()) {
        out_.clear();
        out_sent_ = 0;
        if (out_.capacity() > small_backlog) out_.shrink_to_fit();
    } else if (out_sent_ > max_backlog) {
        out_.erase(0, out_sent_);
        out_sent_ = 0;
    }
    if (paused_ && backlog() <= small_backlog && exchange_) {
        paused_ = false;
        // Not from within the producer's own write.
        context_.loop.defer([exchange = exchange_] { exchange->tell_drained(); });
    }
    if (ended_ && out_.empty() && state_ == State::answering) {
        state_ = State::waiting;
        ended_ = false;
        // Also while draining: closing would race with nginx' next request, so it is nginx that closes.
        if (cut_) {
            close();
        } else {
            // The next request may have arrived before its edge could be of use.
            context_.loop.defer([weak = weak_from_this()] {
                const auto self = weak.lock();
                if (self && self->fd_ && self->state_ == State::waiting) self->look();
            });
        }
        if (const auto exchange = std::exchange(exchange_, nullptr)) exchange->tell_delivered();
    }
}

void Connection::close()
{
    if (!fd_) return;
    if (late_body_) context_.loop.cancel(*std::exchange(late_body_, std::nullopt));
    const int fd = fd_.get();
    context_.loop.forget(fd);
    const auto exchange = std::move(exchange_);
    const auto self = shared_from_this();
    fd_.reset();
    duplicate_.reset();
    state_ = State::waiting;
    if (exchange) exchange->tell_gone();
    on_closed_(fd);
}

}  // namespace dreamina
