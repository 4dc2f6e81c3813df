#include "core/clients/http_client.hpp"

#include <curl/curl.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <memory>
#include <new>
#include <stdexcept>
#include <string_view>

#include "core/base/text.hpp"

namespace dreamina {
namespace {

struct EasyEnd {
    void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
};
struct MultiEnd {
    void operator()(CURLM* handle) const { curl_multi_cleanup(handle); }
};
struct ListEnd {
    void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
struct UrlEnd {
    void operator()(CURLU* url) const { curl_url_cleanup(url); }
};
struct TextEnd {
    void operator()(char* text) const { curl_free(text); }
};

/// The longest sleep between two looks at the transfer; libcurl's own timers and `stop` end it earlier.
constexpr int max_poll_ms = 1000;

constexpr const char* user_agent = "dreamina-manager/" DREAMINA_VERSION;

tl::unexpected<HttpFailure> fails(HttpFault fault, Message reason, HttpTrouble trouble = HttpTrouble::other)
{
    return tl::unexpected(HttpFailure{fault, std::move(reason), trouble});
}

HttpTrouble trouble_of(CURLcode code, long system_error)
{
    switch (code) {
    case CURLE_COULDNT_RESOLVE_HOST: return HttpTrouble::unknown_host;
    case CURLE_COULDNT_CONNECT: return system_error == ECONNREFUSED ? HttpTrouble::refused : HttpTrouble::other;
    case CURLE_SSL_CONNECT_ERROR: return HttpTrouble::tls;
    case CURLE_PEER_FAILED_VERIFICATION: return HttpTrouble::certificate;
    case CURLE_UNSUPPORTED_PROTOCOL:  // taken for HTTP/0.9, which has no head
    case CURLE_WEIRD_SERVER_REPLY: return HttpTrouble::not_http;
    default: return HttpTrouble::other;
    }
}

std::string part_of(CURLU* url, CURLUPart part)
{
    char* text = nullptr;
    if (curl_url_get(url, part, &text, CURLU_DEFAULT_PORT) != CURLUE_OK) return {};
    return std::unique_ptr<char, TextEnd>{text}.get();
}

/// "host:port" of an http or https URL; nothing for anything else. What the host's line is kept under, and all of the
/// URL that a sentence tells.
std::optional<std::string> host_and_port(const std::string& text)
{
    const std::unique_ptr<CURLU, UrlEnd> url{curl_url()};
    if (!url) throw std::bad_alloc();
    if (curl_url_set(url.get(), CURLUPART_URL, text.c_str(), 0) != CURLUE_OK) return std::nullopt;
    const std::string scheme = part_of(url.get(), CURLUPART_SCHEME);
    if (text.find("://") == std::string::npos || (scheme != "http" && scheme != "https")) return std::nullopt;
    return to_lower(part_of(url.get(), CURLUPART_HOST)) + ":" + part_of(url.get(), CURLUPART_PORT);
}

bool is_method(std::string_view method)
{
    constexpr std::array known{"GET", "POST", "PUT", "PATCH", "DELETE"};
    return std::find(known.begin(), known.end(), method) != known.end();
}

/// One attempt, set up on handles of its own.
class Exchange {
public:
    Exchange(const HttpRequest& request, std::string host, std::chrono::milliseconds connect_timeout)
        : request_(request), host_(std::move(host)), easy_(curl_easy_init()), multi_(curl_multi_init())
    {
        if (!easy_ || !multi_) throw std::bad_alloc();
        set_up(connect_timeout);
        if (curl_multi_add_handle(multi_.get(), easy_.get()) != CURLM_OK)
            throw std::runtime_error("libcurl refuses a transfer");
    }
    ~Exchange() { curl_multi_remove_handle(multi_.get(), easy_.get()); }
    Exchange(const Exchange&) = delete;
    Exchange& operator=(const Exchange&) = delete;

    HttpResult run(const std::stop_token& stop)
    {
        const std::stop_callback wake{stop, [this] { curl_multi_wakeup(multi_.get()); }};
        for (int running = 1; running > 0;) {
            if (stop.stop_requested()) return fails(HttpFault::cancelled, {"job.cancelled"});
            CURLMcode code = curl_multi_perform(multi_.get(), &running);
            if (code == CURLM_OK && running > 0) code = curl_multi_poll(multi_.get(), nullptr, 0, max_poll_ms, nullptr);
            if (code != CURLM_OK) throw std::runtime_error(curl_multi_strerror(code));
        }
        int left = 0;
        const CURLMsg* message = curl_multi_info_read(multi_.get(), &left);
        if (message == nullptr) throw std::runtime_error("libcurl ended a transfer without a word");
        return message->data.result == CURLE_OK ? answer() : failure_of(message->data.result);
    }

private:
    template <class T>
    void set(CURLoption option, T value)
    {
        if (curl_easy_setopt(easy_.get(), option, value) != CURLE_OK)
            throw std::runtime_error("libcurl refuses an option");
    }

