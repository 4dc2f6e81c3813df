#include "core/domain/account/account_fields.hpp"

#include <algorithm>
#include <array>

#include "core/base/json_reader.hpp"
#include "core/base/message/coded_error.hpp"
#include "core/domain/account/status_cause.hpp"
#include "core/domain/address.hpp"
#include "core/domain/import/import_line.hpp"

namespace dreamina {
namespace {

using Value = AccountFieldValue;

template <class T>
Value value(const T& plain)
{
    return plain;
}
Value value(Region region) { return std::string{to_string(region)}; }
template <class T>
Value value(const std::optional<T>& found)
{
    return found ? value(*found) : Value{nullptr};
}
Value text_or_null(std::string_view text) { return text.empty() ? Value{nullptr} : Value{std::string{text}}; }

template <auto member>
Value get(const Account& account, UpstreamKind)
{
    return value(account.*member);
}

constexpr AccountFieldType field_type(const std::string*) { return AccountFieldType::text; }
constexpr AccountFieldType field_type(const bool*) { return AccountFieldType::boolean; }
constexpr AccountFieldType field_type(const double*) { return AccountFieldType::number; }
constexpr AccountFieldType field_type(const std::int64_t*) { return AccountFieldType::count; }
constexpr AccountFieldType field_type(const Time*) { return AccountFieldType::time; }
constexpr AccountFieldType field_type(const Region*) { return AccountFieldType::region; }

template <class T>
constexpr AccountFieldSource source(T Account::*, Value (*get)(const Account&, UpstreamKind))
{
    return {get, field_type(static_cast<const T*>(nullptr)), false};
}
template <class T>
constexpr AccountFieldSource source(std::optional<T> Account::*, Value (*get)(const Account&, UpstreamKind))
{
    return {get, field_type(static_cast<const T*>(nullptr)), true};
}
template <auto member>
constexpr AccountFieldSource from = source(member, get<member>);

constexpr AccountFieldSource nullable_text(Value (*get)(const Account&, UpstreamKind))
{
    return {get, AccountFieldType::text, true};
}
Value masked_proxy(const Account& account, UpstreamKind)
{
    return account.proxy_url ? Value{masked_proxy_url(*account.proxy_url)} : Value{nullptr};
}
/// Not what is left of a ban that has been lifted.
Value ban_in_force(const Account& account, UpstreamKind)
{
    return account.banned ? value(account.ban_until) : Value{nullptr};
}
Value status(const Account& account, UpstreamKind) { return std::string{to_string(status_of(account))}; }
Value state_message(const Account& account, UpstreamKind upstream) { return status_message(account, upstream); }
Value reason(const Account& account, UpstreamKind upstream)
{
    return text_or_null(english(status_reason(account, upstream)));
}
Value cause(const Account& account, UpstreamKind upstream)
{
    return text_or_null(status_cause(account, upstream).code);
}
Value cause_note(const Account& account, UpstreamKind upstream)
{
    return text_or_null(status_cause(account, upstream).text);
}
/// As it is stored.
Value stored_note(const Account& account, UpstreamKind)
{
    return account.status_note.empty() ? Value{nullptr} : Value{to_json_text(account.status_note)};
}
Value usage(const Account& account, UpstreamKind) { return &account.usage; }

constexpr double max_points = 1e12;
constexpr std::int64_t max_errors = 1'000'000'000;

void read_email(JsonReader& reader, const char* name, Account& account)
{
    account.email = reader.required(name, reader.text(name, {.min = 1, .max = max_email_length}));
    if (const auto fault = email_fault(account.email)) reader.fail(name, *fault);
}
void read_password(JsonReader& reader, const char* name, Account& account)
{
    account.password = reader.required(name, reader.text(name, {.max = max_password_length}));
}
void read_region(JsonReader& reader, const char* name, Account& account)
{
    const auto region = parse_region(reader.required(name, reader.text(name, {})));
    if (!region) reader.fail(name, not_one_of({"us", "hk", "jp", "sg", "cn"}));
    account.region = region.value_or(Region::us);
}
void read_session(JsonReader& reader, const char* name, Account& account)
{
    account.session_id = reader.text(name, {.min = 1, .max = max_session_length}).value;
    if (account.session_id && !is_session_id(*account.session_id))
        reader.fail(name, {"field.not_session", {{"sign", "@"}}});
}
void read_proxy(JsonReader& reader, const char* name, Account& account)
{
    const auto text = reader.text(name, {.min = 1, .max = 512}).value;
    if (!text) return;
    account.proxy_url = stored_proxy_url(*text);
    if (!account.proxy_url) reader.fail(name, {"field.not_proxy"});
}
void read_points(JsonReader& reader, const char* name, Account& account)
{
    account.points = reader.number(name, 0, max_points).value_or(0);
}
void read_created_at(JsonReader& reader, const char* name, Account& account)
{
    account.created_at = reader.required(name, reader.time(name));
}
void read_error_count(JsonReader& reader, const char* name, Account& account)
{
    account.error_count = reader.integer(name, 0, max_errors).value_or(0);
}
template <std::optional<Time> Account::*member>
void read_time(JsonReader& reader, const char* name, Account& account)
{
    account.*member = reader.time(name).value;
}
template <bool Account::*member>
void read_flag(JsonReader& reader, const char* name, Account& account)
{
    account.*member = reader.boolean(name).value_or(false);
}
void read_note(JsonReader& reader, const char* name, Account& account)
{
    account.status_note = message_from_json_text(reader.text(name, {}).value.value_or(""));
}

// clang-format off
/// A name has two rows where it means two things.
const std::array all_fields{
    AccountField{.name = "id", .source = {get<&Account::id>, AccountFieldType::id}, .in_api = true, .spreadsheet_place = 1},
    AccountField{.name = "email", .source = from<&Account::email>, .in_api = true, .settable = true,
                 .spreadsheet_place = 2, .export_place = 1, .read = read_email},
    AccountField{.name = "password", .source = from<&Account::password>,
                 .spreadsheet_place = 15, .export_place = 2, .secret = true, .read = read_password},
    AccountField{.name = "region", .source = from<&Account::region>, .in_api = true, .settable = true,
                 .spreadsheet_place = 3, .export_place = 3, .read = read_region},
    AccountField{.name = "session_id", .source = from<&Account::session_id>, .in_api = true, .settable = true,
                 .spreadsheet_place = 16, .export_place = 4, .secret = true, .read = read_session,
                 .help = "Without a region's prefix."},
    AccountField{.name = "proxy_url", .source = nullable_text(masked_proxy), .in_api = true, .settable = true,
                 .help = "Its user and password are shown as ***."},
    AccountField{.name = "proxy_url", .source = from<&Account::proxy_url>,
                 .spreadsheet_place = 17, .export_place = 5, .secret = true, .read = read_proxy},
    AccountField{.name = "points", .source = from<&Account::points>, .in_api = true, .settable = true,
                 .spreadsheet_place = 6, .export_place = 6, .read = read_points},
    AccountField{.name = "session_id_updated_at", .source = from<&Account::session_updated_at>, .in_api = true,
                 .spreadsheet_place = 11, .export_place = 7, .read = read_time<&Account::session_updated_at>},
    AccountField{.name = "created_at", .source = from<&Account::created_at>, .in_api = true,
                 .spreadsheet_place = 12, .export_place = 8, .read = read_created_at},
    AccountField{.name = "updated_at", .source = from<&Account::updated_at>, .in_api = true, .spreadsheet_place = 13},
    AccountField{.name = "last_used_at", .source = from<&Account::last_used_at>, .in_api = true,
                 .spreadsheet_place = 14, .export_place = 9, .read = read_time<&Account::last_used_at>},
    AccountField{.name = "error_count", .source = from<&Account::error_count>, .in_api = true,
                 .spreadsheet_place = 7, .export_place = 10, .read = read_error_count},
    AccountField{.name = "is_banned", .source = from<&Account::banned>, .in_api = true, .settable = true,
                 .export_place = 11, .read = read_flag<&Account::banned>},
    AccountField{.name = "ban_until", .source = from<&Account::ban_until>, .in_api = true, .settable = true,
                 .export_place = 12, .read = read_time<&Account::ban_until>,
                 .help = "null while banned: until unbanned by hand."},
    AccountField{.name = "ban_until", .source = {ban_in_force, AccountFieldType::time, true}, .spreadsheet_place = 10},
    AccountField{.name = "is_disabled", .source = from<&Account::disabled>,
                 .export_place = 13, .read = read_flag<&Account::disabled>},
    AccountField{.name = "session_expired", .source = from<&Account::session_expired>,
                 .export_place = 14, .read = read_flag<&Account::session_expired>},
    AccountField{.name = "status", .source = {status, AccountFieldType::status}, .in_api = true, .spreadsheet_place = 4},
    AccountField{.name = "status_message", .source = {state_message, AccountFieldType::message, true}, .in_api = true,
                 .help = "Why it is not in use, as far as that is known; null for an active account in use."},
    AccountField{.name = "status_reason", .source = nullable_text(reason), .in_api = true, .spreadsheet_place = 5,
                 .deprecated = true, .help = "The same in English, with the end of a ban."},
    AccountField{.name = "status_cause", .source = nullable_text(cause), .in_api = true, .deprecated = true,
                 .help = "The same as a code, if it is banned, its session has expired, or the upstream would expose its "
                         "proxy: a verdict, administrator, proxy_unsafe, damaged, found_dead, refresh_failed or "
                         "refreshes_given_up."},
    AccountField{.name = "status_note", .source = nullable_text(cause_note), .in_api = true, .deprecated = true,
                 .help = "What another program reported about it."},
    AccountField{.name = "status_note", .source = nullable_text(stored_note), .export_place = 15, .read = read_note},
    AccountField{.name = "usage", .source = {usage, AccountFieldType::calls}, .in_api = true,
                 .help = "Calls since the last daily reset by model id, limited or not."},
    AccountField{.name = "in_flight", .source = from<&Account::in_flight>, .in_api = true, .spreadsheet_place = 9,
                 .help = "Requests that it is serving now."},
    AccountField{.name = "refresh_failures", .source = from<&Account::refresh_failures>, .in_api = true,
                 .spreadsheet_place = 8,
                 .help = "Consecutive failed refreshes of its session."},
};
// clang-format on

/// 0: not in it.
int place_in(AccountOutput output, const AccountField& field)
{
    switch (output) {
    case AccountOutput::api: return field.in_api ? 1 : 0;
    case AccountOutput::spreadsheet: return field.spreadsheet_place;
    case AccountOutput::export_file: return field.export_place;
    }
    return 0;
}

}  // namespace

std::vector<AccountField> account_fields(AccountOutput output, bool secrets)
{
    std::vector<AccountField> fields;
    for (const AccountField& field : all_fields)
        if (place_in(output, field) > 0 && (secrets || !field.secret)) fields.push_back(field);
    std::stable_sort(fields.begin(), fields.end(), [&](const AccountField& one, const AccountField& other) {
        return place_in(output, one) < place_in(output, other);
    });
    if (output == AccountOutput::api)
        for (const auto& [name, model] : usage_columns())
            fields.push_back(
                {.name = name, .source = {nullptr, AccountFieldType::count}, .in_api = true, .model = model});
    return fields;
}

AccountFieldValue value_of(const AccountField& field, const Account& account, UpstreamKind upstream)
{
    if (field.model.empty()) return field.source.get(account, upstream);
    const auto calls = account.usage.find(std::string{field.model});
    return calls == account.usage.end() ? std::int64_t{0} : calls->second;
}

const std::vector<UsageColumn>& usage_columns()
{
    static const std::vector<UsageColumn> columns{{"jimeng_4_0_count", "jimeng-4.0"},
                                                  {"jimeng_4_1_count", "jimeng-4.1"},
                                                  {"nanobanana_count", "nanobanana"},
                                                  {"nanobananapro_count", "nanobananapro"},
                                                  {"video_3_0_count", "video-3.0"}};
    return columns;
}

std::string masked_proxy_url(std::string_view proxy_url)
{
    const auto scheme_end = proxy_url.find("://");
    const auto at = proxy_url.rfind('@');
    if (scheme_end == std::string_view::npos || at == std::string_view::npos) return std::string{proxy_url};
    return std::string{proxy_url.substr(0, scheme_end + 3)} + "***" + std::string{proxy_url.substr(at)};
}

}  // namespace dreamina
