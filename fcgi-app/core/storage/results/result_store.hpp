#pragma once
/// `results`: copies of the pictures and videos that answers name, and those that are yet to be fetched. A row says
/// that its result is stored only once its file is on the disk (result_files.hpp).

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/domain/results/media_type.hpp"
#include "core/domain/results/stored_result.hpp"
#include "core/storage/engine/database.hpp"

namespace dreamina {

/// What is known of a file that is whole.
struct ResultFile {
    ResultMedia media = ResultMedia::image;
    std::string mime;
    std::int64_t bytes = 0;
    std::optional<PixelSize> size;
    std::string sha256;
};

/// One that makes room.
struct ResultToEvict {
    std::string id;
    std::int64_t bytes = 0;
    std::string sha256;
};

class ResultStore {
public:
    explicit ResultStore(Database& database) : database_(database) {}

    /// Throws DatabaseError where its source URL is encrypted with a key that is not at hand.
    std::optional<StoredResult> find(std::string_view id);
    /// The first that is stored of what the answer to this request names.
    std::optional<StoredResult> first_stored(std::string_view request_id);
    bool has_pending(std::string_view id);
    /// Whether a stored result has this file.
    bool names_file(std::string_view sha256);

    /// Whether due() would find one.
    bool any_due(Time now);
    /// The longest due first, without those that are `under_way` and what is at these hosts.
    std::vector<StoredResult> due(Time now, std::span<const std::string> under_way,
                                  std::span<const std::string> without_hosts, std::int64_t limit);

    /// Of an account that a result was made with; nothing: it was deleted.
    std::optional<std::string> email_of(std::int64_t account);

    struct Totals {
        std::int64_t count = 0;
        std::int64_t bytes = 0;
    };
    /// Of what is stored; of one key, if one is named.
    Totals totals(std::optional<std::int64_t> api_key = std::nullopt);
    struct StateCount {
        ResultState state = ResultState::pending;
        std::int64_t count = 0;
    };
    /// Of all states but `expired`, which most rows are in.
    std::vector<StateCount> counts();
    /// Whether an API key asks for results to be stored.
    bool is_wanted_by_a_key();
    struct Quota {
        std::int64_t api_key = 0;
        std::int64_t gigabytes = 0;
    };
    /// Of the keys that have one.
    std::vector<Quota> quotas();
    /// The oldest first, without pinned ones.
    std::vector<ResultToEvict> evictable(std::optional<std::int64_t> api_key, std::int64_t limit);
    std::vector<ResultToEvict> expired(Time now, std::int64_t limit);

    // What follows is part of a write transaction.

    void add(const StoredResult& result);
    /// False if there is no such row that is pending: it was deleted meanwhile.
    bool record_stored(std::string_view id, const ResultFile& file);
    /// `next_at`: nothing: it has failed.
    void record_failed(std::string_view id, std::optional<Time> next_at, const Message& error);
    /// It is tried later, which is no attempt.
    void postpone(std::string_view id, Time next_at, const Message& why);
    void set_pinned(std::string_view id, bool is_pinned, Time expires_at);
    /// Of one that has failed: it is due at once, with all attempts before it.
    void fetch_again(std::string_view id, Time now);
    void expire(std::string_view id, const Message& why);
    void remove(std::string_view id);

    /// Removes rows without a file that were made before `before`, in pieces of milliseconds. Returns how many went.
    int remove_ended_before(Time before, std::int64_t limit);

private:
    Database& database_;
};

/// Brings the source URLs behind `after` (`limit` of them at most), into the form that `encryption` asks for. Within a
/// Transaction. Returns the last of them; nothing once there are no more.
std::optional<std::string> reencrypt_result_sources(Database& database, std::string_view after, std::int64_t limit);

}  // namespace dreamina
