#pragma once
/// Stands in for the network: keeps what was asked and answers what the test says.

#include <functional>
#include <mutex>
#include <utility>
#include <vector>

#include "core/clients/http_client.hpp"

namespace dreamina {

class RecordingTransport : public HttpTransport {
public:
    using Answer = std::function<HttpResult(const HttpRequest&)>;

    explicit RecordingTransport(Answer answer) : answer_(std::move(answer)) {}

    HttpResult send(const HttpRequest& request, std::stop_token stop) override
    {
        if (stop.stop_requested()) return tl::unexpected(HttpFailure{HttpFault::cancelled, {"job.cancelled"}});
        asked.push_back(request);
        return answer_(request);
    }

    std::vector<HttpRequest> asked;

private:
    Answer answer_;
};

inline HttpResult answer_of(int status, std::string body)
{
    return HttpAnswer{.status = status, .body = std::move(body)};
}

inline HttpResult fault_of(HttpFault fault, std::string message = "example:80 cannot be reached")
{
    return tl::unexpected(HttpFailure{fault, external_text(std::move(message))});
}

}  // namespace dreamina
