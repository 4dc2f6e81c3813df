#pragma once
/// The queues of accounts, as a batch of reservations and settlements goes through them: who is next, and what a use
/// and its outcome leave behind. In memory it is as the database would be if each had been written by itself; write()
/// writes all of it with four statements. Part of one write transaction.
///
/// How an account is chosen. `accounts.pool_class` is a number that SQLite computes from the row: its region, whether
/// it has points, one bit per model whose daily limit it has reached, whether it has a proxy, and whether it is busy.
/// It is NULL for accounts that serve no request (deleted, disabled, banned, without a valid session). An index orders
/// accounts by pool_class and, within it, by last use. So the accounts of a pool form a few dozen queues, each with its
/// least recently used account in front.
///
/// choose() takes, of the queues whose bits fit the model, the account that was used longest ago. One statement hops
/// from class to class over the index and tells when each queue's head was last used. A queue is read from its head on,
/// as many accounts as there are choices to come, and only if its head may be the next. So a choice costs the same
/// among a hundred accounts and among a hundred thousand, and choices that come together share their reading.
///
/// What an account's class depends on is kept up by those that change it: here by use(), settle_use() and
/// set_exhausted(), by recompute_exhausted() and recompute_busy() when a setting changes, and the daily reset clears
/// it. Whether CN accounts need points, and whether the known upstream may see proxies, writes no account: the class is
/// read accordingly.

#include <limits>
#include <map>
#include <set>
#include <span>
#include <unordered_map>
#include <vector>

#include "core/domain/model_catalog.hpp"
#include "core/storage/accounts/pool_account.hpp"
#include "core/storage/engine/database.hpp"

namespace dreamina {

/// Who serves a request, with what the upstream is to get.
struct Candidate {
    AccountId id = 0;
    Region region = Region::us;
    std::string session_id;
    std::optional<std::string> proxy_url;
};

class AccountQueues {
public:
    /// `cn_points`: CN_POINTS_ENABLED; `barred_bits`: of classes that serve no request for now (barred_bits_sql).
    AccountQueues(Database& database, bool cn_points, std::int64_t barred_bits);
    /// As the database has the two.
    explicit AccountQueues(Database& database);

    /// So many choices are to come.
    void expect(std::size_t choices) { expected_ = choices; }
    /// Reads these, those that are unknown yet, at once.
    void load(std::span<const AccountId> accounts);

    /// The least recently used account that may serve the model; never one of `tried`.
    std::optional<Candidate> choose(const ModelRule& rule, std::span<const AccountId> tried = {});
    /// One account, as `choose` would tell it; nothing if it has no session.
    std::optional<Candidate> candidate(AccountId account);
    /// Whether an account could serve the model but for being busy.
    bool any_busy(const ModelRule& rule, std::span<const AccountId> tried = {});

    /// Nothing if there is no such account. A deleted one is one.
    const PoolAccount* find(AccountId account);
    /// The session that it has, if that can be read.
    std::optional<std::string> session_of(AccountId account);
    /// Changes a known account, and its place in the queues with it.
    template <class Change>
    auto change(AccountId id, Change&& change)
    {
        PoolAccount& account = accounts_.at(id);
        const auto before = place_of(account);
        const auto finally = [&] { move(account, before); };
        if constexpr (std::is_void_v<decltype(change(account))>) {
            change(account);
            finally();
        } else {
            auto result = change(account);
            finally();
            return result;
        }
    }
    std::vector<AccountId> known() const;

    /// Writes what has changed.
    void write(Time now);
    /// Other code changes accounts now: all is read again. What has changed must have been written.
    void forget();

private:
    /// A place in a queue: last_used_seq, id.
    using Place = std::pair<std::int64_t, AccountId>;
    struct Queue {
        std::set<Place> known;
        Place read_to{std::numeric_limits<std::int64_t>::min(), 0};  ///< all before it are known
        std::int64_t head = 0;  ///< no account is before it, when nothing is read yet
        bool is_whole = true;   ///< there is no account behind
        bool is_known(const Place& place) const { return is_whole || place <= read_to; }
        Place first_possible() const;
    };
    struct ClassPlace {
        std::optional<std::int64_t> pool_class;
        Place place;
        bool operator==(const ClassPlace&) const = default;
    };
    static ClassPlace place_of(const PoolAccount& account);
    void move(const PoolAccount& account, const ClassPlace& before);
    void adopt(const Query& row);
    void list_classes();
    void read_on(std::int64_t pool_class, Queue& queue);
    std::optional<Place> first_of(std::int64_t pool_class, Queue& queue, std::span<const AccountId> tried);
    std::optional<AccountId> first_fitting(const ModelRule& rule, std::span<const AccountId> tried, bool busy);
    struct Opened;
    Opened open(const PoolAccount& account);

    Database& database_;
    const bool cn_points_;
    const std::int64_t barred_bits_;
    std::size_t expected_ = 1;
    std::unordered_map<AccountId, PoolAccount> accounts_;
    std::map<std::int64_t, Queue> queues_;  // by class
    bool classes_are_listed_ = false;
};

}  // namespace dreamina
