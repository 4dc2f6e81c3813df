#pragma once
/// Asks again where that is safe and may help: a request that the caller calls repeatable, if the host could not be
/// reached, if the connection was cut, or after a 429, 502, 503 or 504. A timeout is never repeated: its time is spent.

#include <chrono>
#include <functional>
#include <stop_token>

#include "core/clients/http_client.hpp"

namespace dreamina {

struct RetryRules {
    int max_attempts = 4;  ///< the first one included
    /// Before the n-th repetition the wait is anything from 0 to first_wait * 2^(n-1) ("full jitter"), so that
    /// callers which failed together do not come back together.
    std::chrono::milliseconds first_wait{500};
    std::chrono::milliseconds max_wait{8'000};
    /// A Retry-After up to this is waited for, with the jitter on top; a longer one is left to the caller.
    std::chrono::seconds max_retry_after{30};
};

/// From 0 up to, but not, 1.
using RandomFraction = std::function<double()>;
RandomFraction random_fraction();

/// Waits; false if it was cut short by `stop`.
using Pause = std::function<bool(std::chrono::milliseconds, const std::stop_token&)>;
bool pause_for(std::chrono::milliseconds duration, const std::stop_token& stop);

/// Any thread, if `inner` and the functions are. `inner` must outlive it. A request takes no turn at its host while
/// it waits to be repeated. The last answer or failure is the caller's.
class RetryingTransport : public HttpTransport {
public:
    explicit RetryingTransport(HttpTransport& inner, RetryRules rules = {}, RandomFraction random = random_fraction(),
                               Pause pause = pause_for);

    HttpResult send(const HttpRequest& request, std::stop_token stop) override;

private:
    HttpTransport& inner_;
    RetryRules rules_;
    RandomFraction random_;
    Pause pause_;
};

}  // namespace dreamina
