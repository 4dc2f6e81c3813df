#include "core/pool/upstream_learning.hpp"

#include "core/base/log.hpp"
#include "core/clients/upstream_detection.hpp"
#include "core/storage/stores/breaker_store.hpp"
#include "core/storage/engine/transaction.hpp"
#include "core/storage/stores/upstream_facts_store.hpp"

namespace dreamina {
namespace {

constexpr std::chrono::seconds after_a_failure{2};
constexpr std::chrono::seconds while_it_is_away{5};
constexpr std::chrono::hours after_an_upgrade{1};

void log_change(const KnownUpstream& before, const UpstreamDetection& found)
{
    if (before.diagnosis == found.diagnosis && before.facts.version == found.version) return;
    if (is_upstream(found.diagnosis)) {
        log_info("the upstream: {}", english(found.message));
    } else {
        log_warning("the upstream: {}", english(found.message));
    }
}

}  // namespace

bool upstream_is_to_be_asked(Database& database, const std::string& base_url, Time now)
{
    const KnownUpstream known = UpstreamFactsStore{database}.known();
    if (known.facts.base_url != base_url || !known.asked_at || !known.diagnosis || now < *known.asked_at) return true;
    const auto age = now - *known.asked_at;
    if (age >= after_an_upgrade) return true;
    if (!is_upstream(*known.diagnosis)) return age >= while_it_is_away;
    if (age < after_a_failure) return false;
    const auto opened_at = BreakerStore{database}.state().opened_at;
    return known.doubted_at || (opened_at && *opened_at > *known.asked_at);
}

UpstreamDetection learn_upstream(Database& database, HttpTransport& http, const std::string& base_url,
                                 const std::stop_token& stop)
{
    UpstreamFactsStore store{database};
    KnownUpstream before = store.known();
    if (before.facts.base_url != base_url) {
        Transaction transaction{database};
        store.expect(base_url);
        transaction.commit();
        before = {};
    }
    const Time began = system_now();
    UpstreamDetection found = detect_upstream(http, base_url, upstream_detection_patience, stop);
    if (stop.stop_requested()) return found;
    Transaction transaction{database};
    store.found(base_url, found, began, system_now());
    transaction.commit();
    log_change(before, found);
    return found;
}

}  // namespace dreamina
