#pragma once
/// How a request becomes a generation, in one write transaction: what its Idempotency-Key stands for already, whether
/// there is room for it in the queue, its row.

#include <optional>

#include "core/base/message/message.hpp"
#include "core/storage/generations/generation_store.hpp"
#include "core/storage/generations/idempotency_store.hpp"

namespace dreamina {

struct NewGeneration {
    Generation row;
    std::optional<IdempotencyKey> key;
    Time key_expires_at{};
    /// It repeats one whose client was lost, if there is one that is not older.
    std::optional<Time> repeats_since{};
    /// Those that wait to be sent, without whoever waits for them; a row with a body file counts.
    std::int64_t max_queued_of_key = 0;
    std::int64_t max_queued = 0;
    std::optional<std::string> webhook_allow_hosts{};  ///< WEBHOOK_ALLOW_HOSTS
};

struct Admission {
    enum class Outcome {
        undecided,
        admitted,
        same_request,  ///< its key stands for `generation`
        key_reused,    ///< … which was asked for with another body
        queue_full,
        webhook_refused  ///< its own webhook may not be where it wants it
    };
    Outcome outcome = Outcome::undecided;
    std::string generation{};
    Message fault{};  ///< of the webhook
};

/// Part of a write transaction that the caller holds.
Admission admit(Database& database, const NewGeneration& generation, Time now);

}  // namespace dreamina
