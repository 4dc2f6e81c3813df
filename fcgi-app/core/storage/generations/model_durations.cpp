#include "core/storage/generations/model_durations.hpp"

#include <algorithm>

#include "core/storage/log/request_store.hpp"

namespace dreamina {
namespace {

constexpr std::chrono::minutes read_every{1};
/// Of one model. Fewer than the least say nothing.
constexpr std::size_t most = 200;
constexpr std::size_t least = 5;
/// Of the log, over all models.
constexpr std::int64_t tail = 5'000;

}  // namespace

std::optional<Durations> ModelDurations::of(Database& database, const std::string& model, Time now)
{
    const std::lock_guard lock{mutex_};
    if (!read_at_ || now - *read_at_ >= read_every || now < *read_at_) {
        by_model_.clear();
        std::map<std::string, std::pair<Time, Time>> ends;
        for (const SuccessfulAttempt& each : RequestStore{database}.last_successes(tail)) {
            Durations& durations = by_model_[each.model];
            if (durations.sorted.size() == most) continue;
            durations.sorted.push_back(each.took);
            auto& [first, last] = ends.try_emplace(each.model, each.ended_at, each.ended_at).first->second;
            first = std::min(first, each.ended_at);
            last = std::max(last, each.ended_at);
        }
        for (auto& [name, durations] : by_model_) {
            std::sort(durations.sorted.begin(), durations.sorted.end());
            durations.span = ends[name].second - ends[name].first;
        }
        read_at_ = now;
    }
    const auto found = by_model_.find(model);
    if (found == by_model_.end() || found->second.sorted.size() < least) return std::nullopt;
    return found->second;
}

}  // namespace dreamina
