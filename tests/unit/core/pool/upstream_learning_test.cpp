#include "core/pool/upstream_learning.hpp"

#include "core/clients/recording_transport.hpp"
#include "core/pool/account_pool.hpp"
#include "core/storage/stores/breaker_store.hpp"
#include "core/storage/stores/upstream_facts_store.hpp"

using namespace dreamina;
using namespace std::chrono_literals;

namespace {

struct Learning : TemporaryDatabase {
    bool asks(milliseconds later = 0ms)
    {
        const auto asked_at = store.known().asked_at;
        return upstream_is_to_be_asked(**this, url, asked_at.value_or(system_now()) + later);
    }
    UpstreamDetection learn() { return learn_upstream(**this, http, url, {}); }

    std::string url = "http://a:8000";
    HttpResult ping = answer_of(200, "pong");
    RecordingTransport http{[this](const HttpRequest& request) {
        if (request.url.ends_with("/ping")) return ping;
        return answer_of(200, R"({"service":"jimeng-api","version":"1.6.3"})");
    }};
    UpstreamFactsStore store{**this};
};

}  // namespace

TEST_CASE("which upstream it is, is found out once and kept for all")
{
    Learning upstream;
    CHECK(upstream.asks());
    CHECK(upstream.learn().version == "1.6.3");
    CHECK(upstream.http.asked.size() == 2);
    const KnownUpstream known = upstream.store.known();
    CHECK(known.facts.base_url == upstream.url);
    CHECK(known.facts.kind == UpstreamKind::jimeng_api);
    CHECK(english(known.message) == "jimeng-api 1.6.3 responds");
    CHECK_FALSE(upstream.asks());
    CHECK_FALSE(upstream.asks(59min));
    CHECK(upstream.asks(1h));
    CHECK(upstream.asks(-1s));  // the clock was set back
}

TEST_CASE("another address is asked at once")
{
    Learning upstream;
    upstream.learn();
    upstream.url = "http://b:8000";
    CHECK(upstream.asks());
    upstream.ping = fault_of(HttpFault::unreachable);
    upstream.learn();
    CHECK(upstream.store.known().facts.base_url == "http://b:8000");
    CHECK(upstream.store.known().facts.kind == UpstreamKind::unknown);
    CHECK(upstream.store.known().awaited);
}

TEST_CASE("after a failure it is asked again, but not without end")
{
    Learning upstream;
    upstream.learn();
    upstream.store.doubt(system_now());
    CHECK_FALSE(upstream.asks(1s));
    CHECK(upstream.asks(2s));
    upstream.learn();
    CHECK_FALSE(upstream.asks(2s));
    BreakerStore{*upstream}.set_state(opened(system_now() + 1min));
    CHECK(upstream.asks(2s));
    BreakerStore{*upstream}.set_state({});

    upstream.ping = fault_of(HttpFault::unreachable);
    upstream.learn();
    CHECK_FALSE(upstream.asks(4s));
    CHECK(upstream.asks(5s));
    CHECK(upstream.store.known().facts.kind == UpstreamKind::jimeng_api);
}

TEST_CASE("told to stop, it writes nothing down")
{
    Learning upstream;
    std::stop_source source;
    source.request_stop();
    learn_upstream(*upstream, upstream.http, upstream.url, source.get_token());
    CHECK_FALSE(upstream.store.known().diagnosis);
}
