#include <algorithm>
#include <optional>
#include <thread>

#include "core/storage/accounts/account_store.hpp"
#include "core/storage/accounts/account_upkeep.hpp"
#include "jobs/token_sweep.hpp"
#include "token_upstream.hpp"

namespace dreamina {
namespace {

/// /token/check takes one session a call; so many at the same time.
constexpr std::size_t checks_at_a_time = 8;

/// How long it counts that the upstream has called another session live.
constexpr std::chrono::minutes witness_lasts{10};

/// What is known of a session that was asked about.
struct Life {
    bool live = true;
    std::optional<double> points = {};  ///< where they were asked for: points are life
};
using LifeAnswer = tl::expected<Life, TokenFailure>;

bool is_not_offered(const tl::expected<double, TokenFailure>& answer)
{
    return !answer && answer.error().fault == TokenFault::not_offered;
}

class SessionCheck {
public:
    explicit SessionCheck(JobWork& work) : work_(work) {}

    BatchEnd check(const std::vector<WorkItem>& items)
    {
        std::vector<LifeAnswer> answers = ask(items);
        if (std::any_of(answers.begin(), answers.end(),
                        [](const LifeAnswer& answer) { return answer && !answer->live; }))
            look_for_witness(items, answers);
        return write_answers(work_, items, answers,
                             [&](const WorkItem& item, const Life& life, Time now) { return note(item, life, now); });
    }

private:
    UpstreamTokens upstream() const { return token_upstream(work_.database, work_.settings(), work_.http, work_.stop); }

    /// Points wherever they can be asked for; /token/check for the rest, and for upstreams that have no points.
    std::vector<LifeAnswer> ask(const std::vector<WorkItem>& items)
    {
        const bool cn_points = work_.settings().cn_points_enabled;
        std::vector<LifeAnswer> answers(items.size(),
                                        tl::unexpected(TokenFailure{TokenFault::cancelled, {"job.cancelled"}}));
        std::vector<std::size_t> with_points;
        std::vector<std::size_t> to_check;
        for (std::size_t i = 0; i < items.size(); ++i) {
            const bool askable = !has_no_points_route_ && (cn_points || items[i].account.region != Region::cn);
            (askable ? with_points : to_check).push_back(i);
        }
        ask_for_points(items, with_points, answers, to_check);
        for (std::size_t from = 0; from < to_check.size(); from += checks_at_a_time) {
            const auto first = to_check.begin() + static_cast<std::ptrdiff_t>(from);
            const auto count = std::min(checks_at_a_time, to_check.size() - from);
            ask_whether_live(items, {first, first + static_cast<std::ptrdiff_t>(count)}, answers);
        }
        return answers;
    }

    void ask_for_points(const std::vector<WorkItem>& items, const std::vector<std::size_t>& places,
                        std::vector<LifeAnswer>& answers, std::vector<std::size_t>& to_check)
    {
        std::vector<std::string> tokens;
        for (const std::size_t i : places) tokens.push_back(token_of(items[i].account));
        const auto points = tokens.empty() ? std::vector<PointsAnswer>{} : upstream().points(tokens, work_.stop);
        has_no_points_route_ = has_no_points_route_ || std::any_of(points.begin(), points.end(), is_not_offered);
        for (std::size_t at = 0; at < points.size(); ++at) {
            const std::size_t i = places[at];
            if (is_not_offered(points[at])) {
                to_check.push_back(i);
            } else if (points[at]) {
                answers[i] = Life{.live = true, .points = *points[at]};
            } else {
                answers[i] = tl::unexpected(points[at].error());
            }
        }
    }

    void ask_whether_live(const std::vector<WorkItem>& items, const std::vector<std::size_t>& places,
                          std::vector<LifeAnswer>& answers) const
    {
        const UpstreamTokens tokens = upstream();
        std::vector<std::jthread> threads;
        for (const std::size_t i : places) {
            threads.emplace_back([&, i] {
                answers[i] = tokens.check(token_of(items[i].account), work_.stop).map([](bool live) {
                    return Life{.live = live};
                });
            });
        }
    }

    /// Two accounts, where there are, that the upstream calls live these minutes. An upstream that cannot reach its
    /// provider says false of everybody, and jimeng-api does so at any time.
    void look_for_witness(const std::vector<WorkItem>& items, const std::vector<LifeAnswer>& answers)
    {
        UpstreamFactsStore store{work_.database};
        for (std::size_t i = 0; i < items.size(); ++i)
            if (answers[i] && answers[i]->live && !answers[i]->points) called_live(items[i].account.id);
        for (std::size_t i = 0; i < items.size(); ++i) {
            if (!answers[i] || answers[i]->live || has_witness(items[i].account.id)) continue;
            const auto known = store.called_live_beside(items[i].account.id);
            const auto account = known ? AccountStore{work_.database}.find(known->account) : std::nullopt;
            if (!account || !account->session_id) continue;
            if (upstream().check(token_of(*account), work_.stop).value_or(false)) called_live(account->id);
            return;  // one question more is enough
        }
    }
    void called_live(AccountId account)
    {
        Transaction transaction{work_.database};
        UpstreamFactsStore{work_.database}.called_live(account, system_now());
        transaction.commit();
    }
    bool has_witness(AccountId but) const
    {
        const auto witness = UpstreamFactsStore{work_.database}.called_live_beside(but);
        const auto age = witness ? system_now() - witness->at : witness_lasts;
        return age >= age.zero() && age < witness_lasts;
    }

    JobProgress::ItemEnd note(const WorkItem& item, const Life& life, Time now) const
    {
        if (!life.live) return note_not_live(item, now);
        AccountUpkeep upkeep{work_.database};
        upkeep.set_check_failed(item.account.id, std::nullopt, now);
        if (life.points) {
            upkeep.points_asked(item.account, now);
            upkeep.points_answered(item.account, *life.points, now);
        } else {
            UpstreamFactsStore{work_.database}.called_live(item.account.id, now);
        }
        return item_done({"job.live"});
    }

    JobProgress::ItemEnd note_not_live(const WorkItem& item, Time now) const
    {
        if (!has_witness(item.account.id)) return item_skipped({"job.not_live_unproven"});
        if (!item.check_failed_at) {
            AccountUpkeep{work_.database}.set_check_failed(item.account.id, now, now);
            return item_done({"job.not_live_once"});
        }
        if (now - *item.check_failed_at < second_check_wait) return item_done({"job.not_live_too_soon"});
        expire_session(work_.database, item.account, {"account.found_dead"}, now);
        return item_done({"job.not_live_twice"});
    }

    JobWork& work_;
    bool has_no_points_route_ = false;
};

}  // namespace

void run_session_check(JobWork& work)
{
    SessionCheck check{work};
    sweep(work, {.asks_cn = true, .ask = [&](const std::vector<WorkItem>& items) { return check.check(items); }});
}

}  // namespace dreamina
