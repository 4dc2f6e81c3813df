#pragma once
/// Many accounts in few words: "1-10000, 10007".

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/domain/account/account.hpp"

namespace dreamina {

struct AccountRange {
    AccountId first = 0;
    AccountId last = 0;
    std::string emails = {};  ///< one a line; empty if they are not kept
};

class AccountRanges {
public:
    /// Each account once. Ids in ascending order make the fewest ranges.
    void add(AccountId id, std::string_view email = {});

    std::int64_t count() const { return count_; }
    const std::vector<AccountRange>& all() const { return ranges_; }

    /// Cut off with "…" where there are very many ranges.
    std::string text() const;

private:
    std::int64_t count_ = 0;
    std::vector<AccountRange> ranges_;
};

}  // namespace dreamina
