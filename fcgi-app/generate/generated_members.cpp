#include "generate/generated_members.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "core/domain/account/account_fields.hpp"
#include "api/models/model_json.hpp"
#include "api/settings/settings_schema.hpp"
#include "core/domain/account/account.hpp"
#include "core/domain/api_key.hpp"
#include "core/domain/audit.hpp"
#include "core/domain/generation.hpp"
#include "core/domain/job.hpp"
#include "core/domain/request_record.hpp"
#include "core/domain/settings.hpp"
#include "core/domain/webhook/webhook_delivery.hpp"
#include "core/domain/account/eligibility.hpp"
#include "core/domain/upstream_diagnosis.hpp"
#include "core/domain/verdict/verdict.hpp"
#include "scheduler/jobs.hpp"
#include "core/storage/accounts/account_list.hpp"

namespace dreamina {
namespace {

template <class Values>
OrderedJson names_of(const Values& values)
{
    OrderedJson names = OrderedJson::array();
    for (const auto value : values) names.push_back(to_string(value));
    return names;
}

OrderedJson usage_column_names()
{
    OrderedJson names = OrderedJson::array();
    for (const UsageColumn& column : usage_columns()) names.push_back(column.name);
    return names;
}

OrderedJson sort_keys()
{
    OrderedJson keys = account_sort_keys();
    for (const OrderedJson& column : usage_column_names()) keys.push_back(column);
    return keys;
}

OrderedJson reference(std::string_view schema, bool nullable = false)
{
    OrderedJson named{{"$ref", fmt::format("#/components/schemas/{}", schema)}};
    if (!nullable) return named;
    return {{"anyOf", OrderedJson::array({std::move(named), {{"type", "null"}}})}};
}

OrderedJson plain(std::string_view type, bool nullable)
{
    if (nullable) return {{"type", {type, "null"}}};
    return {{"type", type}};
}

OrderedJson type_of(const AccountField& field)
{
    const bool nullable = field.source.nullable;
    switch (field.source.type) {
    case AccountFieldType::id: return {{"type", "integer"}, {"minimum", 1}};
    case AccountFieldType::count: return {{"type", "integer"}, {"minimum", 0}};
    case AccountFieldType::number: return plain("number", nullable);
    case AccountFieldType::boolean: return plain("boolean", nullable);
    case AccountFieldType::text: return plain("string", nullable);
    case AccountFieldType::time: return reference("Time", nullable);
    case AccountFieldType::region: return reference("Region");
    case AccountFieldType::status: return reference("AccountStatus");
    case AccountFieldType::message: return reference("ServiceMessage", nullable);
    case AccountFieldType::calls: break;
    }
    return {{"type", "object"}, {"additionalProperties", {{"type", "integer"}, {"minimum", 0}}}};
}

OrderedJson account_field_names()
{
    OrderedJson names = OrderedJson::array();
    for (const AccountField& field : account_fields(AccountOutput::api)) names.push_back(field.name);
    return names;
}

OrderedJson account_field_schemas()
{
    OrderedJson schemas = OrderedJson::object();
    for (const AccountField& field : account_fields(AccountOutput::api)) {
        schemas[field.name] = type_of(field);
        if (field.deprecated) schemas[field.name]["deprecated"] = true;
        if (!field.help.empty()) schemas[field.name]["description"] = field.help;
    }
    return schemas;
}

OrderedJson timed_job_names()
{
    OrderedJson names = OrderedJson::array();
    for (const TimedJob& job : timed_jobs()) names.push_back(job.name);
    return names;
}

OrderedJson setting_keys()
{
    OrderedJson keys = OrderedJson::array();
    for (const SettingRow& row : setting_rows()) keys.push_back(row.key);
    return keys;
}

/// In the order in which the table comes to them.
OrderedJson setting_groups()
{
    OrderedJson groups = OrderedJson::array();
    for (const SettingRow& row : setting_rows())
        if (std::find(groups.begin(), groups.end(), row.group) == groups.end()) groups.push_back(row.group);
    return groups;
}

/// Without a point where there is nothing behind it.
OrderedJson json_number(double value)
{
    if (std::trunc(value) == value) return static_cast<std::int64_t>(value);
    return value;
}

OrderedJson type_of(const SettingRow& row)
{
    // JSON Schema calls it "string", and everything else as we do.
    const std::string_view name = row.type == SettingType::text ? "string" : to_string(row.type);
    if (row.nullable) return {name, "null"};
    return name;
}

OrderedJson setting_schema(const SettingRow& row)
{
    OrderedJson schema{{"type", type_of(row)}};
    if (!row.choices.empty()) {
        schema["enum"] = row.choices;
    } else if (row.type == SettingType::text) {
        schema["maxLength"] = json_number(row.max);
    } else if (row.type != SettingType::boolean) {
        schema[row.above_min ? "exclusiveMinimum" : "minimum"] = json_number(row.min);
        schema["maximum"] = json_number(row.max);
    }
    schema["description"] = row.help;
    return schema;
}

OrderedJson setting_schemas()
{
    OrderedJson schemas = OrderedJson::object();
    for (const SettingRow& row : setting_rows()) schemas[std::string{row.key}] = setting_schema(row);
    return schemas;
}

}  // namespace

std::vector<GeneratedMember> generated_members()
{
    return {
        {"/info", "version", DREAMINA_VERSION},
        {"/components/schemas/Region", "enum", names_of(all_regions)},
        {"/components/schemas/AccountStatus", "enum", names_of(all_statuses)},
        {"/components/schemas/Account", "required", account_field_names()},
        {"/components/schemas/Account", "properties", account_field_schemas()},
        {"/components/schemas/UsageColumn", "enum", usage_column_names()},
        {"/components/schemas/AccountSort", "enum", sort_keys()},
        {"/components/schemas/LimitSetting", "enum", limit_settings()},
        {"/components/schemas/JobKind", "enum", names_of(all_job_kinds)},
        {"/components/schemas/JobState", "enum", names_of(all_job_states)},
        {"/components/schemas/JobScope", "enum", names_of(all_job_scopes)},
        {"/components/schemas/JobItemState", "enum", names_of(all_item_states)},
        {"/components/schemas/TimedJobName", "enum", timed_job_names()},
        {"/components/schemas/ApiKeyState", "enum", names_of(all_api_key_states)},
        {"/components/schemas/GenerationState", "enum", names_of(all_generation_states)},
        {"/components/schemas/WebhookDeliveryState", "enum", names_of(all_delivery_states)},
        {"/components/schemas/RequestOutcome", "enum", names_of(all_request_outcomes)},
        {"/components/schemas/Verdict", "enum", names_of(all_verdicts)},
        {"/components/schemas/IneligibleReason", "enum", names_of(all_ineligible_reasons)},
        {"/components/schemas/CallerKind", "enum", names_of(all_caller_kinds)},
        {"/components/schemas/AuditAction", "enum", names_of(all_audit_actions)},
        {"/components/schemas/AuditSubject", "enum", names_of(all_audit_subjects)},
        {"/components/schemas/UpstreamDiagnosis", "enum", names_of(all_upstream_diagnoses)},
        {"/components/schemas/SettingGroup", "enum", setting_groups()},
        {"/components/schemas/SettingType", "enum", names_of(all_setting_types)},
        {"/components/schemas/SettingSource", "enum", names_of(all_setting_sources)},
        {"/components/schemas/SettingEffect", "enum", names_of(all_setting_effects)},
        {"/components/schemas/SettingValues", "properties", setting_schemas()},
        {"/components/schemas/Settings", "required", setting_keys()},
        {"/components/schemas/Overview/properties/accounts/properties/by_status", "minProperties", all_statuses.size()},
    };
}

}  // namespace dreamina
