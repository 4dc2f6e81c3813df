#include "token_upstream.hpp"

#include "core/pool/upstream_learning.hpp"
#include "core/storage/engine/transaction.hpp"
#include "core/storage/stores/upstream_facts_store.hpp"
#include "core/storage/stores/verdict_rule_store.hpp"

namespace dreamina {

UpstreamTokens token_upstream(Database& database, const Settings& settings, HttpTransport& http,
                              const std::stop_token& stop)
{
    UpstreamFactsStore store{database};
    KnownUpstream known = store.known();
    if (known.awaited || known.facts.base_url != settings.upstream_base_url) {
        learn_upstream(database, http, settings.upstream_base_url, stop);
        known = store.known();
    }
    return UpstreamTokens{http, settings.upstream_base_url, known.facts.kind, !known.awaited,
                          std::make_shared<VerdictRules>(VerdictRuleStore{database}.rules())};
}

void doubt_upstream(Database& database)
{
    Transaction transaction{database};
    UpstreamFactsStore{database}.doubt(system_now());
    transaction.commit();
}

}  // namespace dreamina
