#pragma once
/// `requests`, `request_attempts` and `eligibilities`: the request log. Additions are part of the write transaction
/// that books what they tell of.

#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/domain/request_record.hpp"
#include "core/storage/log/answer_sample_store.hpp"
#include "core/storage/engine/database.hpp"

namespace dreamina {

/// An e-mail is there while the account is.
struct LoggedAttempt {
    AttemptRecord attempt;
    std::optional<std::string> email;
    std::optional<KeptSample> sample = std::nullopt;  ///< what its answer was like
};

struct LoggedRequest {
    RequestRecord record;
    Time ended_at{};
    std::optional<std::string> email;  ///< of the last attempt's account
    std::optional<std::string> eligibility_id;
    std::vector<LoggedAttempt> attempts = {};  ///< all of them; only where the request was asked for alone
};

struct LoggedAccountIneligibility {
    AccountIneligibility eligibility;
    std::optional<std::string> email;
};

struct LoggedEligibility {
    Eligibility eligibility;
    std::vector<LoggedAccountIneligibility> accounts;
};

/// The attempt that a request succeeded with.
struct SuccessfulAttempt {
    std::string model;
    milliseconds took{};
    Time ended_at{};
};

class RequestStore {
public:
    explicit RequestStore(Database& database) : database_(database) {}

    /// Adds those that are not in the log already, which stay as they were; the ids of the others.
    std::vector<std::string> add(std::span<const RequestRecord> records);
    bool has(std::string_view request);
    /// Of a request, one after which another account was tried.
    struct EarlierAttempt {
        std::string request;
        AttemptRecord attempt;
    };
    /// Adds those that are not there already; of which requests, and the attempt's number.
    std::vector<std::pair<std::string, int>> add_attempts(std::span<const EarlierAttempt> attempts);
    /// Takes one that was added out again: it was the last one after all, and add() keeps that with the request.
    std::optional<AttemptRecord> take_attempt(std::string_view request, int number);

    /// With all its attempts.
    std::optional<LoggedRequest> find(std::string_view request);
    std::optional<LoggedEligibility> eligibility(std::string_view id);

    /// Of the last `limit` requests in the log, those that succeeded; the newest first.
    std::vector<SuccessfulAttempt> last_successes(std::int64_t limit);

    /// Removes what began before `before`, in pieces of milliseconds, each a transaction of its own; a stop loses
    /// nothing. Returns how many requests went.
    int remove_began_before(Time before, const std::stop_token& stop);

private:
    void add_eligibility(const StoredEligibility& note);
    std::vector<LoggedAttempt> earlier_attempts(std::string_view request);

    Database& database_;
};

/// The columns of a request for SELECT … FROM requests r LEFT JOIN living_accounts a ON a.id = r.account_id, and their
/// reader.
std::string_view request_columns();
LoggedRequest read_request(const Query& row);

}  // namespace dreamina
