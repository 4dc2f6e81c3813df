#include "core/domain/account/exported_account.hpp"

#include <fmt/format.h>

#include "core/base/message/coded_error.hpp"
#include "core/base/json_reader.hpp"
#include "core/domain/account/account_fields.hpp"
#include "core/domain/import/import_text.hpp"

namespace dreamina {
namespace {

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
        row.fault = ImportFault{"import.export_account"};
        return row;
    }
    const Account account = read_exported_account(*reader);
    if (const auto finished = reader->finish(); !finished) {
        auto [field, fault] = field_fault_of(finished.error());
        row.fault = ImportFault{"import.export_field", {{"field", std::move(field)}, {"fault", std::move(fault)}}};
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
    static const auto fields = account_fields(AccountOutput::export_file);
    Account account;
    for (const AccountField& field : fields) field.read(reader, field.name, account);
    return account;
}

bool looks_like_export(std::string_view text) { return trim_edges(text).starts_with('{'); }

ImportResult read_export(std::string_view text)
{
    ImportResult result;
    result.form = {.kind = ImportForm::Kind::json_export, .separator = "", .columns = {}};
    const auto document = parse_json(trim_edges(text));
    if (!document) {
        result.fault = ImportFault{"import.export_unreadable", {{"why", document.error().reason}}};
    } else if (!is_export(*document)) {
        result.fault = ImportFault{"import.export_other"};
    } else if (document->contains("sealed")) {
        result.fault = ImportFault{"import.export_sealed"};
    } else if (!document->contains("accounts") || !(*document)["accounts"].is_array()) {
        result.fault = ImportFault{"import.export_empty"};
    } else {
        for (const Json& account : (*document)["accounts"])
            result.rows.push_back(read_row(account, result.rows.size() + 1));
    }
    return result;
}

}  // namespace dreamina
