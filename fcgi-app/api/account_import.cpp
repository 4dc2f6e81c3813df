#include "api/account_import.hpp"

#include <fmt/format.h>

#include "api/account_json.hpp"
#include "api/audit_note.hpp"
#include "domain/import_line.hpp"
#include "storage/transaction.hpp"

namespace dreamina {
namespace {

Outcome import_accounts(Call& call);

}  // namespace

std::vector<Route> account_import_routes()
{
    return {{"POST", "/api/accounts/bulk", Access::admin, import_accounts, Lane::usual, nullptr, large_body}};
}

namespace {

struct ImportRequest {
    std::string credentials;
    std::string session_ids;
    Region region = Region::us;
    double points = 0;
};

Result<ImportRequest> read_request(const Request& request, const Settings& settings)
{
    auto reader = JsonReader::parse(request.body.text());
    if (!reader) return tl::unexpected(reader.error());
    const JsonReader::Text lines{.max = large_body, .control_characters = true};
    ImportRequest wanted;
    wanted.credentials = reader->required("credentials", reader->text("credentials", lines));
    wanted.session_ids = reader->text("session_ids", lines).value_or("");
    wanted.region = read_region(*reader).value_or(Region::us);
    wanted.points = reader->number("points", 0, 1e12).value_or(settings.default_points);
    if (const auto faults = reader->finish(); !faults) return tl::unexpected(faults.error());
    return wanted;
}

Outcome import_accounts(Call& call)
{
    const auto wanted = read_request(call.request, call.settings());
    if (!wanted) return bad_body_reply(wanted.error());
    const ImportResult lines = read_import(wanted->credentials, wanted->session_ids);
    if (!lines.faults.empty())
        return json_reply(400, {{"detail", {{"parse_errors", lines.faults}}}, {"code", "malformed_lines"}});

    AccountStore store{call.database};
    std::vector<std::string> known;
    std::int64_t created = 0;
    Transaction transaction{call.database};
    for (const ImportedAccount& account : lines.accounts) {
        if (store.id_of(account.email)) {
            known.push_back(account.email);
            continue;
        }
        const NewAccount added{.email = account.email,
                               .password = account.password,
                               .region = account.region.value_or(wanted->region),
                               .session_id = account.session_id,
                               .proxy_url = {},
                               .points = wanted->points};
        const AccountId id = store.add(added, call.now);
        note(call, AuditAction::create, {.kind = AuditSubject::account, .id = std::to_string(id), .name = added.email},
             account_changes(added));
        ++created;
    }
    if (created > 0) {
        FieldChanges sum;
        sum.after = {{"created", created}, {"skipped", lines.duplicates.size() + known.size()}};
        note(call, AuditAction::import, {.kind = AuditSubject::account, .id = {}, .name = {}}, sum);
    }
    transaction.commit();
    return json_reply(200, {{"message", fmt::format("成功创建 {} 个账户", created)},
                            {"created_count", created},
                            {"skipped", {{"duplicate_in_input", lines.duplicates}, {"duplicate_in_db", known}}},
                            {"total_skipped", lines.duplicates.size() + known.size()}});
}

}  // namespace
}  // namespace dreamina
