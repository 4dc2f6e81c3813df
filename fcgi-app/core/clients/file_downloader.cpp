#include "core/clients/file_downloader.hpp"

#include <curl/curl.h>

#include <list>
#include <new>
#include <stdexcept>
#include <utility>

#include "core/clients/address_guard.hpp"
#include "core/domain/webhook/webhook_target.hpp"

namespace dreamina {
namespace {

constexpr const char* download_user_agent = "dreamina-manager/" DREAMINA_VERSION;
constexpr long download_buffer = 128 * 1024;
constexpr std::size_t max_download_head = 64 * 1024;

constexpr int good_status = 200;
constexpr int first_redirect = 300;
constexpr int first_error = 400;

struct DownloadEasyEnd {
    void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
};
struct DownloadMultiEnd {
    void operator()(CURLM* handle) const { curl_multi_cleanup(handle); }
};
struct DownloadListEnd {
    void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};

/// It stays where it is, since libcurl knows its address.
class Download {
public:
    Download(std::string tag, DownloadRequest request, const CurlFileDownloader::Options& options)
        : tag_(std::move(tag)), request_(std::move(request)), options_(options), easy_(curl_easy_init())
    {
        if (!easy_) throw std::bad_alloc();
        const auto target = parse_webhook_url(request_.url);
        if (!target) throw std::invalid_argument("a file is to be fetched from what is no URL");
        host_ = target->host;
        guard_.allows_private = request_.allows_private;
        set_up(target->tls);
    }

    CURL* handle() const { return easy_.get(); }

    DownloadEnd end(CURLcode code)
    {
        DownloadEnd end{.tag = tag_, .status = {}, .is_complete = false, .failure = {}};
        if (const int seen = status(); seen != 0) end.status = seen;
        end.is_complete = code == CURLE_OK && end.status == good_status;
        if (!end.is_complete) end.failure = failure(code, end.status);
        return end;
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
        set(CURLOPT_BUFFERSIZE, download_buffer);
        set(CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(options_.connect_timeout.count()));
        set(CURLOPT_TIMEOUT_MS, static_cast<long>(options_.timeout.count()));
        set(CURLOPT_USERAGENT, download_user_agent);
        set(CURLOPT_HEADERFUNCTION, &Download::on_head);
        set(CURLOPT_HEADERDATA, this);
        set(CURLOPT_WRITEFUNCTION, &Download::on_body);
        set(CURLOPT_WRITEDATA, this);
        guard_addresses(easy_.get(), guard_);
        for (const std::string& line : options_.resolve) {
            curl_slist* longer = curl_slist_append(resolve_.get(), line.c_str());
            if (longer == nullptr) throw std::bad_alloc();
            static_cast<void>(resolve_.release());
            resolve_.reset(longer);
        }
        if (resolve_) set(CURLOPT_RESOLVE, resolve_.get());
    }

    int status() const
    {
        long status = 0;
        curl_easy_getinfo(easy_.get(), CURLINFO_RESPONSE_CODE, &status);
        return static_cast<int>(status);
    }

    static std::size_t on_head(char*, std::size_t, std::size_t size, void* self)
    {
        auto& download = *static_cast<Download*>(self);
        download.head_size_ += size;
        return download.head_size_ <= max_download_head ? size : 0;
    }

    static std::size_t on_body(char* data, std::size_t, std::size_t size, void* self)
    {
        auto& download = *static_cast<Download*>(self);
        const bool goes_on = download.status() == good_status && download.request_.take({data, size});
        return goes_on ? size : CURL_WRITEFUNC_ERROR;
    }

