#include "proxy/curl_transfer.hpp"

#include <sys/socket.h>

#include <charconv>
#include <new>
#include <stdexcept>
#include <utility>

#include "core/base/log.hpp"
#include "core/base/text.hpp"

namespace dreamina {
namespace {

/// A kept connection that its server is about to close loses the request that is sent on it, perhaps after it was read.
/// Node's HTTP server, which jimeng-api runs on, closes idle ones after 5 s; libcurl counts whole seconds, so none is
/// reused that has been idle for 3.
constexpr long oldest_idle_seconds = 2;

constexpr std::chrono::milliseconds connect_timeout{10'000};

/// Per request in flight, of which thousands wait for minutes; but what nothing was written to takes no memory, and
/// large answers want few reads. What it holds goes to the client as one FastCGI record. Below 64 KiB with malloc's own
/// bytes: freeing a larger piece has glibc merge all its free ones.
constexpr long receive_buffer = 60 * 1024;

/// Heads and trailers are text that a server makes up; more than this is a fault of its, or worse. libcurl itself takes
/// 300 KB of a head and keeps a copy of all it takes, of trailers without a bound.
constexpr std::size_t max_interim_bytes = 64 * 1024;
constexpr std::size_t max_head_bytes = 256 * 1024;
constexpr std::size_t max_trailer_bytes = 16 * 1024;

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
    set(CURLOPT_OPENSOCKETFUNCTION, &CurlTransfer::on_opening);
    set(CURLOPT_OPENSOCKETDATA, this);
    set_body();
    set_headers();
}

void CurlTransfer::set_body()
{
    const std::uint64_t size = request_.body ? request_.body->size() : 0;
    if (request_.method == "HEAD") {
        set(CURLOPT_NOBODY, 1L);  // libcurl then sends no body either; clients' own HEAD is answered here (V1Handler)
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
    return static_cast<CurlTransfer*>(self)->take_head_line({data, size}) ? size : 0;
}

/// False: no more of this.
bool CurlTransfer::take_head_line(std::string_view line)
{
    if (head_delivered_) {
        trailer_bytes_ += line.size();
        ends_in_trailers_ = trailer_bytes_ > max_trailer_bytes;
        return !ends_in_trailers_;
    }
    if (!std::exchange(in_head_, true)) {
        take_status(line);
        return true;
    }
    if (status_ >= 200) {
        head_bytes_ += line.size();
    } else if ((interim_bytes_ += line.size()) > max_interim_bytes) {
        log_warning("the upstream sends interim answers without end");
        return false;
    }
    if (trim(line).empty()) {
        in_head_ = false;  // after a 1xx another one follows
        if (status_ >= 200) deliver_head();
    } else if (head_bytes_ <= max_head_bytes) {
        take_header(line);
    }
    return true;
}

void CurlTransfer::take_status(std::string_view line)
{
    status_ = 0;
    headers_.clear();
    line = trim(line);
    const auto blank = line.find(' ');
    if (blank != std::string_view::npos) std::from_chars(line.data() + blank + 1, line.data() + line.size(), status_);
}

void CurlTransfer::take_header(std::string_view line)
{
    const bool continues = line.front() == ' ' || line.front() == '\t';  // obsolete folding (RFC 9112, 5.2)
    line = trim(line);
    if (continues) {
        if (!headers_.empty()) headers_.back().value.append(" ").append(line);
        return;
    }
    const auto colon = line.find(':');
    if (colon == std::string_view::npos) return;
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

/// libcurl by itself sends a request again if a kept connection is cut before the first byte of an answer. Whether the
/// upstream had read it nobody can tell, so that would be a second generation, which is paid and which nobody counts.
/// Only what could not leave at all may go another way.
bool CurlTransfer::anything_sent() const
{
    if (!sent_before_) return false;
    long request = 0;
    curl_off_t body = 0;
    curl_easy_getinfo(handle_, CURLINFO_REQUEST_SIZE, &request);
    curl_easy_getinfo(handle_, CURLINFO_SIZE_UPLOAD_T, &body);
    return request > 0 || body > 0 || body_sent_ > 0;
}

/// Before the request goes out, and again before libcurl sends it another time.
int CurlTransfer::on_sending(void* self, char*, char*, int, int)
{
    auto& transfer = *static_cast<CurlTransfer*>(self);
    if (transfer.anything_sent()) return CURL_PREREQFUNC_ABORT;
    transfer.sent_before_ = true;
    return CURL_PREREQFUNC_OK;
}

/// No connection is made for a request that may not be sent again.
curl_socket_t CurlTransfer::on_opening(void* self, curlsocktype, curl_sockaddr* address)
{
    if (static_cast<CurlTransfer*>(self)->anything_sent()) return CURL_SOCKET_BAD;
    return ::socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

/// A body is read once.
int CurlTransfer::on_seek(void* self, curl_off_t offset, int origin)
{
    const auto& transfer = *static_cast<CurlTransfer*>(self);
    const bool there_already = origin == SEEK_SET && std::cmp_equal(offset, transfer.body_sent_);
    return there_already ? CURL_SEEKFUNC_OK : CURL_SEEKFUNC_FAIL;
}

void CurlTransfer::end(CURLcode code) { listener_.on_end(classify(code)); }

TransferEnd CurlTransfer::classify(CURLcode code) const
{
    if (code == CURLE_OK) return TransferEnd::complete;
    if (ends_in_trailers_) {
        log_warning("the upstream sends trailers without end: the answer ends with its body");
        return TransferEnd::complete;
    }
    log_info("a request to the upstream failed: {}", curl_easy_strerror(code));
    if (!anything_sent() && status_ == 0) return TransferEnd::unreachable;
    return code == CURLE_OPERATION_TIMEDOUT ? TransferEnd::timed_out : TransferEnd::cut;
}

}  // namespace dreamina
