#include "core/domain/generation_outlook.hpp"

#include <algorithm>

namespace dreamina {

int Durations::progress(std::chrono::milliseconds elapsed) const
{
    const auto ended = std::upper_bound(sorted.begin(), sorted.end(), elapsed) - sorted.begin();
    return static_cast<int>(99 * ended / static_cast<std::ptrdiff_t>(sorted.size()));
}

Outlook outlook(const Generation& generation, const std::optional<Durations>& durations, std::int64_t ahead, Time now)
{
    Outlook outlook;
    if (has_ended(generation.state)) {
        outlook.progress = generation.state == GenerationState::completed ? 100 : 0;
        return outlook;
    }
    const bool is_queued = generation.state == GenerationState::queued;
    if (is_queued) outlook.position = ahead + 1;
    if (!durations) return outlook;
    const auto elapsed = is_queued ? milliseconds{0} : now - generation.sent_at.value_or(now);
    const auto count = static_cast<std::int64_t>(durations->sorted.size());
    const milliseconds queue = is_queued ? durations->span * (ahead + 1) / count : milliseconds{0};
    const milliseconds left = std::max(durations->median() - elapsed, milliseconds{0}) + queue;
    outlook.eta_seconds = std::chrono::ceil<std::chrono::seconds>(left).count();
    outlook.sample_size = count;
    if (!is_queued) outlook.progress = durations->progress(elapsed);
    return outlook;
}

}  // namespace dreamina
