#include "core/clients/retrying_transport.hpp"

#include <algorithm>
#include <array>
#include <condition_variable>
#include <mutex>
#include <random>

namespace dreamina {
namespace {

bool may_pass(const HttpResult& result)
{
    if (!result) return result.error().fault == HttpFault::unreachable || result.error().fault == HttpFault::cut;
    constexpr std::array passing{429, 502, 503, 504};
    return std::find(passing.begin(), passing.end(), result->status) != passing.end();
}

}  // namespace

RandomFraction random_fraction()
{
    return [] {
        thread_local std::mt19937_64 engine{std::random_device{}()};
        return std::uniform_real_distribution<double>{0, 1}(engine);
    };
}

bool pause_for(std::chrono::milliseconds duration, const std::stop_token& stop)
{
    std::mutex mutex;
    std::condition_variable_any never;
    std::unique_lock lock{mutex};
    never.wait_for(lock, stop, duration, [] { return false; });
    return !stop.stop_requested();
}

RetryingTransport::RetryingTransport(HttpTransport& inner, RetryRules rules, RandomFraction random, Pause pause)
    : inner_(inner), rules_(rules), random_(std::move(random)), pause_(std::move(pause))
{
}

HttpResult RetryingTransport::send(const HttpRequest& request, std::stop_token stop)
{
    std::chrono::milliseconds max_pause = rules_.first_wait;
    for (int attempt = 1;; ++attempt) {
        HttpResult result = inner_.send(request, stop);
        if (!request.repeatable || attempt >= rules_.max_attempts || !may_pass(result)) return result;
        const auto asked = result && result->retry_after ? *result->retry_after : std::chrono::seconds{0};
        if (asked > rules_.max_retry_after) return result;
        const auto jitter = std::chrono::duration_cast<std::chrono::milliseconds>(std::min(max_pause, rules_.max_wait) *
                                                                                  std::clamp(random_(), 0.0, 1.0));
        if (!pause_(asked + jitter, stop)) return tl::unexpected(HttpFailure{HttpFault::cancelled, {"job.cancelled"}});
        max_pause = std::min(max_pause * 2, rules_.max_wait);
    }
}

}  // namespace dreamina
