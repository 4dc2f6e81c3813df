#include "core/domain/api_key.hpp"

#include <algorithm>
#include <array>

#include "core/base/secret.hpp"

namespace dreamina {
namespace {

constexpr std::string_view mark = "dm-";
constexpr std::size_t checksum_length = 6;
constexpr std::size_t key_length = mark.size() + api_key_chance + checksum_length;

/// The mark and 8 of 37 characters: 173 bits of what is left cannot be guessed.
constexpr std::size_t prefix_length = mark.size() + 8;

/// Not a protection: anyone who knows this program can make one.
std::string checksum_of(std::string_view chance) { return secret_digest(chance).substr(0, checksum_length); }

bool is_letter_or_digit(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

constexpr std::array<std::string_view, all_api_key_states.size()> api_key_states{"active", "expired", "revoked"};

Time minute_of(Time now) { return std::chrono::floor<std::chrono::minutes>(now); }

}  // namespace

std::string make_api_key(std::string_view chance)
{
    return std::string{mark} + std::string{chance} + checksum_of(chance);
}

bool is_api_key(std::string_view text)
{
    if (text.size() != key_length || !text.starts_with(mark)) return false;
    const std::string_view chance = text.substr(mark.size(), api_key_chance);
    return std::all_of(chance.begin(), chance.end(), is_letter_or_digit) && text.ends_with(checksum_of(chance));
}

std::string api_key_prefix(std::string_view key) { return std::string{key.substr(0, prefix_length)}; }

std::string_view to_string(ApiKeyState state) { return api_key_states[static_cast<std::size_t>(state)]; }

std::optional<ApiKeyState> parse_api_key_state(std::string_view text)
{
    const auto found = std::find(api_key_states.begin(), api_key_states.end(), text);
    if (found == api_key_states.end()) return std::nullopt;
    return static_cast<ApiKeyState>(found - api_key_states.begin());
}

ApiKeyState state_of(const ApiKeyStatus& status, Time now)
{
    if (status.revoked_at) return ApiKeyState::revoked;
    return status.expires_at && *status.expires_at <= now ? ApiKeyState::expired : ApiKeyState::active;
}

bool may_use(const ApiKey& key, std::string_view model)
{
    return key.models.empty() || std::find(key.models.begin(), key.models.end(), model) != key.models.end();
}

ServiceDay service_day(DailyTime at, Time now) { return {latest_occurrence(at, now), next_occurrence(at, now)}; }

CallCount as_of_now(const CallCount& count, Time begins, Time now)
{
    const bool over = count.begins < begins;
    const bool clock_was_put_back = count.begins > now;
    return over || clock_was_put_back ? CallCount{.begins = begins} : count;
}

ApiKeyUse as_of_now(const ApiKeyUse& use, const ServiceDay& today, Time now)
{
    ApiKeyUse current = use;
    current.day = as_of_now(use.day, today.begins, now);
    current.minute = as_of_now(use.minute, minute_of(now), now);
    return current;
}

std::optional<ApiKeyRefusal> refusal_by_state(const ApiKeyStatus& status, Time now)
{
    switch (state_of(status, now)) {
    case ApiKeyState::active: break;
    case ApiKeyState::expired: return ApiKeyRefusal{.why = ApiKeyRefusal::Why::expired};
    case ApiKeyState::revoked: return ApiKeyRefusal{.why = ApiKeyRefusal::Why::revoked};
    }
    return std::nullopt;
}

std::optional<ApiKeyRefusal> refusal_by_limit(const ApiKeyStatus& status, const ServiceDay& today, Time now)
{
    using Why = ApiKeyRefusal::Why;
    const ApiKeyUse use = as_of_now(status.use, today, now);
    const ApiKeyLimits& limits = status.limits;
    // The one that lasts longest first: a client should not return in a minute to learn that it is a day.
    if (limits.calls_per_day && use.day.calls >= *limits.calls_per_day)
        return ApiKeyRefusal{.why = Why::calls_per_day, .limit = *limits.calls_per_day, .retry_at = today.ends};
    if (limits.calls_per_minute && use.minute.calls >= *limits.calls_per_minute) {
        return ApiKeyRefusal{.why = Why::calls_per_minute,
                             .limit = *limits.calls_per_minute,
                             .retry_at = minute_of(now) + std::chrono::minutes{1}};
    }
    if (limits.concurrency && use.in_flight >= *limits.concurrency)
        return ApiKeyRefusal{.why = Why::concurrency, .limit = *limits.concurrency};
    return std::nullopt;
}

ApiKeyUse without_call(ApiKeyUse use, Time counted_at)
{
    const auto take_back = [](std::int64_t& calls) { calls = std::max<std::int64_t>(calls - 1, 0); };
    take_back(use.total);
    if (use.day.begins <= counted_at) take_back(use.day.calls);
    if (use.minute.begins <= counted_at) take_back(use.minute.calls);
    return use;
}

ApiKeyUse with_call(const ApiKeyUse& use, const ServiceDay& today, Time now)
{
    ApiKeyUse counted = as_of_now(use, today, now);
    ++counted.day.calls;
    ++counted.minute.calls;
    ++counted.total;
    counted.last_used_at = now;
    return counted;
}

}  // namespace dreamina
