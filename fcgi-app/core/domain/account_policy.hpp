#pragma once
/// What becomes of an account after an answer. To change it, change a row of the table in account_policy.cpp.

#include <string_view>

#include "domain/verdict.hpp"

namespace dreamina {

enum class Retry { never, once, with_others };

/// One row: the consequences of a verdict.
struct Consequence {
    Verdict verdict;
    bool counts_as_use = false;
    bool counts_as_error = false;
    bool bans = false;             ///< for ACCOUNT_BAN_DURATION_HOURS
    bool expires_session = false;  ///< out of the pool; a session refresh is queued
    bool empties_points = false;
    bool clears_error_streak = false;
    bool lengthens_error_streak = false;  ///< banned when it reaches `longest_error_streak`
    bool asks_for_points = false;         ///< a points refresh becomes due (not CN)
    Retry retry = Retry::never;           ///< whether another account may be tried within the same request
};

/// Generations that may fail in a row before the account is banned.
constexpr int longest_error_streak = 3;

const Consequence& consequence_of(Verdict verdict);

/// Why an account was banned or taken out, in words for its row; empty where nothing is to be said.
std::string_view reason_for(Verdict verdict);

}  // namespace dreamina
