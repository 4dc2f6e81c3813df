#include "core/storage/accounts/account_queues.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "core/storage/accounts/account_secrets.hpp"
#include "core/storage/accounts/pool_class.hpp"
#include "core/storage/engine/json_rows.hpp"

namespace dreamina {
namespace {

/// As many at a time as one batch can use; more would be read in vain if other queues are in front.
constexpr std::size_t max_read = 64;

constexpr std::string_view pool_columns =
    "a.id, a.region, a.session_id, a.proxy_url, a.pool_class, a.last_used_seq, a.in_flight, a.exhausted, a.busy, "
    "a.error_count, a.error_streak, a.proxy_failures, a.banned, a.ban_until, a.session_expired, a.points_doubted, "
    "a.points_due_at, a.deleted_at";

PoolAccount read_pool_account(const Query& row)
{
    return {.id = row.integer("id"),
            .region = parse_region(row.text("region")).value_or(Region::us),
            .session_id = row.stored_text(secret_column::session_id),
            .proxy_url = row.stored_text(secret_column::proxy_url),
            .pool_class = row.optional_integer("pool_class"),
            .last_used_seq = row.integer("last_used_seq"),
            .in_flight = row.integer("in_flight"),
            .exhausted = row.integer("exhausted"),
            .busy = row.boolean("busy"),
            .error_count = row.integer("error_count"),
            .error_streak = row.integer("error_streak"),
            .proxy_failures = row.integer("proxy_failures"),
            .banned = row.boolean("banned"),
            .ban_until = row.optional_time("ban_until"),
            .session_expired = row.boolean("session_expired"),
            .points_doubted = row.boolean("points_doubted"),
            .points_due_at = row.optional_time("points_due_at"),
            .is_deleted = !row.is_null("deleted_at")};
}

bool read_cn_points(Database& database)
{
    auto row = database.query("SELECT cn_points FROM pool_state");
    return row.next() && row.boolean();
}

std::int64_t read_barred_bits(Database& database)
{
    static const std::string sql = fmt::format("SELECT {} AS bits", barred_bits_sql());
    auto row = database.query(sql);
    return row.next() ? row.integer() : 0;
}

}  // namespace

struct AccountQueues::Opened {
    Candidate candidate;
    bool is_damaged = false;
};

AccountQueues::AccountQueues(Database& database, bool cn_points, std::int64_t barred_bits)
    : database_(database), cn_points_(cn_points), barred_bits_(barred_bits)
{
}

AccountQueues::AccountQueues(Database& database)
    : AccountQueues(database, read_cn_points(database), read_barred_bits(database))
{
}

AccountQueues::Place AccountQueues::Queue::first_possible() const
{
    constexpr Place behind_all{std::numeric_limits<std::int64_t>::max(), 0};
    const Place first = known.empty() ? behind_all : *known.begin();
    if (is_known(first)) return first;
    return std::min(first, std::max(read_to, Place{head, 0}));
}

AccountQueues::ClassPlace AccountQueues::place_of(const PoolAccount& account)
{
    return {account.pool_class, {account.last_used_seq, account.id}};
}

void AccountQueues::move(const PoolAccount& account, const ClassPlace& before)
{
    const ClassPlace after = place_of(account);
    if (after == before) return;
    if (before.pool_class) queues_[*before.pool_class].known.erase(before.place);
    if (after.pool_class) queues_[*after.pool_class].known.insert(after.place);
}

void AccountQueues::adopt(const Query& row)
{
    if (accounts_.contains(row.integer("id"))) return;  // its place here is the newer one
    const PoolAccount& account = accounts_.emplace(row.integer("id"), read_pool_account(row)).first->second;
    if (account.pool_class) queues_[*account.pool_class].known.emplace(account.last_used_seq, account.id);
}

void AccountQueues::load(std::span<const AccountId> accounts)
{
    static const std::string sql =
        fmt::format("SELECT {} FROM accounts a WHERE a.id IN {}", pool_columns, numbers_sql());
    std::vector<AccountId> unknown;
    for (const AccountId id : accounts)
        if (!accounts_.contains(id)) unknown.push_back(id);
    if (unknown.empty()) return;
    auto rows = database_.query(sql, json_list(unknown));
    while (rows.next()) adopt(rows);
}

void AccountQueues::list_classes()
{
    if (classes_are_listed_) return;
    classes_are_listed_ = true;
    auto rows = database_.query(
        "WITH RECURSIVE classes(class) AS ("
        "  SELECT min(pool_class) FROM accounts WHERE pool_class IS NOT NULL"
        "  UNION ALL"
        "  SELECT (SELECT min(pool_class) FROM accounts WHERE pool_class > class) FROM classes"
        "  WHERE class IS NOT NULL) "
        "SELECT class, (SELECT min(last_used_seq) FROM accounts WHERE pool_class = class) AS head FROM classes "
        "WHERE class IS NOT NULL");
    while (rows.next()) {
        Queue& queue = queues_[rows.integer("class")];
        queue.head = rows.integer("head");
        queue.is_whole = false;
    }
}

void AccountQueues::read_on(std::int64_t pool_class, Queue& queue)
{
    // Many have the same place in the order, those that were never used: they are in the order of their ids.
    static const std::string sql = fmt::format(
        "SELECT {} FROM accounts a WHERE a.pool_class = ?1 AND a.last_used_seq >= ?2 AND (a.last_used_seq > ?2 OR "
        "a.id > ?3) ORDER BY a.last_used_seq, a.id LIMIT ?4",
        pool_columns);
    const auto wanted = static_cast<std::int64_t>(std::clamp<std::size_t>(expected_, 1, max_read));
    std::int64_t read = 0;
    auto rows = database_.query(sql, pool_class, queue.read_to.first, queue.read_to.second, wanted);
    while (rows.next()) {
        adopt(rows);
        queue.read_to = {rows.integer("last_used_seq"), rows.integer("id")};
        ++read;
    }
    queue.is_whole = read < wanted;
}

std::optional<AccountQueues::Place> AccountQueues::first_of(std::int64_t pool_class, Queue& queue,
                                                            std::span<const AccountId> tried)
{
    for (;;) {
        const auto first = std::find_if(queue.known.begin(), queue.known.end(), [&](const Place& place) {
            return std::find(tried.begin(), tried.end(), place.second) == tried.end();
        });
        if (first != queue.known.end() && queue.is_known(*first)) return *first;
        if (queue.is_whole) return std::nullopt;
        read_on(pool_class, queue);
    }
}

std::optional<AccountId> AccountQueues::first_fitting(const ModelRule& rule, std::span<const AccountId> tried,
                                                      bool busy)
{
    list_classes();
    struct Fitting {
        Place first_possible;
        std::int64_t pool_class;
        Queue* queue;
    };
    std::vector<Fitting> fitting;
    for (auto& [pool_class, queue] : queues_) {
        if (is_busy_class(pool_class) != busy || (pool_class & barred_bits_) != 0) continue;
        if (queue.is_whole && queue.known.empty()) continue;
        if (can_serve(serving_class(pool_class, cn_points_), rule))
            fitting.push_back({queue.first_possible(), pool_class, &queue});
    }
    // So that no queue is read whose head cannot be the first.
    std::sort(fitting.begin(), fitting.end(),
              [](const Fitting& a, const Fitting& b) { return a.first_possible < b.first_possible; });
    std::optional<Place> first;
    for (const Fitting& each : fitting) {
        if (first && *first < each.first_possible) break;
        const auto other = first_of(each.pool_class, *each.queue, tried);
        if (other && (!first || *other < *first)) first = other;
    }
    return first ? std::optional{first->second} : std::nullopt;
}

AccountQueues::Opened AccountQueues::open(const PoolAccount& account)
{
    auto session = open_secret(database_, account.session_id, secret_column::session_id, account.id);
    auto proxy = open_secret(database_, account.proxy_url, secret_column::proxy_url, account.id);
    const bool is_damaged = !session || (!proxy && account.proxy_url.content);
    return {.candidate = {.id = account.id,
                          .region = account.region,
                          .session_id = session.value_or(""),
                          .proxy_url = std::move(proxy)},
            .is_damaged = is_damaged};
}

std::optional<Candidate> AccountQueues::choose(const ModelRule& rule, std::span<const AccountId> tried)
{
    while (const auto id = first_fitting(rule, tried, false)) {
        Opened opened = open(accounts_.at(*id));
        if (!opened.is_damaged) return std::move(opened.candidate);
        change(*id, mark_damaged);  // it must not stay at the head of its queue for ever
    }
    return std::nullopt;
}

std::optional<Candidate> AccountQueues::candidate(AccountId id)
{
    const PoolAccount* account = find(id);
    if (account == nullptr || account->is_deleted || !account->session_id.content) return std::nullopt;
    Opened opened = open(*account);
    return opened.is_damaged ? std::nullopt : std::optional{std::move(opened.candidate)};
}

bool AccountQueues::any_busy(const ModelRule& rule, std::span<const AccountId> tried)
{
    return first_fitting(rule, tried, true).has_value();
}

const PoolAccount* AccountQueues::find(AccountId id)
{
    load({&id, 1});
    const auto found = accounts_.find(id);
    return found == accounts_.end() ? nullptr : &found->second;
}

std::optional<std::string> AccountQueues::session_of(AccountId id)
{
    const PoolAccount* account = find(id);
    return account ? open_secret(database_, account->session_id, secret_column::session_id, id) : std::nullopt;
}

std::vector<AccountId> AccountQueues::known() const
{
    std::vector<AccountId> ids;
    for (const auto& [id, account] : accounts_) ids.push_back(id);
    return ids;
}

void AccountQueues::forget()
{
    accounts_.clear();
    queues_.clear();
    classes_are_listed_ = false;
}

}  // namespace dreamina
