#include "core/storage/log/request_store.hpp"

#include <algorithm>
#include <charconv>
#include <thread>

#include <fmt/format.h>

#include "core/base/time_ordered_id.hpp"
#include "core/storage/engine/json_rows.hpp"
#include "core/storage/engine/value_rows.hpp"

namespace dreamina {
namespace {

/// A request may share the look at the accounts that was made for one a moment before it.
constexpr std::chrono::minutes max_use_of_an_eligibility{1};

std::optional<std::string_view> region_name(const std::optional<Region>& region)
{
    return region ? std::optional{to_string(*region)} : std::nullopt;
}

std::optional<Region> read_region(const Query& row)
{
    const auto name = row.optional_text("region");
    return name ? parse_region(*name) : std::nullopt;
}

std::optional<int> read_small(const Query& row, Column column)
{
    const auto value = row.optional_integer(column);
    return value ? std::optional{static_cast<int>(*value)} : std::nullopt;
}

/// "banned:1,2 limit:5"
std::string eligibilities_json(const std::vector<AccountIneligibility>& accounts)
{
    std::string list;
    for (const IneligibleReason reason : all_ineligible_reasons) {
        char separator = ':';
        for (const AccountIneligibility& account : accounts) {
            if (account.reason != reason) continue;
            if (separator == ':') list.append(list.empty() ? "" : " ").append(to_string(reason));
            list += separator;
            list += fmt::format("{}", account.account);
            separator = ',';
        }
    }
    return list;
}

std::vector<AccountIneligibility> read_list(std::string_view list)
{
    std::vector<AccountIneligibility> accounts;
    while (!list.empty()) {
        const auto part = list.substr(0, list.find(' '));
        list.remove_prefix(std::min(part.size() + 1, list.size()));
        const auto colon = part.find(':');
        const auto reason = parse_ineligible_reason(part.substr(0, colon));
        if (!reason || colon == std::string_view::npos) continue;
        for (auto ids = part.substr(colon + 1); !ids.empty();) {
            const auto text = ids.substr(0, ids.find(','));
            ids.remove_prefix(std::min(text.size() + 1, ids.size()));
            AccountId id = 0;
            if (std::from_chars(text.data(), text.data() + text.size(), id).ec == std::errc{})
                accounts.push_back({id, *reason});
        }
    }
    return accounts;
}

std::optional<std::string> email_of(Database& database, AccountId account)
{
    auto row = database.query("SELECT email FROM living_accounts WHERE id = ?", account);
    return row.next() ? std::optional{row.text()} : std::nullopt;
}

constexpr std::string_view attempt_columns =
    "number, account_id, region, verdict, upstream_status, reason, began_at, duration_ms, rule, rules_version, "
    "sample_id";

AttemptRecord read_attempt(const Query& row)
{
    return {.number = static_cast<int>(row.integer("number")),
            .account = row.integer("account_id"),
            .region = read_region(row),
            .verdict = parse_verdict(row.text("verdict")).value_or(Verdict::interrupted),
            .upstream_status = read_small(row, "upstream_status"),
            .reason = row.text("reason"),
            .began_at = row.time("began_at"),
            .took = milliseconds{row.integer("duration_ms")},
            .rule = row.text("rule"),
            .rules_version = row.text("rules_version"),
            .sample_id = row.optional_integer("sample_id")};
}

}  // namespace

std::vector<std::string> RequestStore::add(std::span<const RequestRecord> records)
{
    ValueRows rows;
    for (const RequestRecord& record : records) {
        const auto& [facts, model, end, last_attempt] = record;
        const auto& last = last_attempt;  // clang 14 lets no lambda capture a structured binding
        const auto of_last = [&](auto AttemptRecord::*member) {
            return last ? std::optional{(*last).*member} : std::nullopt;
        };
        const auto text_of_last = [&](std::string AttemptRecord::*text) {
            return last ? std::optional<std::string_view>{(*last).*text} : std::nullopt;
        };
        rows.add(facts.id, facts.began_at, facts.began_at + end.took, facts.method, facts.path, facts.model_asked,
                 model, facts.api_key, to_string(end.outcome), end.status, end.client_gone, facts.bytes_in,
                 end.bytes_out, end.took, end.upstream_took, end.attempts, of_last(&AttemptRecord::account),
                 last ? region_name(last->region) : std::nullopt,
                 last ? std::optional{to_string(last->verdict)} : std::nullopt,
                 last ? last->upstream_status : std::nullopt, text_of_last(&AttemptRecord::reason),
                 of_last(&AttemptRecord::began_at), of_last(&AttemptRecord::took),
                 end.eligibility ? std::optional<std::string_view>{end.eligibility->id} : std::nullopt,
                 text_of_last(&AttemptRecord::rule), text_of_last(&AttemptRecord::rules_version),
                 last ? last->sample_id : std::nullopt);
    }
    std::vector<std::string> added;
    rows.insert(database_,
                "INSERT INTO requests (id, began_at, ended_at, method, path, model_asked, model, api_key_id, outcome, "
                "status, client_gone, bytes_in, bytes_out, duration_ms, upstream_ms, attempts, account_id, region, "
                "verdict, upstream_status, reason, attempt_began_at, attempt_ms, eligibility_id, rule, rules_version, "
                "sample_id) VALUES",
                "ON CONFLICT (id) DO NOTHING RETURNING id", [&](const Query& row) { added.push_back(row.text()); });
    for (const RequestRecord& record : records) {
        if (record.end.eligibility && std::find(added.begin(), added.end(), record.facts.id) != added.end())
            add_eligibility(*record.end.eligibility);
    }
    return added;
}

bool RequestStore::has(std::string_view request)
{
    return database_.query("SELECT 1 FROM requests WHERE id = ?", request).next();
}

std::vector<std::pair<std::string, int>> RequestStore::add_attempts(std::span<const EarlierAttempt> attempts)
{
    static const std::string sql = fmt::format(
        "INSERT INTO request_attempts (request_id, number, account_id, region, verdict, upstream_status, reason, "
        "began_at, duration_ms, rule, rules_version, sample_id) SELECT * FROM {} AS r WHERE true "
        "ON CONFLICT (request_id, number) DO NOTHING RETURNING request_id, number",
        rows_sql({"request TEXT", "number BIGINT", "account BIGINT", "region TEXT", "verdict TEXT",
                  "upstream_status BIGINT", "reason TEXT", "began_at BIGINT", "took BIGINT", "rule TEXT",
                  "rules_version TEXT", "sample BIGINT"}));
    std::vector<std::pair<std::string, int>> added;
    if (attempts.empty()) return added;
    JsonRows rows;
    for (const auto& [request, attempt] : attempts) {
        rows.add(request, attempt.number, attempt.account, region_name(attempt.region), to_string(attempt.verdict),
                 attempt.upstream_status, attempt.reason, attempt.began_at, attempt.took, attempt.rule,
                 attempt.rules_version, attempt.sample_id);
    }
    auto found = database_.query(sql, rows.text());
    while (found.next()) added.emplace_back(found.text("request_id"), static_cast<int>(found.integer("number")));
    return added;
}

void RequestStore::add_eligibility(const StoredEligibility& note)
{
    const Eligibility& eligibility = note.eligibility;
    database_.run(
        "INSERT INTO eligibilities (id, total, disabled, banned, without_session, other_region, without_points, "
        "at_limit, busy, proxy_unsafe, accounts) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING",
        note.id, eligibility.total, eligibility.disabled, eligibility.banned, eligibility.without_session,
        eligibility.other_region, eligibility.without_points, eligibility.at_limit, eligibility.busy,
        eligibility.proxy_unsafe, eligibilities_json(eligibility.accounts));
}

std::string_view request_columns()
{
    return "r.id, r.began_at, r.ended_at, r.method, r.path, r.model_asked, r.model, r.api_key_id, r.outcome, r.status, "
           "r.client_gone, r.bytes_in, r.bytes_out, r.duration_ms, r.upstream_ms, r.attempts, r.account_id, r.region, "
           "r.verdict, r.upstream_status, r.reason, r.attempt_began_at, r.attempt_ms, r.eligibility_id, a.email, "
           "r.rule, r.rules_version, r.sample_id";
}

LoggedRequest read_request(const Query& row)
{
    LoggedRequest request;
    RequestRecord& record = request.record;
    record.facts = {.id = row.text("id"),
                    .began_at = row.time("began_at"),
                    .method = row.text("method"),
                    .path = row.text("path"),
                    .model_asked = row.optional_text("model_asked"),
                    .api_key = row.optional_integer("api_key_id"),
                    .bytes_in = row.integer("bytes_in")};
    request.ended_at = row.time("ended_at");
    record.model = row.text("model");
    record.end = {.outcome = parse_request_outcome(row.text("outcome")).value_or(RequestOutcome::outcome_unknown),
                  .status = read_small(row, "status"),
                  .client_gone = row.boolean("client_gone"),
                  .bytes_out = row.integer("bytes_out"),
                  .took = milliseconds{row.integer("duration_ms")},
                  .upstream_took = milliseconds{row.integer("upstream_ms")},
                  .attempts = static_cast<int>(row.integer("attempts"))};
    if (!row.is_null("account_id")) {
        record.last_attempt =
            AttemptRecord{.number = record.end.attempts,
                          .account = row.integer("account_id"),
                          .region = read_region(row),
                          .verdict = parse_verdict(row.text("verdict")).value_or(Verdict::interrupted),
                          .upstream_status = read_small(row, "upstream_status"),
                          .reason = row.text("reason"),
                          .began_at = row.time("attempt_began_at"),
                          .took = milliseconds{row.integer("attempt_ms")},
                          .rule = row.text("rule"),
                          .rules_version = row.text("rules_version"),
                          .sample_id = row.optional_integer("sample_id")};
    }
    request.eligibility_id = row.optional_text("eligibility_id");
    request.email = row.optional_text("email");
    return request;
}

std::vector<LoggedAttempt> RequestStore::earlier_attempts(std::string_view request)
{
    static const std::string sql = fmt::format(
        "SELECT {}, (SELECT email FROM living_accounts WHERE id = account_id) AS email FROM request_attempts "
        "WHERE request_id = ? ORDER BY number",
        attempt_columns);
    std::vector<LoggedAttempt> all;
    auto rows = database_.query(sql, request);
    while (rows.next()) all.push_back({.attempt = read_attempt(rows), .email = rows.optional_text("email")});
    return all;
}

std::optional<AttemptRecord> RequestStore::take_attempt(std::string_view request, int number)
{
    static const std::string sql =
        fmt::format("DELETE FROM request_attempts WHERE request_id = ? AND number = ? RETURNING {}", attempt_columns);
    auto row = database_.query(sql, request, number);
    return row.next() ? std::optional{read_attempt(row)} : std::nullopt;
}

std::optional<LoggedRequest> RequestStore::find(std::string_view request)
{
    static const std::string sql =
        fmt::format("SELECT {} FROM requests r LEFT JOIN living_accounts a ON a.id = r.account_id WHERE r.id = ?",
                    request_columns());
    std::optional<LoggedRequest> found;
    {
        auto row = database_.query(sql, request);
        if (!row.next()) return std::nullopt;
        found = read_request(row);
    }
    found->attempts = earlier_attempts(request);
    if (found->record.last_attempt)
        found->attempts.push_back({.attempt = *found->record.last_attempt, .email = found->email});
    AnswerSampleStore samples{database_};
    for (LoggedAttempt& logged : found->attempts)
        if (logged.attempt.sample_id) logged.sample = samples.find(*logged.attempt.sample_id);
    return found;
}

std::optional<LoggedEligibility> RequestStore::eligibility(std::string_view id)
{
    LoggedEligibility found;
    {
        auto row = database_.query(
            "SELECT total, disabled, banned, without_session, other_region, without_points, at_limit, busy, accounts, "
            "proxy_unsafe FROM eligibilities WHERE id = ?",
            id);
        if (!row.next()) return std::nullopt;
        found.eligibility = {.total = row.integer("total"),
                             .disabled = row.integer("disabled"),
                             .banned = row.integer("banned"),
                             .without_session = row.integer("without_session"),
                             .other_region = row.integer("other_region"),
                             .without_points = row.integer("without_points"),
                             .at_limit = row.integer("at_limit"),
                             .busy = row.integer("busy"),
                             .proxy_unsafe = row.integer("proxy_unsafe"),
                             .accounts = read_list(row.text("accounts"))};
    }
    for (const AccountIneligibility& account : found.eligibility.accounts)
        found.accounts.push_back({account, email_of(database_, account.account)});
    return found;
}

std::vector<SuccessfulAttempt> RequestStore::last_successes(std::int64_t limit)
{
    std::vector<SuccessfulAttempt> found;
    auto rows = database_.query(
        "SELECT model, attempt_ms, ended_at FROM (SELECT id, model, outcome, attempt_ms, ended_at FROM requests "
        "ORDER BY id DESC LIMIT ?) AS last WHERE outcome = 'success' AND attempt_ms IS NOT NULL ORDER BY id DESC",
        limit);
    while (rows.next()) {
        found.push_back({.model = rows.text("model"),
                         .took = milliseconds{rows.integer("attempt_ms")},
                         .ended_at = rows.time("ended_at")});
    }
    return found;
}

int RequestStore::remove_began_before(Time before, const std::stop_token& stop)
{
    // Milliseconds of work, of the 50 that a write may take.
    constexpr int piece = 500;
    const std::string first_kept = first_id_of(before);
    const std::string first_eligibility_kept = first_id_of(before - max_use_of_an_eligibility);
    const auto remove = [&](std::string_view sql, const std::string& first) {
        int removed = 0;
        while (!stop.stop_requested()) {
            const int now = database_.run(sql, first, piece);
            removed += now;
            if (now < piece) break;
            std::this_thread::sleep_for(std::chrono::milliseconds{1});  // others write in between
        }
        return removed;
    };
    // What belongs to a request goes before it, so that nothing stays of those that are gone.
    remove(
        "DELETE FROM request_attempts WHERE (request_id, number) IN "
        "(SELECT request_id, number FROM request_attempts WHERE request_id < ? ORDER BY request_id LIMIT ?)",
        first_kept);
    const int removed = remove(
        "DELETE FROM requests WHERE id IN (SELECT id FROM requests WHERE id < ? ORDER BY id LIMIT ?)", first_kept);
    remove("DELETE FROM eligibilities WHERE id IN (SELECT id FROM eligibilities WHERE id < ? ORDER BY id LIMIT ?)",
           first_eligibility_kept);
    return removed;
}

}  // namespace dreamina
