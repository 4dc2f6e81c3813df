#pragma once
/// The pool's side of `accounts` that concerns many of them: what a limit or a setting means for all, and how they
/// stand. Who is chosen for a request is AccountQueues'. Every call here that changes something is part of a larger
/// write transaction.

#include <optional>
#include <string_view>

#include "core/domain/account/account.hpp"
#include "core/domain/account/eligibility.hpp"
#include "core/domain/model_catalog.hpp"
#include "core/storage/engine/database.hpp"

namespace dreamina {

class AccountSelection {
public:
    explicit AccountSelection(Database& database) : database_(database) {}

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
    Database& database_;
};

}  // namespace dreamina
