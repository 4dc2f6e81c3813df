#include "api/accounts/account_json.hpp"

#include <algorithm>

#include "api/http/json_values.hpp"
#include "core/base/message/coded_error.hpp"
#include "core/base/text.hpp"
#include "core/domain/address.hpp"
#include "core/domain/import/import_line.hpp"

namespace dreamina {
namespace {

constexpr double max_account_points = 1e12;

Field<std::string> read_email(JsonReader& reader)
{
    // The address is checked whole below; the bound here only keeps a huge one out of the check's words.
    Field<std::string> email = reader.text("email", {.min = 1, .max = max_email_length});
    if (email.value) {
        email.value = std::string{trim(*email.value)};
        if (const auto fault = email_fault(*email.value)) {
            reader.fail("email", *fault);
            email.value.reset();
        }
    }
    return email;
}

struct SessionField {
    bool present = false;
    std::optional<SplitSession> session;
};

SessionField read_session(JsonReader& reader)
{
    const Field<std::string> text = reader.text("session_id", {.max = max_session_length + 3});
    SessionField field{.present = text.present, .session = {}};
    const std::string_view given = text.value ? trim(*text.value) : std::string_view{};
    if (given.empty()) return field;
    field.session = split_session(given);
    if (!is_session_id(field.session->session_id)) reader.fail("session_id", {"field.not_session", {{"sign", "@"}}});
    return field;
}

Field<std::string> read_proxy_url(JsonReader& reader)
{
    Field<std::string> url = reader.text("proxy_url", {.max = 512});
    if (!url.value) return url;
    if (url.value->empty()) {
        url.value.reset();
        return url;
    }
    const auto stored = stored_proxy_url(*url.value);
    if (stored) {
        url.value = *stored;
    } else {
        reader.fail("proxy_url", {"field.not_proxy"});
    }
    return url;
}

const std::vector<AccountField>& fields_of_api()
{
    static const auto fields = account_fields(AccountOutput::api);
    return fields;
}

/// Set by us alone; a page that sends back the row it got is not at fault.
void ignore_read_only(JsonReader& reader)
{
    for (const AccountField& field : fields_of_api())
        if (!field.settable) reader.ignore(field.name);
}

}  // namespace

Json account_json(const Account& account, UpstreamKind upstream)
{
    Json json = Json::object();
    for (const AccountField& field : fields_of_api())
        json[field.name] = as_json<Json>(value_of(field, account, upstream));
    return json;
}

Field<Region> read_region(JsonReader& reader)
{
    const Field<std::string> text = reader.text("region", {.max = 16});
    Field<Region> region{.present = text.present, .value = {}};
    if (!text.value) return region;
    region.value = parse_region(*text.value);
    if (!region.value) reader.fail("region", not_one_of({"us", "hk", "jp", "sg", "cn"}));
    return region;
}

Result<NewAccount> read_new_account(JsonReader& reader, const Settings& settings)
{
    ignore_read_only(reader);
    reader.ignore("is_banned");
    reader.ignore("ban_until");
    NewAccount account;
    account.email = reader.required("email", read_email(reader));
    account.password = reader.required("password", reader.text("password", {.min = 1, .max = max_password_length}));
    account.region = read_region(reader).value_or(Region::us);
    const SessionField session = read_session(reader);
    if (session.session) {
        account.session_id = session.session->session_id;
        account.region = session.session->region.value_or(account.region);
    }
    account.proxy_url = read_proxy_url(reader).value;
    account.points = reader.number("points", 0, max_account_points).value_or(settings.default_points);
    if (const auto faults = reader.finish(); !faults) return tl::unexpected(faults.error());
    return account;
}

Result<AccountChange> read_account_change(JsonReader& reader, const Account& stored)
{
    ignore_read_only(reader);
    AccountChange change;
    if (!reader.holds("email", stored.email)) {
        const auto email = read_email(reader);
        if (email.is_null()) reader.fail("email", {"field.null"});
        change.email = email.value;
    }

    const auto password = reader.text("password", {.max = max_password_length});
    if (password.value && !password.value->empty()) change.password = password.value;

    change.region = read_region(reader).value;
    const SessionField session = read_session(reader);
    if (session.session) {
        change.session_id = session.session->session_id;
        if (session.session->region) change.region = session.session->region;
    } else if (session.present) {
        change.session_id = std::optional<std::string>{};
    }
    const auto proxy_url = read_proxy_url(reader);
    const bool proxy_as_shown =
        stored.proxy_url && proxy_url.value && *proxy_url.value == masked_proxy_url(*stored.proxy_url);
    if (proxy_url.present && !proxy_as_shown) {
        // What is shown in place of a name and a password is neither.
        if (proxy_url.value && *proxy_url.value == masked_proxy_url(*proxy_url.value) &&
            proxy_url.value->find("://***@") != std::string::npos)
            reader.fail("proxy_url", {"field.proxy_login_missing"});
        change.proxy_url = proxy_url.value;
    }

    if (!reader.holds("points", stored.points)) {
        const auto points = reader.number("points", 0, max_account_points);
        if (points.is_null()) reader.fail("points", {"field.null"});
        change.points = points.value;
    }
    change.banned = reader.boolean("is_banned").value;
    const auto ban_until = reader.time("ban_until");
    if (ban_until.present) change.ban_until = ban_until.value;
    if (const auto faults = reader.finish(); !faults) return tl::unexpected(faults.error());
    return change;
}

}  // namespace dreamina
