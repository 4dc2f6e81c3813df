#include "proxy/upstream.hpp"

#include <curl/curl.h>
#include <sys/epoll.h>

#include <charconv>
#include <optional>
#include <stdexcept>
#include <unordered_map>

#include "base/log.hpp"
#include "base/text.hpp"

namespace dreamina {
namespace {

/// libcurl looks a connection up by walking all of its host's, so many requests in flight are spread over several
/// sets: with 4,000 parked, eight of them doubled the rate of quick ones.
constexpr std::size_t shards = 8;

/// Idle connections kept per shard.
constexpr long kept_connections = 64;

/// Node's HTTP server, which the upstream runs on, closes idle connections after 5 s; younger ones are safe to reuse.
constexpr long oldest_idle_seconds = 4;

constexpr std::chrono::milliseconds connect_timeout{10'000};

/// Per request in flight; small, since thousands wait for minutes.
constexpr long receive_buffer = 8 * 1024;

/// libcurl by itself sends a request again over a fresh connection if a kept one turns out to be closed. That is right
/// as long as the upstream cannot have begun: a stale connection shows at once.
constexpr std::chrono::milliseconds stale_connection_shows_within{1000};

/// Easy handles kept for the next requests.
constexpr std::size_t kept_handles = 256;

std::string path_of(std::string_view base_url)
{
    const auto scheme = base_url.find("://");
    const auto slash = base_url.find('/', scheme == std::string_view::npos ? 0 : scheme + 3);
    std::string_view path = slash == std::string_view::npos ? std::string_view{} : base_url.substr(slash);
    while (path.ends_with('/')) path.remove_suffix(1);
    return std::string{path};
}

struct SlistFree {
    void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};

}  // namespace

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
    class Running;
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
    std::unordered_map<CURL*, std::unique_ptr<Running>> running_;
    std::vector<CURL*> free_;
};

/// One request on its way.
class Upstream::Shard::Running : public Transfer {
public:
    Running(CURL* handle, UpstreamRequest request, TransferListener& listener)
        : handle_(handle), request_(std::move(request)), listener_(listener)
    {
        set_up();
    }

    void resume() override
    {
        if (std::exchange(paused_, false)) curl_easy_pause(handle_, CURLPAUSE_CONT);
    }

    void end(CURLcode code) { listener_.on_end(classify(code)); }
    void cancel() { listener_.on_end(TransferEnd::cancelled); }

private:
    template <class T>
    void set(CURLoption option, T value)
    {
        if (curl_easy_setopt(handle_, option, value) != CURLE_OK) throw std::runtime_error("libcurl refuses an option");
    }

    void set_up()
    {
        set(CURLOPT_URL, request_.base_url.c_str());
        target_ = path_of(request_.base_url) + request_.target;
        set(CURLOPT_REQUEST_TARGET, target_.c_str());
        set(CURLOPT_PROTOCOLS_STR, "http,https");
        set(CURLOPT_NOSIGNAL, 1L);
        set(CURLOPT_PROXY, "");  // the environment's proxies are not for the upstream
        set(CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_2TLS));
        set(CURLOPT_PIPEWAIT, 1L);
        set(CURLOPT_MAXAGE_CONN, oldest_idle_seconds);
        set(CURLOPT_BUFFERSIZE, receive_buffer);
        set(CURLOPT_TIMEOUT_MS, static_cast<long>(request_.timeout.count()));
        set(CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(connect_timeout.count()));
        set(CURLOPT_HTTP_CONTENT_DECODING, 0L);  // the client asked for the encoding and gets it
        set(CURLOPT_HEADERFUNCTION, &Running::on_header);
        set(CURLOPT_HEADERDATA, this);
        set(CURLOPT_WRITEFUNCTION, &Running::on_write);
        set(CURLOPT_WRITEDATA, this);
        set(CURLOPT_PREREQFUNCTION, &Running::on_sending);
        set(CURLOPT_PREREQDATA, this);
        set_body();
        set_headers();
    }

