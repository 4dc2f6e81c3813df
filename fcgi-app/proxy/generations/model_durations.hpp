#pragma once
/// How long generations of each model take, by the last successes in the request log. Any thread.

#include <chrono>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "core/base/clock.hpp"
#include "core/storage/engine/database.hpp"

namespace dreamina {

/// Of one model.
struct Durations {
    std::vector<std::chrono::milliseconds> sorted;
    /// From the first of them to the last, for how many there are in a time.
    std::chrono::milliseconds span{};

    std::chrono::milliseconds median() const { return sorted[sorted.size() / 2]; }
    /// How many of a hundred have ended after so long: at most 99, as there is no telling which will be the last.
    int progress(std::chrono::milliseconds elapsed) const;
};

class ModelDurations {
public:
    /// Reads the log's end at most once a minute. Nothing where there were too few. Throws DatabaseError.
    std::optional<Durations> of(Database& database, const std::string& model, Time now);

private:
    std::mutex mutex_;
    std::map<std::string, Durations> by_model_;
    std::optional<Time> read_at_;
};

}  // namespace dreamina
