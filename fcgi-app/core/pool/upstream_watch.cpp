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
    BreakerStore store{database_};
    if (!state_.is_open()) {
        if (store.has_failures()) store.note_work(news.sent_at);
        return;
    }
    // What was sent before the outage may still come to a good end and says nothing of those that come now.
    if (news.sent_at < *state_.opened_at) return;
    log_info("the upstream is back ({}): requests pass", to_string(news.verdict));
    reset();
}

void UpstreamWatch::note_failure(const UpstreamNews& news, Time now)
{
    if (state_.is_open()) {
        if (state_.probe_lease == news.lease) set(after_probe_failed(state_, now));
        return;
    }
    BreakerStore store{database_};
    const std::string origin = store.origin_of(news.origin.empty() ? news.request : news.origin);
    store.add_failure({.failure = {.request = std::string{news.request},
                                   .origin = origin,
                                   .account = news.account,
                                   .unreached = news.unreached,
                                   .at = now},
                       .was_error = consequence_of(news.verdict).counts_as_error,
                       .ban_until = news.ban_until});
    auto failures = store.failures();
    std::vector<UpstreamFailure> all;
    std::vector<UpstreamFailure> certain;
    for (const NotedFailure& noted : failures) {
        all.push_back(noted.failure);
        if (!noted.doubted) certain.push_back(noted.failure);
    }
    if (is_outage(certain, now)) {
        forgive(failures, now);
        store.clear_failures();
        set(opened(now));
        log_warning("the upstream is down: requests are refused until a single one finds it back");
    } else if (is_the_requests_own(all, origin)) {
        std::erase_if(failures, [&](const NotedFailure& noted) { return noted.failure.origin != origin; });
        forgive(failures, now);
        store.forget_consequences(origin);
    }
}

void UpstreamWatch::forgive(std::span<const NotedFailure> failures, Time now)
{
    AccountSelection selection{database_};
    for (const NotedFailure& noted : failures)
        selection.forgive(noted.failure.account, noted.ban_until, noted.was_error, now);
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
