#include "core/domain/account/exported_account.hpp"

#include <fmt/format.h>

#include "core/base/json_reader.hpp"
#include "core/domain/address.hpp"
#include "core/domain/import/import_text.hpp"

namespace dreamina {
namespace {

constexpr double max_points = 1e12;
constexpr std::int64_t max_errors = 1'000'000'000;

Region read_exported_region(JsonReader& reader)
{
    const std::string text = reader.required("region", reader.text("region", {}));
    const auto region = parse_region(text);
    if (!region) reader.fail("region", "must be one of us, hk, jp, sg, cn");
    return region.value_or(Region::us);
}

std::optional<std::string> read_exported_proxy(JsonReader& reader)
{
    const auto text = reader.text("proxy_url", {.min = 1, .max = 512}).value;
    if (!text) return std::nullopt;
    auto url = stored_proxy_url(*text);
    if (!url) reader.fail("proxy_url", "must be a http, https, socks4 or socks5 URL");
    return url;
}

bool is_export(const Json& document)
{
    const auto format = document.find("format");
    return format != document.end() && format->is_string() &&
           format->get_ref<const std::string&>() == export_format_name;
}

/// One account, or what is wrong with it.
ImportRow read_row(const Json& object, std::size_t number)
{
    ImportRow row{.line = number, .session_line = {}, .account = {}, .fault = {}, .same_as = {}};
    auto reader = JsonReader::parse(object.dump());
    if (!reader) {
        row.fault = ImportFault{"export_account", "this is no account of an export", {}};
        return row;
    }
    const Account account = read_exported_account(*reader);
    if (const auto finished = reader->finish(); !finished) {
        const std::string& words = finished.error().message;
        row.fault = ImportFault{"export_field", words, {{"words", words}}};
        return row;
    }
    row.account = ImportedAccount{.email = account.email,
                                  .password = account.password,
                                  .region = account.region,
                                  .session_id = account.session_id,
                                  .proxy_url = account.proxy_url,
                                  .points = account.points};
    return row;
}

}  // namespace

Account read_exported_account(JsonReader& reader)
{
    Account account;
    account.email = reader.required("email", reader.text("email", {.min = 1, .max = max_email_length}));
    if (const auto fault = email_fault(account.email)) reader.fail("email", *fault);
    account.password = reader.required("password", reader.text("password", {.max = max_password_length}));
    account.region = read_exported_region(reader);
    account.session_id = reader.text("session_id", {.min = 1, .max = max_session_length}).value;
    if (account.session_id && !is_session_id(*account.session_id))
        reader.fail("session_id", "must be one session id without blanks, commas or @");
    account.proxy_url = read_exported_proxy(reader);
    account.points = reader.number("points", 0, max_points).value_or(0);
    account.session_updated_at = reader.time("session_id_updated_at").value;
    account.created_at = reader.required("created_at", reader.time("created_at"));
    account.last_used_at = reader.time("last_used_at").value;
    account.error_count = reader.integer("error_count", 0, max_errors).value_or(0);
    account.banned = reader.boolean("is_banned").value_or(false);
    account.ban_until = reader.time("ban_until").value;
    account.disabled = reader.boolean("is_disabled").value_or(false);
    account.session_expired = reader.boolean("session_expired").value_or(false);
    account.status_note = reader.text("status_note", {}).value;
    return account;
}

bool looks_like_export(std::string_view text) { return trim_edges(text).starts_with('{'); }

ImportResult read_export(std::string_view text)
{
    ImportResult result;
    result.form = {.kind = ImportForm::Kind::json_export, .separator = "", .columns = {}};
    const auto document = parse_json(trim_edges(text));
    if (!document) {
        result.fault = ImportFault{"export_unreadable", "the JSON cannot be read: " + document.error().message, {}};
    } else if (!is_export(*document)) {
        result.fault = ImportFault{"export_other", "the JSON is no export of this program", {}};
    } else if (document->contains("sealed")) {
        result.fault =
            ImportFault{"export_sealed",
                        "the export is encrypted: bring it in with dreamina-scheduler import, which has the key",
                        {}};
    } else if (!document->contains("accounts") || !(*document)["accounts"].is_array()) {
        result.fault = ImportFault{"export_empty", "the export has no list of accounts", {}};
    } else {
        for (const Json& account : (*document)["accounts"])
            result.rows.push_back(read_row(account, result.rows.size() + 1));
    }
    return result;
}

}  // namespace dreamina
