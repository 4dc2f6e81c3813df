#pragma once
/// The pool's side of `accounts`: who is next, what a use and its outcome leave behind.
/// Every call here that changes something is part of a larger write transaction.
///
/// How an account is chosen. `accounts.pool_class` is a number that SQLite computes from the row: its region, whether
/// it has points, one bit per model whose daily limit it has reached, whether it has a proxy, and whether it is busy.
/// It is NULL for accounts that serve no request (deleted, disabled, banned, without a valid session). An index orders
/// accounts by pool_class and, within it, by last use. So the accounts of a pool form a few dozen queues, each with its
/// least recently used account in front.
///
/// choose() hops from class to class over that index, keeps the classes whose bits fit the model, and takes of their
/// heads the one that was used longest ago. Its cost depends on the number of classes, not of accounts.
///
/// Each bit is updated by the code that changes what it stands for: mark_used() and settle() for busy, set_exhausted()
/// when a call reaches the limit, recompute_exhausted() and recompute_busy() when a setting changes, and the daily
/// reset clears the limit bits. Two things are looked up when an account is chosen, so that a change of theirs writes
/// no account: whether CN accounts need points, and whether the known upstream may see proxies.

#include <optional>
#include <span>
#include <string>

#include "core/domain/account/account.hpp"
#include "core/domain/account/account_policy.hpp"
#include "core/domain/model_catalog.hpp"
#include "core/domain/account/eligibility.hpp"
#include "core/storage/engine/database.hpp"
#include "core/storage/stores/lease_store.hpp"

namespace dreamina {

struct Candidate {
    AccountId id = 0;
    Region region = Region::us;
    std::string session_id;
    std::optional<std::string> proxy_url;
};

/// The bits of accounts.pool_class that keep accounts out for as long as the upstream is what it is, as an SQL
/// expression: one that gives proxies away, or may, gets no account that has one.
std::string_view barred_bits_sql();

/// SQL: a value of accounts.pool_class, with the points bit set also where points do not matter.
std::string serving_class_sql(std::string_view pool_class);

/// Whether the accounts of such a class may serve the model, busy ones among them.
bool can_serve(std::int64_t serving_class, const ModelRule& rule);
bool is_busy_class(std::int64_t pool_class);

class AccountSelection {
public:
    explicit AccountSelection(Database& database) : database_(database) {}

    /// The least recently used account that may serve the model. One indexed statement: its cost grows with the
    /// number of different classes of accounts (see sql/0017_deleted_accounts.sql), not with the number of accounts.
    /// Never one of `tried`.
    std::optional<Candidate> choose(const ModelRule& rule, std::span<const AccountId> tried = {});

    /// One account, as `choose` would tell it; nothing if it has no session.
    std::optional<Candidate> candidate(AccountId account);

    /// Whether an account could serve the model but for being busy.
    bool any_busy(const ModelRule& rule, std::span<const AccountId> tried = {});

    /// One more in flight; busy once there are as many as may be.
    void mark_used(AccountId account, const UseStep& step, Time now);

    /// Whether the model's limit keeps the account out.
    void set_exhausted(AccountId account, int limit_bit, bool exhausted);

    struct Outcome {
        Verdict verdict = Verdict::success;
        milliseconds ban_for{};                     ///< ACCOUNT_BAN_DURATION_HOURS
        std::optional<milliseconds> retry_after{};  ///< the answer's
        std::optional<milliseconds> rule_ban{};     ///< of the rule that gave the verdict: instead of the verdict's ban
        std::string session_id;  ///< the one that was sent: an expiry counts only while the account still has it
    };
    struct Settled {
        bool refresh_due = false;          ///< the session was taken out
        std::optional<Time> banned_until;  ///< by this outcome
    };
    /// Ends one use and books what the verdict means.
    Settled settle(AccountId account, const Outcome& outcome, std::int64_t max_concurrency, Time now);

    /// Takes back what a failure led to that was not the account's: an error, and the ban until `ban_until` if it is
    /// still that one.
    void revert_bans(AccountId account, std::optional<Time> ban_until, bool takes_error_back, Time now);

    /// For the sentence of a refusal and its log. Looks at every account: not within a write transaction.
    Eligibility eligibility_for(const ModelRule& rule);

    /// Recomputes which accounts have reached `limit` of the model.
    void recompute_exhausted(std::string_view model, int limit_bit, std::int64_t limit);
    void clear_exhausted();
    /// The model whose bit this was has no limit any more.
    void clear_exhausted_bit(int limit_bit);
    /// Recomputes which are busy. `max_concurrency`: 0 for none.
    void recompute_busy(std::int64_t max_concurrency);

private:
    std::int64_t note_proxy_failure(AccountId account);
    std::optional<Time> ban(AccountId account, const Consequence& consequence, const Outcome& outcome, Time now);

    Database& database_;
};

}  // namespace dreamina
