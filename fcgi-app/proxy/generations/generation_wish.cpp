#include "proxy/generations/generation_wish.hpp"

#include <algorithm>

#include "core/base/text.hpp"
#include "proxy/answer/headers.hpp"
#include "proxy/body/asked_model.hpp"
#include "proxy/openai_error.hpp"
#include "proxy/videos/video_request.hpp"

namespace dreamina {
namespace {

constexpr std::string_view async_prefix = "/v1/async/";
constexpr std::string_view forwarded_prefix = "/v1/";
constexpr std::size_t max_key_length = 255;
/// A week, as GENERATION_START_TIMEOUT.
constexpr std::int64_t max_start_within = 604'800;

Reply refused_wish(std::string_view code, std::string_view message)
{
    return openai_error(400, "invalid_request_error", code, message);
}

/// The draft's structured string has quotes, Stripe's key has none.
std::optional<std::string> read_idempotency_key(std::string_view value)
{
    value = trim(value);
    if (value.size() >= 2 && value.front() == '"' && value.back() == '"') value = value.substr(1, value.size() - 2);
    const bool is_visible = std::all_of(value.begin(), value.end(), [](char c) { return c > ' ' && c < '\x7f'; });
    if (value.empty() || value.size() > max_key_length || !is_visible) return std::nullopt;
    return std::string{value};
}

std::optional<std::int64_t> read_priority(std::string_view value)
{
    if (equals_ignoring_case(trim(value), "normal")) return 0;
    if (equals_ignoring_case(trim(value), "low")) return low_priority;
    return std::nullopt;
}

bool prefers(const Request& request, std::string_view wanted)
{
    bool found = false;
    for_each_element(joined_header(request.headers, "Prefer"), [&](std::string_view element) {
        found = found || equals_ignoring_case(trim(element.substr(0, element.find(';'))), wanted);
    });
    return found;
}

}  // namespace

std::optional<std::chrono::seconds> preferred_wait(const Request& request)
{
    std::optional<std::chrono::seconds> wait;
    for_each_element(joined_header(request.headers, "Prefer"), [&](std::string_view element) {
        const auto equals = element.find('=');
        if (wait || equals == std::string_view::npos || !equals_ignoring_case(trim(element.substr(0, equals)), "wait"))
            return;
        const auto value = trim(element.substr(equals + 1, element.find(';') - equals - 1));
        if (const auto seconds = whole_number(value); seconds && *seconds >= 0)
            wait = std::min(std::chrono::seconds{*seconds}, max_preferred_wait);
    });
    return wait;
}

std::optional<std::int64_t> sdk_retry_count(const Request& request)
{
    const std::string* count = find_header(request.headers, "X-Stainless-Retry-Count");
    return count == nullptr ? std::nullopt : whole_number(trim(*count));
}

void apply_settings(GenerationWish& wish, const Request& request, const Settings& settings)
{
    const bool is_sdk_retry = settings.join_sdk_retries && sdk_retry_count(request).value_or(0) > 0;
    if ((!settings.keep_unread_results && !is_sdk_retry) || !wish.is_plain() || request.method != "POST" ||
        generation_of(request.path) == GenerationKind::none)
        return;
    wish.keeps_unread = true;
    wish.is_sdk_retry = is_sdk_retry;
}

bool creates_video(const Request& request) { return request.method == "POST" && request.path == videos_route; }

tl::expected<GenerationWish, Reply> read_generation_wish(Request& request, const ApiKey* key)
{
    GenerationWish wish;
    if (request.method != "POST") return wish;
    if (request.path.starts_with(async_prefix) && request.target.starts_with(async_prefix)) {
        wish.is_async = true;
        request.path.replace(0, async_prefix.size(), forwarded_prefix);
        request.target.replace(0, async_prefix.size(), forwarded_prefix);
    }
    if (const std::string* value = find_header(request.headers, "Idempotency-Key")) {
        wish.idempotency_key = read_idempotency_key(*value);
        if (!wish.idempotency_key)
            return tl::unexpected(refused_wish("invalid_idempotency_key",
                                               "Idempotency-Key must have 1 to 255 visible ASCII characters, quoted or "
                                               "not"));
    }
    if (find_header(request.headers, "Prefer") != nullptr) {
        wish.is_async = wish.is_async || prefers(request, "respond-async");
        if (wish.is_async) wish.wait = preferred_wait(request);
    }
    if (const std::string* value = find_header(request.headers, "X-Dreamina-Priority")) {
        const auto priority = read_priority(*value);
        if (!priority)
            return tl::unexpected(refused_wish("invalid_priority", "X-Dreamina-Priority must be low or normal"));
        wish.priority = *priority;
    }
    wish.is_async = wish.is_async || creates_video(request) || (key != nullptr && key->is_always_async);
    if (!wish.is_async) return wish;
    if (const std::string* value = find_header(request.headers, "X-Dreamina-Start-Within")) {
        const auto seconds = whole_number(trim(*value));
        if (!seconds || *seconds < 1 || *seconds > max_start_within)
            return tl::unexpected(
                refused_wish("invalid_start_within", "X-Dreamina-Start-Within must be 1 to 604800 seconds"));
        wish.start_within = std::chrono::seconds{*seconds};
    }
    if (const std::string* value = find_header(request.headers, "X-Dreamina-Webhook")) wish.webhook = trim(*value);
    return wish;
}

}  // namespace dreamina
