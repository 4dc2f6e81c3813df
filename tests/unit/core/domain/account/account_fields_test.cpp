#include "core/domain/account/account_fields.hpp"

#include <algorithm>
#include <set>

#include <doctest/doctest.h>

using namespace dreamina;

namespace {

std::string fields_of(AccountOutput output, bool secrets = true)
{
    std::string names;
    for (const AccountField& field : account_fields(output, secrets))
        names += (names.empty() ? "" : ",") + std::string{field.name};
    return names;
}

}  // namespace

TEST_CASE("each output has its fields in the order that scripts know")
{
    CHECK(fields_of(AccountOutput::spreadsheet, false) ==
          "id,email,region,status,status_reason,points,error_count,refresh_failures,in_flight,ban_until,"
          "session_id_updated_at,created_at,updated_at,last_used_at");
    CHECK(fields_of(AccountOutput::spreadsheet) ==
          fields_of(AccountOutput::spreadsheet, false) + ",password,session_id,proxy_url");
    CHECK(fields_of(AccountOutput::export_file) ==
          "email,password,region,session_id,proxy_url,points,session_id_updated_at,created_at,last_used_at,error_count,"
          "is_banned,ban_until,is_disabled,session_expired,status_note");
}

TEST_CASE("no output has a name twice, and the API tells no password and no proxy's")
{
    for (const AccountOutput output : {AccountOutput::api, AccountOutput::spreadsheet, AccountOutput::export_file}) {
        std::set<std::string> names;
        for (const AccountField& field : account_fields(output))
            CHECK_MESSAGE(names.insert(field.name).second, field.name);
        CHECK(names.contains("password") == (output != AccountOutput::api));
    }
    Account account;
    account.password = "Secret";
    account.proxy_url = "http://user:Secret@proxy:1";
    for (const AccountField& field : account_fields(AccountOutput::api)) {
        const auto value = value_of(field, account);
        if (const auto* text = std::get_if<std::string>(&value)) CHECK(text->find("Secret") == std::string::npos);
    }
}

TEST_CASE("whatever is written to an export is read from it")
{
    const auto fields = account_fields(AccountOutput::export_file);
    CHECK(std::all_of(fields.begin(), fields.end(), [](const AccountField& field) { return field.read != nullptr; }));
}

TEST_CASE("a field is told as it is, and null where there is nothing")
{
    Account account;
    account.ban_until = from_millis(1000);
    account.usage = {{"jimeng-4.0", 7}};
    const auto value_in = [&](AccountOutput output, std::string_view name) {
        for (const AccountField& field : account_fields(output))
            if (field.name == name) return value_of(field, account);
        return AccountFieldValue{"missing"};
    };
    CHECK(value_in(AccountOutput::api, "session_id") == AccountFieldValue{nullptr});
    CHECK(value_in(AccountOutput::api, "status_reason") == AccountFieldValue{"No session ID"});
    CHECK(value_in(AccountOutput::api, "jimeng_4_0_count") == AccountFieldValue{std::int64_t{7}});
    CHECK(value_in(AccountOutput::api, "video_3_0_count") == AccountFieldValue{std::int64_t{0}});
    CHECK(value_in(AccountOutput::api, "ban_until") == AccountFieldValue{from_millis(1000)});
    CHECK(value_in(AccountOutput::spreadsheet, "ban_until") == AccountFieldValue{nullptr});
}
