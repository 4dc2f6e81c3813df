#include "core/storage/accounts/usage_changes.hpp"

#include <fmt/format.h>

#include "core/storage/engine/json_rows.hpp"

namespace dreamina {

bool UsageChanges::knows(AccountId account, std::string_view model) const
{
    const auto of_model = calls_.find(model);
    if (of_model == calls_.end()) return false;
    const auto found = of_model->second.find(account);
    return found != of_model->second.end() && found->second.stored;
}

void UsageChanges::load(std::string_view model, std::span<const AccountId> accounts)
{
    static const std::string sql =
        fmt::format("SELECT account_id, calls FROM account_usage WHERE account_id IN {} AND model = ?", numbers_sql());
    std::vector<AccountId> unknown;
    for (const AccountId account : accounts)
        if (!knows(account, model)) unknown.push_back(account);
    if (unknown.empty()) return;
    auto of_model = calls_.find(model);
    if (of_model == calls_.end()) of_model = calls_.try_emplace(std::string{model}).first;
    for (const AccountId account : unknown) of_model->second[account].stored = 0;
    auto rows = database_.query(sql, json_list(unknown), model);
    while (rows.next()) of_model->second[rows.integer("account_id")].stored = rows.integer("calls");
}

UsageChanges::Calls& UsageChanges::calls_of(AccountId account, std::string_view model)
{
    const auto of_model = calls_.find(model);
    return (of_model == calls_.end() ? calls_.try_emplace(std::string{model}).first : of_model)->second[account];
}

std::optional<std::int64_t> UsageChanges::count(AccountId account, std::string_view model,
                                                std::optional<std::int64_t> limit)
{
    if (limit && *limit <= 0) return std::nullopt;
    if (limit) load(model, {&account, 1});
    Calls& calls = calls_of(account, model);
    const std::int64_t before = calls.stored.value_or(0) + calls.added;
    if (limit && before >= *limit) return std::nullopt;
    ++calls.added;
    return before + 1;
}

std::int64_t UsageChanges::take_back(AccountId account, std::string_view model)
{
    load(model, {&account, 1});
    Calls& calls = calls_of(account, model);
    const std::int64_t before = calls.stored.value_or(0) + calls.added;
    if (before <= 0) return 0;
    --calls.added;
    return before - 1;
}

void UsageChanges::write()
{
    static const std::string sql = fmt::format(
        "INSERT INTO account_usage (account_id, model, calls) SELECT account, model, calls FROM {} AS r WHERE true "
        "ON CONFLICT (account_id, model) DO UPDATE SET calls = account_usage.calls + excluded.calls",
        rows_sql({"account BIGINT", "model TEXT", "calls BIGINT"}));
    JsonRows rows;
    for (auto& [model, accounts] : calls_) {
        for (auto& [account, calls] : accounts) {
            if (calls.added != 0) rows.add(account, model, calls.added);
            if (calls.stored) *calls.stored += calls.added;
            calls.added = 0;
        }
    }
    if (!rows.empty()) database_.run(sql, rows.text());
}

}  // namespace dreamina