    void set_up(std::chrono::milliseconds connect_timeout)
    {
        set(CURLOPT_URL, request_.url.c_str());
        set(CURLOPT_PROTOCOLS_STR, "http,https");
        set(CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
        set(CURLOPT_FOLLOWLOCATION, 0L);
        set(CURLOPT_PROXY, "");
        set(CURLOPT_NOSIGNAL, 1L);
        set(CURLOPT_QUICK_EXIT, 1L);  // a cancelled look-up of a name is not waited for
        set(CURLOPT_FRESH_CONNECT, 1L);
        set(CURLOPT_FORBID_REUSE, 1L);
        set(CURLOPT_SSL_VERIFYPEER, 1L);
        set(CURLOPT_SSL_VERIFYHOST, 2L);
        set(CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(connect_timeout.count()));
        set(CURLOPT_TIMEOUT_MS, static_cast<long>(std::max<std::int64_t>(request_.timeout.count(), 1)));
        set(CURLOPT_USERAGENT, user_agent);
        set(CURLOPT_WRITEFUNCTION, &Exchange::on_write);
        set(CURLOPT_WRITEDATA, this);
        set_body();
        set_headers();
    }

    void set_body()
    {
        if (request_.json_body || request_.method == "POST") {
            const std::string_view body = request_.json_body ? std::string_view{*request_.json_body} : "";
            set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(body.size()));
            set(CURLOPT_POSTFIELDS, body.data());
        }
        set(CURLOPT_CUSTOMREQUEST, request_.method.c_str());
    }

    void set_headers()
    {
        append("Accept: application/json");
        append("Expect:");
        append(request_.json_body ? "Content-Type: application/json" : "Content-Type:");
        if (!request_.bearer.empty()) append("Authorization: Bearer " + request_.bearer);
        set(CURLOPT_HTTPHEADER, headers_.get());
    }

    void append(const std::string& line)
    {
        curl_slist* longer = curl_slist_append(headers_.get(), line.c_str());
        if (longer == nullptr) throw std::bad_alloc();
        static_cast<void>(headers_.release());
        headers_.reset(longer);
    }

    static std::size_t on_write(char* data, std::size_t, std::size_t size, void* self)
    {
        auto& exchange = *static_cast<Exchange*>(self);
        exchange.too_large_ = size > exchange.request_.max_answer - exchange.body_.size();
        if (exchange.too_large_) return CURL_WRITEFUNC_ERROR;
        exchange.body_.append(data, size);
        return size;
    }

    HttpResult answer()
    {
        long status = 0;
        curl_off_t retry_after = 0;
        curl_easy_getinfo(easy_.get(), CURLINFO_RESPONSE_CODE, &status);
        curl_easy_getinfo(easy_.get(), CURLINFO_RETRY_AFTER, &retry_after);
        HttpAnswer answer{.status = static_cast<int>(status), .body = std::move(body_)};
        answer.content_type = text_of(CURLINFO_CONTENT_TYPE);
        answer.location = text_of(CURLINFO_REDIRECT_URL);
        if (retry_after > 0) answer.retry_after = std::chrono::seconds{retry_after};
        return answer;
    }

    std::string text_of(CURLINFO info) const
    {
        const char* text = nullptr;
        return curl_easy_getinfo(easy_.get(), info, &text) == CURLE_OK && text != nullptr ? text : "";
    }

    HttpResult failure_of(CURLcode code) const
    {
        // libcurl's general words for the code: its detailed ones may quote the URL.
        const std::string_view words = curl_easy_strerror(code);
        long system_error = 0;
        curl_easy_getinfo(easy_.get(), CURLINFO_OS_ERRNO, &system_error);
        const HttpTrouble trouble = trouble_of(code, system_error);
        if (too_large_)
            return fails(HttpFault::too_large,
                         {"http.too_large", {{"host", host_}, {"max_bytes", request_.max_answer}}});
        long sent = 0;
        curl_easy_getinfo(easy_.get(), CURLINFO_REQUEST_SIZE, &sent);
        if (sent == 0)
            return fails(HttpFault::unreachable, {"http.unreachable", {{"host", host_}, {"reason", words}}}, trouble);
        if (code == CURLE_OPERATION_TIMEDOUT) {
            const double seconds = static_cast<double>(request_.timeout.count()) / 1000;
            return fails(HttpFault::timed_out, {"http.timed_out", {{"host", host_}, {"seconds", seconds}}});
        }
        return fails(HttpFault::cut, {"http.cut", {{"host", host_}, {"reason", words}}}, trouble);
    }

    const HttpRequest& request_;
    std::string host_;
    std::unique_ptr<curl_slist, ListEnd> headers_;
    std::unique_ptr<CURL, EasyEnd> easy_;
    std::unique_ptr<CURLM, MultiEnd> multi_;
    std::string body_;
    bool too_large_ = false;
};

}  // namespace

CurlTransport::CurlTransport(Options options) : options_(options), hosts_(options.per_host)
{
    // The first call initializes for the whole process; later calls only count.
    static const CURLcode ready = curl_global_init(CURL_GLOBAL_DEFAULT);
    if (ready != CURLE_OK) throw std::runtime_error("libcurl does not start");
}

HttpResult CurlTransport::send(const HttpRequest& request, std::stop_token stop)
{
    const auto host = host_and_port(request.url);
    if (!host) return fails(HttpFault::bad_request, {"http.bad_url"});
    if (!is_method(request.method)) return fails(HttpFault::bad_request, {"http.bad_method"});
    if (has_control_characters(request.bearer)) return fails(HttpFault::bad_request, {"http.bad_header"});
    const auto turn = hosts_.enter(*host, stop);
    if (!turn) return fails(HttpFault::cancelled, {"job.cancelled"});
    return Exchange{request, *host, options_.connect_timeout}.run(stop);
}

}  // namespace dreamina
