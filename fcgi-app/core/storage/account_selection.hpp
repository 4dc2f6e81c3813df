#pragma once
/// The pool's side of `accounts`: who is next, what a use and its outcome leave behind.
/// Every call here that changes something is part of a larger write transaction.

#include <optional>
#include <span>
#include <string>

#include "domain/account.hpp"
#include "domain/account_policy.hpp"
#include "domain/model_catalog.hpp"
#include "domain/standing.hpp"
#include "storage/database.hpp"
#include "storage/lease_store.hpp"

namespace dreamina {

struct Candidate {
    AccountId id = 0;
    Region region = Region::us;
    std::string session_id;
    std::optional<std::string> proxy_url;
};

/// The bits of accounts.pool_class that keep accounts out for as long as the upstream is what it is, as an SQL
/// expression: one that gives proxies away, or of which nobody knows yet, gets no account that has one.
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
    /// number of different classes of accounts (see sql/0001_initial.sql), not with the number of accounts.
    /// Never one of `tried`.
    std::optional<Candidate> choose(const ModelRule& rule, std::span<const AccountId> tried = {});

    /// One account, as `choose` would tell it; nothing if it has no session.
    std::optional<Candidate> candidate(AccountId account);

    /// Whether an account could serve the model but for being busy.
    bool somebody_is_busy(const ModelRule& rule, std::span<const AccountId> tried = {});

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
    void forgive(AccountId account, std::optional<Time> ban_until, bool takes_error_back, Time now);

    /// For the sentence of a refusal and its log. Looks at every account: not within a write transaction.
    Standing standing_towards(const ModelRule& rule);

    /// Computes anew which accounts have reached `limit` of the model.
    void recompute_exhausted(std::string_view model, int limit_bit, std::int64_t limit);
    void clear_exhausted();
    /// The model whose bit this was has no limit any more.
    void clear_exhausted_bit(int limit_bit);
    /// Computes anew who is busy. `max_concurrency`: 0 for none.
    void recompute_busy(std::int64_t max_concurrency);

private:
    std::int64_t note_proxy_failure(AccountId account);
    std::optional<Time> ban(AccountId account, const Consequence& consequence, const Outcome& outcome, Time now);

    Database& database_;
};

}  // namespace dreamina
