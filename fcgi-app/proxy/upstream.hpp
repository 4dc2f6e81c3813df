#pragma once
/// Requests to the upstream on the event loop. libcurl behind it; nothing here blocks.

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "net/event_loop.hpp"
#include "net/request.hpp"

namespace dreamina {

struct UpstreamRequest {
    std::string base_url;  ///< UPSTREAM_BASE_URL
    std::string method;
    std::string target;  ///< path and query, sent byte for byte behind the base URL's own path
    Headers headers;     ///< sent as they are; Host, Content-Length and the connection's own come by themselves
    std::shared_ptr<const Body> body;
    bool has_body = false;                ///< an empty body that the client sent as such
    std::chrono::milliseconds timeout{};  ///< for the whole request
};

/// How a request ended, as far as the wire can tell.
enum class TransferEnd {
    complete,
    unreachable,  ///< refused, no such host, or broken before a byte was sent: it has not been asked
    timed_out,    ///< after it was sent
    cut,          ///< after it was sent
    cancelled,
};

/// As the request log tells it.
std::string_view to_string(TransferEnd end);

/// Hears of one request's answer, on the loop's thread.
class TransferListener {
public:
    virtual ~TransferListener() = default;
    virtual void on_head(int status, Headers headers) = 0;
    /// A piece of the body. False: no more for now; `Transfer::resume` brings this piece again.
    virtual bool on_body(std::string_view piece) = 0;
    virtual void on_end(TransferEnd end) = 0;
};

class Transfer {
public:
    virtual ~Transfer() = default;
    virtual void resume() = 0;
};

class Upstream {
public:
    explicit Upstream(EventLoop& loop);
    ~Upstream();
    Upstream(const Upstream&) = delete;
    Upstream& operator=(const Upstream&) = delete;

    /// The listener must live until `on_end`, and so must the transfer that is returned. Both are never called
    /// from within `start`.
    Transfer& start(UpstreamRequest request, TransferListener& listener);

    /// Requests on their way, those whose client has gone among them.
    std::size_t running() const;

private:
    class Shard;
    EventLoop& loop_;
    std::vector<std::unique_ptr<Shard>> shards_;
    std::size_t next_ = 0;
};

}  // namespace dreamina
