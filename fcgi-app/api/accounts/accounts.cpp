#include "api/accounts/accounts.hpp"

#include <algorithm>
#include <charconv>
#include <limits>

#include <fmt/format.h>

#include "api/accounts/account_actions.hpp"
#include "api/accounts/account_filter.hpp"
#include "api/accounts/account_json.hpp"
#include "api/audit/audit_record.hpp"
#include "api/http/query_parameters.hpp"
#include "core/base/message/coded_error.hpp"
#include "core/storage/accounts/account_list.hpp"
#include "core/storage/accounts/deleted_accounts.hpp"
#include "core/storage/engine/transaction.hpp"
#include "core/storage/stores/upstream_facts_store.hpp"

namespace dreamina {
namespace {

HandlerResult list_accounts(Call& call);
HandlerResult show_account(Call& call);
HandlerResult add_account(Call& call);
HandlerResult change_account(Call& call);
HandlerResult remove_account(Call& call);
HandlerResult ban(Call& call);
HandlerResult unban(Call& call);
HandlerResult enable(Call& call);
HandlerResult disable(Call& call);

}  // namespace

std::vector<Route> account_routes()
{
    return {
        {"GET", "/api/accounts", Access::admin, list_accounts},
        {"POST", "/api/accounts", Access::admin, add_account},
        {"GET", "/api/accounts/{id}", Access::admin, show_account},
        {"PUT", "/api/accounts/{id}", Access::admin, change_account},
        {"DELETE", "/api/accounts/{id}", Access::admin, remove_account},
        {"POST", "/api/accounts/{id}/ban", Access::admin, ban},
        {"POST", "/api/accounts/{id}/unban", Access::admin, unban},
        {"POST", "/api/accounts/{id}/enable", Access::admin, enable},
        {"POST", "/api/accounts/{id}/disable", Access::admin, disable},
    };
}

Time ban_end(Time now, double hours) { return now + milliseconds{static_cast<std::int64_t>(hours * 3'600'000.0)}; }

UpstreamKind upstream_kind(Call& call) { return UpstreamFactsStore{call.database}.read().kind; }

Reply unknown_account() { return error_reply(404, "error.unknown_account"); }

namespace {

Result<AccountOrder> read_order(const Request& request, std::string& storage)
{
    AccountOrder order;
    const std::string wanted = query_parameter(request.query, "sort").value_or("");
    const auto& keys = account_sort_keys();
    const auto& columns = usage_columns();
    const auto key = std::find(keys.begin(), keys.end(), wanted);
    const auto column =
        std::find_if(columns.begin(), columns.end(), [&](const UsageColumn& c) { return c.name == wanted; });
    if (key != keys.end()) {
        order.key = *key;
    } else if (column != columns.end()) {
        storage = "usage:" + std::string{column->model};
        order.key = storage;
    } else if (!wanted.empty()) {
        return wrong_parameter("sort", {"field.not_column"});
    }
    const std::string direction = query_parameter(request.query, "order").value_or("");
    if (!direction.empty() && direction != "asc" && direction != "desc")
        return wrong_parameter("order", not_one_of({"asc", "desc"}));
    order.descending = direction == "desc";
    return order;
}

HandlerResult list_accounts(Call& call)
{
    const auto wanted = page_parameters(call.request);
    if (!wanted) return error_reply(422, wanted.error());
    const auto filter = read_account_filter(call);
    if (!filter) return error_reply(422, filter.error());
    std::string order_storage;
    const auto order = read_order(call.request, order_storage);
    if (!order) return error_reply(422, order.error());

    const AccountPage found = list_accounts(call.database, *filter, *order, wanted->page, wanted->size);
    Json items = Json::array();
    const UpstreamKind upstream = upstream_kind(call);
    for (const Account& account : found.items) items.push_back(account_json(account, upstream));
    return json_reply(
        200, {{"total", found.total}, {"page", wanted->page}, {"size", wanted->size}, {"items", std::move(items)}});
}

HandlerResult show_account(Call& call)
{
    const auto id = captured_id(call);
    const auto account = id ? AccountStore{call.database}.find(*id) : std::nullopt;
    return account ? json_reply(200, account_json(*account, upstream_kind(call))) : unknown_account();
}

Reply known_email(const std::string& email)
{
    return error_reply(409, field_error("error.known_email", "email", {"field.email_taken"}, {{"email", email}}));
}

HandlerResult add_account(Call& call)
{
    auto reader = JsonReader::parse(call.request.body.text());
    if (!reader) return bad_body_reply(reader.error());
    const auto account = read_new_account(*reader, call.settings());
    if (!account) return bad_body_reply(account.error());

    AccountStore store{call.database};
    Transaction transaction{call.database};
    if (store.id_of(account->email)) return known_email(account->email);
    const AccountId id = store.add(*account, call.now);
    record_audit(call, AuditAction::create,
                 {.kind = AuditSubject::account, .id = std::to_string(id), .name = account->email},
                 account_changes(*account));
    transaction.commit();
    return json_reply(200, account_json(store.find(id).value(), upstream_kind(call)));
}

HandlerResult change_account(Call& call)
{
    const auto id = captured_id(call);
    if (!id) return unknown_account();
    auto reader = JsonReader::parse(call.request.body.text());
    if (!reader) return bad_body_reply(reader.error());

    AccountStore store{call.database};
    Transaction transaction{call.database};
    const auto stored = store.find(*id);
    if (!stored) return unknown_account();
    const auto wanted = read_account_change(*reader, *stored);
    if (!wanted) return bad_body_reply(wanted.error());
    if (wanted->email) {
        const auto owner = store.id_of(*wanted->email);
        if (owner && *owner != *id) return known_email(*wanted->email);
    }
    store.change(*id, *wanted, call.now);
    const Account changed = store.find(*id).value();
    record_difference(call, AuditAction::change, audited(changed), account_changes(&*stored, &changed));
    transaction.commit();
    return json_reply(200, account_json(changed, upstream_kind(call)));
}

/// False if there is no such account. `act` changes it.
template <class Act>
bool change_and_note(Call& call, AuditAction action, Act act)
{
    const auto id = captured_id(call);
    if (!id) return false;
    AccountStore store{call.database};
    Transaction transaction{call.database};
    const auto before = store.find(*id);
    if (!before) return false;
    act(store, *id);
    const auto after = store.find(*id);
    record_difference(call, action, audited(*before), account_changes(&*before, after ? &*after : nullptr));
    transaction.commit();
    return true;
}

HandlerResult remove_account(Call& call)
{
    const Undo undo = new_undo(call);
    const bool done = change_and_note(call, AuditAction::remove, [&](AccountStore&, AccountId id) {
        DeletedAccounts deleted{call.database};
        deleted.begin(undo.token, undo.until);
        deleted.add(undo.token, {&id, 1}, call.now);
    });
    if (!done) return unknown_account();
    return json_reply(200,
                      {{"message", "Account deleted"}, {"undo", undo.token}, {"undo_until", to_rfc3339(undo.until)}});
}

/// Hours from the query or the body; null for "until unbanned by hand".
Result<std::optional<double>> read_ban_hours(const Request& request)
{
    std::optional<double> hours = default_ban_hours;
    if (const auto text = query_parameter(request.query, "duration_hours")) {
        if (*text == "null" || text->empty()) return std::optional<double>{};
        double value = 0;
        const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), value);
        if (error != std::errc{} || end != text->data() + text->size() || !is_ban_duration(value))
            return wrong_parameter("duration_hours", ban_duration_fault());
        hours = value;
    }
    auto reader = JsonReader::parse(request.body.text(), true);
    if (!reader) return tl::unexpected(reader.error());
    const auto field = reader->number("duration_hours", std::numeric_limits<double>::lowest());
    if (field.value && !is_ban_duration(*field.value)) reader->fail("duration_hours", ban_duration_fault());
    if (const auto faults = reader->finish(); !faults) return tl::unexpected(faults.error());
    if (field.present) hours = field.value;
    return hours;
}

