#pragma once
/// An account as the pool sees it while a batch of reservations and settlements is computed: what they depend on, and
/// what they change. Pure rules on one account; AccountQueues reads and writes it.

#include <optional>
#include <string>

#include "core/domain/account/account.hpp"
#include "core/domain/account/account_policy.hpp"
#include "core/storage/engine/statement.hpp"

namespace dreamina {

struct PoolAccount {
    AccountId id = 0;
    Region region = Region::us;
    StoredText session_id;
    StoredText proxy_url;
    std::optional<std::int64_t> pool_class;  ///< of its queue; nothing: it serves no request
    std::int64_t last_used_seq = 0;          ///< its place there
    std::int64_t in_flight = 0;
    std::int64_t exhausted = 0;
    bool busy = false;
    std::int64_t error_count = 0;
    std::int64_t error_streak = 0;
    std::int64_t proxy_failures = 0;
    bool banned = false;
    std::optional<Time> ban_until;
    bool session_expired = false;
    bool points_doubted = false;
    std::optional<Time> points_due_at;
    bool is_deleted = false;

    /// What is to be written, and by which statement (AccountQueues::write).
    bool used = false;
    bool settled = false;
    bool bits_changed = false;    ///< busy or exhausted
    bool state_changed = false;   ///< banned, ban_until, session_expired, points_doubted
    bool points_unasked = false;  ///< points_asked_at is no more
    std::optional<Message> note;  ///< the new status_note
};

/// One more in flight; busy once there are as many as may be. `sequence`: its place in the order of use.
void use(PoolAccount& account, std::int64_t sequence, std::int64_t max_concurrency);

/// Whether the model with this bit keeps the account out, since its limit is reached.
void set_exhausted(PoolAccount& account, int limit_bit, bool exhausted);

/// Out of the pool: its session, or its proxy, cannot be read.
void mark_damaged(PoolAccount& account);

/// What an answer means for the account that gave it.
struct UseOutcome {
    Verdict verdict = Verdict::success;
    milliseconds ban_for{};                     ///< ACCOUNT_BAN_DURATION_HOURS
    std::optional<milliseconds> retry_after{};  ///< the answer's
    std::optional<milliseconds> rule_ban{};     ///< of the rule that gave the verdict: instead of the verdict's ban
    bool has_session_still = false;             ///< the one that was sent: an expiry counts only then
};
/// The pool's two settings that a settlement depends on.
struct PoolLimits {
    std::int64_t max_concurrency = 0;  ///< requests that an account may have in flight; 0: no limit
    bool cn_points = false;            ///< CN_POINTS_ENABLED
};
struct Settled {
    bool refresh_due = false;          ///< the session was taken out
    std::optional<Time> banned_until;  ///< by this outcome
};
/// Ends one use and books what the verdict means.
Settled settle_use(PoolAccount& account, const UseOutcome& outcome, const PoolLimits& limits, Time now);

}  // namespace dreamina
