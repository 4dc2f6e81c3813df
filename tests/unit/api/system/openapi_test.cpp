#include "api/system/openapi.hpp"

#include <algorithm>
#include <set>

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "core/domain/account/account_fields.hpp"
#include "api/api_fixture.hpp"
#include "api/models/model_json.hpp"
#include "api/routes.hpp"
#include "api/settings/settings_schema.hpp"
#include "core/base/text.hpp"
#include "core/domain/api_key.hpp"
#include "core/domain/audit.hpp"
#include "core/domain/generation.hpp"
#include "core/domain/job.hpp"
#include "core/domain/request_record.hpp"
#include "core/domain/settings.hpp"
#include "core/domain/webhook/webhook_delivery.hpp"
#include "jobs.hpp"
#include "core/storage/accounts/account_list.hpp"

using namespace dreamina;

// What stands in openapi.json of parameters, bodies and answers is held against the running service by
// tests/e2e/api/test_openapi.py.

namespace {

const Json& description()
{
    static const Json parsed = Json::parse(openapi_text());
    return parsed;
}

const Json& schema(const std::string& name) { return description().at("components").at("schemas").at(name); }

/// "GET /api/accounts" …
std::set<std::string> described_routes()
{
    std::set<std::string> routes;
    for (const auto& [path, operations] : description().at("paths").items())
        for (const auto& operation : operations.items()) {
            std::string method = operation.key();
            std::transform(method.begin(), method.end(), method.begin(),
                           [](char c) { return static_cast<char>(c - 'a' + 'A'); });
            routes.insert(method + " " + path);
        }
    return routes;
}

std::string lacking(const std::set<std::string>& in, const std::set<std::string>& of)
{
    std::string names;
    for (const std::string& name : of)
        if (!in.contains(name)) names += name + "; ";
    return names;
}

Json expected_security(const Route& route)
{
    const Json password{{"password", Json::array()}};
    switch (route.access) {
    case Access::open: return Json::array();
    case Access::metrics: return {password, {{"metrics", Json::array()}}, Json::object()};
    case Access::admin: break;
    }
    Json session{{"session", Json::array()}};
    if (route.method != "GET") session["guard"] = Json::array();
    return {password, session};
}

template <class Values>
void check_names(const std::string& name, const Values& values)
{
    std::set<std::string> known;
    for (const auto value : values) known.insert(std::string{to_string(value)});
    CHECK_MESSAGE(schema(name).at("enum").get<std::set<std::string>>() == known, name);
}

/// What is to stand there for a setting.
Json setting_schema(const SettingRow& row)
{
    Json described{{"description", row.help}};
    const auto typed = [&](const char* name) { return row.nullable ? Json{name, "null"} : Json(name); };
    switch (row.type) {
    case SettingType::boolean: described["type"] = typed("boolean"); return described;
    case SettingType::integer: described["type"] = typed("integer"); break;
    case SettingType::number: described["type"] = typed("number"); break;
    case SettingType::text: {
        described["type"] = typed("string");
        if (row.choices.empty()) {
            described["maxLength"] = row.max;
        } else {
            described["enum"] = row.choices;
        }
        return described;
    }
    }
    described[row.above_min ? "exclusiveMinimum" : "minimum"] = row.min;
    described["maximum"] = row.max;
    return described;
}

}  // namespace

TEST_CASE("openapi.json has every route, and no other")
{
    std::set<std::string> there;
    for (const Route& route : all_routes()) there.insert(fmt::format("{} {}", route.method, route.pattern));
    const auto described = described_routes();
    CHECK_MESSAGE(lacking(described, there).empty(), "not described: " << lacking(described, there));
    CHECK_MESSAGE(lacking(there, described).empty(), "described, but not there: " << lacking(there, described));
}

TEST_CASE("openapi.json tells who may call")
{
    for (const Route& route : all_routes()) {
        const Json& operation = description().at("paths").at(std::string{route.pattern}).at(to_lower(route.method));
        const Json security = operation.value("security", description().at("security"));
        CHECK_MESSAGE(security == expected_security(route), route.method << " " << route.pattern);
    }
}

TEST_CASE("openapi.json has the words of the program")
{
    CHECK(description().at("info").at("version") == DREAMINA_VERSION);
    check_names("Region", all_regions);
    check_names("AccountStatus", all_statuses);
    check_names("JobKind", all_job_kinds);
    check_names("JobState", all_job_states);
    check_names("JobItemState", all_item_states);
    check_names("JobScope", all_job_scopes);
    check_names("ApiKeyState", all_api_key_states);
    check_names("GenerationState", all_generation_states);
    check_names("WebhookDeliveryState", all_delivery_states);
    check_names("RequestOutcome", all_request_outcomes);
    check_names("Verdict", all_verdicts);
    check_names("IneligibleReason", all_ineligible_reasons);
    check_names("CallerKind", all_caller_kinds);
    check_names("AuditAction", all_audit_actions);
    check_names("AuditSubject", all_audit_subjects);
    check_names("SettingType", all_setting_types);
    check_names("SettingSource", all_setting_sources);
    check_names("SettingEffect", all_setting_effects);

    std::vector<std::string> columns;
    for (const UsageColumn& column : usage_columns()) columns.emplace_back(column.name);
    CHECK(schema("UsageColumn").at("enum") == Json(columns));
    std::vector<std::string> sort_keys(account_sort_keys().begin(), account_sort_keys().end());
    sort_keys.insert(sort_keys.end(), columns.begin(), columns.end());
    CHECK(schema("AccountSort").at("enum") == Json(sort_keys));
    CHECK(schema("LimitSetting").at("enum") == Json(limit_settings()));
}

TEST_CASE("openapi.json has every timed job, in the scheduler's order")
{
    Json names = Json::array();
    for (const TimedJob& job : timed_jobs()) names.push_back(job.name);
    CHECK(schema("TimedJobName").at("enum") == names);
}

TEST_CASE("openapi.json has every setting with its type and range")
{
    const Json& described = schema("SettingValues").at("properties");
    CHECK(described.size() == setting_rows().size());
    Json keys = Json::array();
    for (const SettingRow& row : setting_rows()) {
        const std::string key{row.key};
        keys.push_back(key);
        const Json expected = setting_schema(row);
        CHECK_MESSAGE(described.value(key, Json{}) == expected, key << " should be " << expected.dump());
    }
    CHECK(schema("Settings").at("required") == keys);
    std::set<std::string> groups;
    for (const SettingRow& row : setting_rows()) groups.emplace(row.group);
    CHECK(schema("SettingGroup").at("enum").get<std::set<std::string>>() == groups);
}

TEST_CASE("the service shows its description to administrators")
{
    ApiFixture api;
    const Reply answer = api.reply(openapi_routes(), ApiFixture::request("GET", "/api/openapi.json"));
    CHECK(answer.status == 200);
    CHECK(find_header(answer.headers, "Content-Type")->starts_with("application/json"));
    CHECK(Json::parse(answer.body) == description());
    CHECK(openapi_routes().front().access == Access::admin);
}
