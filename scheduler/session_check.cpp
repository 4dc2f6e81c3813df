#include <optional>
#include <thread>

#include "storage/account_upkeep.hpp"
#include "storage/verdict_rule_store.hpp"
#include "token_sweep.hpp"

namespace dreamina {
namespace {

/// Each session is a call of its own; so many at the same time.
constexpr std::int64_t checks_at_a_time = 8;

constexpr const char* found_dead_twice = "two checks, an hour or more apart, found the session no longer live";

std::vector<LiveAnswer> ask_all(JobWork& work, const std::vector<WorkItem>& items)
{
    const VerdictRules rules = VerdictRuleStore{work.database}.rules();
    const UpstreamTokens upstream{work.http, work.settings().upstream_base_url, rules};
    std::vector<std::optional<LiveAnswer>> answers(items.size());
    {
        std::vector<std::jthread> threads;
        for (std::size_t i = 0; i < items.size(); ++i)
            threads.emplace_back([&, i] { answers[i] = upstream.check(token_of(items[i].account), work.stop); });
    }
    std::vector<LiveAnswer> all;
    for (auto& answer : answers) all.push_back(std::move(*answer));
    return all;
}

/// One answer proves little: an upstream that cannot reach its provider says the same.
std::string note_not_live(Database& database, const WorkItem& item, Time now)
{
    if (!item.check_failed_at) {
        AccountUpkeep{database}.set_check_failed(item.account.id, now, now);
        return "not live; another check in an hour or later decides";
    }
    if (now - *item.check_failed_at < second_check_wait)
        return "not live; checked less than an hour after the first time";
    expire_session(database, item.account, found_dead_twice, now);
    return "not live for the second time: expired";
}

BatchEnd check_sessions(JobWork& work, const std::vector<WorkItem>& items)
{
    return write_answers(work, items, ask_all(work, items),
                         [&](const WorkItem& item, bool live, Time now) -> std::string {
                             if (!live) return note_not_live(work.database, item, now);
                             AccountUpkeep{work.database}.set_check_failed(item.account.id, std::nullopt, now);
                             return "live";
                         });
}

}  // namespace

void run_session_check(JobWork& work)
{
    sweep(work, {.batch = checks_at_a_time, .asks_cn = true, .ask = [&](const std::vector<WorkItem>& items) {
                     return check_sessions(work, items);
                 }});
}

}  // namespace dreamina
