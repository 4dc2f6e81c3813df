#pragma once
/// One request on a libcurl easy handle. Together with upstream.cpp the only place that knows libcurl.

#include <curl/curl.h>

#include <memory>
#include <string>

#include "proxy/upstream.hpp"

namespace dreamina {

class CurlTransfer : public Transfer {
public:
    /// Sets the handle up for the request; it is the caller's to add to a multi handle and to clean up.
    CurlTransfer(CURL* handle, UpstreamRequest request, TransferListener& listener);

    void resume() override;

    /// The last word to the listener. Reads from the handle, so before that is reset.
    void end(CURLcode code);
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
    static curl_socket_t on_opening(void* self, curlsocktype, curl_sockaddr* address);
    bool anything_sent() const;
    bool take_head_line(std::string_view line);
    void take_status(std::string_view line);
    void take_header(std::string_view line);
    void deliver_head();
    TransferEnd classify(CURLcode code) const;

    CURL* handle_;
    UpstreamRequest request_;
    TransferListener& listener_;
    std::string target_;
    std::unique_ptr<curl_slist, SlistFree> header_list_;
    bool sent_before_ = false;  // libcurl has begun to send it
    std::uint64_t body_sent_ = 0;
    int status_ = 0;
    Headers headers_;
    std::size_t interim_bytes_ = 0;
    std::size_t head_bytes_ = 0;
    std::size_t trailer_bytes_ = 0;
    bool in_head_ = false;
    bool head_delivered_ = false;
    bool ends_in_trailers_ = false;  // there are too many; the body came whole before them
    bool paused_ = false;
};

}  // namespace dreamina
