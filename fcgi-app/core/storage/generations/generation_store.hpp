#pragma once
/// `generations`: requests that outlive their connection. What changes a row is part of a write transaction that the
/// caller holds. A row that has ended is not changed any more.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/domain/generation.hpp"
#include "core/storage/engine/database.hpp"

namespace dreamina {

/// One that got an account: from here on it may have been paid for.
struct BegunGeneration {
    std::string id;
    std::int64_t lease = 0;
};

/// How one ended.
struct GenerationEnd {
    std::string id;
    std::string worker{};  ///< whose it has to be; empty: anybody's
    GenerationState state = GenerationState::failed;
    std::optional<std::int64_t> status{};  ///< HTTP; nothing: there was no answer
    std::string answer_headers = "[]";     ///< JSON list of [name, value]
    std::optional<std::string> answer_file{};
    std::int64_t answer_bytes = 0;
    std::string error_code{};
    std::string outcome{};
    std::optional<std::string> result{};  ///< the answer's body, where it is short, for webhooks
    Time expires_at{};
    /// Nothing was sent: its Idempotency-Key stands for it no more.
    bool frees_key = false;
    /// … and nobody will ask for it: the row goes.
    bool is_forgotten = false;
};

/// What of a row tells whether it has changed.
struct GenerationMark {
    std::string id;
    GenerationState state = GenerationState::queued;
    std::int64_t version = 0;
    bool operator==(const GenerationMark&) const = default;
};

struct GenerationFilter {
    std::optional<std::int64_t> api_key;  ///< nothing: of all
    std::optional<GenerationState> state;
    std::optional<GenerationShape> shape{};
    std::string after;  ///< the id that the last page ended with; empty: from the beginning
    std::int64_t limit = 20;
    bool oldest_first = false;
};

class GenerationStore {
public:
    explicit GenerationStore(Database& database) : database_(database) {}

    void add(const Generation& generation);
    std::optional<Generation> find(std::string_view id);
    /// Those of these that there are, each once, by their ids.
    std::vector<Generation> find_all(std::span<const std::string> ids);
    /// The newest first, unless the filter says otherwise.
    std::vector<Generation> list(const GenerationFilter& filter);
    std::vector<GenerationMark> marks(std::span<const std::string> ids);
    /// Removes one that has ended. False if there is none.
    bool remove(std::string_view id);

    struct Queued {
        std::int64_t of_key = 0;
        std::int64_t all = 0;
    };
    Queued queued(std::int64_t api_key);
    /// How many are to be sent before it, of the same model.
    std::int64_t position(const Generation& generation);
    struct Place {
        std::string model;
        std::int64_t priority = 0;
        std::string id;
    };
    /// All that are to be sent, in the order in which they are.
    std::vector<Place> queue();

    /// Those that `worker` may send now: the others have been cancelled, or are another worker's.
    std::vector<std::string> begin(std::span<const BegunGeneration> begun, std::string_view worker, Time now);
    /// Those that ended with this.
    std::vector<std::string> end(std::span<const GenerationEnd> ends, Time now);

    /// One that waits to be sent will not be. False if it does not wait.
    bool cancel(std::string_view id, Time now);
    /// Nobody waits for one that runs any more. False if it does not run.
    bool detach(std::string_view id, Time now);

    /// Its client left before it had its answer: a repeated request may have it.
    void client_lost(std::string_view id, Time now);
    /// Adds one that was sent with this lease, and has just lost its client.
    void add_lost(const Generation& generation, std::int64_t lease, Time now);
    /// The oldest one of that kind that asks for the same, and began after `since`. It is given out once.
    std::optional<std::string> take_lost(const Generation& same, Time since);

    /// One that got an account and was not sent after all: anybody's again.
    void take_back(std::string_view id, std::string_view worker);

    /// Those that any worker may take, in the order in which they are to be sent.
    std::vector<Generation> unowned(std::int64_t limit);
    /// Takes of these those that are still anybody's; returns them.
    std::vector<std::string> adopt(std::string_view worker, std::span<const std::string> ids);
    /// Of these the ones that wait to be sent by whichever worker there is: their bodies are kept.
    std::vector<std::string> waiting_with_body(std::span<const std::string> ids);
    /// Others may take what this worker has not sent yet, where its body is kept.
    void release_queued_of(std::string_view worker);

    /// Workers that have one that has not ended.
    std::vector<std::string> workers();
    /// What dead workers leave: what was sent has failed with an unknown outcome, what was not is anybody's, or is
    /// dropped where only its client could have had it sent. Returns the failed ones.
    std::vector<std::string> abandon(std::span<const std::string> dead_workers, Time now);

    /// Removes rows that have expired, at most `limit`; their files are the caller's to remove.
    struct Removed {
        std::optional<std::string> body_file;
        std::optional<std::string> answer_file;
    };
    std::vector<Removed> remove_expired(Time now, std::int64_t limit);
    bool has(std::string_view id);

    struct Count {
        GenerationState state = GenerationState::queued;
        std::int64_t count = 0;
    };
    /// Of those that have not ended.
    std::vector<Count> counts();

private:
    Database& database_;
};

}  // namespace dreamina
