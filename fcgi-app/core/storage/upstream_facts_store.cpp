#include "storage/upstream_facts_store.hpp"

namespace dreamina {

UpstreamFacts UpstreamFactsStore::read()
{
    auto row = database_.query("SELECT base_url, kind, version, seen_at FROM upstream_facts");
    if (!row.next()) return {};
    return {.base_url = row.optional_text(0).value_or(""),
            .kind = parse_upstream_kind(row.optional_text(1).value_or("")),
            .version = row.optional_text(2).value_or(""),
            .seen_at = row.optional_time(3)};
}

void UpstreamFactsStore::write(const UpstreamFacts& facts)
{
    database_.run("UPDATE upstream_facts SET base_url = ?, kind = ?, version = ?, seen_at = ?", facts.base_url,
                  to_string(facts.kind), facts.version, facts.seen_at);
}

}  // namespace dreamina
