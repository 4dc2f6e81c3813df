#include "delivery.hpp"

#include <algorithm>
#include <chrono>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/event.h>
#include <event2/http.h>
#include <linux/sockios.h>
#include <sodium.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

namespace dreamina::stand_in {
namespace {

const char* reason_of(const Reply& reply) { return reply.reason.empty() ? nullptr : reply.reason.c_str(); }

void set_headers(evhttp_request* raw, const Reply& reply)
{
    for (const auto& [name, value] : reply.headers) {
        evhttp_add_header(evhttp_request_get_output_headers(raw), name.c_str(), value.c_str());
    }
}

/// Small bodies are copied, large ones lent: many answers may share one 50 MB body.
void add_slice(evbuffer* buffer, const Bytes& body, std::size_t begin, std::size_t end)
{
    if (end - begin < 4096) {
        evbuffer_add(buffer, body->data() + begin, end - begin);
        return;
    }
    auto* owner = new Bytes(body);
    evbuffer_add_reference(
        buffer, body->data() + begin, end - begin,
        [](const void*, std::size_t, void* arg) { delete static_cast<Bytes*>(arg); }, owner);
}

/// An answer that waits, goes in pieces, is cut or is large. It owns itself: it is gone when the
/// answer is complete or its connection is.
class Delivery {
public:
    Delivery(event_base* base, Recorder& recorder, evhttp_request* raw, Reply reply, Shape shape, Ticket ticket)
        : recorder_(recorder),
          raw_(raw),
          connection_(evhttp_request_get_connection(raw)),
          reply_(std::move(reply)),
          shape_(shape),
          ticket_(std::move(ticket))
    {
        timer_ = evtimer_new(base, on_timer, this);
        // libevent's server does not read while an answer is due, so it would not see the client go.
        const evutil_socket_t fd = bufferevent_getfd(evhttp_connection_get_bufferevent(connection_));
        hang_up_ = event_new(base, fd, EV_CLOSED | EV_PERSIST, on_hang_up, this);
        event_add(hang_up_, nullptr);
        evhttp_connection_set_closecb(connection_, on_connection_gone, this);
    }
    ~Delivery()
    {
        paused.erase(this);
        event_free(timer_);
        event_free(hang_up_);
    }
    Delivery(const Delivery&) = delete;
    Delivery& operator=(const Delivery&) = delete;

    void start()
    {
        int delay = shape_.delay_min_ms;
        if (shape_.delay_max_ms > delay) {
            delay += static_cast<int>(randombytes_uniform(static_cast<std::uint32_t>(shape_.delay_max_ms - delay) + 1));
        }
        if (reply_.first_piece_at_once) first_gap_ms_ = std::exchange(delay, 0);
        // A cut frees the connection, which libevent's own frames above this one may still use.
        if (delay > 0 || shape_.cut != Cut::none) {
            pause_for(delay);
        } else {
            step();
        }
    }

    static void release_all()
    {
        for (Delivery* each : std::exchange(paused, {})) each->wake_in(0);
    }

private:
    enum class Stage { waiting, sending, draining };

    static void on_timer(evutil_socket_t, short, void* arg) { static_cast<Delivery*>(arg)->step(); }
    static void on_hang_up(evutil_socket_t, short, void* arg)
    {
        evhttp_connection_free(static_cast<Delivery*>(arg)->connection_);  // calls on_connection_gone
    }
    static void on_connection_gone(evhttp_connection*, void* arg)
    {
        static_cast<Delivery*>(arg)->end(Ending::client_gone);
    }
    static void on_complete(evhttp_request*, void* arg) { static_cast<Delivery*>(arg)->end(Ending::answered); }

    void wake_in(int ms)
    {
        const timeval wait{ms / 1000, (ms % 1000) * 1000};
        event_add(timer_, &wait);
    }

    /// The same, but release_all() may end it before.
    void pause_for(int ms)
    {
        paused.insert(this);
        wake_in(ms);
    }

    /// May end this object: nothing may follow a call of it.
    void step()
    {
        paused.erase(this);
        switch (stage_) {
        case Stage::waiting: return begin();
        case Stage::sending: return send_pieces();
        case Stage::draining: return hang_up_when_drained();
        }
    }

    void begin()
    {
        if (shape_.cut == Cut::at_once) return cut();
        evhttp_request_set_on_complete_cb(raw_, on_complete, this);
        set_headers(raw_, reply_);
        plan_pieces();
        if (pieces_.size() <= 1 && !shape_.chunked && reply_.piece_ends.empty() && shape_.cut == Cut::none) {
            evbuffer* buffer = evbuffer_new();
            add_slice(buffer, reply_.body, 0, reply_.body->size());
            evhttp_send_reply(raw_, reply_.status, reason_of(reply_), buffer);
            evbuffer_free(buffer);
            return;
        }
        // Without a length libevent chooses chunked encoding.
        if (!shape_.chunked && reply_.piece_ends.empty()) {
            evkeyvalq* headers = evhttp_request_get_output_headers(raw_);
            if (evhttp_find_header(headers, "Content-Length") == nullptr) {
                evhttp_add_header(headers, "Content-Length", std::to_string(reply_.body->size()).c_str());
            }
        }
        evhttp_send_reply_start(raw_, reply_.status, reason_of(reply_));
        stage_ = Stage::sending;
        send_pieces();
    }

