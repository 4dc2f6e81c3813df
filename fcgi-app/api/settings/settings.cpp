#include "api/settings/settings.hpp"

#include <algorithm>

#include "api/audit/audit_record.hpp"
#include "api/session/session_cookie.hpp"
#include "api/settings/settings_schema.hpp"
#include "core/base/message/coded_error.hpp"
#include "core/base/log.hpp"
#include "core/pool/pool.hpp"
#include "auth/password_check.hpp"
#include "core/domain/settings/setting_checks.hpp"
#include "core/storage/log/audit_store.hpp"
#include "core/storage/maintenance/encryption.hpp"
#include "core/storage/results/result_files.hpp"
#include "core/storage/stores/session_store.hpp"
#include "core/storage/engine/transaction.hpp"
#include "core/storage/stores/upstream_facts_store.hpp"

namespace dreamina {
namespace {

HandlerResult show_settings(Call& call);
HandlerResult change_settings(Call& call);

}  // namespace

std::vector<Route> settings_routes()
{
    return {
        {"GET", "/api/settings", Access::admin, show_settings},
        {"POST", "/api/settings", Access::admin, change_settings},
    };
}

namespace {

constexpr std::string_view password_key = "ADMIN_PASSWORD";
constexpr std::string_view key_file_key = "SECRET_KEY_FILE";
constexpr std::string_view results_folder_key = "RESULTS_FOLDER";
constexpr std::string_view upstream_key = "UPSTREAM_BASE_URL";

Json settings_json(const Settings& settings)
{
    Json all = Json::object();
    for (const SettingRow& row : setting_rows()) all[std::string{row.key}] = shown_value(row, settings);
    return all;
}

HandlerResult show_settings(Call& call)
{
    // What this worker acts on, not what the file says by now: scripts wait for a change to be live by asking here.
    return json_reply(200, settings_json(call.settings()));
}

Result<SettingValue> to_value(const std::string& key, const Json& json)
{
    if (json.is_null()) return SettingValue{nullptr};
    if (json.is_boolean()) return SettingValue{json.get<bool>()};
    if (json.is_number_unsigned() &&
        json.get<std::uint64_t>() > std::uint64_t(std::numeric_limits<std::int64_t>::max()))
        return field_failure("error.invalid_setting", key, {"field.too_large"});
    if (json.is_number_integer()) return SettingValue{json.get<std::int64_t>()};
    if (json.is_number()) return SettingValue{json.get<double>()};
    if (json.is_string()) return SettingValue{json.get<std::string>()};
    return field_failure("error.invalid_setting", key, {"field.not_single"});
}

/// Of a body that is more than settings.
tl::unexpected<Error> invalid_part(const std::string& name, Message fault)
{
    return failure("invalid_body", Message{"error.invalid_field", {{"field", name}, {"fault", std::move(fault)}}});
}

Result<std::string> setting_named(const std::string& key)
{
    if (find_setting(key) == nullptr)
        return field_failure("error.unknown_setting", key.substr(0, 60), {"field.no_setting"});
    return key;
}

Result<void> read_entry(const std::string& name, const Json& json, std::vector<SettingEntry>& entries)
{
    auto key = setting_named(name);
    if (!key) return tl::unexpected(key.error());
    auto value = to_value(*key, json);
    if (!value) return tl::unexpected(value.error());
    entries.push_back({std::move(*key), std::move(*value)});
    return {};
}

void note(std::vector<Error>& faults, const Result<void>& result)
{
    if (!result) append_faults(faults, result.error());
}

void read_resets(const Json& list, std::vector<std::string>& resets, std::vector<Error>& faults)
{
    const auto is_text = [](const Json& each) { return each.is_string(); };
    if (!list.is_array() || !std::all_of(list.begin(), list.end(), is_text))
        return note(faults, invalid_part("reset", {"field.not_setting_names"}));
    for (const Json& name : list) {
        if (auto key = setting_named(name.get<std::string>())) {
            resets.push_back(std::move(*key));
        } else {
            note(faults, tl::unexpected(key.error()));
        }
    }
}

void read_expected(const Json& object, std::vector<SettingEntry>& expected, std::vector<Error>& faults)
{
    if (!object.is_object()) return note(faults, invalid_part("expected", {"field.not_object"}));
    for (const auto& [key, json] : object.items()) note(faults, read_entry(key, json, expected));
}

/// Settings with their new values, and beside them two words that are no setting's name.
Result<SettingsEdit> read_edit(const Request& request)
{
    const auto body = parse_json(request.body.text());
    if (!body) return tl::unexpected(body.error());
    if (!body->is_object()) return coded_failure("error.invalid_body");
    SettingsEdit edit;
    std::vector<Error> faults;
    for (const auto& [key, json] : body->items()) {
        if (key == "reset") {
            read_resets(json, edit.resets, faults);
        } else if (key == "expected") {
            read_expected(json, edit.expected, faults);
        } else {
            note(faults, read_entry(key, json, edit.changes));
        }
    }
    note(faults, SettingsFile::check_changes(edit.changes));
    for (const SettingEntry& change : edit.changes)
        if (std::find(edit.resets.begin(), edit.resets.end(), change.key) != edit.resets.end())
            note(faults, invalid_part(change.key, {"field.changed_and_reset"}));
    if (!faults.empty()) return tl::unexpected(all_of(std::move(faults)));
    return edit;
}

/// What comes over the page is kept as a hash; the check of the plain text comes first. True if it changes.
Result<bool> hash_new_password(SettingsEdit& edit)
{
    for (SettingEntry& change : edit.changes) {
        auto* text = std::get_if<std::string>(&change.value);
        if (change.key != password_key || text == nullptr || *text == masked_secret) continue;
        Settings scratch;
        if (auto checked = apply_setting(scratch, *find_setting(password_key), change.value); !checked)
            return tl::unexpected(checked.error());
        // The default stays readable, so that every process can tell that it is the default.
        if (*text != default_admin_password && !is_usable_hash(*text)) change.value = hash_password(*text);
        return true;
    }
    return std::find(edit.resets.begin(), edit.resets.end(), password_key) != edit.resets.end();
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
        rows.push_back(record_audit(call, AuditAction::change, {.kind = AuditSubject::setting, .id = key, .name = key},
                                    setting_changes(change)));
    }
    // Before anything is sent to another upstream: see UpstreamFactsStore::expect.
    for (const SettingChange& change : changes)
        if (const auto* url = std::get_if<std::string>(&change.after); url && change.row.key == upstream_key)
            UpstreamFactsStore{call.database}.expect(*url);
    transaction.commit();
    return rows;
}

/// A file without the key would be found out at the next start, which then fails.
Result<void> check_key_file(Call& call, const std::optional<std::string>& name)
{
    if (name == call.settings().secret_key_file) return {};
    const auto file = name ? std::optional{call.services.settings.folder() / *name} : std::nullopt;
    if (const auto fits = key_file_may_be(call.database, file); !fits)
        return field_failure("error.invalid_setting", std::string{key_file_key},
                             {"field.unusable", {{"reason", message_of(fits.error())}}});
    return {};
}

/// Files of the service and of others must not mix with results, and a folder of no use would be found out late.
Result<void> check_results_folder_in_use(Call& call, const Settings& next)
{
    if (next.results_folder == call.settings().results_folder || !next.results_folder) return {};
    const auto refused = [](Message fault) {
        return field_failure("error.invalid_setting", std::string{results_folder_key}, std::move(fault));
    };
    const auto& database_file = call.services.database_file.path();
    const auto folder = result_folder(next, database_file);
    std::error_code error;
    const auto real = std::filesystem::weakly_canonical(folder, error);
    if (!error) {
        const auto data = std::filesystem::weakly_canonical(database_file.parent_path(), error);
        const std::string inside = real.lexically_relative(data).string();
        if (inside == ".") return refused({"field.not_folder"});
        if (auto fault = check_place_in_data_folder(inside)) return refused(*std::move(fault));
    }
    if (const auto usable = result_folder_is_usable(folder); !usable)
        return refused({"field.unusable", {{"reason", message_of(usable.error())}}});
    return {};
}

/// What `edit` makes of one setting; nothing if it leaves it alone.
Result<std::optional<Settings>> setting_after(Call& call, const SettingsEdit& edit, std::string_view key)
{
    for (const SettingEntry& change : edit.changes) {
        if (change.key != key) continue;
        Settings scratch;
        if (auto applied = apply_setting(scratch, *find_setting(key), change.value); !applied)
            return tl::unexpected(applied.error());
        return scratch;
    }
    if (std::find(edit.resets.begin(), edit.resets.end(), key) == edit.resets.end()) return std::nullopt;
    const auto without_file = call.services.settings.without_file();
    if (!without_file) return tl::unexpected(without_file.error());
    return without_file->settings;
}

/// What only a look at the machine tells of new values.
Result<void> check_files(Call& call, const SettingsEdit& edit)
{
    const auto key_file = setting_after(call, edit, key_file_key);
    if (!key_file) return tl::unexpected(key_file.error());
    if (*key_file) {
        if (auto fits = check_key_file(call, (*key_file)->secret_key_file); !fits) return fits;
    }
    const auto results = setting_after(call, edit, results_folder_key);
    if (!results) return tl::unexpected(results.error());
    return *results ? check_results_folder_in_use(call, **results) : Result<void>{};
}

/// A limit counts from the moment of the answer, as others see it in the database. A worker that cannot write now does
/// it at its next look at the file.
void apply_changed_limits(Call& call)
try {
    Transaction transaction{call.database};
    apply_limits(call.database, call.services.settings.current()->settings);
    transaction.commit();
} catch (const DatabaseError& error) {
    log_warning("the changed limits are not applied yet: {}", error.what());
}

int status_of(const Error& error)
{
    if (error.code == "unwritable" || error.code == "invalid_config") return 500;
    return error.code == "changed_meanwhile" ? 409 : 422;
}

/// All sessions end; the browser that changed the password goes on with a session of its own.
void end_sessions(Call& call, Reply& reply)
{
    Transaction transaction{call.database};
    SessionStore{call.database}.remove_all();
    if (call.session_id) {
        const std::string& stored = call.services.settings.current()->settings.admin_password;
        reply.headers.push_back(begin_session(call, stored).cookie);
    }
    transaction.commit();
}

HandlerResult change_settings(Call& call)
{
    auto edit = read_edit(call.request);
    if (!edit) return bad_body_reply(edit.error());
    const auto new_password = hash_new_password(*edit);
    if (!new_password) return error_reply(422, new_password.error());
    if (const auto checked = check_files(call, *edit); !checked) return error_reply(422, checked.error());
    std::vector<std::int64_t> rows;
    const auto changed =
        call.services.settings.edit(*edit, [&](const auto& announced) { rows = note_settings(call, announced); });
    if (!changed) {
        if (changed.error().code == "unwritable") AuditStore{call.database}.take_back(rows);
        return error_reply(status_of(changed.error()), changed.error());
    }
    if (!rows.empty()) apply_changed_limits(call);
    Reply reply = json_reply(200, settings_json(call.services.settings.current()->settings));
    if (*new_password) end_sessions(call, reply);
    return reply;
}

}  // namespace
}  // namespace dreamina
