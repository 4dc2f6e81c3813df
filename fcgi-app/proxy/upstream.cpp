#include "proxy/upstream.hpp"

#include <sys/epoll.h>

#include <optional>
#include <stdexcept>
#include <unordered_map>

#include "proxy/curl_transfer.hpp"

namespace dreamina {
namespace {

/// libcurl looks a connection up by walking all of its host's, so many requests in flight are spread over several
/// sets: with 4,000 parked, eight of them doubled the rate of quick ones.
constexpr std::size_t shards = 8;

/// Idle connections kept per shard.
constexpr long kept_connections = 256;

/// Easy handles kept for the next requests.
constexpr std::size_t kept_handles = 256;

}  // namespace

std::string_view to_string(TransferEnd end)
{
    switch (end) {
    case TransferEnd::complete: return "complete";
    case TransferEnd::unreachable: return "unreachable";
    case TransferEnd::timed_out: return "timed_out";
    case TransferEnd::cut: return "cut";
    case TransferEnd::cancelled: break;
    }
    return "cancelled";
}

/// One multi handle with its sockets and timer on the loop.
class Upstream::Shard {
public:
    explicit Shard(EventLoop& loop);
    ~Shard();
    Shard(const Shard&) = delete;
    Shard& operator=(const Shard&) = delete;

    Transfer& start(UpstreamRequest request, TransferListener& listener);
    void act(curl_socket_t socket, int events);
    std::size_t running() const { return running_.size(); }

private:
    struct Socket : Watcher {
        Socket(Shard& owner, curl_socket_t fd) : shard(owner), number(fd) {}
        void on_ready(std::uint32_t events) override;
        Shard& shard;
        curl_socket_t number;
    };

    static int on_socket(CURL*, curl_socket_t socket, int what, void* self, void*);
    static int on_timer(CURLM*, long milliseconds, void* self);
    CURL* take_handle();
    void give_handle(CURL* handle);
    void finish_ended();

    EventLoop& loop_;
    CURLM* multi_;
    std::unordered_map<curl_socket_t, std::unique_ptr<Socket>> sockets_;
    std::optional<EventLoop::TimerId> timer_;
    std::unordered_map<CURL*, std::unique_ptr<CurlTransfer>> running_;
    std::vector<CURL*> free_;
};

Upstream::Shard::Shard(EventLoop& loop) : loop_(loop), multi_(curl_multi_init())
{
    if (multi_ == nullptr) throw std::runtime_error("libcurl does not start");
    curl_multi_setopt(multi_, CURLMOPT_SOCKETFUNCTION, &Shard::on_socket);
    curl_multi_setopt(multi_, CURLMOPT_SOCKETDATA, this);
    curl_multi_setopt(multi_, CURLMOPT_TIMERFUNCTION, &Shard::on_timer);
    curl_multi_setopt(multi_, CURLMOPT_TIMERDATA, this);
    curl_multi_setopt(multi_, CURLMOPT_MAXCONNECTS, kept_connections);
    curl_multi_setopt(multi_, CURLMOPT_PIPELINING, CURLPIPE_MULTIPLEX);
}

Upstream::Shard::~Shard()
{
    for (auto& [handle, running] : running_) {
        curl_multi_remove_handle(multi_, handle);
        running->cancel();
        curl_easy_cleanup(handle);
    }
    for (CURL* handle : free_) curl_easy_cleanup(handle);
    if (timer_) loop_.cancel(*timer_);
    curl_multi_cleanup(multi_);
    for (const auto& [number, socket] : sockets_) loop_.forget(number);
}

CURL* Upstream::Shard::take_handle()
{
    if (free_.empty()) {
        CURL* handle = curl_easy_init();
        if (handle == nullptr) throw std::bad_alloc();
        return handle;
    }
    CURL* handle = free_.back();
    free_.pop_back();
    return handle;
}

void Upstream::Shard::give_handle(CURL* handle)
{
    if (free_.size() >= kept_handles / shards) {
        curl_easy_cleanup(handle);
        return;
    }
    curl_easy_reset(handle);
    free_.push_back(handle);
}

Transfer& Upstream::Shard::start(UpstreamRequest request, TransferListener& listener)
{
    CURL* handle = take_handle();
    auto running = std::make_unique<CurlTransfer>(handle, std::move(request), listener);
    Transfer& transfer = *running;
    running_.emplace(handle, std::move(running));
    if (curl_multi_add_handle(multi_, handle) != CURLM_OK) throw std::runtime_error("libcurl takes no more requests");
    return transfer;
}

int Upstream::Shard::on_timer(CURLM*, long wait, void* self)
{
    auto& shard = *static_cast<Shard*>(self);
    if (shard.timer_) shard.loop_.cancel(*std::exchange(shard.timer_, std::nullopt));
    if (wait >= 0) {
        shard.timer_ = shard.loop_.after(std::chrono::milliseconds{wait}, [&shard] {
            shard.timer_.reset();
            shard.act(CURL_SOCKET_TIMEOUT, 0);
        });
    }
    return 0;
}

int Upstream::Shard::on_socket(CURL*, curl_socket_t number, int what, void* self, void*)
{
    auto& shard = *static_cast<Shard*>(self);
    if (what == CURL_POLL_REMOVE) {
        shard.loop_.forget(number);
        shard.sockets_.erase(number);
        return 0;
    }
    std::uint32_t events = 0;
    if (what & CURL_POLL_IN) events |= EPOLLIN;
    if (what & CURL_POLL_OUT) events |= EPOLLOUT;
    auto& socket = shard.sockets_[number];
    if (socket) {
        shard.loop_.change(number, events);
    } else {
        socket = std::make_unique<Socket>(shard, number);
        shard.loop_.watch(number, events, *socket);
    }
    return 0;
}

void Upstream::Shard::Socket::on_ready(std::uint32_t events)
{
    int what = 0;
    if (events & (EPOLLIN | EPOLLHUP)) what |= CURL_CSELECT_IN;
    if (events & EPOLLOUT) what |= CURL_CSELECT_OUT;
    if (events & EPOLLERR) what |= CURL_CSELECT_ERR;
    shard.act(number, what);  // may remove this socket
}

void Upstream::Shard::act(curl_socket_t socket, int events)
{
    int still_running = 0;
    curl_multi_socket_action(multi_, socket, events, &still_running);
    finish_ended();
}

void Upstream::Shard::finish_ended()
{
    int left = 0;
    while (CURLMsg* message = curl_multi_info_read(multi_, &left)) {
        if (message->msg != CURLMSG_DONE) continue;
        CURL* handle = message->easy_handle;
        const CURLcode code = message->data.result;
        const auto found = running_.find(handle);
        const std::unique_ptr<CurlTransfer> running = std::move(found->second);
        running_.erase(found);
        running->end(code);  // reads from the handle, so before it is let go
        curl_multi_remove_handle(multi_, handle);
        give_handle(handle);
    }
}

Upstream::Upstream(EventLoop& loop) : loop_(loop)
{
    if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) throw std::runtime_error("libcurl does not start");
    for (std::size_t i = 0; i < shards; ++i) shards_.push_back(std::make_unique<Shard>(loop_));
}

Upstream::~Upstream() = default;

std::size_t Upstream::running() const
{
    std::size_t sum = 0;
    for (const auto& shard : shards_) sum += shard->running();
    return sum;
}

Transfer& Upstream::start(UpstreamRequest request, TransferListener& listener)
{
    next_ = (next_ + 1) % shards_.size();
    return shards_[next_]->start(std::move(request), listener);
}

}  // namespace dreamina
