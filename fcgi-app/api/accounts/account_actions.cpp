#include "api/accounts/account_actions.hpp"

#include <algorithm>
#include <chrono>
#include <functional>
#include <span>

#include <fmt/format.h>

#include "api/accounts/account_filter.hpp"
#include "api/accounts/account_json.hpp"
#include "api/accounts/accounts.hpp"
#include "api/audit/audit_record.hpp"
#include "api/accounts/bulk_audit_record.hpp"
#include "core/base/message/coded_error.hpp"
#include "core/base/secret.hpp"
#include "core/storage/accounts/account_bulk.hpp"
#include "core/storage/accounts/deleted_accounts.hpp"
#include "core/storage/engine/transaction.hpp"

namespace dreamina {
namespace {

HandlerResult act(Call& call);
HandlerResult restore_deleted(Call& call);

}  // namespace

std::vector<Route> account_action_routes()
{
    return {
        {"POST", "/api/accounts/actions", Access::admin, act},
        {"POST", "/api/accounts/undelete", Access::admin, restore_deleted},
    };
}

Undo new_undo(const Call& call)
{
    constexpr std::size_t token_bytes = 16;
    return {.token = random_hex(token_bytes), .until = call.now + std::chrono::seconds{60}};
}

namespace {

/// Between two looks at the clock: each may take a millisecond to delete, with thousands of requests in flight.
constexpr std::size_t accounts_per_step = 10;
/// Whatever is taken back is back by then.
constexpr std::chrono::minutes max_restoring{5};
/// Likewise for deleting: nothing of it is gone for good while it goes on.
constexpr std::chrono::minutes max_deleting{30};

struct Action {
    AuditAction audited = AuditAction::change;
    std::string_view done;           ///< "banned"
    Json recorded = Json::object();  ///< what is the same for all of them
    std::function<std::vector<AccountId>(std::span<const AccountId>)> run;
    std::optional<Undo> undo = {};
};

struct Counts {
    std::int64_t changed = 0;
    std::int64_t unchanged = 0;
    std::int64_t missing = 0;
};

Action ban_action(Call& call, JsonReader& reader)
{
    const auto field = reader.number("duration_hours", std::numeric_limits<double>::lowest());
    const bool is_faulty = field.value && !is_ban_duration(*field.value);
    if (is_faulty) reader.fail("duration_hours", ban_duration_fault());
    std::optional<Time> until;
    if (!field.is_null() && !is_faulty) until = ban_end(call.now, field.value_or(default_ban_hours));
    return {
        .audited = AuditAction::ban,
        .done = "banned",
        .recorded = {{"ban_until", until ? Json(to_rfc3339(*until)) : Json(nullptr)}},
        .run = [&call, until](auto ids) { return AccountBulk{call.database}.ban(ids, until, ban_note(), call.now); }};
}

Action unban_action(Call& call, JsonReader&)
{
    return {.audited = AuditAction::unban, .done = "unbanned", .run = [&call](auto ids) {
                return AccountBulk{call.database}.unban(ids, call.now);
            }};
}

Action enable_action(Call& call, JsonReader&)
{
    return {.audited = AuditAction::enable, .done = "enabled", .run = [&call](auto ids) {
                return AccountBulk{call.database}.set_disabled(ids, false, call.now);
            }};
}

Action disable_action(Call& call, JsonReader&)
{
    return {.audited = AuditAction::disable, .done = "disabled", .run = [&call](auto ids) {
                return AccountBulk{call.database}.set_disabled(ids, true, call.now);
            }};
}

Action region_action(Call& call, JsonReader& reader)
{
    const Region region = reader.required("region", read_region(reader));
    return {.audited = AuditAction::change,
            .done = "given another region",
            .recorded = {{"region", to_string(region)}},
            .run = [&call, region](auto ids) { return AccountBulk{call.database}.set_region(ids, region, call.now); }};
}

Action delete_action(Call& call, JsonReader&)
{
    const Undo undo = new_undo(call);
    return {.audited = AuditAction::remove,
            .done = "deleted",
            .run =
                [&call, undo, begun = false](auto ids) mutable {
                    DeletedAccounts deleted{call.database};
                    if (!begun) deleted.begin(undo.token, undo.until + max_deleting);
                    begun = true;
                    return deleted.add(undo.token, ids, call.now);
                },
            .undo = undo};
}

struct Known {
    std::string_view name;
    Action (*read)(Call&, JsonReader&);
};
constexpr Known actions[] = {{"ban", ban_action},         {"unban", unban_action},   {"enable", enable_action},
                             {"disable", disable_action}, {"region", region_action}, {"delete", delete_action}};

Action read_action(Call& call, JsonReader& reader)
{
    const std::string name = reader.required("action", reader.text("action", {.max = 64}));
    const auto* known =
        std::find_if(std::begin(actions), std::end(actions), [&](const Known& it) { return it.name == name; });
    if (known != std::end(actions)) return known->read(call, reader);
    reader.fail("action", not_one_of({"ban", "unban", "enable", "disable", "region", "delete"}));
    return {};
}

/// Each with a row of its own in the audit trail, in one transaction.
Counts act_on_few(Call& call, const Action& action, const std::vector<AccountId>& ids)
{
    Counts counts;
    AccountStore store{call.database};
    Transaction transaction{call.database};
    for (const AccountId& id : ids) {
        const auto before = store.find(id);
        if (!before) {
            ++counts.missing;
        } else if (action.run({&id, 1}).empty()) {
            ++counts.unchanged;
        } else {
            ++counts.changed;
            const auto after = store.find(id);
            record_difference(call, action.audited, audited(*before),
                              account_changes(&*before, after ? &*after : nullptr));
        }
    }
    transaction.commit();
    return counts;
}

/// Piece by piece, so that other writers wait only briefly. One row of the audit trail, that grows with them.
Counts act_on_many(Call& call, const Action& action, const std::vector<AccountId>& ids, const Json& filter)
{
    Counts counts;
    BulkAuditRecord trail{call, action.audited, action.recorded, filter};
    const std::span<const AccountId> all{ids};
    for (std::size_t begin = 0; begin < all.size();) {
        if (begin > 0) let_others_write();
        Transaction transaction{call.database};
        const auto until = std::chrono::steady_clock::now() + max_piece;
        do {
            const auto step = all.subspan(begin, std::min(accounts_per_step, all.size() - begin));
            const auto there = AccountBulk{call.database}.count(step);
            const auto changed = action.run(step);
            counts.changed += std::ssize(changed);
            counts.unchanged += there - std::ssize(changed);
            counts.missing += std::ssize(step) - there;
            trail.add(changed);
            begin += step.size();
        } while (begin < all.size() && std::chrono::steady_clock::now() < until);
        trail.write();
        transaction.commit();
    }
    return counts;
}

/// The time in which it can be taken back begins when it is done.
Time undo_until(Call& call, const Undo& undo, std::chrono::steady_clock::time_point began)
{
    using std::chrono::seconds;
    const Time until = undo.until + std::chrono::floor<seconds>(std::chrono::steady_clock::now() - began);
    Transaction transaction{call.database};
    DeletedAccounts{call.database}.keep_until(undo.token, until);
    transaction.commit();
    return until;
}

HandlerResult act(Call& call)
{
    const auto began = std::chrono::steady_clock::now();
    auto reader = JsonReader::parse(call.request.body.text());
    if (!reader) return bad_body_reply(reader.error());
    const Action action = read_action(call, *reader);
    const AccountChoice choice = reader->required("accounts", read_account_choice(*reader, call, max_chosen_accounts));
    if (const auto faults = reader->finish(); !faults) return bad_body_reply(faults.error());

    const auto ids = chosen_accounts(call.database, choice);
    const Counts counts =
        ids.size() <= max_noted_apart ? act_on_few(call, action, ids) : act_on_many(call, action, ids, choice.asked);
    Json body{{"message", fmt::format("{} accounts {}", counts.changed, action.done)},
              {"changed", counts.changed},
              {"unchanged", counts.unchanged},
              {"missing", counts.missing}};
    if (action.undo && counts.changed > 0) {
        body["undo"] = action.undo->token;
        body["undo_until"] = to_rfc3339(undo_until(call, *action.undo, began));
    }
    return json_reply(200, body);
}

void note_restored(Call& call, const std::vector<AccountId>& ids)
{
    AccountStore store{call.database};
    for (const AccountId id : ids) {
        const Account account = store.find(id).value();
        record_audit(call, AuditAction::restore, audited(account), account_changes(nullptr, &account));
    }
}

HandlerResult restore_deleted(Call& call)
{
    auto reader = JsonReader::parse(call.request.body.text());
    if (!reader) return bad_body_reply(reader.error());
    const std::string token = reader->required("undo", reader->text("undo", {.max = 64}));
    if (const auto faults = reader->finish(); !faults) return bad_body_reply(faults.error());

    DeletedAccounts deleted{call.database};
    const auto undo_until = deleted.begin_restoring(token, call.now, call.now + max_restoring);
    if (!undo_until) return error_reply(404, "error.undo_gone");
    std::int64_t restored = 0;
    AccountId last = 0;
    std::vector<std::string> skipped;
    BulkAuditRecord trail{call, AuditAction::restore, Json::object(), Json::object()};
    const bool few = deleted.count(token) <= std::int64_t{max_noted_apart};
    for (bool more = true; more;) {
        Transaction transaction{call.database};
        const auto until = std::chrono::steady_clock::now() + max_piece;
        do {
            const auto step = deleted.restore_next(token, last, accounts_per_step);
            if (!step.empty()) last = step.back();
            more = !step.empty();
            restored += std::ssize(step);
            if (few) {
                note_restored(call, step);
            } else {
                trail.add(step);
            }
        } while (more && std::chrono::steady_clock::now() < until);
        if (!more) skipped = deleted.end_restoring(token, restored > 0 ? call.now : *undo_until);
        trail.write();
        transaction.commit();
        if (more) let_others_write();
    }
    return json_reply(200, {{"message", fmt::format("{} accounts restored", restored)},
                            {"restored", restored},
                            {"skipped", std::move(skipped)}});
}

}  // namespace
}  // namespace dreamina
