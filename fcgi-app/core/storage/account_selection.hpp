#pragma once
/// The pool's side of `accounts`: who is next, what a use and its outcome leave behind.
/// Every call here that changes something is part of a larger write transaction.

#include <optional>
#include <span>
#include <string>

#include "domain/account.hpp"
#include "domain/account_policy.hpp"
#include "domain/model_catalog.hpp"
#include "storage/database.hpp"

namespace dreamina {

struct Candidate {
    AccountId id = 0;
    Region region = Region::us;
    std::string session_id;
    std::optional<std::string> proxy_url;
};

/// How the accounts stand towards one model, for the sentence of a refusal. Each account is counted once, under the
/// first reason that keeps it from serving.
struct Standing {
    bool unknown = false;  ///< the database did not say
    std::int64_t total = 0;
    std::int64_t disabled = 0;
    std::int64_t banned = 0;
    std::int64_t without_session = 0;  ///< none, or expired
    std::int64_t other_region = 0;
    std::int64_t without_points = 0;
    std::int64_t at_limit = 0;
    std::optional<Time> next_ban_end;  ///< of the banned ones that could serve otherwise
};

class AccountSelection {
public:
    explicit AccountSelection(Database& database) : database_(database) {}

    /// The least recently used account that may serve the model. One indexed statement: its cost grows with the
    /// number of different classes of accounts (see sql/0001_initial.sql), not with the number of accounts.
    /// Never one of `tried`.
    std::optional<Candidate> choose(const ModelRule& rule, std::span<const AccountId> tried = {});

    void mark_used(AccountId account, std::int64_t sequence, Time now);

    /// Whether the model's limit keeps the account out.
    void set_exhausted(AccountId account, int limit_bit, bool exhausted);

    struct Outcome {
        Verdict verdict = Verdict::success;
        Time ban_until{};        ///< used if the verdict bans
        std::string session_id;  ///< the one that was sent: an expiry counts only while the account still has it
    };
    /// Books what the verdict means. True if it took the session out: a refresh is due.
    bool settle(AccountId account, const Outcome& outcome, Time now);

    /// Looks at every account: not within a write transaction.
    Standing standing_towards(const ModelRule& rule);

    /// Computes anew which accounts have reached `limit` of the model.
    void recompute_exhausted(std::string_view model, int limit_bit, std::int64_t limit);
    void clear_exhausted();

private:
    Database& database_;
};

}  // namespace dreamina
