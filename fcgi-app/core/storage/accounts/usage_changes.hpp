#pragma once
/// The calls that a batch of reservations and settlements counts and takes back, in memory until write(): one statement
/// for all. Part of one write transaction.

#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>

#include "core/domain/account/account.hpp"
#include "core/storage/engine/database.hpp"

namespace dreamina {

class UsageChanges {
public:
    explicit UsageChanges(Database& database) : database_(database) {}

    /// Reads the calls of these, those that are unknown yet, at once.
    void load(std::string_view model, std::span<const AccountId> accounts);
    bool knows(AccountId account, std::string_view model) const;

    /// Counts one call unless the account has reached `limit`; the calls counted then, or nothing at the limit. Without
    /// a limit nothing is read: the number is right only if they were loaded.
    std::optional<std::int64_t> count(AccountId account, std::string_view model, std::optional<std::int64_t> limit);

    /// Takes one call back; the calls left.
    std::int64_t take_back(AccountId account, std::string_view model);

    void write();

private:
    struct Calls {
        std::optional<std::int64_t> stored;  ///< nothing: not read
        std::int64_t added = 0;              ///< by this batch
    };
    Calls& calls_of(AccountId account, std::string_view model);

    Database& database_;
    std::map<std::string, std::unordered_map<AccountId, Calls>, std::less<>> calls_;
};

}  // namespace dreamina
