#include "core/storage/stores/upstream_facts_store.hpp"

#include "core/storage/temporary_database.hpp"

using namespace dreamina;
using namespace std::chrono_literals;

namespace {

constexpr const char* here = "http://a:8000";

const UpstreamDetection a_answers{.diagnosis = UpstreamDiagnosis::jimeng_api,
                                  .version = "1.6.3",
                                  .message = external_text("jimeng-api 1.6.3 answers")};
const UpstreamDetection b_answers{.diagnosis = UpstreamDiagnosis::jimeng_api_go,
                                  .message = external_text("jimeng-api-go answers")};
const UpstreamDetection another_answers{.diagnosis = UpstreamDiagnosis::another_upstream,
                                        .message = external_text("x")};
const UpstreamDetection gone{.diagnosis = UpstreamDiagnosis::unreachable, .message = external_text("nothing listens")};
const UpstreamDetection a_page{
    .diagnosis = UpstreamDiagnosis::ends_in_v1, .message = external_text("it ends in /v1"), .instead = "http://a:8000"};

struct Facts : TemporaryDatabase {
    Facts() { store.expect(here); }
    KnownUpstream after(const UpstreamDetection& found)
    {
        now += 1min;
        store.found(here, found, now, now);
        return store.known();
    }

    UpstreamFactsStore store{**this};
    Time now = start;
};

}  // namespace

TEST_CASE("nothing is known of an upstream before one was used")
{
    TemporaryDatabase database;
    const KnownUpstream known = UpstreamFactsStore{*database}.known();
    CHECK(known.facts == UpstreamFacts{});
    CHECK_FALSE(known.awaited);
    CHECK_FALSE(known.diagnosis);
    CHECK_FALSE(known.asked_at);
}

TEST_CASE("an address is awaited until an upstream answers at it")
{
    Facts facts;
    CHECK(facts.store.known().awaited);
    CHECK(facts.after(gone).awaited);
    CHECK(facts.after(a_page).awaited);
    const KnownUpstream known = facts.after(a_answers);
    CHECK_FALSE(known.awaited);
    CHECK(known.facts.kind == UpstreamKind::jimeng_api);
    CHECK(known.facts.version == "1.6.3");
    CHECK(known.facts.seen_at == facts.now);
    CHECK(known.diagnosis == UpstreamDiagnosis::jimeng_api);
    CHECK(english(known.message) == english(a_answers.message));
    CHECK(facts.store.read() == known.facts);
    CHECK_FALSE(facts.after(another_answers).awaited);
    CHECK(facts.store.known().facts.kind == UpstreamKind::unknown);
    CHECK(facts.after(b_answers).facts.kind == UpstreamKind::jimeng_api_go);
}

TEST_CASE("the same address again changes nothing, another one forgets all")
{
    Facts facts;
    facts.after(a_answers);
    facts.store.expect(here);
    CHECK(facts.store.known().facts.kind == UpstreamKind::jimeng_api);
    facts.store.expect("http://b:8000");
    const KnownUpstream known = facts.store.known();
    CHECK(known.awaited);
    CHECK(known.facts.base_url == "http://b:8000");
    CHECK(known.facts.kind == UpstreamKind::unknown);
    CHECK(known.facts.version.empty());
    CHECK_FALSE(known.diagnosis);
    // An answer from the former address comes too late.
    facts.after(a_answers);
    CHECK_FALSE(facts.store.known().diagnosis);
}

TEST_CASE("away for a while it stays what it was; where something else answers, it is awaited again")
{
    Facts facts;
    facts.after(b_answers);
    const Time seen = facts.now;
    const KnownUpstream away = facts.after(gone);
    CHECK(away.facts.kind == UpstreamKind::jimeng_api_go);
    CHECK(away.facts.seen_at == seen);
    CHECK_FALSE(away.awaited);
    CHECK(away.diagnosis == UpstreamDiagnosis::unreachable);
    CHECK(away.asked_at == facts.now);
    const KnownUpstream else_there = facts.after(a_page);
    CHECK(else_there.facts.kind == UpstreamKind::unknown);
    CHECK(else_there.awaited);
    CHECK(else_there.instead == "http://a:8000");
    CHECK(facts.after(a_answers).instead.empty());
}

TEST_CASE("a doubt stays until the upstream was asked since")
{
    Facts facts;
    facts.after(a_answers);
    facts.store.doubt(facts.now);
    facts.store.doubt(facts.now + 1s);
    CHECK(facts.store.known().doubted_at == facts.now);
    facts.store.found(here, a_answers, facts.now - 1s, facts.now + 2s);  // asked before it failed
    CHECK(facts.store.known().doubted_at == facts.now);
    facts.store.found(here, a_answers, facts.now, facts.now + 2s);
    CHECK_FALSE(facts.store.known().doubted_at);
}

TEST_CASE("who was called live counts for the others, and only while the upstream was not seen to start again")
{
    Facts facts;
    facts.after(a_answers);
    CHECK_FALSE(facts.store.called_live_beside(1));
    facts.store.called_live(1, start);
    CHECK_FALSE(facts.store.called_live_beside(1));
    CHECK(facts.store.called_live_beside(2)->account == 1);
    facts.store.called_live(1, start + 1s);
    CHECK(facts.store.called_live_beside(2)->at == start + 1s);
    CHECK_FALSE(facts.store.called_live_beside(1));
    facts.store.called_live(2, start + 2s);
    CHECK(facts.store.called_live_beside(1)->account == 2);
    CHECK(facts.store.called_live_beside(2)->account == 1);
    CHECK(facts.store.called_live_beside(3)->account == 2);
    facts.after(a_answers);
    CHECK(facts.store.called_live_beside(3));

    const auto forgets = [&](const UpstreamDetection& found) {
        facts.store.called_live(1, start);
        facts.after(found);
        return !facts.store.called_live_beside(3);
    };
    CHECK(forgets(gone));
    facts.after(a_answers);
    UpstreamDetection newer = a_answers;
    newer.version = "1.6.4";
    CHECK(forgets(newer));
    CHECK(forgets(b_answers));
    CHECK(forgets(a_page));
    facts.after(a_answers);
    facts.store.called_live(1, start);
    facts.store.expect("http://b:8000");
    CHECK_FALSE(facts.store.called_live_beside(3));
}
