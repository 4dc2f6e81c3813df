#pragma once
/// `upstream_breaker` and `upstream_failures`: what all workers know of the upstream. Changes are part of a larger
/// write transaction.

#include <string>
#include <string_view>
#include <vector>

#include "core/domain/breaker_state.hpp"
#include "core/storage/engine/database.hpp"

namespace dreamina {

/// A failure and what it led to for the account, to be taken back should it turn out to be an outage.
struct RecordedFailure {
    UpstreamFailure failure;
    bool was_error = false;     ///< counted as one
    bool contradicted = false;  ///< something that was sent before has succeeded since: perhaps no outage
    std::optional<Time> ban_until;
};

/// Of a row of `upstream_breaker`.
BreakerState read_breaker_state(const Query& row);

class BreakerStore {
public:
    explicit BreakerStore(Database& database) : database_(database) {}

    BreakerState state();
    void set_state(const BreakerState& state);

    /// What is kept of who asked for what: a digest with a key of this database's, which does not reveal a body.
    std::string origin_of(std::string_view told);

    bool has_failures();
    /// Since the upstream was last seen to work, an hour back at most.
    std::vector<RecordedFailure> failures();
    void add_failure(const RecordedFailure& recorded);
    /// A request that was sent at `sent_at` has succeeded: failures before that are past, later ones doubtful.
    void record_success(Time sent_at);
    /// What they led to has been taken back; they still count.
    void forget_consequences(std::string_view origin);
    void clear_failures();

private:
    Database& database_;
};

}  // namespace dreamina
