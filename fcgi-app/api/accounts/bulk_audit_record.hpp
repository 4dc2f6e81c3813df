#pragma once
/// Rows of the audit trail for changes to many accounts that are made piece by piece. Such a row comes to be with the
/// first piece and grows with each, within their transactions: killed in between, it tells what has been done.

#include <optional>
#include <span>

#include "api/audit/audit_record.hpp"
#include "core/domain/account/account_ranges.hpp"

namespace dreamina {

/// So many accounts or fewer have a row each.
constexpr std::size_t max_noted_apart = 100;

class GrowingAuditRow {
public:
    GrowingAuditRow(Call& call, AuditAction action) : call_(call), action_(action) {}

    /// At the end of a piece. `fields` and `accounts`: of all pieces so far; the ids are told with the fields.
    void write(Json fields, const AccountRanges& accounts);

private:
    Call& call_;
    AuditAction action_;
    std::size_t ranges_written_ = 0;
    std::optional<std::int64_t> row_;
};

/// The same for accounts that all change alike.
class BulkAuditRecord {
public:
    /// `recorded`: what is the same for all of them; `filter`: which they were to be, empty if they were named.
    BulkAuditRecord(Call& call, AuditAction action, Json recorded, Json filter);

    void add(std::span<const AccountId> changed);
    /// At the end of a piece; nothing as long as nothing has changed.
    void write();

private:
    GrowingAuditRow row_;
    Json recorded_;
    AccountRanges accounts_;
    std::int64_t written_ = 0;
};

}  // namespace dreamina
