#include "api/settings.hpp"

#include "api/audit_note.hpp"
#include "api/settings_schema.hpp"
#include "server/password_check.hpp"
#include "storage/audit_store.hpp"
#include "storage/sealing.hpp"
#include "storage/session_store.hpp"
#include "storage/transaction.hpp"

namespace dreamina {
namespace {

Outcome show(Call& call);
Outcome change(Call& call);

}  // namespace

std::vector<Route> settings_routes()
{
    return {
        {"GET", "/api/settings", Access::admin, show},
        {"POST", "/api/settings", Access::admin, change},
    };
}

namespace {

constexpr std::string_view password_key = "ADMIN_PASSWORD";
constexpr std::string_view key_file_key = "SECRET_KEY_FILE";

Json settings_json(const Settings& settings)
{
    Json all = Json::object();
    for (const SettingRow& row : setting_rows()) all[std::string{row.key}] = shown_value(row, settings);
    return all;
}

Outcome show(Call& call) { return json_reply(200, settings_json(call.settings())); }

Result<SettingValue> to_value(const std::string& key, const Json& json)
{
    if (json.is_null()) return SettingValue{nullptr};
    if (json.is_boolean()) return SettingValue{json.get<bool>()};
    if (json.is_number_unsigned() &&
        json.get<std::uint64_t>() > std::uint64_t(std::numeric_limits<std::int64_t>::max()))
        return failure("invalid_setting", key + " is too large a number");
    if (json.is_number_integer()) return SettingValue{json.get<std::int64_t>()};
    if (json.is_number()) return SettingValue{json.get<double>()};
    if (json.is_string()) return SettingValue{json.get<std::string>()};
    return failure("invalid_setting", key + " must be a single value, not an object or a list");
}

Result<std::vector<SettingEntry>> read_changes(const Request& request)
{
    const auto body = parse_json(request.body.text());
    if (!body) return tl::unexpected(body.error());
    if (!body->is_object()) return failure("invalid_body", "the body must be a JSON object of settings");
    std::vector<SettingEntry> changes;
    for (const auto& [key, json] : body->items()) {
        const SettingRow* row = find_setting(key);
        if (row == nullptr) return failure("unknown_setting", "\"" + key.substr(0, 60) + "\" is not a setting");
        auto value = to_value(key, json);
        if (!value) return tl::unexpected(value.error());
        changes.push_back({key, std::move(*value)});
    }
    return changes;
}

/// What comes over the page is kept as a hash; the check of the plain text comes first. True if it changes.
Result<bool> hash_new_password(std::vector<SettingEntry>& changes)
{
    for (SettingEntry& change : changes) {
        auto* text = std::get_if<std::string>(&change.value);
        if (change.key != password_key || text == nullptr || *text == masked_secret) continue;
        Settings scratch;
        if (auto checked = apply_setting(scratch, *find_setting(password_key), change.value); !checked)
            return tl::unexpected(checked.error());
        // The default stays readable, so that every process can tell that it is the default.
        if (*text != default_admin_password && !is_usable_hash(*text)) change.value = hash_password(*text);
        return true;
    }
    return false;
}

/// Each changed setting has its row, on the disk before the file is written: a crash in between may leave a row whose
/// change did not come about, but no change without its row.
std::vector<std::int64_t> note_settings(Call& call, const std::vector<SettingChange>& changes)
{
    const DurableCommits durable{call.database};
    Transaction transaction{call.database};
    std::vector<std::int64_t> rows;
    for (const SettingChange& change : changes) {
        const std::string key{change.row.key};
        rows.push_back(note(call, AuditAction::change, {.kind = AuditSubject::setting, .id = key, .name = key},
                            setting_changes(change)));
    }
    transaction.commit();
    return rows;
}

/// A file without the key would be found out at the next start, which then fails.
Result<void> check_key_file(Call& call, const std::vector<SettingEntry>& changes)
{
    for (const SettingEntry& change : changes) {
        if (change.key != key_file_key) continue;
        Settings scratch;
        if (auto applied = apply_setting(scratch, *find_setting(key_file_key), change.value); !applied) return applied;
        if (scratch.secret_key_file == call.settings().secret_key_file) continue;
        const auto file = scratch.secret_key_file
                              ? std::optional{call.services.settings.folder() / *scratch.secret_key_file}
                              : std::nullopt;
        if (const auto fits = key_file_may_be(call.database, file); !fits)
            return failure("invalid_setting", std::string{key_file_key} + ": " + fits.error().message);
    }
    return {};
}

Outcome change(Call& call)
{
    auto changes = read_changes(call.request);
    if (!changes) return bad_body_reply(changes.error());
    const auto new_password = hash_new_password(*changes);
    if (!new_password) return error_reply(422, new_password.error());
    if (const auto checked = check_key_file(call, *changes); !checked) return error_reply(422, checked.error());
    std::vector<std::int64_t> rows;
    const auto changed =
        call.services.settings.change(*changes, [&](const auto& announced) { rows = note_settings(call, announced); });
    if (!changed) {
        if (changed.error().code == "unwritable") AuditStore{call.database}.take_back(rows);
        const bool ours = changed.error().code == "unwritable" || changed.error().code == "invalid_config";
        return error_reply(ours ? 500 : 422, changed.error());
    }
    if (*new_password) SessionStore{call.database}.remove_all();
    return json_reply(200, settings_json(call.services.settings.current()->settings));
}

}  // namespace
}  // namespace dreamina
