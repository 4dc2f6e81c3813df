#pragma once
/// `answer_samples`: what failed answers were like. Attempts refer to them.

#include <cstdint>
#include <optional>
#include <stop_token>
#include <vector>

#include "core/domain/verdict/answer_sample.hpp"
#include "core/storage/engine/database.hpp"

namespace dreamina {

struct KeptSample {
    std::int64_t id = 0;
    AnswerSample sample;
    Time first_at{};
    Time last_at{};
    std::int64_t count = 0;
};

/// An upstream that puts something new into every answer must not fill the disk.
constexpr std::int64_t max_answer_samples = 5000;

class AnswerSampleStore {
public:
    explicit AnswerSampleStore(Database& database) : database_(database) {}

    /// Its id, old or new; nothing if there are as many as there may be. Part of a write transaction.
    std::optional<std::int64_t> keep(const AnswerSample& sample, Time now);
    std::optional<KeptSample> find(std::int64_t id);
    /// The latest first.
    std::vector<KeptSample> all(std::int64_t limit);
    /// Those last seen before `before`; in pieces. Returns how many went.
    int remove_before(Time before, const std::stop_token& stop);

private:
    Database& database_;
};

}  // namespace dreamina
