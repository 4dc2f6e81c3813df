#include "api/accounts/bulk_audit_record.hpp"

#include "core/storage/log/audit_store.hpp"

namespace dreamina {

BulkAuditRecord::BulkAuditRecord(Call& call, AuditAction action, Json recorded, Json filter)
    : call_(call), action_(action), recorded_(std::move(recorded))
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
    FieldChanges changes;
    changes.after = recorded_;
    changes.after["accounts"] = accounts_.count();
    changes.after["ids"] = accounts_.text();
    if (row_) {
        amend_audit(call_, *row_, changes);
    } else {
        row_ = record_audit(call_, action_, {.kind = AuditSubject::account, .id = {}, .name = {}}, changes);
    }
    // The last range of the piece before may have grown.
    const std::span<const AccountRange> ranges{accounts_.all()};
    AuditStore{call_.database}.add_accounts(*row_, ranges.subspan(ranges_written_ > 0 ? ranges_written_ - 1 : 0));
    ranges_written_ = ranges.size();
}

}  // namespace dreamina
