#include "api/settings/settings_schema.hpp"

#include "api/settings/nginx_state.hpp"
#include "core/base/message/message_json.hpp"
#include "core/pool/worker_presence.hpp"

namespace dreamina {
namespace {

HandlerResult show_settings_schema(Call& call);

}  // namespace

std::vector<Route> settings_schema_routes()
{
    return {{"GET", "/api/settings/schema", Access::admin, show_settings_schema}};
}

Json shown_value(const SettingRow& row, const Settings& settings)
{
    const SettingValue value = row.get(settings);
    if (row.secret && !std::holds_alternative<std::nullptr_t>(value)) return masked_secret;
    return std::visit([](const auto& held) { return Json(held); }, value);
}

std::string_view to_string(SettingType type)
{
    switch (type) {
    case SettingType::text: return "text";
    case SettingType::integer: return "integer";
    case SettingType::number: return "number";
    case SettingType::boolean: return "boolean";
    }
    return "text";
}

std::string_view to_string(SettingSource source)
{
    switch (source) {
    case SettingSource::file: return "file";
    case SettingSource::environment: return "environment";
    case SettingSource::fallback: return "default";
    }
    return "default";
}

std::string_view to_string(SettingEffect effect)
{
    switch (effect) {
    case SettingEffect::at_once: return "at_once";
    case SettingEffect::nginx_reload: return "nginx_reload";
    case SettingEffect::restart: return "restart";
    }
    return "at_once";
}

namespace {

Json sentences(std::string_view english, std::string_view chinese)
{
    if (english.empty()) return nullptr;
    return {{"en", english}, {"zh", chinese}};
}

/// What a reset of the setting leads to; nothing where there is none to take back.
Json reset_json(const SettingRow& row, SettingSource source, const ResolvedSettings* without_file)
{
    if (source != SettingSource::file || without_file == nullptr) return nullptr;
    const auto at = static_cast<std::size_t>(&row - setting_rows().data());
    return {{"value", shown_value(row, without_file->settings)}, {"source", to_string(without_file->sources[at])}};
}

Json setting_row_json(const SettingRow& row, const ResolvedSettings& resolved, SettingSource source)
{
    static const Settings defaults;
    const bool counts = row.type == SettingType::integer || row.type == SettingType::number;
    return {{"key", row.key},
            {"group", row.group},
            {"type", to_string(row.type)},
            {"nullable", row.nullable},
            {"secret", row.secret},
            {"unit", row.unit.empty() ? Json(nullptr) : Json(row.unit)},
            {"min", counts ? Json(row.min) : Json(nullptr)},
            {"max", row.type == SettingType::boolean ? Json(nullptr) : Json(row.max)},
            {"above_min", row.above_min},
            {"choices", row.choices.empty() ? Json(nullptr) : Json(row.choices)},
            {"form", sentences(row.form, row.form_zh)},
            {"range", range_text(row)},
            {"name", sentences(row.name, row.name_zh)},
            {"help", sentences(row.help, row.help_zh)},
            {"default", row.secret ? Json(nullptr) : shown_value(row, defaults)},
            {"value", shown_value(row, resolved.settings)},
            {"source", to_string(source)},
            {"effect", to_string(row.effect)}};
}

HandlerResult show_settings_schema(Call& call)
{
    // Another worker may have written the file a moment ago.
    call.services.settings.refresh();
    const std::string version = call.services.settings.version();
    const auto resolved = call.services.settings.current();
    Json rows = Json::array();
    auto source = resolved->sources.begin();
    const auto without_file = call.services.settings.without_file();
    for (const SettingRow& row : setting_rows()) {
        rows.push_back(setting_row_json(row, *resolved, *source));
        rows.back()["reset"] = reset_json(row, *source++, without_file ? &*without_file : nullptr);
    }
    const Message fault = call.services.settings.fault_message();
    const auto workers = workers_on_settings(presence_folder(call.services.database_file.path()), version);
    return json_reply(200, {{"settings", std::move(rows)},
                            {"fault", fault.empty() ? Json(nullptr) : Json(english(fault))},
                            {"fault_message", message_json(fault)},
                            {"workers", {{"running", workers.running}, {"up_to_date", workers.up_to_date}}},
                            {"nginx", nginx_state(call.services.settings.folder())}});
}

}  // namespace
}  // namespace dreamina
