#pragma once
/// One row of the audit trail for a change to many accounts that is made piece by piece. It comes to be with the first
/// piece and grows with each, within their transactions: killed in between, it tells what has been done.

#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "api/audit/audit_record.hpp"

namespace dreamina {

/// So many accounts or fewer have a row each.
constexpr std::size_t max_noted_apart = 100;

class BulkAuditRecord {
public:
    /// `said`: what is the same for all of them; `filter`: which they were to be, empty if they were named.
    BulkAuditRecord(Call& call, AuditAction action, Json recorded, Json filter);

    void add(std::span<const AccountId> changed);
    /// At the end of a piece; nothing as long as nothing has changed.
    void write();

private:
    std::string ids() const;

    Call& call_;
    AuditAction action_;
    Json recorded_;
    std::int64_t count_ = 0;
    std::int64_t written_ = 0;
    std::vector<std::pair<AccountId, AccountId>> ranges_;
    std::optional<std::int64_t> row_;
};

}  // namespace dreamina
