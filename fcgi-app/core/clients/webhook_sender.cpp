#include "core/clients/webhook_sender.hpp"

#include <curl/curl.h>

#include <algorithm>
#include <list>
#include <new>
#include <stdexcept>
#include <string_view>

#include "core/base/text.hpp"
#include "core/clients/address_guard.hpp"
#include "core/domain/webhook/webhook_target.hpp"

namespace dreamina {
namespace {

struct WebhookEasyEnd {
    void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
};
struct WebhookMultiEnd {
    void operator()(CURLM* handle) const { curl_multi_cleanup(handle); }
};
struct WebhookListEnd {
    void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
using WebhookList = std::unique_ptr<curl_slist, WebhookListEnd>;

constexpr const char* webhook_user_agent = "dreamina-manager/" DREAMINA_VERSION;
constexpr std::size_t max_webhook_head = 32U << 10U;
constexpr int first_final_status = 200;

void append_line(WebhookList& list, const std::string& line)
{
    curl_slist* longer = curl_slist_append(list.get(), line.c_str());
    if (longer == nullptr) throw std::bad_alloc();
    static_cast<void>(list.release());
    list.reset(longer);
}

/// One attempt. It stays where it is, since libcurl knows its address.
class Transfer {
public:
    Transfer(std::string tag, const WebhookRequest& request, const CurlWebhookSender::Options& options)
        : tag_(std::move(tag)), request_(request), options_(options), easy_(curl_easy_init())
    {
        if (!easy_) throw std::bad_alloc();
        const auto target = parse_webhook_url(request_.url);
        if (!target) throw std::invalid_argument("an event is to be sent to what is no URL");
        host_ = target->host;
        guard_.allows_private = request_.allows_private;
        set_up(target->tls);
    }

    CURL* handle() const { return easy_.get(); }

    WebhookAnswer answer(CURLcode code)
    {
        WebhookAnswer answer{.tag = tag_, .status = {}, .failure = {}, .body = std::move(body_), .retry_after = {}};
        // An answer whose body is too long, or does not end, is one all the same: its status says what there is to say.
        // One that was cut within its head is none, which libcurl does not call a failure.
        if (!head_is_whole_) {
            answer.failure = failure(code == CURLE_OK ? CURLE_PARTIAL_FILE : code);
            return answer;
        }
        answer.status = status();
        curl_off_t retry_after = 0;
        curl_easy_getinfo(easy_.get(), CURLINFO_RETRY_AFTER, &retry_after);
        if (retry_after > 0) answer.retry_after = std::chrono::seconds{retry_after};
        return answer;
    }

private:
    template <class T>
    void set(CURLoption option, T value)
    {
        if (curl_easy_setopt(easy_.get(), option, value) != CURLE_OK)
            throw std::runtime_error("libcurl refuses an option");
    }

    void set_up(bool tls)
    {
        set(CURLOPT_URL, request_.url.c_str());
        set(CURLOPT_PROTOCOLS_STR, tls ? "https" : "http");
        set(CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
        set(CURLOPT_FOLLOWLOCATION, 0L);
        set(CURLOPT_PROXY, "");
        set(CURLOPT_NETRC, static_cast<long>(CURL_NETRC_IGNORED));
        set(CURLOPT_NOSIGNAL, 1L);
        set(CURLOPT_QUICK_EXIT, 1L);
        // A kept connection would not be looked at again.
        set(CURLOPT_FRESH_CONNECT, 1L);
        set(CURLOPT_FORBID_REUSE, 1L);
        set(CURLOPT_SSL_VERIFYPEER, 1L);
        set(CURLOPT_SSL_VERIFYHOST, 2L);
        set(CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(options_.connect_timeout.count()));
        set(CURLOPT_TIMEOUT_MS, static_cast<long>(options_.timeout.count()));
        set(CURLOPT_USERAGENT, webhook_user_agent);
        set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request_.body.size()));
        set(CURLOPT_POSTFIELDS, request_.body.data());
        set(CURLOPT_HEADERFUNCTION, &Transfer::on_head);
        set(CURLOPT_HEADERDATA, this);
        set(CURLOPT_WRITEFUNCTION, &Transfer::on_body);
        set(CURLOPT_WRITEDATA, this);
        set(CURLOPT_PRIVATE, this);
        guard_addresses(easy_.get(), guard_);

        append_line(headers_, "Content-Type: application/json");
        append_line(headers_, "Expect:");
        for (const auto& header : request_.headers) append_line(headers_, header.first + ": " + header.second);
        set(CURLOPT_HTTPHEADER, headers_.get());
        for (const std::string& line : options_.resolve) append_line(resolve_, line);
        if (resolve_) set(CURLOPT_RESOLVE, resolve_.get());
    }

    int status() const
    {
        long status = 0;
        curl_easy_getinfo(easy_.get(), CURLINFO_RESPONSE_CODE, &status);
        return static_cast<int>(status);
    }

