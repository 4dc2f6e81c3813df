#include "proxy/error_replies.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/domain/daily_time.hpp"
#include "proxy/openai_error.hpp"

namespace dreamina {
namespace {

/// Where nothing says when one comes back: an administrator has to act.
constexpr std::chrono::seconds come_back_later{60};

/// A busy account may be free at any moment, but there are those who wait already.
constexpr std::chrono::seconds busy_for{5};

/// The scheduler asks for an account's points within seconds of the upstream's word that they are used up.
constexpr std::chrono::seconds points_known_in{10};

constexpr std::chrono::seconds database_locked_for{5};

std::string sentence(const ModelRule& rule, const Eligibility& eligibility)
{
    if (eligibility.unknown) return fmt::format("no account can serve {} at the moment", rule.id);
    if (eligibility.total == 0) return "no account can serve this request: the pool is empty";
    std::vector<std::string> parts;
    const auto add = [&](std::int64_t count, std::string_view what) {
        if (count > 0) parts.push_back(fmt::format("{} {}", count, what));
    };
    add(eligibility.banned, "banned");
    add(eligibility.at_limit, "at their daily limit");
    add(eligibility.without_points, "without points");
    add(eligibility.without_session, "without a valid session");
    add(eligibility.other_region, "in a region that does not have the model");
    add(eligibility.disabled, "disabled");
    add(eligibility.proxy_unsafe, "with a proxy that jimeng-api-go would expose");
    add(eligibility.busy, "busy with as many requests as ACCOUNT_MAX_CONCURRENCY allows");
    return fmt::format("no account can serve {}: of {}, {}", rule.id, eligibility.total,
                       parts.empty() ? "none is free" : fmt::format("{}", fmt::join(parts, ", ")));
}

/// When the first account comes back; nothing if none does by itself.
std::optional<std::chrono::seconds> back_after(const Eligibility& eligibility, const Settings& settings, Time now)
{
    if (eligibility.busy > 0) return busy_for;
    std::optional<Time> earliest = eligibility.next_ban_end;
    const auto consider = [&](Time moment) { earliest = earliest ? std::min(*earliest, moment) : moment; };
    if (eligibility.points_doubted > 0) consider(now + points_known_in);
    if (eligibility.at_limit > 0 || eligibility.without_points > 0) {
        // The daily reset renews counts, and points come with the day.
        consider(next_occurrence(parse_daily_time(settings.reset_counts_time).value_or(DailyTime{}), now));
    }
    if (!earliest) return std::nullopt;
    return std::max(std::chrono::ceil<std::chrono::seconds>(*earliest - now), std::chrono::seconds{1});
}

/// Since the request was refused, or it would not have been.
bool any_eligible(const Eligibility& eligibility)
{
    std::int64_t ineligible = 0;
    for (const IneligibleReason reason : all_ineligible_reasons) ineligible += count_of(eligibility, reason);
    return ineligible < eligibility.total;
}

Reply unavailable(std::string_view code, std::string_view sentence, std::chrono::seconds retry_after, bool retry = true)
{
    Reply reply = openai_error(503, "server_error", code, sentence);
    reply.headers.push_back({"Retry-After", fmt::format("{}", retry_after.count())});
    reply.headers.push_back(should_retry(retry));
    return reply;
}

Reply no_answer(int status, std::string_view code, std::string_view sentence, bool retry = false)
{
    Reply reply = openai_error(status, "server_error", code, sentence);
    reply.headers.push_back(should_retry(retry));
    return reply;
}

}  // namespace

Reply no_account_reply(const ModelRule& rule, const Eligibility& eligibility, const Settings& settings, Time now)
{
    const auto back = back_after(eligibility, settings, now);
    return unavailable("no_account", sentence(rule, eligibility), back.value_or(come_back_later),
                       back.has_value() || eligibility.unknown || any_eligible(eligibility));
}

Reply upstream_down_reply(std::optional<Time> retry_at, Time now)
{
    const auto wait = std::chrono::ceil<std::chrono::seconds>(retry_at.value_or(now) - now);
    return unavailable("upstream_down", "the upstream is down; the accounts are not at fault",
                       std::max(wait, std::chrono::seconds{1}));
}

Reply database_refuses_reply()
{
    return unavailable("database_unavailable", "the database cannot be written at the moment", database_locked_for);
}

Reply no_answer_reply(TransferEnd end, bool anything_sent)
{
    switch (end) {
    case TransferEnd::timed_out:
        return no_answer(504, "upstream_timeout", "the upstream did not answer within PROXY_TIMEOUT");
    case TransferEnd::unreachable:
        return no_answer(502, "upstream_unreachable", "the upstream cannot be reached", !anything_sent);
    default: return no_answer(502, "upstream_cut", "the upstream closed the connection before its answer was complete");
    }
}

}  // namespace dreamina
