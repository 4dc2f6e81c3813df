#include "api/accounts/bulk_audit_record.hpp"

#include <fmt/format.h>

namespace dreamina {
namespace {

/// Ids without any order to them would make a row of megabytes.
constexpr std::size_t max_ids_length = 2000;

}  // namespace

BulkAuditRecord::BulkAuditRecord(Call& call, AuditAction action, Json recorded, Json filter)
    : call_(call), action_(action), recorded_(std::move(recorded))
{
    if (!filter.empty()) recorded_["filter"] = std::move(filter);
}

void BulkAuditRecord::add(std::span<const AccountId> changed)
{
    for (const AccountId id : changed) {
        if (!ranges_.empty() && ranges_.back().second + 1 == id) {
            ranges_.back().second = id;
        } else {
            ranges_.emplace_back(id, id);
        }
    }
    count_ += std::ssize(changed);
}

std::string BulkAuditRecord::ids() const
{
    std::string text;
    for (const auto& [first, last] : ranges_) {
        if (text.size() > max_ids_length) return text + ", …";
        if (!text.empty()) text += ", ";
        text += first == last ? fmt::format("{}", first) : fmt::format("{}-{}", first, last);
    }
    return text;
}

void BulkAuditRecord::write()
{
    if (count_ == written_) return;
    written_ = count_;
    FieldChanges changes;
    changes.after = recorded_;
    changes.after["accounts"] = count_;
    changes.after["ids"] = ids();
    if (row_) {
        amend_audit(call_, *row_, changes);
    } else {
        row_ = record_audit(call_, action_, {.kind = AuditSubject::account, .id = {}, .name = {}}, changes);
    }
}

}  // namespace dreamina