    Message failure(CURLcode code, std::optional<int> status) const
    {
        if (guard_.refused && code == CURLE_COULDNT_CONNECT) return {"storing.address_refused", {{"host", host_}}};
        if (status && *status >= first_redirect && *status < first_error)
            return {"storing.redirect", {{"host", host_}, {"status", *status}}};
        if (status && *status != good_status) return {"storing.status", {{"host", host_}, {"status", *status}}};
        const std::string_view words = curl_easy_strerror(code);
        if (!status && code != CURLE_OPERATION_TIMEDOUT)
            return {"http.unreachable", {{"host", host_}, {"reason", words}}};
        if (code == CURLE_OPERATION_TIMEDOUT) {
            const double seconds = static_cast<double>(options_.timeout.count()) / 1000;
            return {"http.timed_out", {{"host", host_}, {"seconds", seconds}}};
        }
        return {"http.cut", {{"host", host_}, {"reason", words}}};
    }

    const std::string tag_;
    const DownloadRequest request_;
    const CurlFileDownloader::Options& options_;
    std::string host_;
    AddressGuard guard_;
    std::unique_ptr<curl_slist, DownloadListEnd> resolve_;
    std::size_t head_size_ = 0;
    std::unique_ptr<CURL, DownloadEasyEnd> easy_;  // last: it uses all of the above
};

}  // namespace

class CurlFileDownloader::Transfers {
public:
    explicit Transfers(Options options) : options_(std::move(options)), multi_(curl_multi_init())
    {
        if (!multi_) throw std::bad_alloc();
    }
    ~Transfers()
    {
        for (const Download& download : running_) curl_multi_remove_handle(multi_.get(), download.handle());
    }
    Transfers(const Transfers&) = delete;
    Transfers& operator=(const Transfers&) = delete;

    void begin(std::string tag, DownloadRequest request)
    {
        running_.emplace_back(std::move(tag), std::move(request), options_);
        if (curl_multi_add_handle(multi_.get(), running_.back().handle()) == CURLM_OK) return;
        running_.pop_back();
        throw std::runtime_error("libcurl refuses a transfer");
    }

    std::vector<DownloadEnd> wait(std::chrono::milliseconds patience, const std::stop_token& stop)
    {
        const std::stop_callback wake{stop, [this] { curl_multi_wakeup(multi_.get()); }};
        const auto until = std::chrono::steady_clock::now() + patience;
        for (;;) {
            int running = 0;
            check_multi(curl_multi_perform(multi_.get(), &running));
            auto ended = take_ended();
            const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - std::chrono::steady_clock::now());
            if (!ended.empty() || running == 0 || left.count() <= 0 || stop.stop_requested()) return ended;
            check_multi(curl_multi_poll(multi_.get(), nullptr, 0, static_cast<int>(left.count()), nullptr));
        }
    }

private:
    static void check_multi(CURLMcode code)
    {
        if (code != CURLM_OK) throw std::runtime_error(curl_multi_strerror(code));
    }

    std::vector<DownloadEnd> take_ended()
    {
        std::vector<DownloadEnd> ended;
        int left = 0;
        while (const CURLMsg* message = curl_multi_info_read(multi_.get(), &left)) {
            CURL* handle = message->easy_handle;
            const CURLcode code = message->data.result;
            curl_multi_remove_handle(multi_.get(), handle);
            running_.remove_if([&](Download& download) {
                if (download.handle() != handle) return false;
                ended.push_back(download.end(code));
                return true;
            });
        }
        return ended;
    }

    const Options options_;
    std::unique_ptr<CURLM, DownloadMultiEnd> multi_;
    std::list<Download> running_;
};

CurlFileDownloader::CurlFileDownloader(Options options)
{
    // The first call initializes for the whole process; later calls only count.
    static const CURLcode is_ready = curl_global_init(CURL_GLOBAL_DEFAULT);
    if (is_ready != CURLE_OK) throw std::runtime_error("libcurl does not start");
    transfers_ = std::make_unique<Transfers>(std::move(options));
}

CurlFileDownloader::~CurlFileDownloader() = default;

void CurlFileDownloader::begin(std::string tag, DownloadRequest request)
{
    transfers_->begin(std::move(tag), std::move(request));
}

std::vector<DownloadEnd> CurlFileDownloader::wait(std::chrono::milliseconds patience, const std::stop_token& stop)
{
    return transfers_->wait(patience, stop);
}

}  // namespace dreamina
