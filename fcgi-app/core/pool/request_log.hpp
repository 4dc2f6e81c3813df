#pragma once
/// Writes what became of clients' requests into the log and its sums. Part of one write transaction that the caller
/// holds; it writes the sums (StatisticsStore::add) before it commits. Requests without an id are not logged.

#include <string_view>
#include <vector>

#include "core/storage/log/gathered_sums.hpp"
#include "core/storage/log/request_store.hpp"
#include "core/storage/log/unfinished_store.hpp"

namespace dreamina {

/// The rows of a batch, gathered until write(): one statement for all of a kind.
class RequestLog {
public:
    RequestLog(Database& database, GatheredSums& sums) : database_(database), sums_(sums) {}

    /// An attempt after which another account is tried.
    void add_attempt(UnfinishedRequest request, AttemptRecord attempt);

    /// The end. Nothing if it is in the log already.
    void add_end(RequestRecord record);

    /// Whether it has ended.
    bool has(std::string_view request);

    void write();

private:
    void write_attempts();
    void write_ends();
    void end_after_attempt(RequestRecord record);

    Database& database_;
    GatheredSums& sums_;
    std::vector<RequestStore::EarlierAttempt> attempts_;
    std::vector<UnfinishedRequest> unfinished_;  // of the attempts, in their order
    std::vector<RequestRecord> ends_;
};

/// One end by itself.
void log_end(Database& database, const RequestRecord& record, GatheredSums& sums);

/// The request's worker is dead, or gave no word for longer than it may take: what its client has got is not known. An
/// answer goes out before it is booked.
RequestEnd abandoned_end(const RequestFacts& facts, int attempts, Time now);

}  // namespace dreamina
