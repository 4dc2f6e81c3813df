#pragma once
/// The heart: who serves a request, and what becomes of an account afterwards. Each call is a part of one write
/// transaction that the caller holds, so that choosing and counting can never come apart. Each is a PoolBatch of one;
/// the write queue has larger ones.

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

#include "core/base/clock.hpp"
#include "core/domain/verdict/answer_sample.hpp"
#include "core/domain/api_key.hpp"
#include "core/domain/model_catalog.hpp"
#include "core/domain/verdict/verdict.hpp"
#include "core/domain/request_record.hpp"
#include "core/storage/log/gathered_sums.hpp"
#include "core/storage/stores/lease_store.hpp"

namespace dreamina {

/// An account held for one request: counted, and to be settled exactly once.
struct Lease {
    LeaseId id = 0;
    AccountId account = 0;
    Region region = Region::us;
    std::string session_id;
    std::optional<std::string> proxy_url;
    std::string model;  ///< what it is counted under
};

/// Why there is none.
struct NoLease {
    enum class Why {
        none_eligible,  ///< no account can serve the model now
        busy,           ///< those that could are busy
        upstream_down,  ///< it would be sent in vain
        key_refused,
        database_refuses,
        generation_over  ///< its generation has ended, is another worker's, or was never admitted
    };
    Why why = Why::none_eligible;
    std::optional<Time> retry_at{};      ///< as far as it is known
    std::optional<ApiKeyRefusal> key{};  ///< of key_refused
};

/// Why no account can serve, in detail, is another question, whose answer costs a look at every account
/// (AccountSelection::eligibility_for) and has no place in a write transaction.
using Reservation = tl::expected<Lease, NoLease>;

/// Reserves and counts; never one of `tried`. `worker` answers for the lease; the others settle it once it is dead, or
/// at `expires_at`, and log the request by what the lease tells of it. Takes no heed of those that wait, nor of what
/// the key may do (pool/wait_queue.hpp).
Reservation reserve(Database& database, const ModelRule& rule, std::string_view worker, Time now, Time expires_at,
                    std::span<const AccountId> tried = {}, const RequestFacts& request = {},
                    const std::optional<KeyCall>& key_call = std::nullopt);

struct GenerationEnd;

struct Settlement {
    LeaseId lease = 0;
    Verdict verdict = Verdict::success;
    std::chrono::milliseconds ban_for{};  ///< ACCOUNT_BAN_DURATION_HOURS
    std::string session_id;               ///< that was sent to the upstream
    RequestFacts request;
    bool unreached = false;  ///< the upstream was not asked: there was no connection
    /// The upstream has not got a route that it should have: it may be another one by now.
    bool is_doubtful_upstream = false;
    std::optional<std::chrono::milliseconds> retry_after = std::nullopt;  ///< the answer's
    std::optional<std::chrono::milliseconds> rule_ban = std::nullopt;     ///< of the rule that gave the verdict
    std::optional<AnswerSample> sample = std::nullopt;                    ///< of an answer that failed, to be kept
    std::string counted = {};                      ///< a rule in the mode "count" that would have decided
    Verdict counted_verdict = Verdict::success;    ///< … so
    std::string origin = {};                       ///< of a failure: proxy/request_origin
    std::string model = {};                        ///< what the request is counted under
    AttemptRecord attempt = {};                    ///< for the log; the verdict is the one above
    std::optional<RequestEnd> end = std::nullopt;  ///< of the whole request; nothing: another account is tried
    /// Of the request, if it is one: recorded with it (generation_turn.hpp).
    std::shared_ptr<const GenerationEnd> generation = nullptr;
};

/// Books the verdict, ends the lease and logs the attempt, and the request if it ends with it. False if the lease had
/// been settled before, or its account has been deleted: what the answer says of that is not booked. `sums` is the
/// caller's to write (StatisticsStore::add).
bool settle(Database& database, const Settlement& settlement, Time now, GatheredSums& sums);

/// The same, with the sums written.
bool settle(Database& database, const Settlement& settlement, Time now);

/// Ends a lease whose request was never sent: the call is taken back, from the key as well, and the account is as it
/// was.
bool give_back(Database& database, LeaseId lease, Time now);

/// All that hold a lease, wait for one, or are between two attempts.
std::vector<std::string> workers_with_requests(Database& database);

/// Settles what dead workers left behind, and what has expired, by the rule for "cut after the request was sent", and
/// logs those requests with an unknown outcome. Returns how many leases were settled.
int settle_abandoned(Database& database, const std::vector<std::string>& dead_workers, Time now);

/// Brings the accounts' exhausted sets, and who is busy, in line with the limits in force. Cheap when nothing changed.
/// Returns how many models' limits were new.
int apply_limits(Database& database, const Settings& settings);

/// The daily reset: all counts to zero.
void reset_counts(Database& database, const Settings& settings);

}  // namespace dreamina
