#include "core/storage/accounts/account_list.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "core/storage/engine/json_rows.hpp"
#include "core/storage/accounts/pool_class.hpp"
#include "core/storage/accounts/account_store.hpp"
#include "core/storage/accounts/usage_store.hpp"

namespace dreamina {
namespace {

/// The same order of reasons as status_of().
const std::string status_sql =
    "CASE WHEN a.disabled THEN 'disabled' WHEN a.banned THEN 'banned' WHEN a.session_id IS NULL THEN 'no_session' "
    "WHEN a.session_expired THEN 'session_expired' WHEN " +
    lacks_points_sql("a") + " THEN 'no_points' ELSE 'active' END";

constexpr std::string_view usage_prefix = "usage:";

struct SortKey {
    std::string_view name;
    std::string_view expression;
};
const SortKey sort_keys[] = {
    {"id", "a.id"},
    {"email", "lower(a.email)"},
    {"region", "a.region"},
    {"status", status_sql},
    {"points", "a.points"},
    {"created_at", "a.created_at"},
    {"updated_at", "a.updated_at"},
    {"last_used_at", "a.last_used_at"},
    {"session_id_updated_at", "a.session_updated_at"},
    {"error_count", "a.error_count"},
    {"ban_until", "a.ban_until"},
    {"in_flight", "a.in_flight"},
};

/// ?1 to ?4; ?1 and ?3 are lists of names, ?4 of classes, and NULL for no filter.
std::string where_sql()
{
    return fmt::format(
        " WHERE (CAST(?1 AS TEXT) IS NULL OR a.region IN (SELECT value->>0 FROM json_each(?1))) AND "
        "(?2 = '' OR instr(lower(a.email), lower(?2)) > 0) AND "
        "(CAST(?3 AS TEXT) IS NULL OR {} IN (SELECT value->>0 FROM json_each(?3))) AND "
        "(CAST(?4 AS TEXT) IS NULL OR a.pool_class IN (SELECT CAST(value AS BIGINT) FROM json_each(?4)))",
        status_sql);
}

const std::string at_limit_sql = " AND a.pool_class IS NOT NULL AND a.exhausted <> 0 AND NOT " + lacks_points_sql("a");

/// A JSON list of lists of one name, since a text in a list itself is read in another way by each engine. The names are
/// ours: nothing in them needs escaping.
template <class Names>
std::optional<std::string> name_list(const Names& values)
{
    if (values.empty()) return std::nullopt;
    std::string list;
    for (const auto value : values) list += fmt::format("{}[\"{}\"]", list.empty() ? "" : ",", to_string(value));
    return "[" + list + "]";
}

/// Of all classes that there are, those whose accounts could serve the model now.
std::optional<std::string> classes_with_room(Database& database, const std::optional<ModelRule>& rule)
{
    if (!rule) return std::nullopt;
    std::string list;
    static const std::string sql = fmt::format(
        "SELECT DISTINCT pool_class, {} AS serving_class FROM accounts WHERE pool_class IS NOT NULL AND pool_class & "
        "{} = 0",
        serving_class_sql("pool_class"), barred_bits_sql());
    auto rows = database.query(sql);
    while (rows.next()) {
        const std::int64_t pool_class = rows.integer("pool_class");
        if (!is_busy_class(pool_class) && can_serve(rows.integer("serving_class"), *rule))
            list += fmt::format("{}{}", list.empty() ? "" : ",", pool_class);
    }
    return "[" + list + "]";
}

std::string condition_of(const AccountFilter& filter) { return where_sql() + (filter.at_limit ? at_limit_sql : ""); }

bool is_by_usage(const AccountOrder& order) { return order.key.starts_with(usage_prefix); }

std::string order_expression(const AccountOrder& order)
{
    if (is_by_usage(order)) return "(SELECT calls FROM account_usage u WHERE u.account_id = a.id AND u.model = ?7)";
    const auto* key = std::find_if(std::begin(sort_keys), std::end(sort_keys),
                                   [&](const SortKey& candidate) { return candidate.name == order.key; });
    return std::string{key == std::end(sort_keys) ? sort_keys[0].expression : key->expression};
}

}  // namespace

const std::vector<std::string_view>& account_sort_keys()
{
    static const std::vector<std::string_view> names = [] {
        std::vector<std::string_view> all;
        for (const SortKey& key : sort_keys) all.push_back(key.name);
        return all;
    }();
    return names;
}

std::vector<AccountId> list_account_ids(Database& database, const AccountFilter& filter)
{
    const std::string sql = "SELECT a.id FROM living_accounts a" + condition_of(filter) + " ORDER BY a.id";
    return read_ids(database.query(sql, name_list(filter.regions), filter.email_part, name_list(filter.statuses),
                                   classes_with_room(database, filter.available_for)));
}

std::vector<Account> read_accounts(Database& database, std::span<const AccountId> ids)
{
    static const std::string sql = fmt::format(
        "SELECT {} FROM living_accounts a WHERE a.id IN (SELECT CAST(value AS BIGINT) FROM json_each(?)) ORDER BY a.id",
        account_columns());
    std::vector<Account> accounts;
    auto rows = database.query(sql, json_list(ids));
    while (rows.next()) accounts.push_back(read_account(database, rows));
    UsageStore usage{database};
    for (Account& account : accounts) account.usage = usage.of_account(account.id);
    return accounts;
}

AccountPage list_accounts(Database& database, const AccountFilter& filter, const AccountOrder& order, std::int64_t page,
                          std::int64_t size)
{
    const auto regions = name_list(filter.regions);
    const auto statuses = name_list(filter.statuses);
    const auto classes = classes_with_room(database, filter.available_for);
    const std::string where = condition_of(filter);

    AccountPage result;
    {
        auto count = database.query("SELECT count(*) FROM living_accounts a" + where, regions, filter.email_part,
                                    statuses, classes);
        count.next();
        result.total = count.integer();
    }
    // Where there is nothing comes before all else: PostgreSQL by itself has it the other way round.
    const std::string sql =
        fmt::format("SELECT {} FROM living_accounts a{} ORDER BY {} {}, a.id LIMIT ?5 OFFSET ?6", account_columns(),
                    where, order_expression(order), order.descending ? "DESC NULLS LAST" : "ASC NULLS FIRST");
    const std::int64_t first = (page - 1) * size;
    auto rows = is_by_usage(order) ? database.query(sql, regions, filter.email_part, statuses, classes, size, first,
                                                    order.key.substr(usage_prefix.size()))
                                   : database.query(sql, regions, filter.email_part, statuses, classes, size, first);
    while (rows.next()) result.items.push_back(read_account(database, rows));

    UsageStore usage{database};
    for (Account& account : result.items) account.usage = usage.of_account(account.id);
    return result;
}

}  // namespace dreamina
