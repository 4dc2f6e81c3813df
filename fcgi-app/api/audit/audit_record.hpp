#pragma once
/// Handlers note here what they have changed, within the transaction of the change.

#include <string>

#include "core/domain/account/account.hpp"
#include "core/domain/model_catalog.hpp"
#include "api/http/router.hpp"
#include "core/storage/accounts/account_store.hpp"
#include "core/storage/stores/job_store.hpp"

namespace dreamina {

/// What differs: JSON objects with the same names, secrets as marks. Nothing was there before, or is there after, where
/// a field is missing.
struct FieldChanges {
    Json before = Json::object();
    Json after = Json::object();

    bool empty() const { return before.empty() && after.empty(); }
};

/// Fields of which neither says more than null or false are no difference.
FieldChanges differences(const Json& before, const Json& after);

/// Null: there was none, or there is none any more.
FieldChanges account_changes(const Account* before, const Account* after);
FieldChanges account_changes(const NewAccount& added);
FieldChanges model_changes(const Model* before, const Model* after, const Settings& settings);
FieldChanges setting_changes(const SettingChange& change);

struct Audited {
    AuditSubject kind = AuditSubject::account;
    std::string id;    ///< empty: no single one
    std::string name;  ///< for people
};
Audited audited(const Account& account);

/// Returns the row's id.
std::int64_t record_audit(Call& call, AuditAction action, const Audited& subject, const FieldChanges& changes = {});
/// The change of that row has gone on: so it is by now.
void amend_audit(Call& call, std::int64_t row, const FieldChanges& changes);
/// Nothing where nothing differs.
void record_difference(Call& call, AuditAction action, const Audited& subject, const FieldChanges& changes);
/// `accounts`: those that were named, if any.
void record_job_audit(Call& call, AuditAction action, const Job& job, const std::vector<AccountId>& accounts = {});

}  // namespace dreamina
