#pragma once
/// What the request log keeps of a client's request. Never a prompt, a body or a query string.

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/clock.hpp"
#include "core/domain/account/account.hpp"
#include "core/domain/account/eligibility.hpp"
#include "core/domain/verdict/verdict.hpp"

namespace dreamina {

/// How a client's request ended. The names are stored: append only.
enum class RequestOutcome {
    success,
    content_refused,       ///< the upstream's answer, and the client's to mend
    bad_parameters,        ///< likewise
    account_failed,        ///< session, points, rate limit or proxy of the account, and no other account to try
    upstream_failed,       ///< the upstream, its gateway or the generation failed
    upstream_unreachable,  ///< or the upstream cannot reach its provider
    interrupted,           ///< timed out or cut after it was sent
    no_account,            ///< none could serve it
    busy,                  ///< all that could were busy for as long as QUEUE_TIMEOUT
    upstream_down,         ///< not sent, since the upstream is known to be down
    database_unavailable,
    client_gone,      ///< before it was sent
    key_refused,      ///< the key may not, or not now
    outcome_unknown,  ///< its worker died before it could say; the client may have the whole answer, or nothing
};

inline constexpr std::array all_request_outcomes{
    RequestOutcome::success,        RequestOutcome::content_refused,      RequestOutcome::bad_parameters,
    RequestOutcome::account_failed, RequestOutcome::upstream_failed,      RequestOutcome::upstream_unreachable,
    RequestOutcome::interrupted,    RequestOutcome::no_account,           RequestOutcome::busy,
    RequestOutcome::upstream_down,  RequestOutcome::database_unavailable, RequestOutcome::client_gone,
    RequestOutcome::key_refused,    RequestOutcome::outcome_unknown};

std::string_view to_string(RequestOutcome outcome);
std::optional<RequestOutcome> parse_request_outcome(std::string_view text);

/// Of a request that ended with this attempt.
RequestOutcome outcome_of(Verdict verdict);

/// What is known of a request before its end. Travels with its lease, so that the process that settles it can log it.
struct RequestFacts {
    std::string id;  ///< as in X-Dreamina-Request-Id (base/time_ordered_id); empty: it is not logged
    Time began_at{};
    std::string method;
    std::string path;                        ///< without the query
    std::optional<std::string> model_asked;  ///< as the client wrote it
    std::optional<std::int64_t> api_key;     ///< nothing: the administrator's password
    std::int64_t bytes_in = 0;               ///< of the body
    milliseconds upstream_took{};            ///< all attempts so far
};

/// One account's try at it.
struct AttemptRecord {
    int number = 1;
    AccountId account = 0;
    std::optional<Region> region;
    Verdict verdict = Verdict::success;
    std::optional<int> upstream_status;
    std::string reason;  ///< a code, never the upstream's words, which may repeat a prompt; empty: none
    Time began_at{};
    milliseconds took{};
    std::string rule = {};                                 ///< that gave the verdict; empty: none did
    std::string rules_version = {};                        ///< of all the rules then
    std::optional<std::int64_t> sample_id = std::nullopt;  ///< what the answer was like, where that is kept
};

struct RequestEnd {
    RequestOutcome outcome = RequestOutcome::success;
    std::optional<int> status;  ///< that the client got; nothing: none that is known of
    bool client_gone = false;
    std::int64_t bytes_out = 0;  ///< of the answer's body, to the client
    milliseconds took{};
    milliseconds upstream_took{};  ///< of `took`, all attempts together
    int attempts = 0;
    std::shared_ptr<const StoredEligibility> eligibility = nullptr;  ///< why no account could serve it
};

/// A request that has ended. Attempts before the last one are kept apart.
struct RequestRecord {
    RequestFacts facts;
    std::string model;  ///< what it is counted under
    RequestEnd end;
    std::optional<AttemptRecord> last_attempt;  ///< where it ended with that
};

/// What may be stored of an upstream's own code for a failure: a number, or the CODE of "[CODE] words". Else empty.
std::string failure_code(std::optional<std::int64_t> code, std::string_view error);

}  // namespace dreamina