    void set_body()
    {
        const std::uint64_t size = request_.body ? request_.body->size() : 0;
        if (request_.method == "HEAD") {
            set(CURLOPT_NOBODY, 1L);
        } else if (size > 0 || request_.has_body) {
            set(CURLOPT_POST, 1L);
            set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(size));
            set(CURLOPT_READFUNCTION, &Running::on_read);
            set(CURLOPT_READDATA, this);
            set(CURLOPT_SEEKFUNCTION, &Running::on_seek);
            set(CURLOPT_SEEKDATA, this);
        }
        set(CURLOPT_CUSTOMREQUEST, request_.method.c_str());
    }

    void set_headers()
    {
        // "Name:" keeps libcurl from adding its own; "Name;" sends an empty one.
        bool accepts = false;
        bool typed = false;
        for (const Header& header : request_.headers) {
            accepts = accepts || equals_ignoring_case(header.name, "Accept");
            typed = typed || equals_ignoring_case(header.name, "Content-Type");
            append(header.value.empty() ? header.name + ";" : header.name + ": " + header.value);
        }
        if (!accepts) append("Accept:");
        if (!typed) append("Content-Type:");
        append("Expect:");
        set(CURLOPT_HTTPHEADER, header_list_.get());
    }

    void append(const std::string& line)
    {
        curl_slist* longer = curl_slist_append(header_list_.get(), line.c_str());
        if (longer == nullptr) throw std::bad_alloc();
        header_list_.release();
        header_list_.reset(longer);
    }

    static std::size_t on_header(char* data, std::size_t, std::size_t size, void* self)
    {
        static_cast<Running*>(self)->take_header({data, size});
        return size;
    }

    void take_header(std::string_view line)
    {
        line = trim(line);
        if (line.starts_with("HTTP/")) {  // a status line; after a 1xx another one follows
            status_ = 0;
            headers_.clear();
            const auto blank = line.find(' ');
            if (blank != std::string_view::npos)
                std::from_chars(line.data() + blank + 1, line.data() + line.size(), status_);
            return;
        }
        if (line.empty()) {
            if (status_ >= 200) deliver_head();
            return;
        }
        const auto colon = line.find(':');
        if (head_delivered_ || colon == std::string_view::npos) return;  // trailers end here
        headers_.push_back({std::string{trim(line.substr(0, colon))}, std::string{trim(line.substr(colon + 1))}});
    }

    void deliver_head()
    {
        if (head_delivered_ || status_ < 200) return;
        head_delivered_ = true;
        listener_.on_head(status_, std::move(headers_));
    }

    static std::size_t on_write(char* data, std::size_t, std::size_t size, void* self)
    {
        auto& running = *static_cast<Running*>(self);
        if (running.listener_.on_body({data, size})) return size;
        running.paused_ = true;
        return CURL_WRITEFUNC_PAUSE;
    }

    static std::size_t on_read(char* into, std::size_t, std::size_t size, void* self)
    try {
        auto& running = *static_cast<Running*>(self);
        const std::size_t count = running.request_.body->read(running.body_sent_, {into, size});
        running.body_sent_ += count;
        return count;
    } catch (const std::exception& error) {
        log_error("a request's body cannot be read again: {}", error.what());
        return CURL_READFUNC_ABORT;
    }

    /// Before the request goes out, and again before libcurl sends it another time by itself.
    static int on_sending(void* self, char*, char*, int, int)
    {
        auto& running = *static_cast<Running*>(self);
        const auto now = EventLoop::Clock::now();
        if (!running.first_sent_at_) running.first_sent_at_ = now;
        const bool may_have_begun = now - *running.first_sent_at_ > stale_connection_shows_within;
        return may_have_begun ? CURL_PREREQFUNC_ABORT : CURL_PREREQFUNC_OK;
    }

    static int on_seek(void* self, curl_off_t offset, int origin)
    {
        auto& running = *static_cast<Running*>(self);
        if (origin != SEEK_SET) return CURL_SEEKFUNC_FAIL;
        running.body_sent_ = static_cast<std::uint64_t>(offset);
        return CURL_SEEKFUNC_OK;
    }

    TransferEnd classify(CURLcode code) const
    {
        if (code == CURLE_OK) return TransferEnd::complete;
        long sent = 0;
        curl_easy_getinfo(handle_, CURLINFO_REQUEST_SIZE, &sent);
        log_info("a request to the upstream failed: {}", curl_easy_strerror(code));
        const bool sent_before = code == CURLE_ABORTED_BY_CALLBACK;
        if (sent == 0 && status_ == 0 && !sent_before) return TransferEnd::unreachable;
        return code == CURLE_OPERATION_TIMEDOUT ? TransferEnd::timed_out : TransferEnd::cut;
    }

    CURL* handle_;
    UpstreamRequest request_;
    TransferListener& listener_;
    std::string target_;
    std::unique_ptr<curl_slist, SlistFree> header_list_;
    std::optional<EventLoop::Clock::time_point> first_sent_at_;
    std::uint64_t body_sent_ = 0;
    int status_ = 0;
    Headers headers_;
    bool head_delivered_ = false;
    bool paused_ = false;
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
    auto running = std::make_unique<Running>(handle, std::move(request), listener);
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
        const std::unique_ptr<Running> running = std::move(found->second);
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
