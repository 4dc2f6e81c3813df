#include "proxy/curl_transfer.hpp"

#include <charconv>
#include <new>
#include <stdexcept>
#include <utility>

#include "base/log.hpp"
#include "base/text.hpp"

namespace dreamina {
namespace {

/// Node's HTTP server, which the upstream runs on, closes idle connections after 5 s; younger ones are safe to reuse.
constexpr long oldest_idle_seconds = 4;

constexpr std::chrono::milliseconds connect_timeout{10'000};

/// Per request in flight, of which thousands wait for minutes; but what nothing was written to takes no memory, and
/// large answers want few reads. What it holds goes to the client as one FastCGI record.
constexpr long receive_buffer = 65528;

/// libcurl by itself sends a request again over a fresh connection if a kept one turns out to be closed. That is right
/// as long as the upstream cannot have begun: a stale connection shows at once.
constexpr std::chrono::milliseconds stale_connection_shows_within{1000};

std::string path_of(std::string_view base_url)
{
    const auto scheme = base_url.find("://");
    const auto slash = base_url.find('/', scheme == std::string_view::npos ? 0 : scheme + 3);
    std::string_view path = slash == std::string_view::npos ? std::string_view{} : base_url.substr(slash);
    while (path.ends_with('/')) path.remove_suffix(1);
    return std::string{path};
}

}  // namespace

CurlTransfer::CurlTransfer(CURL* handle, UpstreamRequest request, TransferListener& listener)
    : handle_(handle), request_(std::move(request)), listener_(listener)
{
    set_up();
}

void CurlTransfer::resume()
{
    if (std::exchange(paused_, false)) curl_easy_pause(handle_, CURLPAUSE_CONT);
}

template <class T>
void CurlTransfer::set(CURLoption option, T value)
{
    if (curl_easy_setopt(handle_, option, value) != CURLE_OK) throw std::runtime_error("libcurl refuses an option");
}

void CurlTransfer::set_up()
{
    set(CURLOPT_URL, request_.base_url.c_str());
    target_ = path_of(request_.base_url) + request_.target;
    set(CURLOPT_REQUEST_TARGET, target_.c_str());
    set(CURLOPT_PROTOCOLS_STR, "http,https");
    set(CURLOPT_NOSIGNAL, 1L);
    set(CURLOPT_PROXY, "");  // the environment's proxies are not for the upstream
    set(CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_2TLS));
    // Behind TLS the handshake tells whether requests can share a connection. In plain HTTP only the first answer does:
    // all others would wait for it.
    const bool tls = equals_ignoring_case(std::string_view{request_.base_url}.substr(0, 6), "https:");
    set(CURLOPT_PIPEWAIT, tls ? 1L : 0L);
    set(CURLOPT_MAXAGE_CONN, oldest_idle_seconds);
    set(CURLOPT_BUFFERSIZE, receive_buffer);
    set(CURLOPT_TIMEOUT_MS, static_cast<long>(request_.timeout.count()));
    set(CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(connect_timeout.count()));
    set(CURLOPT_HTTP_CONTENT_DECODING, 0L);  // the client asked for the encoding and gets it
    set(CURLOPT_HEADERFUNCTION, &CurlTransfer::on_header);
    set(CURLOPT_HEADERDATA, this);
    set(CURLOPT_WRITEFUNCTION, &CurlTransfer::on_write);
    set(CURLOPT_WRITEDATA, this);
    set(CURLOPT_PREREQFUNCTION, &CurlTransfer::on_sending);
    set(CURLOPT_PREREQDATA, this);
    set_body();
    set_headers();
}

void CurlTransfer::set_body()
{
    const std::uint64_t size = request_.body ? request_.body->size() : 0;
    if (request_.method == "HEAD") {
        set(CURLOPT_NOBODY, 1L);
    } else if (request_.body && request_.body->in_memory() && (size > 0 || request_.has_body)) {
        set(CURLOPT_POST, 1L);  // goes out with the head
        set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(size));
        set(CURLOPT_POSTFIELDS, request_.body->memory().data());
    } else if (size > 0 || request_.has_body) {
        set(CURLOPT_POST, 1L);
        set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(size));
        set(CURLOPT_READFUNCTION, &CurlTransfer::on_read);
        set(CURLOPT_READDATA, this);
        set(CURLOPT_SEEKFUNCTION, &CurlTransfer::on_seek);
        set(CURLOPT_SEEKDATA, this);
    }
    set(CURLOPT_CUSTOMREQUEST, request_.method.c_str());
}

void CurlTransfer::set_headers()
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

void CurlTransfer::append(const std::string& line)
{
    curl_slist* longer = curl_slist_append(header_list_.get(), line.c_str());
    if (longer == nullptr) throw std::bad_alloc();
    // The longer list holds the one before.
    (void)header_list_.release();
    header_list_.reset(longer);
}

std::size_t CurlTransfer::on_header(char* data, std::size_t, std::size_t size, void* self)
{
    static_cast<CurlTransfer*>(self)->take_header({data, size});
    return size;
}

void CurlTransfer::take_header(std::string_view line)
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

void CurlTransfer::deliver_head()
{
    if (head_delivered_ || status_ < 200) return;
    head_delivered_ = true;
    listener_.on_head(status_, std::move(headers_));
}

std::size_t CurlTransfer::on_write(char* data, std::size_t, std::size_t size, void* self)
{
    auto& transfer = *static_cast<CurlTransfer*>(self);
    if (transfer.listener_.on_body({data, size})) return size;
    transfer.paused_ = true;
    return CURL_WRITEFUNC_PAUSE;
}

std::size_t CurlTransfer::on_read(char* into, std::size_t, std::size_t size, void* self)
try {
    auto& transfer = *static_cast<CurlTransfer*>(self);
    const std::size_t count = transfer.request_.body->read(transfer.body_sent_, {into, size});
    transfer.body_sent_ += count;
    return count;
} catch (const std::exception& error) {
    log_error("a request's body cannot be read again: {}", error.what());
    return CURL_READFUNC_ABORT;
}

/// Before the request goes out, and again before libcurl sends it another time by itself.
int CurlTransfer::on_sending(void* self, char*, char*, int, int)
{
    auto& transfer = *static_cast<CurlTransfer*>(self);
    const auto now = EventLoop::Clock::now();
    if (!transfer.first_sent_at_) transfer.first_sent_at_ = now;
    const bool may_have_begun = now - *transfer.first_sent_at_ > stale_connection_shows_within;
    return may_have_begun ? CURL_PREREQFUNC_ABORT : CURL_PREREQFUNC_OK;
}

int CurlTransfer::on_seek(void* self, curl_off_t offset, int origin)
{
    auto& transfer = *static_cast<CurlTransfer*>(self);
    if (origin != SEEK_SET) return CURL_SEEKFUNC_FAIL;
    transfer.body_sent_ = static_cast<std::uint64_t>(offset);
    return CURL_SEEKFUNC_OK;
}

TransferEnd CurlTransfer::classify(CURLcode code) const
{
    if (code == CURLE_OK) return TransferEnd::complete;
    long sent = 0;
    curl_easy_getinfo(handle_, CURLINFO_REQUEST_SIZE, &sent);
    log_info("a request to the upstream failed: {}", curl_easy_strerror(code));
    const bool sent_before = code == CURLE_ABORTED_BY_CALLBACK;
    if (sent == 0 && status_ == 0 && !sent_before) return TransferEnd::unreachable;
    return code == CURLE_OPERATION_TIMEDOUT ? TransferEnd::timed_out : TransferEnd::cut;
}

}  // namespace dreamina
