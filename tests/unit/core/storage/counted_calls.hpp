#pragma once
/// Calls that are counted one at a time, each written at once.

#include "core/storage/accounts/usage_changes.hpp"

namespace dreamina {

inline std::optional<std::int64_t> count_call(Database& database, AccountId account, std::string_view model,
                                              std::optional<std::int64_t> limit = std::nullopt)
{
    UsageChanges changes{database};
    changes.load(model, {&account, 1});
    const auto calls = changes.count(account, model, limit);
    changes.write();
    return calls;
}

}  // namespace dreamina
