#pragma once
/// `audit` and `audit_accounts`: who changed what, when and from where. Rows are added within the transaction of their
/// change and never altered afterwards, but for the failed logins, of which one row stands for many, and for those of a
/// change to many accounts, which is made piece by piece.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/base/clock.hpp"
#include "core/domain/account/account_ranges.hpp"
#include "core/domain/audit.hpp"
#include "core/storage/engine/database.hpp"

namespace dreamina {

struct AuditRow {
    std::int64_t id = 0;
    Time at{};
    Caller caller;
    AuditAction action = AuditAction::change;
    AuditSubject subject = AuditSubject::account;
    std::optional<std::string> subject_id;
    std::optional<std::string> subject_name;  ///< an e-mail, a model's id …, as it was at that time
    std::optional<std::string> old_fields;    ///< a JSON object of what changed, without a secret in it
    std::optional<std::string> new_fields;
    std::int64_t repeats = 1;     ///< of failed logins: how many the row stands for
    std::optional<Time> last_at;  ///< when the last of those was
};

/// Where a page ended: the next one begins behind it, whatever has been added or pruned meanwhile.
struct AuditCursor {
    Time at{};
    std::int64_t id = 0;
};

/// Empty members ask for nothing.
struct AuditFilter {
    std::optional<Time> from;  ///< that moment and later
    std::optional<Time> to;    ///< before it
    std::optional<CallerKind> who;
    std::optional<std::string> address;
    std::optional<AuditAction> action;
    std::optional<AuditSubject> subject;
    std::optional<std::string> subject_id;  ///< of an account: the rows of changes to many as well
    std::string name_part;                  ///< anywhere in the subject's name, without regard to ASCII case
    std::optional<AuditCursor> after;
};

/// A row of failed logins takes in those of its address for so long; then another one begins.
constexpr std::chrono::hours failed_login_row_lasts{1};
/// So many such rows begin within that time; what comes from further addresses is counted in one row without any.
constexpr std::int64_t max_failed_login_rows = 50;

class AuditStore {
public:
    explicit AuditStore(Database& database) : database_(database) {}

    /// `row.id`, `repeats` and `last_at` are not looked at. Returns the new row's id.
    std::int64_t add(const AuditRow& row);

    /// The same change has gone on, and this is what has come of it by now.
    void set_new_fields(std::int64_t id, const std::string& fields);

    /// The accounts that a row without a subject stands for: they are found by each of them. A range that begins where
    /// a known one does replaces it.
    void add_accounts(std::int64_t row, std::span<const AccountRange> ranges);

    /// Takes back rows whose change did not come about.
    void take_back(const std::vector<std::int64_t>& ids);

    /// One transaction of its own, a small one: a flood of these adds `max_failed_login_rows` an hour, and one.
    void add_failed_login(const Caller& caller, Time now);

    /// The newest first, at most `count`.
    std::vector<AuditRow> list(const AuditFilter& filter, std::int64_t count);

private:
    Database& database_;
};

}  // namespace dreamina
