#pragma once
/// What becomes of an account after an answer. To change it, change a row of the table in account_policy.cpp.

#include <chrono>
#include <cstdint>
#include <optional>

#include "core/base/clock.hpp"
#include "core/base/message/message.hpp"
#include "core/domain/verdict/verdict.hpp"

namespace dreamina {

/// Whether another account may be tried within the same request.
enum class Retry {
    never,
    once,            ///< once in the whole request, whatever the verdict that allows it
    once_elsewhere,  ///< likewise, with an account of another region
    with_others,     ///< as often as MAX_ATTEMPTS allows
};

enum class Ban {
    none,
    full,         ///< for ACCOUNT_BAN_DURATION_HOURS
    retry_after,  ///< for the answer's Retry-After, at most ACCOUNT_BAN_DURATION_HOURS; without one, for these
    rest,         ///< 10 minutes, twice as long after each further failure, at most ACCOUNT_BAN_DURATION_HOURS
};

/// One row: the consequences of a verdict.
struct Consequence {
    Verdict verdict;
    bool counts_as_use = false;
    bool counts_as_error = false;
    Ban ban = Ban::none;
    bool expires_session = false;  ///< out of the pool; a session refresh is queued
    bool doubts_points = false;  ///< serves only models that need none, until its points, asked for at once, are known
    bool clears_error_streak = false;     ///< and its proxy's
    bool lengthens_error_streak = false;  ///< banned when it reaches `max_error_streak`
    bool asks_for_points = false;         ///< a points refresh becomes due (not CN)
    bool remembers_region = false;        ///< the name that was asked for is not sent to that region for an hour
    Retry retry = Retry::never;
    bool retries_late = true;  ///< also once `late_failure` has gone by
};

/// Generations that may fail in a row before the account is banned.
constexpr int max_error_streak = 3;

/// A generation that took so long may have been made.
constexpr std::chrono::seconds late_failure{30};

/// For how long a region is known not to have a model.
constexpr std::chrono::hours region_memory{1};

const Consequence& consequence_of(Verdict verdict);

/// `took`: since the request was sent to the upstream.
Retry retry_of(Verdict verdict, milliseconds took);

/// Whether what a client asked for may have been made, and paid for: nothing may lead to its being sent again.
bool may_be_paid(Verdict verdict);

/// `max_length`: ACCOUNT_BAN_DURATION_HOURS; `failures`: of the account's proxy in a row, this one among them.
milliseconds ban_length(Ban ban, milliseconds max_length, std::optional<milliseconds> retry_after,
                        std::int64_t failures);

/// Why an account was banned or taken out; empty where nothing is to be said.
Message reason_for(Verdict verdict);

}  // namespace dreamina
