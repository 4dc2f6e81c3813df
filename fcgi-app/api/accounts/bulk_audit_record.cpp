#include "api/accounts/bulk_audit_record.hpp"

#include "core/storage/log/audit_store.hpp"

namespace dreamina {

void GrowingAuditRow::write(Json fields, const AccountRanges& accounts)
{
    FieldChanges changes;
    changes.after = std::move(fields);
    changes.after["ids"] = accounts.text();
    if (row_) {
        amend_audit(call_, *row_, changes);
    } else {
        row_ = record_audit(call_, action_, {.kind = AuditSubject::account, .id = {}, .name = {}}, changes);
    }
    // The last range of the piece before may have grown.
    const std::span<const AccountRange> ranges{accounts.all()};
    AuditStore{call_.database}.add_accounts(*row_, ranges.subspan(ranges_written_ > 0 ? ranges_written_ - 1 : 0));
    ranges_written_ = ranges.size();
}

BulkAuditRecord::BulkAuditRecord(Call& call, AuditAction action, Json recorded, Json filter)
    : row_(call, action), recorded_(std::move(recorded))
{
    if (!filter.empty()) recorded_["filter"] = std::move(filter);
}

void BulkAuditRecord::add(std::span<const AccountId> changed)
{
    for (const AccountId id : changed) accounts_.add(id);
}

void BulkAuditRecord::write()
{
    if (accounts_.count() == written_) return;
    written_ = accounts_.count();
    Json fields = recorded_;
    fields["accounts"] = accounts_.count();
    row_.write(std::move(fields), accounts_);
}

}  // namespace dreamina
