#include "core/storage/stores/upstream_facts_store.hpp"

namespace dreamina {
namespace {

UpstreamFacts read_upstream_facts(const Query& row)
{
    return {.base_url = row.optional_text("base_url").value_or(""),
            .kind = parse_upstream_kind(row.optional_text("kind").value_or("")),
            .version = row.optional_text("version").value_or(""),
            .seen_at = row.optional_time("seen_at")};
}

}  // namespace

UpstreamFacts UpstreamFactsStore::read()
{
    auto row = database_.query("SELECT base_url, kind, version, seen_at FROM upstream_facts");
    return row.next() ? read_upstream_facts(row) : UpstreamFacts{};
}

KnownUpstream UpstreamFactsStore::known()
{
    auto row = database_.query(
        "SELECT base_url, kind, version, seen_at, awaited, diagnosis, message, instead, asked_at, doubted_at "
        "FROM upstream_facts");
    if (!row.next()) return {};
    return {.facts = read_upstream_facts(row),
            .awaited = row.boolean("awaited"),
            .diagnosis = parse_upstream_diagnosis(row.optional_text("diagnosis").value_or("")),
            .message = row.message("message"),
            .instead = row.optional_text("instead").value_or(""),
            .asked_at = row.optional_time("asked_at"),
            .doubted_at = row.optional_time("doubted_at")};
}

void UpstreamFactsStore::write(const UpstreamFacts& facts)
{
    database_.run("UPDATE upstream_facts SET base_url = ?, kind = ?, version = ?, seen_at = ?", facts.base_url,
                  to_string(facts.kind), facts.version, facts.seen_at);
}

void UpstreamFactsStore::expect(std::string_view base_url)
{
    database_.run(
        "UPDATE upstream_facts SET base_url = ?1, kind = NULL, version = NULL, seen_at = NULL, awaited = TRUE, "
        "diagnosis = NULL, message = NULL, instead = NULL, asked_at = NULL, doubted_at = NULL, live_account = NULL, "
        "live_account_before = NULL WHERE base_url IS DISTINCT FROM ?1",
        base_url);
}

void UpstreamFactsStore::found(std::string_view base_url, const UpstreamDetection& detection, Time began, Time now)
{
    const KnownUpstream before = known();
    if (before.facts.base_url != base_url) return;
    database_.run(
        "UPDATE upstream_facts SET diagnosis = ?1, message = ?2, instead = ?3, asked_at = ?4, "
        "doubted_at = CASE WHEN doubted_at > ?5 THEN doubted_at END",
        to_string(detection.diagnosis), detection.message, detection.instead, now, began);
    const UpstreamKind kind = kind_of(detection.diagnosis);
    const bool same = is_upstream(detection.diagnosis) && before.facts.kind == kind &&
                      before.facts.version == detection.version && before.diagnosis && is_upstream(*before.diagnosis);
    if (!same) database_.run("UPDATE upstream_facts SET live_account = NULL, live_account_before = NULL");
    // Away for a while it stays what it was. Where something else answers, what comes back is unknown.
    if (is_away(detection.diagnosis)) return;
    const bool there = is_upstream(detection.diagnosis);
    database_.run("UPDATE upstream_facts SET kind = ?, version = ?, seen_at = ?, awaited = ?", to_string(kind),
                  detection.version, there ? std::optional{now} : before.facts.seen_at, !there);
}

void UpstreamFactsStore::doubt(Time now)
{
    database_.run("UPDATE upstream_facts SET doubted_at = ? WHERE doubted_at IS NULL", now);
}

void UpstreamFactsStore::called_live(AccountId account, Time now)
{
    database_.run(
        "UPDATE upstream_facts SET "
        "live_account_before = CASE WHEN live_account = ?1 THEN live_account_before ELSE live_account END, "
        "live_at_before = CASE WHEN live_account = ?1 THEN live_at_before ELSE live_at END, "
        "live_account = ?1, live_at = ?2",
        account, now);
}

std::optional<LiveWitness> UpstreamFactsStore::called_live_beside(AccountId account)
{
    auto row = database_.query("SELECT live_account, live_at, live_account_before, live_at_before FROM upstream_facts");
    if (!row.next()) return std::nullopt;
    const auto last = row.optional_integer("live_account");
    if (last && *last != account) return LiveWitness{*last, row.time("live_at")};
    const auto before = row.optional_integer("live_account_before");
    if (before && *before != account) return LiveWitness{*before, row.time("live_at_before")};
    return std::nullopt;
}

}  // namespace dreamina