HandlerResult ban(Call& call)
{
    if (!captured_id(call)) return unknown_account();
    const auto hours = read_ban_hours(call.request);
    if (!hours) return bad_body_reply(hours.error());
    std::optional<Time> until;
    if (*hours) until = ban_end(call.now, **hours);
    const bool done = change_and_note(
        call, AuditAction::ban, [&](AccountStore& store, AccountId id) { store.ban(id, until, ban_note(), call.now); });
    if (!done) return unknown_account();
    const std::string message =
        *hours ? fmt::format("Account banned for {} hours", **hours) : "Account banned until unbanned by hand";
    return json_reply(200, {{"message", message}});
}

HandlerResult unban(Call& call)
{
    const bool done = change_and_note(call, AuditAction::unban,
                                      [&](AccountStore& store, AccountId id) { store.unban(id, call.now); });
    return done ? json_reply(200, {{"message", "Account unbanned"}}) : unknown_account();
}

HandlerResult set_disabled(Call& call, bool disabled)
{
    const bool done =
        change_and_note(call, disabled ? AuditAction::disable : AuditAction::enable,
                        [&](AccountStore& store, AccountId id) { store.set_disabled(id, disabled, call.now); });
    if (!done) return unknown_account();
    return json_reply(200, {{"message", disabled ? "Account disabled" : "Account enabled"}});
}

HandlerResult enable(Call& call) { return set_disabled(call, false); }
HandlerResult disable(Call& call) { return set_disabled(call, true); }

}  // namespace
}  // namespace dreamina
