#include "core/storage/log/statistics_store.hpp"

#include <array>
#include <map>
#include <span>

#include <fmt/format.h>

#include "core/base/time_ordered_id.hpp"
#include "core/domain/model_catalog.hpp"
#include "core/storage/engine/json_rows.hpp"

namespace dreamina {
namespace {

/// What the columns of a row are grouped by; those that are not wanted are the same in all rows.
std::string group_of(std::initializer_list<std::pair<bool, std::string_view>> columns)
{
    std::string group = "since";
    for (const auto& [wanted, column] : columns)
        if (wanted) group.append(", ").append(column);
    return group;
}

std::string_view column_if(bool wanted, std::string_view column, std::string_view otherwise)
{
    return wanted ? column : otherwise;
}

/// SET for a row that is there already: what is excluded is added to it.
std::string add_sql(std::string_view table, std::initializer_list<std::string_view> columns)
{
    std::string set;
    for (const std::string_view column : columns)
        set += fmt::format("{}{} = {}.{} + excluded.{}", set.empty() ? "" : ", ", column, table, column, column);
    return set;
}

void write_rows_of_sums(Database& database, const std::string& sql, const JsonRows& rows)
{
    if (!rows.empty()) database.run(sql, rows.text());
}

}  // namespace

std::map<std::string, std::string> StatisticsStore::summed_models(const std::set<std::string>& models)
{
    static const std::string sql =
        fmt::format("SELECT r.model FROM {} AS r JOIN models m ON m.id = r.model", rows_sql({"model TEXT"}));
    std::map<std::string, std::string> names;
    JsonRows rows;
    for (const std::string& model : models) {
        names.emplace(model, model == unnamed_model ? model : std::string{other_models});
        rows.add(model);
    }
    for (std::string& model : read_texts(database_.query(sql, rows.text()))) names[model] = model;
    return names;
}

void StatisticsStore::add(const GatheredSums& sums)
{
    static const std::string hours_sql = fmt::format(
        "INSERT INTO request_hours (since, model, outcome, api_key_id, region, requests, attempts, bytes_in, "
        "bytes_out, duration_ms, upstream_ms) SELECT * FROM {} AS r WHERE true "
        "ON CONFLICT (since, model, outcome, api_key_id, region) DO UPDATE SET {}",
        rows_sql({"since BIGINT", "model TEXT", "outcome TEXT", "api_key BIGINT", "region TEXT", "requests BIGINT",
                  "attempts BIGINT", "bytes_in BIGINT", "bytes_out BIGINT", "took BIGINT", "upstream_took BIGINT"}),
        add_sql("request_hours", {"requests", "attempts", "bytes_in", "bytes_out", "duration_ms", "upstream_ms"}));
    static const std::string attempts_sql = fmt::format(
        "INSERT INTO attempt_hours (since, account_id, verdict, attempts, upstream_ms) SELECT * FROM {} AS r "
        "WHERE true ON CONFLICT (since, account_id, verdict) DO UPDATE SET {}",
        rows_sql({"since BIGINT", "account BIGINT", "verdict TEXT", "attempts BIGINT", "upstream_took BIGINT"}),
        add_sql("attempt_hours", {"attempts", "upstream_ms"}));
    static const std::string totals_sql = fmt::format(
        "INSERT INTO totals (what, label, other_label, count, sum, other_sum) SELECT * FROM {} AS r WHERE true "
        "ON CONFLICT (what, label, other_label) DO UPDATE SET {}",
        rows_sql({"what TEXT", "label TEXT", "other_label TEXT", "count BIGINT", "sum BIGINT", "other_sum BIGINT"}),
        add_sql("totals", {"count", "sum", "other_sum"}));
    if (sums.empty()) return;
    std::set<std::string> models;
    for (const auto& [key, sum] : sums.requests()) models.insert(std::get<1>(key));
    const auto names = models.empty() ? std::map<std::string, std::string>{} : summed_models(models);
    std::map<GatheredSums::RequestKey, RequestSum> hours;  // several models may have one name here
    std::map<std::pair<std::string, RequestOutcome>, RequestSum> requests;
    for (const auto& [key, sum] : sums.requests()) {
        auto [since, model, outcome, api_key, region] = key;
        const std::string& name = names.at(model);
        hours[{since, name, outcome, api_key, region}] += sum;
        requests[{name, outcome}] += sum;
    }
    JsonRows hour_rows;
    JsonRows attempt_rows;
    JsonRows totals;
    for (const auto& [key, sum] : hours) {
        const auto& [since, model, outcome, api_key, region] = key;
        hour_rows.add(since, model, to_string(outcome), api_key, region, sum.requests, sum.attempts, sum.bytes_in,
                      sum.bytes_out, sum.duration_ms, sum.upstream_ms);
    }
    for (const auto& [key, sum] : requests)
        totals.add("requests", key.first, to_string(key.second), sum.requests, sum.bytes_in, sum.bytes_out);
    std::map<Verdict, std::int64_t> verdicts;
    for (const auto& [key, sum] : sums.attempts()) {
        const auto& [since, account, verdict] = key;
        attempt_rows.add(since, account, to_string(verdict), sum.attempts, sum.upstream_ms);
        verdicts[verdict] += sum.attempts;
    }
    for (const auto& [verdict, attempts] : verdicts) totals.add("attempts", to_string(verdict), "", attempts, 0, 0);
    for (const auto& [key, sum] : sums.latencies())
        totals.add(to_string(key.first), fmt::format("{}", key.second), "", sum.requests, sum.sum_ms, 0);
    write_rows_of_sums(database_, hours_sql, hour_rows);
    write_rows_of_sums(database_, attempts_sql, attempt_rows);
    write_rows_of_sums(database_, totals_sql, totals);
}

std::vector<RequestSumRow> StatisticsStore::request_sums(const RequestSumsQuery& wanted)
{
    constexpr std::string_view where =
        "WHERE since >= ?1 AND since < ?2 AND (CAST(?3 AS TEXT) IS NULL OR model = ?3) AND "
        "(CAST(?4 AS TEXT) IS NULL OR outcome = ?4) AND (CAST(?5 AS BIGINT) IS NULL OR api_key_id = ?5) AND "
        "(CAST(?6 AS TEXT) IS NULL OR region = ?6)";
    const std::string group = group_of({{wanted.by_model, "model"},
                                        {wanted.by_outcome, "outcome"},
                                        {wanted.by_api_key, "api_key_id"},
                                        {wanted.by_region, "region"}});
    // The log's ids are in the order of time; the sums of its rows look as those of the hours do.
    constexpr std::string_view minutes =
        "(SELECT began_at - began_at % 60000 AS since, model, outcome, coalesce(api_key_id, 0) AS api_key_id, "
        "coalesce(region, '') AS region, 1 AS requests, attempts, bytes_in, bytes_out, duration_ms, upstream_ms "
        "FROM requests WHERE id >= ?7 AND id < ?8) AS minutes";
    constexpr std::array<std::string_view, 2> sums{"request_days", "request_hours"};
    std::string sql;
    for (const std::string_view table : wanted.by_minute ? std::span{&minutes, 1} : std::span{sums}) {
        sql += fmt::format(
            "{} SELECT since, {} AS model, {} AS outcome, {} AS api_key_id, {} AS region, sum(requests) AS requests, "
            "sum(attempts) AS attempts, sum(bytes_in) AS bytes_in, sum(bytes_out) AS bytes_out, "
            "sum(duration_ms) AS duration_ms, sum(upstream_ms) AS upstream_ms FROM {} {} GROUP BY {}",
            sql.empty() ? "" : " UNION ALL", column_if(wanted.by_model, "model", "''"),
            column_if(wanted.by_outcome, "outcome", "''"), column_if(wanted.by_api_key, "api_key_id", "0"),
            column_if(wanted.by_region, "region", "''"), table, where, group);
    }
    std::vector<RequestSumRow> found;
    const auto outcome = wanted.outcome ? std::optional{to_string(*wanted.outcome)} : std::nullopt;
    const auto region = wanted.region ? std::optional{to_string(*wanted.region)} : std::nullopt;
    auto rows = wanted.by_minute
                    ? database_.query(sql, wanted.from, wanted.to, wanted.model, outcome, wanted.api_key, region,
                                      first_id_of(wanted.from), first_id_of(wanted.to))
                    : database_.query(sql, wanted.from, wanted.to, wanted.model, outcome, wanted.api_key, region);
    while (rows.next()) {
        found.push_back({.since = rows.time("since"),
                         .model = rows.text("model"),
                         .outcome = rows.text("outcome"),
                         .api_key = rows.integer("api_key_id"),
                         .region = rows.text("region"),
                         .sum = {.requests = rows.integer("requests"),
                                 .attempts = rows.integer("attempts"),
                                 .bytes_in = rows.integer("bytes_in"),
                                 .bytes_out = rows.integer("bytes_out"),
                                 .duration_ms = rows.integer("duration_ms"),
                                 .upstream_ms = rows.integer("upstream_ms")}});
    }
    return found;
}

std::vector<AttemptSumRow> StatisticsStore::attempt_sums(const AttemptSumsQuery& wanted)
{
    constexpr std::string_view where =
        "WHERE since >= ?1 AND since < ?2 AND (CAST(?3 AS BIGINT) IS NULL OR account_id = ?3) AND "
        "(CAST(?4 AS TEXT) IS NULL OR verdict = ?4)";
    const std::string group = group_of({{wanted.by_account, "account_id"}, {wanted.by_verdict, "verdict"}});
    std::string sql;
    for (const std::string_view table : {"attempt_days", "attempt_hours"}) {
        sql += fmt::format(
            "{} SELECT since, {} AS account_id, {} AS verdict, sum(attempts) AS attempts, sum(upstream_ms) AS "
            "upstream_ms FROM {} {} GROUP BY {}",
            sql.empty() ? "" : " UNION ALL", column_if(wanted.by_account, "account_id", "0"),
            column_if(wanted.by_verdict, "verdict", "''"), table, where, group);
    }
    std::vector<AttemptSumRow> found;
    auto rows = database_.query(sql, wanted.from, wanted.to, wanted.account,
                                wanted.verdict ? std::optional{to_string(*wanted.verdict)} : std::nullopt);
    while (rows.next()) {
        found.push_back({.since = rows.time("since"),
                         .account = rows.integer("account_id"),
                         .verdict = rows.text("verdict"),
                         .sum = {.attempts = rows.integer("attempts"), .upstream_ms = rows.integer("upstream_ms")}});
    }
    return found;
}

std::vector<RequestTotal> StatisticsStore::request_totals()
{
    std::vector<RequestTotal> all;
    auto rows = database_.query("SELECT label, other_label, count, sum, other_sum FROM totals WHERE what = 'requests'");
    while (rows.next()) {
        all.push_back({.model = rows.text("label"),
                       .outcome = rows.text("other_label"),
                       .requests = rows.integer("count"),
                       .bytes_in = rows.integer("sum"),
                       .bytes_out = rows.integer("other_sum")});
    }
    return all;
}

std::vector<AttemptTotal> StatisticsStore::attempt_totals()
{
    std::vector<AttemptTotal> all;
    auto rows = database_.query("SELECT label, count FROM totals WHERE what = 'attempts'");
    while (rows.next()) all.push_back({.verdict = rows.text("label"), .attempts = rows.integer("count")});
    return all;
}

LatencyHistogram StatisticsStore::latency(LatencyPart part)
{
    std::map<std::int64_t, std::int64_t> counted;
    LatencyHistogram histogram;
    auto rows = database_.query("SELECT CAST(label AS BIGINT) AS bound, count, sum FROM totals WHERE what = ?",
                                to_string(part));
    while (rows.next()) {
        counted[rows.integer("bound")] = rows.integer("count");
        histogram.sum_ms += rows.integer("sum");
    }
    const auto add_bucket = [&](std::int64_t bound) {
        // Also what was counted under a bound that there was once.
        std::int64_t requests = 0;
        for (const auto& [up_to, count] : counted)
            if (up_to <= bound) requests += count;
        histogram.buckets.push_back({bound, requests});
    };
    for (const std::int64_t bound : bounds_of(part)) add_bucket(bound);
    add_bucket(no_bound);
    histogram.requests = histogram.buckets.back().requests;
    return histogram;
}

std::vector<JobTotal> StatisticsStore::job_totals()
{
    std::vector<JobTotal> all;
    auto rows = database_.query("SELECT kind, outcome, jobs FROM job_totals");
    while (rows.next())
        all.push_back({.kind = rows.text("kind"), .outcome = rows.text("outcome"), .jobs = rows.integer("jobs")});
    return all;
}

}  // namespace dreamina
