#pragma once
/// One blocking HTTP call: what is asked, what comes back, and who carries it. Callers hold the HttpTransport, so a
/// test can put one of its own in its place and look at what was asked.

#include <chrono>
#include <cstddef>
#include <optional>
#include <stop_token>
#include <string>

#include <tl/expected.hpp>

#include "core/base/message/message.hpp"
#include "core/clients/host_slots.hpp"

namespace dreamina {

struct HttpRequest {
    std::string method = "GET";
    std::string url;                       ///< http or https
    std::string bearer;                    ///< behind `Authorization: Bearer `; empty: no such header
    std::optional<std::string> json_body;  ///< a POST without one has an empty body and no content type
    /// From connecting to the last byte, of one attempt. Waiting for a turn (see HostSlots) does not count.
    std::chrono::milliseconds timeout{30'000};
    std::size_t max_answer = 8U << 20U;  ///< bytes of body; a longer one is a failure
    /// Asking twice does no harm, so a RetryingTransport may.
    bool repeatable = false;
};

struct HttpAnswer {
    int status = 0;
    std::string body;
    std::optional<std::chrono::seconds> retry_after;  ///< what the header of that name asks for
    std::string content_type = {};                    ///< with its parameters
    std::string location = {};                        ///< where a redirect leads, as a whole URL
};

enum class HttpFault {
    bad_request,  ///< not sent: the URL is none, or a value cannot stand in a header
    unreachable,  ///< not a byte of the request was sent
    timed_out,    ///< sent, and no whole answer in time
    cut,          ///< sent, and the connection ended or what came was not HTTP
    too_large,
    cancelled,
};

/// What in particular was wrong, where that is known: it tells what to do.
enum class HttpTrouble {
    other,
    refused,       ///< nothing listens at that port
    unknown_host,  ///< the name has no address
    tls,           ///< the other side does not speak TLS, or none that both know
    certificate,   ///< its certificate is not for that name, or of no trusted authority
    not_http,      ///< it answers in something else
};

struct HttpFailure {
    HttpFault fault = HttpFault::unreachable;
    Message reason;  ///< with the host and port; no credentials, no path
    HttpTrouble trouble = HttpTrouble::other;
};

/// Any status is an answer.
using HttpResult = tl::expected<HttpAnswer, HttpFailure>;

/// Any thread. Returns within 200 ms after `stop` is requested, with HttpFault::cancelled if there was no answer yet.
class HttpTransport {
public:
    virtual ~HttpTransport() = default;
    virtual HttpResult send(const HttpRequest& request, std::stop_token stop) = 0;
};

/// libcurl. One attempt per send, on a connection of its own: libcurl repeats a request by itself when a kept
/// connection turns out dead, and a registration must not happen twice. No redirects, no proxies of the environment.
class CurlTransport : public HttpTransport {
public:
    struct Options {
        std::size_t per_host = 8;  ///< requests to one host and port at a time; those beyond wait in order
        std::chrono::milliseconds connect_timeout{10'000};
    };
    CurlTransport() : CurlTransport(Options{}) {}
    explicit CurlTransport(Options options);

    HttpResult send(const HttpRequest& request, std::stop_token stop) override;

    /// Takes effect at once, for those that wait too; what runs is left to end.
    void set_per_host(std::size_t max_transfers) { hosts_.set_limit(max_transfers); }

private:
    Options options_;
    HostSlots hosts_;
};

}  // namespace dreamina