    void plan_pieces()
    {
        const std::size_t size = reply_.body->size();
        pieces_ = reply_.piece_ends;
        if (pieces_.empty()) {
            std::size_t each = std::max<std::size_t>(size, 1);
            if (shape_.chunk_bytes > 0) each = shape_.chunk_bytes;
            if (shape_.chunk_count > 0) {
                each = std::max<std::size_t>(1, (size + shape_.chunk_count - 1) / shape_.chunk_count);
            }
            for (std::size_t end = each; end < size; end += each) pieces_.push_back(end);
            if (size > 0) pieces_.push_back(size);
        }
        if (shape_.cut == Cut::after_headers) pieces_.clear();
        if (shape_.cut == Cut::mid_body) {
            if (pieces_.size() > 1) {
                pieces_.resize(pieces_.size() / 2);
            } else if (!pieces_.empty()) {
                pieces_.front() /= 2;
            }
        }
    }

    void send_pieces()
    {
        while (next_ < pieces_.size()) {
            const std::size_t end = pieces_[next_++];
            evbuffer* buffer = evbuffer_new();
            if (shape_.event_stamp) {
                using namespace std::chrono;
                evbuffer_add_printf(buffer, ": sent %lld\n",
                                    static_cast<long long>(
                                        duration_cast<microseconds>(system_clock::now().time_since_epoch()).count()));
            }
            add_slice(buffer, reply_.body, sent_, end);
            sent_ = end;
            evhttp_send_reply_chunk(raw_, buffer);
            evbuffer_free(buffer);
            const int gap = next_ == 1 ? std::max(first_gap_ms_, shape_.gap_ms) : shape_.gap_ms;
            if (gap > 0 && next_ < pieces_.size()) return pause_for(gap);
        }
        if (shape_.cut != Cut::none) {
            stage_ = Stage::draining;
            return hang_up_when_drained();
        }
        evhttp_send_reply_end(raw_);
    }

    void hang_up_when_drained()
    {
        bufferevent* stream = evhttp_connection_get_bufferevent(connection_);
        // A reset throws away what the client's side has not taken in yet.
        int under_way = 0;
        ioctl(bufferevent_getfd(stream), SIOCOUTQ, &under_way);
        if (under_way > 0 || evbuffer_get_length(bufferevent_get_output(stream)) > 0) return wake_in(1);
        cut();
    }

    void cut()
    {
        evhttp_connection* connection = connection_;
        evhttp_connection_set_closecb(connection, nullptr, nullptr);
        if (shape_.reset) reset_connection(bufferevent_getfd(evhttp_connection_get_bufferevent(connection)));
        end(Ending::cut);
        evhttp_connection_free(connection);
    }

    void end(Ending ending)
    {
        recorder_.ended(ticket_, ending, reply_);
        if (ending == Ending::client_gone) {
            // libevent disowns a request whose answer is not complete when it sees the connection fail.
            if (evhttp_request_get_connection(raw_) == nullptr) evhttp_request_free(raw_);
        } else {
            evhttp_connection_set_closecb(connection_, nullptr, nullptr);
        }
        delete this;
    }

    static inline std::set<Delivery*> paused;

    Recorder& recorder_;
    evhttp_request* raw_;
    evhttp_connection* connection_;
    Reply reply_;
    Shape shape_;
    Ticket ticket_;
    event* timer_ = nullptr;
    event* hang_up_ = nullptr;
    Stage stage_ = Stage::waiting;
    std::vector<std::size_t> pieces_;  // where each ends
    std::size_t next_ = 0;
    std::size_t sent_ = 0;
    int first_gap_ms_ = 0;
};

}  // namespace

void deliver(event_base* base, Recorder& recorder, evhttp_request* raw, Reply reply, Shape shape, Ticket ticket)
{
    const bool plain = shape.delay_max_ms == 0 && shape.cut == Cut::none && !shape.chunked && shape.chunk_bytes == 0 &&
                       shape.chunk_count == 0 && reply.piece_ends.empty();
    if (!plain || reply.body->size() > 65536) {
        (new Delivery(base, recorder, raw, std::move(reply), shape, std::move(ticket)))->start();
        return;
    }
    set_headers(raw, reply);
    evbuffer* buffer = evbuffer_new();
    evbuffer_add(buffer, reply.body->data(), reply.body->size());
    recorder.ended(ticket, Ending::answered, reply);
    evhttp_send_reply(raw, reply.status, reason_of(reply), buffer);
    evbuffer_free(buffer);
}

void release_paused() { Delivery::release_all(); }

void reset_connection(int socket)
{
    // SO_LINGER would come too late: libevent sends an orderly end before it closes.
    const sockaddr nobody{.sa_family = AF_UNSPEC, .sa_data = {}};
    (void)connect(socket, &nobody, sizeof nobody);
}

}  // namespace dreamina::stand_in
