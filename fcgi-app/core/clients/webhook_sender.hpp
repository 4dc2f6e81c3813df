#pragma once
/// Sends webhooks, several at a time, from one thread. The deliverer holds a WebhookSender, so a test can put one of
/// its own in its place.

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

#include "core/base/message/message.hpp"

namespace dreamina {

struct WebhookRequest {
    std::string url;              ///< http or https
    bool allows_private = false;  ///< its host is listed in WEBHOOK_ALLOW_HOSTS
    std::vector<std::pair<std::string, std::string>> headers;
    std::string body;  ///< JSON
};

/// What came of one.
struct WebhookAnswer {
    std::string tag;                                  ///< as it was given to begin()
    std::optional<int> status;                        ///< HTTP; nothing: no answer came, for this reason
    Message failure;                                  ///< with the host; no credentials, no path
    std::string body;                                 ///< its beginning
    std::optional<std::chrono::seconds> retry_after;  ///< what the header of that name asks for
};

class WebhookSender {
public:
    virtual ~WebhookSender() = default;

    /// `tag` tells it from the others.
    virtual void begin(std::string tag, const WebhookRequest& request) = 0;

    /// Those that ended. Waits for the first of them, for `patience` at most; not once `stop` is requested.
    virtual std::vector<WebhookAnswer> wait(std::chrono::milliseconds patience, const std::stop_token& stop) = 0;
};

/// libcurl. A connection of its own for each, to addresses of the public internet only unless `allows_private`. No
/// redirects, no proxies, no cookies; 20 s for all of it. At most 4 kB of an answer are read. What is under way when it
/// goes is cut off.
class CurlWebhookSender : public WebhookSender {
public:
    struct Options {
        std::chrono::milliseconds connect_timeout{10'000};
        std::chrono::milliseconds timeout{20'000};
        std::size_t max_answer = 4096;
        std::vector<std::string> resolve = {};  ///< for tests: "host:port:address", as CURLOPT_RESOLVE has it
    };
    CurlWebhookSender() : CurlWebhookSender(Options{}) {}
    explicit CurlWebhookSender(Options options);
    ~CurlWebhookSender() override;

    void begin(std::string tag, const WebhookRequest& request) override;
    std::vector<WebhookAnswer> wait(std::chrono::milliseconds patience, const std::stop_token& stop) override;

private:
    class Transfers;
    std::unique_ptr<Transfers> transfers_;
};

}  // namespace dreamina
