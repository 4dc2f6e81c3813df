#pragma once
/// How long generations of each model take, by the last successes in the request log. Any thread.

#include <map>
#include <mutex>
#include <optional>
#include <string>

#include "core/domain/generation_outlook.hpp"
#include "core/storage/engine/database.hpp"

namespace dreamina {

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
