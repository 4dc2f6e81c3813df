#include "api/accounts/account_export.hpp"

#include <fmt/format.h>

#include "api/accounts/account_filter.hpp"
#include "api/accounts/account_text.hpp"
#include "api/audit/audit_record.hpp"
#include "core/base/message/coded_error.hpp"
#include "core/domain/daily_time.hpp"
#include "net/client.hpp"
#include "core/storage/log/audit_store.hpp"
#include "core/storage/stores/model_store.hpp"
#include "core/storage/engine/snapshot.hpp"

namespace dreamina {
namespace {

HandlerResult export_accounts(Call& call);

}  // namespace

std::vector<Route> account_export_routes()
{
    return {{"POST", "/api/accounts/export", Access::admin, export_accounts}};
}

namespace {

/// As wrong logins are refused, and counted.
std::optional<Reply> refuse_password(Call& call, const std::string& password)
{
    const LoginResult login = attempt_login(call.services.passwords, call.database, password,
                                            call.settings().admin_password, client_of(call.request), call.now);
    if (login.outcome == LoginResult::Outcome::right) return std::nullopt;
    if (login.outcome == LoginResult::Outcome::wrong) AuditStore{call.database}.add_failed_login(call.caller, call.now);
    return failed_login_reply(login, error_reply(403, "error.wrong_password"));
}

/// All of one moment, without blocking writers.
std::vector<Account> gather(Database& database, const AccountChoice& choice)
{
    const Snapshot snapshot{database};
    return read_accounts(database, chosen_accounts(database, choice));
}

std::vector<std::string> model_ids(Database& database)
{
    std::vector<std::string> ids;
    for (const Model& model : ModelStore{database}.all()) ids.push_back(model.id);
    return ids;
}

void record_audit(Call& call, const std::string& format, bool secrets, std::size_t count, const AccountChoice& choice)
{
    FieldChanges changes;
    changes.after = {{"format", format}, {"accounts", count}, {"secrets", secrets}};
    if (!choice.asked.empty()) changes.after["filter"] = choice.asked;
    record_audit(call, AuditAction::export_data, {.kind = AuditSubject::account, .id = {}, .name = {}}, changes);
}

HandlerResult export_accounts(Call& call)
{
    auto reader = JsonReader::parse(call.request.body.text());
    if (!reader) return bad_body_reply(reader.error());
    const std::string format = reader->required("format", reader->text("format", {.max = 16}));
    if (format != "csv" && format != "import") reader->fail("format", not_one_of({"csv", "import"}));
    const AccountChoice everybody{.ids = {}, .filter = AccountFilter{}};
    const AccountChoice choice = read_account_choice(*reader, call, max_chosen_accounts).value_or(everybody);
    const auto password = reader->text("password", {.min = 1, .max = 1024}).value;
    if (const auto faults = reader->finish(); !faults) return bad_body_reply(faults.error());

    if (format == "import" && !password) return error_reply(403, "error.password_required");
    if (password)
        if (auto refusal = refuse_password(call, *password)) return *std::move(refusal);

    const auto accounts = gather(call.database, choice);
    record_audit(call, format, password.has_value(), accounts.size(), choice);
    const bool is_csv = format == "csv";
    return Reply{.status = 200,
                 .headers = {{"Content-Type", is_csv ? "text/csv; charset=utf-8" : "text/plain; charset=utf-8"},
                             {"Content-Disposition", fmt::format("attachment; filename=\"accounts-{}.{}\"",
                                                                 local_date(call.now), is_csv ? "csv" : "txt")},
                             {"Cache-Control", "no-store"}},
                 .body = is_csv ? accounts_csv(accounts, model_ids(call.database), password.has_value())
                                : import_text(accounts)};
}

}  // namespace
}  // namespace dreamina
