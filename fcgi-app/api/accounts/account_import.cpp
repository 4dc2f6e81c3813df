#include "api/accounts/account_import.hpp"

#include <chrono>

#include <fmt/format.h>

#include "api/accounts/account_json.hpp"
#include "api/accounts/bulk_audit_record.hpp"
#include "core/base/message/coded_error.hpp"
#include "core/base/message/message_json.hpp"
#include "core/domain/account/account_ranges.hpp"
#include "core/domain/import/import_line.hpp"
#include "core/storage/engine/transaction.hpp"

namespace dreamina {
namespace {

HandlerResult import_accounts(Call& call);

}  // namespace

std::vector<Route> account_import_routes()
{
    return {{"POST", "/api/accounts/bulk", Access::admin, import_accounts, ThreadGroup::general, nullptr, large_body}};
}

namespace {

struct ImportRequest {
    std::string credentials;
    std::string session_ids;
    ImportOptions options;
    double points = 0;
    bool skip_faulty = false;
    bool dry_run = false;
};

ImportForm read_form(JsonReader& reader)
{
    ImportForm form;
    const std::string kind = reader.required("kind", reader.text("kind", {}));
    if (const auto known = parse_import_kind(kind)) {
        form.kind = *known;
    } else {
        reader.fail("kind", not_one_of({"lines", "sessions", "table", "export"}));
    }
    const auto separator = reader.text("separator", {.control_characters = true});
    form.separator = separator.value_or("");
    form.columns = reader.texts("columns", {.max = 100}, {.max = 100}).value_or({});
    const bool separates = form.kind == ImportForm::Kind::lines || form.kind == ImportForm::Kind::table;
    const bool fits = separates ? is_import_separator(form.separator) : form.separator.empty();
    // A table's rows are those of a spreadsheet.
    const bool is_table = form.kind == ImportForm::Kind::table;
    if (!fits || (is_table && (form.separator == ":" || form.separator == "----")))
        reader.fail("separator", {"field.wrong_separator"});
    if (is_table == form.columns.empty()) reader.fail("columns", {"field.columns_of_table_only"});
    return form;
}

Result<ImportRequest> read_request(const Request& request, const Settings& settings)
{
    auto reader = JsonReader::parse(request.body.text());
    if (!reader) return tl::unexpected(reader.error());
    const JsonReader::Text lines{.max = large_body, .control_characters = true};
    ImportRequest wanted;
    wanted.credentials = reader->required("credentials", reader->text("credentials", lines));
    wanted.session_ids = reader->text("session_ids", lines).value_or("");
    wanted.options.region = read_region(*reader).value_or(Region::us);
    wanted.points = reader->number("points", 0, 1e12).value_or(settings.default_points);
    wanted.skip_faulty = reader->boolean("skip_faulty").value_or(false);
    wanted.dry_run = reader->boolean("dry_run").value_or(false);
    wanted.options.form = reader->object("form", read_form).value;
    if (const auto faults = reader->finish(); !faults) return tl::unexpected(faults.error());
    return wanted;
}

/// The parameters as they were told formerly: texts.
Json facts_json(const ImportFault& fault)
{
    Json facts = Json::object();
    for (const MessageParam& param : fault.params) {
        const std::string name = param.name == "session_region" ? "prefix" : param.name;
        if (const auto* text = std::get_if<std::string>(&param.value)) facts[name] = *text;
        if (const auto* number = std::get_if<std::int64_t>(&param.value)) facts[name] = std::to_string(*number);
    }
    return facts;
}

Json fault_json(const std::optional<ImportFault>& fault)
{
    if (!fault) return nullptr;
    Json json = message_json(*fault);
    // Without the name of the catalogue's part, as it always was.
    json["code"] = fault->code.substr(fault->code.find('.') + 1);
    json["message"] = english(*fault);
    json["facts"] = facts_json(*fault);
    return json;
}

/// Beside the sentences, which are more and shorter.
constexpr std::size_t max_faults_shown = 100;

/// What is wrong with the whole, and with the first lines.
Json faults_json(const ImportResult& read)
{
    Json faults = Json::array();
    const auto add = [&](const Json& line, const ImportFault& fault) {
        Json shown = fault_json(fault);
        shown.erase("facts");
        shown["line"] = line;
        faults.push_back(std::move(shown));
    };
    if (read.fault) add(nullptr, *read.fault);
    for (const ImportRow& row : read.rows)
        if (row.fault && faults.size() < max_faults_shown) add(row.line, *row.fault);
    return faults;
}

/// The same as sentences.
Json parse_errors(const ImportResult& read)
{
    Json errors = Json::array();
    for (const Message& fault : named_faults(read)) errors.push_back(english(fault));
    return errors;
}

Reply malformed_lines(const ImportResult& read)
{
    return json_reply(400, {{"code", "malformed_lines"},
                            {"reason", "error.malformed_lines"},
                            {"params", {{"count", read.faulty}}},
                            {"fields", Json::array()},
                            {"faults", faults_json(read)},
                            {"detail", {{"parse_errors", parse_errors(read)}}}});
}

template <class T>
Json or_null(const std::optional<T>& value)
{
    return value ? Json(*value) : Json(nullptr);
}

/// Of a faulty row nothing is shown: what stands there for an e-mail may be a password.
Json row_json(const ImportRow& row, AccountStore& store)
{
    const auto& account = row.account;
    return {{"line", row.line},
            {"session_line", or_null(row.session_line)},
            {"email", account ? Json(account->email) : Json(nullptr)},
            {"region", account && account->region ? Json(to_string(*account->region)) : Json(nullptr)},
            {"has_password", account && !account->password.empty()},
            {"has_session", account && account->session_id.has_value()},
            {"fault", fault_json(row.fault)},
            {"same_as", or_null(row.same_as)},
            {"known", account && store.id_of(account->email).has_value()}};
}

/// What would come of it, row by row. Nothing is written.
Reply dry_run_reply(Call& call, const ImportResult& read)
{
    AccountStore store{call.database};
    Json rows = Json::array();
    for (const ImportRow& row : read.rows) rows.push_back(row_json(row, store));
    return json_reply(
        200,
        {{"form",
          {{"kind", to_string(read.form.kind)}, {"separator", read.form.separator}, {"columns", read.form.columns}}},
         {"fault", fault_json(read.fault)},
         {"items", std::move(rows)}});
}

struct Stored {
    AccountRanges created;
    std::vector<std::string> known;  ///< e-mails that were there already
};

/// What the audit trail tells of an import; not which accounts.
Json recorded(const Stored& stored, const ImportResult& read)
{
    Json fields = {{"created", stored.created.count()}, {"skipped", read.duplicates.size() + stored.known.size()}};
    if (read.faulty > 0) fields["faulty"] = read.faulty;
    return fields;
}

/// Piece by piece, so that requests wait for the database only briefly. An import that is cut off can be sent again: it
/// passes over what is there.
Stored store_accounts(Call& call, const ImportRequest& wanted, const ImportResult& read)
{
    AccountStore store{call.database};
    Stored stored;
    GrowingAuditRow row{call, AuditAction::import};  // which each of the accounts is found by
    for (auto account = read.accounts.begin(); account != read.accounts.end();) {
        if (account != read.accounts.begin()) let_others_write();
        Transaction transaction{call.database};
        const auto until = std::chrono::steady_clock::now() + max_piece;
        do {
            if (store.id_of(account->email)) {
                stored.known.push_back(account->email);
                continue;
            }
            const NewAccount added{.email = account->email,
                                   .password = account->password,
                                   .region = account->region.value_or(wanted.options.region),
                                   .session_id = account->session_id,
                                   .proxy_url = account->proxy_url,
                                   .points = account->points.value_or(wanted.points)};
            stored.created.add(store.add(added, call.now), added.email);
        } while (++account != read.accounts.end() && std::chrono::steady_clock::now() < until);
        if (stored.created.count() > 0) row.write(recorded(stored, read), stored.created);
        transaction.commit();
    }
    return stored;
}

HandlerResult import_accounts(Call& call)
{
    const auto wanted = read_request(call.request, call.settings());
    if (!wanted) return bad_body_reply(wanted.error());
    const ImportResult read = read_import(wanted->credentials, wanted->session_ids, wanted->options);
    if (wanted->dry_run) return dry_run_reply(call, read);
    if (read.fault || (read.faulty > 0 && !wanted->skip_faulty)) return malformed_lines(read);

    const Stored stored = store_accounts(call, *wanted, read);
    const std::size_t skipped = read.duplicates.size() + stored.known.size();
    // In the earlier program's own words, which scripts may look for.
    Json reply = {{"message", fmt::format("成功创建 {} 个账户", stored.created.count())},
                  {"created_count", stored.created.count()},
                  {"skipped", {{"duplicate_in_input", read.duplicates}, {"duplicate_in_db", stored.known}}},
                  {"total_skipped", skipped}};
    if (wanted->skip_faulty) reply["faulty"] = {{"count", read.faulty}, {"parse_errors", parse_errors(read)}};
    return json_reply(200, reply);
}

}  // namespace
}  // namespace dreamina
