#include "storage/upstream_facts_store.hpp"

#include "storage/temporary_database.hpp"

using namespace dreamina;

TEST_CASE("nothing is known of the upstream until somebody has found it out")
{
    TemporaryDatabase database;
    CHECK(UpstreamFactsStore{*database}.read() == UpstreamFacts{});
}

TEST_CASE("what is known of the upstream is read as it was written, and stands alone")
{
    TemporaryDatabase database;
    UpstreamFactsStore store{*database};
    const UpstreamFacts first{
        .base_url = "http://a:1", .kind = UpstreamKind::jimeng_api, .version = "1.6.3", .seen_at = start};
    const UpstreamFacts second{
        .base_url = "http://b:2", .kind = UpstreamKind::jimeng_api_go, .version = "", .seen_at = start};
    store.write(first);
    CHECK(store.read() == first);
    store.write(second);
    CHECK(store.read() == second);
    CHECK(number(*database, "SELECT count(*) FROM upstream_facts") == 1);
    CHECK(gives_proxies_away(second.kind));
    CHECK_FALSE(gives_proxies_away(first.kind));
    CHECK_FALSE(gives_proxies_away(UpstreamKind::unknown));
}
