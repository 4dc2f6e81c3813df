#include "storage/account_list.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "storage/account_store.hpp"
#include "storage/usage_store.hpp"

namespace dreamina {
namespace {

/// The same order of reasons as status_of().
constexpr std::string_view status_sql =
    "CASE WHEN a.disabled THEN 'disabled' WHEN a.banned THEN 'banned' WHEN a.session_id IS NULL THEN 'no_session' "
    "WHEN a.session_expired THEN 'session_expired' WHEN a.points <= 0 AND a.region <> 'cn' THEN 'no_points' "
    "ELSE 'active' END";

constexpr std::string_view usage_prefix = "usage:";

struct SortKey {
    std::string_view name;
    std::string_view expression;
};
constexpr SortKey sort_keys[] = {
    {"id", "a.id"},
    {"email", "a.email COLLATE NOCASE"},
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

constexpr std::string_view where_sql =
    " WHERE (?1 IS NULL OR a.region = ?1) AND (?2 = '' OR instr(lower(a.email), "
    "lower(?2)) > 0) AND (?3 IS NULL OR ";

std::string order_expression(const AccountOrder& order)
{
    if (order.key.starts_with(usage_prefix))
        return "(SELECT calls FROM account_usage u WHERE u.account_id = a.id AND u.model = ?4)";
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

AccountPage list_accounts(Database& database, const AccountFilter& filter, const AccountOrder& order, std::int64_t page,
                          std::int64_t size)
{
    const auto region = filter.region ? std::optional{to_string(*filter.region)} : std::nullopt;
    const auto status = filter.status ? std::optional{to_string(*filter.status)} : std::nullopt;
    const std::string where = fmt::format("{}{} = ?3)", where_sql, status_sql);

    AccountPage result;
    {
        auto count = database.query("SELECT count(*) FROM accounts a" + where, region, filter.email_part, status);
        count.next();
        result.total = count.integer(0);
    }
    const std::string sql =
        fmt::format("SELECT {} FROM accounts a{} ORDER BY {} {}, a.id LIMIT ?5 OFFSET ?6", account_columns(), where,
                    order_expression(order), order.descending ? "DESC" : "ASC");
    const std::string_view model = order.key.starts_with(usage_prefix) ? order.key.substr(usage_prefix.size()) : "";
    auto rows = database.query(sql, region, filter.email_part, status, model, size, (page - 1) * size);
    while (rows.next()) result.items.push_back(read_account(database, rows));

    UsageStore usage{database};
    for (Account& account : result.items) account.usage = usage.of_account(account.id);
    return result;
}

}  // namespace dreamina
