#include "core/storage/log/audit_store.hpp"

#include <algorithm>
#include <charconv>
#include <limits>

#include <fmt/format.h>

#include "core/storage/engine/insert.hpp"
#include "core/storage/engine/transaction.hpp"

namespace dreamina {
namespace {

template <class Value>
std::optional<std::string> text_of(const std::optional<Value>& value)
{
    return value ? std::optional{std::string{to_string(*value)}} : std::nullopt;
}

AuditRow read_row(const Query& row)
{
    return {.id = row.integer("id"),
            .at = row.time("at"),
            .caller = {.kind = parse_caller_kind(row.text("caller")).value_or(CallerKind::anonymous),
                       .session = row.text("session_id"),
                       .address = row.text("address")},
            .action = parse_audit_action(row.text("action")).value_or(AuditAction::change),
            .subject = parse_audit_subject(row.text("subject_kind")).value_or(AuditSubject::database),
            .subject_id = row.optional_text("subject_id"),
            .subject_name = row.optional_text("subject_name"),
            .old_fields = row.optional_text("old_fields"),
            .new_fields = row.optional_text("new_fields"),
            .repeats = row.integer("repeats"),
            .last_at = row.optional_time("last_at")};
}

constexpr std::string_view select_audit_sql =
    "SELECT id, at, caller, session_id, address, action, subject_kind, subject_id, subject_name, old_fields, "
    "new_fields, repeats, last_at FROM audit WHERE ";

/// ?1 … ?2: by time, on an index either way. The last page's end is before all that is wanted of the same moment.
constexpr std::string_view common_sql =
    "at >= ?1 AND at < ?2 AND (at, id) < (?3, ?4) AND (CAST(?5 AS TEXT) IS NULL OR caller = ?5) AND "
    "(CAST(?6 AS TEXT) IS NULL OR address = ?6) AND (CAST(?7 AS TEXT) IS NULL OR action = ?7) "
    "AND (CAST(?8 AS TEXT) IS NULL OR subject_kind = ?8) "
    "AND (?10 = '' OR instr(lower(subject_name), lower(?10)) > 0 OR EXISTS (SELECT 1 FROM audit_accounts "
    "WHERE audit_id = audit.id AND instr(lower(emails), lower(?10)) > 0)) ORDER BY at DESC, id DESC LIMIT ?11";

/// A subject's own rows, and those of changes to many accounts, this one (?12) among them. `own`: how the first are
/// found.
std::string rows_of_sql(std::string_view own)
{
    return fmt::format(
        "{}({} OR id IN (SELECT audit_id FROM audit_accounts WHERE first_id <= ?12 AND last_id >= ?12)) AND {}",
        select_audit_sql, own, common_sql);
}

/// The account that a filter may mean.
std::optional<AccountId> account_of(const AuditFilter& filter)
{
    if (!filter.subject_id || filter.subject.value_or(AuditSubject::account) != AuditSubject::account) return {};
    const std::string& text = *filter.subject_id;
    AccountId id = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), id);
    return error == std::errc{} && end == text.data() + text.size() ? std::optional{id} : std::nullopt;
}

constexpr Time earliest = from_millis(std::numeric_limits<std::int64_t>::min());
constexpr Time latest = from_millis(std::numeric_limits<std::int64_t>::max());

}  // namespace

std::int64_t AuditStore::add(const AuditRow& row)
{
    return insert_row(
        database_,
        "INSERT INTO audit (at, caller, session_id, address, action, subject_kind, subject_id, subject_name, "
        "old_fields, new_fields) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id",
        row.at, to_string(row.caller.kind), null_if_empty(row.caller.session), null_if_empty(row.caller.address),
        to_string(row.action), to_string(row.subject), row.subject_id, row.subject_name, row.old_fields,
        row.new_fields);
}

void AuditStore::set_new_fields(std::int64_t id, const std::string& fields)
{
    database_.run("UPDATE audit SET new_fields = ? WHERE id = ?", fields, id);
}

void AuditStore::add_accounts(std::int64_t row, std::span<const AccountRange> ranges)
{
    for (const AccountRange& range : ranges)
        database_.run(
            "INSERT INTO audit_accounts (audit_id, first_id, last_id, emails) VALUES (?1, ?2, ?3, ?4) "
            "ON CONFLICT (audit_id, first_id) DO UPDATE SET last_id = ?3, emails = ?4",
            row, range.first, range.last, null_if_empty(range.emails));
}

void AuditStore::take_back(const std::vector<std::int64_t>& ids)
{
    Transaction transaction{database_};
    for (const std::int64_t id : ids) database_.run("DELETE FROM audit WHERE id = ?", id);
    transaction.commit();
}

void AuditStore::add_failed_login(const Caller& caller, Time now)
{
    constexpr std::string_view one_more =
        "UPDATE audit SET repeats = repeats + 1, last_at = ?1 WHERE id = (SELECT id FROM audit WHERE action = "
        "'failed_login' AND at > ?2 AND at <= ?1 AND address IS NOT DISTINCT FROM ?3 ORDER BY at DESC LIMIT 1)";
    const Time since = now - failed_login_row_lasts;
    Transaction transaction{database_};
    const bool known = database_.run(one_more, now, since, null_if_empty(caller.address)) > 0;
    if (!known) {
        AuditRow row{
            .at = now, .caller = caller, .action = AuditAction::failed_login, .subject = AuditSubject::session};
        std::int64_t rows = 0;
        {
            auto count = database_.query(
                "SELECT count(*) FROM audit WHERE action = 'failed_login' AND at > ? AND at <= ?", since, now);
            count.next();
            rows = count.integer();
        }
        const bool too_many = rows >= max_failed_login_rows;
        if (too_many) row.caller.address.clear();
        if (!too_many || database_.run(one_more, now, since, std::optional<std::string>{}) == 0) add(row);
    }
    transaction.commit();
}

std::vector<AuditRow> AuditStore::list(const AuditFilter& filter, std::int64_t count)
{
    // A subject's rows are found by it. All others are read from the newest on.
    static const std::string by_subject = rows_of_sql("subject_kind = ?8 AND subject_id = ?9");
    static const std::string by_time = rows_of_sql("CAST(?9 AS TEXT) IS NULL OR subject_id = ?9");
    const AuditCursor cursor = filter.after.value_or(AuditCursor{latest, 0});
    // SQLite takes no bound from the pair of both: without one of its own, a page far back would walk over all before
    // it.
    const Time page_end = cursor.at < latest ? cursor.at + milliseconds{1} : latest;
    auto rows =
        database_.query(filter.subject && filter.subject_id ? by_subject : by_time, filter.from.value_or(earliest),
                        std::min(filter.to.value_or(latest), page_end), cursor.at, cursor.id, text_of(filter.who),
                        filter.address, text_of(filter.action), text_of(filter.subject), filter.subject_id,
                        filter.name_part, count, account_of(filter));
    std::vector<AuditRow> found;
    while (rows.next()) found.push_back(read_row(rows));
    return found;
}

}  // namespace dreamina
