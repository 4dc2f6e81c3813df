#include "pool/upstream_watch.hpp"

#include "base/log.hpp"
#include "storage/account_selection.hpp"

namespace dreamina {

void UpstreamWatch::set(const BreakerState& state)
{
    state_ = state;
    BreakerStore{database_}.set_state(state_);
}

Admission UpstreamWatch::admit(Time now)
{
    const Admission admission = dreamina::admit(state_, now);
    if (admission != Admission::closes) return admission;
    log_info("the upstream works on a request again: requests pass");
    reset();
    return Admission::pass;
}

void UpstreamWatch::probe_is_sent(LeaseId lease, Time now) { set(after_probe_was_sent(state_, lease, now)); }

void UpstreamWatch::note(const UpstreamNews& news, Time now)
{
    switch (sign_of(news.verdict)) {
    case UpstreamSign::works: note_work(news); return;
    case UpstreamSign::fails: note_failure(news, now); return;
    case UpstreamSign::none: break;
    }
    if (!state_.is_open() || state_.probe_lease != news.lease) return;
    set(news.verdict == Verdict::interrupted ? after_probe_failed(state_, now) : after_probe_told_nothing(state_, now));
}

void UpstreamWatch::note_work(const UpstreamNews& news)
{
    if (state_.is_open()) {
        log_info("the upstream is back ({}): requests pass", to_string(news.verdict));
        reset();
        return;
    }
    BreakerStore store{database_};
    if (store.has_failures()) store.clear_failures();
}

void UpstreamWatch::note_failure(const UpstreamNews& news, Time now)
{
    if (state_.is_open()) {
        if (state_.probe_lease == news.lease) set(after_probe_failed(state_, now));
        return;
    }
    BreakerStore store{database_};
    store.add_failure({.failure = {.account = news.account, .unreached = news.unreached, .at = now},
                       .was_error = consequence_of(news.verdict).counts_as_error,
                       .ban_until = news.ban_until},
                      news.request);
    std::vector<UpstreamFailure> failures;
    for (const NotedFailure& noted : store.failures()) failures.push_back(noted.failure);
    if (is_outage(failures, now)) open(now);
}

void UpstreamWatch::open(Time now)
{
    BreakerStore store{database_};
    AccountSelection selection{database_};
    for (const NotedFailure& noted : store.failures())
        selection.forgive(noted.failure.account, noted.ban_until, noted.was_error, now);
    store.clear_failures();
    set(opened(now));
    log_warning("the upstream is down: requests are refused until a single one finds it back");
}

void UpstreamWatch::forget_probe(LeaseId lease, Time now)
{
    if (state_.is_open() && state_.probe_lease == lease) set(after_probe_told_nothing(state_, now));
}

void UpstreamWatch::reset()
{
    BreakerStore{database_}.clear_failures();
    set({});
}

}  // namespace dreamina
