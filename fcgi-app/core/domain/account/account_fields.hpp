#pragma once
/// The fields of an account under their names: THE table of what is told of one, and to whom. The API's JSON, the
/// spreadsheet and the export file are written from it, and the export is read by it.

#include <map>
#include <string>
#include <string_view>
#include <type_traits>
#include <variant>
#include <vector>

#include "core/domain/account/account.hpp"

namespace dreamina {

class JsonReader;

/// Of no format. The last one is a view of the account's calls by model.
using AccountFieldValue = std::variant<std::nullptr_t, bool, std::int64_t, double, std::string, Time, Message,
                                       const std::map<std::string, std::int64_t>*>;

enum class AccountOutput { api, spreadsheet, export_file };

/// What a field is to those who describe the API.
enum class AccountFieldType { id, count, number, boolean, text, time, region, status, message, calls };

/// Where a field's value comes from, and what it is.
struct AccountFieldSource {
    AccountFieldValue (*get)(const Account& account, UpstreamKind upstream);
    AccountFieldType type = AccountFieldType::text;
    bool nullable = false;
};

struct AccountField {
    const char* name;
    AccountFieldSource source;
    bool in_api = false;
    bool settable = false;      ///< over the API; the others are passed over where a page sends them back
    int spreadsheet_place = 0;  ///< 0: not there
    int export_place = 0;
    bool secret = false;  ///< in the spreadsheet only for those who may have the secrets
    void (*read)(JsonReader& reader, const char* name, Account& account) = nullptr;  ///< from an export
    bool deprecated = false;                                                         ///< another field says it better
    std::string_view help = {};   ///< in the API's description, where the name does not say it
    std::string_view model = {};  ///< instead of a source: its calls since the last reset
};

/// Those of an output, in its order. `secrets`: with them.
std::vector<AccountField> account_fields(AccountOutput output, bool secrets = true);

/// `upstream`: that the account would be used with.
AccountFieldValue value_of(const AccountField& field, const Account& account,
                           UpstreamKind upstream = UpstreamKind::unknown);

/// As a value of a JSON library's type.
template <class Json>
Json as_json(const AccountFieldValue& value)
{
    return std::visit(
        [](const auto& found) {
            using T = std::decay_t<decltype(found)>;
            if constexpr (std::is_same_v<T, Time>)
                return Json(to_rfc3339(found));
            else if constexpr (std::is_same_v<T, Message>)
                return Json::parse(to_json_text(found));
            else if constexpr (std::is_pointer_v<T>)
                return Json(*found);
            else
                return Json(found);
        },
        value);
}

/// The earlier program had a column for each of these models; its names are kept in the API.
struct UsageColumn {
    const char* name;
    std::string_view model;
};
const std::vector<UsageColumn>& usage_columns();

/// A proxy URL with user and password masked, as the API shows it.
std::string masked_proxy_url(std::string_view proxy_url);

}  // namespace dreamina
