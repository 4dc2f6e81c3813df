#include "api/audit/audit_record.hpp"

#include "core/domain/account/account_fields.hpp"
#include "api/http/json_values.hpp"
#include "api/models/model_json.hpp"
#include "core/storage/log/audit_store.hpp"

namespace dreamina {
namespace {

/// A job may be for thousands.
constexpr std::size_t max_accounts_shown = 20;

bool says_nothing(const Json& value) { return value.is_null() || value == false; }

Json member_of(const Json& object, const std::string& name)
{
    const auto found = object.find(name);
    return found == object.end() ? Json(nullptr) : *found;
}

/// Empty values count as none.
void add_secret(FieldChanges& changes, const char* name, const std::string& before, const std::string& after)
{
    if (before == after) return;
    if (!before.empty()) changes.before[name] = secret_before;
    changes.after[name] = after.empty() ? Json(nullptr) : Json(before.empty() ? secret_before : secret_after);
}

Json plain_fields(const Account* account)
{
    if (account == nullptr) return Json::object();
    return {{"email", account->email},
            {"region", to_string(account->region)},
            {"points", account->points},
            {"is_banned", account->banned},
            {"ban_until", value_or_null(account->ban_until)},
            {"is_disabled", account->disabled},
            {"session_expired", account->session_expired}};
}

/// A URL may hold a user and a password.
Json shown(const SettingValue& value)
{
    const auto* text = std::get_if<std::string>(&value);
    if (text != nullptr) return masked_proxy_url(*text);
    return std::visit([](const auto& held) { return Json(held); }, value);
}

/// An object, or nothing for an empty one.
std::optional<std::string> compact(const Json& fields)
{
    if (fields.empty()) return std::nullopt;
    return fields.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::optional<std::string> unless_empty(const std::string& text)
{
    return text.empty() ? std::nullopt : std::optional{text};
}

}  // namespace

FieldChanges differences(const Json& before, const Json& after)
{
    FieldChanges changes;
    for (const auto& [name, value] : before.items()) {
        if (value == member_of(after, name) || (says_nothing(value) && says_nothing(member_of(after, name)))) continue;
        changes.before[name] = value;
    }
    for (const auto& [name, value] : after.items()) {
        if (value == member_of(before, name) || (says_nothing(value) && says_nothing(member_of(before, name))))
            continue;
        changes.after[name] = value;
    }
    return changes;
}

FieldChanges account_changes(const Account* before, const Account* after)
{
    FieldChanges changes = differences(plain_fields(before), plain_fields(after));
    const Account none;
    const Account& old = before != nullptr ? *before : none;
    const Account& now = after != nullptr ? *after : none;
    add_secret(changes, "password", old.password, now.password);
    add_secret(changes, "session_id", old.session_id.value_or(""), now.session_id.value_or(""));
    add_secret(changes, "proxy_url", old.proxy_url.value_or(""), now.proxy_url.value_or(""));
    if (after == nullptr) changes.after.clear();
    return changes;
}

FieldChanges account_changes(const NewAccount& added)
{
    Account account;
    account.email = added.email;
    account.password = added.password;
    account.region = added.region;
    account.session_id = added.session_id;
    account.proxy_url = added.proxy_url;
    account.points = added.points;
    return account_changes(nullptr, &account);
}

FieldChanges model_changes(const Model* before, const Model* after, const Settings& settings)
{
    const Json none = Json::object();
    return differences(before != nullptr ? model_json(*before, settings) : none,
                       after != nullptr ? model_json(*after, settings) : none);
}

FieldChanges setting_changes(const SettingChange& change)
{
    const std::string key{change.row.key};
    FieldChanges changes;
    if (change.row.secret) {
        const auto is_set = [](const SettingValue& value) { return !std::holds_alternative<std::nullptr_t>(value); };
        changes.before[key] = is_set(change.before) ? Json(secret_before) : Json(nullptr);
        changes.after[key] = is_set(change.after) ? Json(secret_after) : Json(nullptr);
    } else {
        changes.before[key] = shown(change.before);
        changes.after[key] = shown(change.after);
    }
    return changes;
}

Audited audited(const Account& account)
{
    return {.kind = AuditSubject::account, .id = std::to_string(account.id), .name = account.email};
}

std::int64_t record_audit(Call& call, AuditAction action, const Audited& subject, const FieldChanges& changes)
{
    return AuditStore{call.database}.add({.at = call.now,
                                          .caller = call.caller,
                                          .action = action,
                                          .subject = subject.kind,
                                          .subject_id = unless_empty(subject.id),
                                          .subject_name = unless_empty(subject.name),
                                          .old_fields = compact(changes.before),
                                          .new_fields = compact(changes.after)});
}

void amend_audit(Call& call, std::int64_t row, const FieldChanges& changes)
{
    AuditStore{call.database}.set_new_fields(row, compact(changes.after).value_or("{}"));
}

void record_difference(Call& call, AuditAction action, const Audited& subject, const FieldChanges& changes)
{
    if (!changes.empty()) record_audit(call, action, subject, changes);
}

void record_job_audit(Call& call, AuditAction action, const Job& job, const std::vector<AccountId>& accounts)
{
    FieldChanges changes;
    if (action == AuditAction::cancel) {
        changes.before["state"] = to_string(job.state);
        changes.after["state"] = to_string(JobState::cancelled);
    } else {
        changes.after["kind"] = to_string(job.kind);
        if (job.kind == JobKind::registration) changes.after["count"] = job.wanted;
        if (job.scope) changes.after["accounts"] = to_string(*job.scope);
        if (!accounts.empty()) {
            changes.after["accounts"] = accounts.size() <= max_accounts_shown ? Json(accounts) : Json(accounts.size());
        }
        if (job.retry_of) changes.after["retry_of"] = *job.retry_of;
    }
    record_audit(call, action,
                 {.kind = AuditSubject::job, .id = std::to_string(job.id), .name = std::string{to_string(job.kind)}},
                 changes);
}

}  // namespace dreamina
