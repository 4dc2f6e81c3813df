#pragma once
/// One request on a libcurl easy handle. Together with upstream.cpp the only place that knows libcurl.

#include <curl/curl.h>

#include <memory>
#include <optional>
#include <string>

#include "proxy/upstream.hpp"

namespace dreamina {

class CurlTransfer : public Transfer {
public:
    /// Sets the handle up for the request; it is the caller's to add to a multi handle and to clean up.
    CurlTransfer(CURL* handle, UpstreamRequest request, TransferListener& listener);

    void resume() override;

    /// The last word to the listener. Reads from the handle, so before that is reset.
    void end(CURLcode code) { listener_.on_end(classify(code)); }
    void cancel() { listener_.on_end(TransferEnd::cancelled); }

private:
    struct SlistFree {
        void operator()(curl_slist* list) const { curl_slist_free_all(list); }
    };

    template <class T>
    void set(CURLoption option, T value);
    void set_up();
    void set_body();
    void set_headers();
    void append(const std::string& line);

    static std::size_t on_header(char* data, std::size_t, std::size_t size, void* self);
    static std::size_t on_write(char* data, std::size_t, std::size_t size, void* self);
    static std::size_t on_read(char* into, std::size_t, std::size_t size, void* self);
    static int on_seek(void* self, curl_off_t offset, int origin);
    static int on_sending(void* self, char*, char*, int, int);
    void take_header(std::string_view line);
    void deliver_head();
    TransferEnd classify(CURLcode code) const;

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

}  // namespace dreamina