    static std::size_t on_head(char* data, std::size_t, std::size_t size, void* self)
    {
        auto& transfer = *static_cast<Transfer*>(self);
        transfer.head_size_ += size;
        if (transfer.head_size_ > max_webhook_head) return 0;
        const bool is_end = trim(std::string_view{data, size}).empty();
        if (is_end && transfer.status() >= first_final_status) transfer.head_is_whole_ = true;
        return size;
    }

    static std::size_t on_body(char* data, std::size_t, std::size_t size, void* self)
    {
        auto& transfer = *static_cast<Transfer*>(self);
        const std::size_t room = transfer.options_.max_answer - transfer.body_.size();
        transfer.body_.append(data, std::min(size, room));
        return size <= room ? size : CURL_WRITEFUNC_ERROR;
    }

    Message failure(CURLcode code) const
    {
        if (guard_.refused && code == CURLE_COULDNT_CONNECT) return {"delivery.address_refused", {{"host", host_}}};
        // libcurl's general words for the code: its detailed ones may quote the URL.
        const std::string_view words = curl_easy_strerror(code);
        long sent = 0;
        curl_easy_getinfo(easy_.get(), CURLINFO_REQUEST_SIZE, &sent);
        if (sent == 0) return {"http.unreachable", {{"host", host_}, {"reason", words}}};
        if (code == CURLE_OPERATION_TIMEDOUT) {
            const double seconds = static_cast<double>(options_.timeout.count()) / 1000;
            return {"http.timed_out", {{"host", host_}, {"seconds", seconds}}};
        }
        return {"http.cut", {{"host", host_}, {"reason", words}}};
    }

    const std::string tag_;
    const WebhookRequest request_;
    const CurlWebhookSender::Options& options_;
    std::string host_;
    AddressGuard guard_;
    WebhookList headers_;
    WebhookList resolve_;
    std::string body_;
    std::size_t head_size_ = 0;
    bool head_is_whole_ = false;
    std::unique_ptr<CURL, WebhookEasyEnd> easy_;  // last: it uses all of the above
};

}  // namespace

class CurlWebhookSender::Transfers {
public:
    explicit Transfers(Options options) : options_(std::move(options)), multi_(curl_multi_init())
    {
        if (!multi_) throw std::bad_alloc();
    }
    ~Transfers()
    {
        for (const Transfer& transfer : running_) curl_multi_remove_handle(multi_.get(), transfer.handle());
    }
    Transfers(const Transfers&) = delete;
    Transfers& operator=(const Transfers&) = delete;

    void begin(std::string tag, const WebhookRequest& request)
    {
        running_.emplace_back(std::move(tag), request, options_);
        if (curl_multi_add_handle(multi_.get(), running_.back().handle()) == CURLM_OK) return;
        running_.pop_back();
        throw std::runtime_error("libcurl refuses a transfer");
    }

    std::vector<WebhookAnswer> wait(std::chrono::milliseconds patience, const std::stop_token& stop)
    {
        const std::stop_callback wake{stop, [this] { curl_multi_wakeup(multi_.get()); }};
        const auto until = std::chrono::steady_clock::now() + patience;
        for (;;) {
            int running = 0;
            check(curl_multi_perform(multi_.get(), &running));
            auto ended = take_ended();
            const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - std::chrono::steady_clock::now());
            if (!ended.empty() || running == 0 || left.count() <= 0 || stop.stop_requested()) return ended;
            check(curl_multi_poll(multi_.get(), nullptr, 0, static_cast<int>(left.count()), nullptr));
        }
    }

private:
    static void check(CURLMcode code)
    {
        if (code != CURLM_OK) throw std::runtime_error(curl_multi_strerror(code));
    }

    std::vector<WebhookAnswer> take_ended()
    {
        std::vector<WebhookAnswer> ended;
        int left = 0;
        while (const CURLMsg* message = curl_multi_info_read(multi_.get(), &left)) {
            CURL* handle = message->easy_handle;
            const CURLcode code = message->data.result;
            curl_multi_remove_handle(multi_.get(), handle);
            running_.remove_if([&](Transfer& transfer) {
                if (transfer.handle() != handle) return false;
                ended.push_back(transfer.answer(code));
                return true;
            });
        }
        return ended;
    }

    const Options options_;
    std::unique_ptr<CURLM, WebhookMultiEnd> multi_;
    std::list<Transfer> running_;
};

CurlWebhookSender::CurlWebhookSender(Options options)
{
    // The first call initializes for the whole process; later calls only count.
    static const CURLcode ready = curl_global_init(CURL_GLOBAL_DEFAULT);
    if (ready != CURLE_OK) throw std::runtime_error("libcurl does not start");
    transfers_ = std::make_unique<Transfers>(std::move(options));
}

CurlWebhookSender::~CurlWebhookSender() = default;

void CurlWebhookSender::begin(std::string tag, const WebhookRequest& request)
{
    transfers_->begin(std::move(tag), request);
}

std::vector<WebhookAnswer> CurlWebhookSender::wait(std::chrono::milliseconds patience, const std::stop_token& stop)
{
    return transfers_->wait(patience, stop);
}

}  // namespace dreamina
