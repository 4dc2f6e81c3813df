#include "core/storage/generations/generation_admission.hpp"

namespace dreamina {

Admission admit(Database& database, const NewGeneration& generation, Time now)
{
    using Outcome = Admission::Outcome;
    GenerationStore generations{database};
    IdempotencyStore keys{database};
    const Generation& row = generation.row;
    if (generation.key) {
        if (const auto claimed = keys.find(*generation.key, now)) {
            return {.outcome = claimed->body_hash == row.body_hash ? Outcome::same_request : Outcome::key_reused,
                    .generation = claimed->generation};
        }
    }
    if (generation.repeats_since) {
        if (auto lost = generations.take_lost(row, *generation.repeats_since))
            return {.outcome = Outcome::same_request, .generation = *std::move(lost)};
    }
    if (row.body_file) {
        const auto queued = generations.queued(row.api_key);
        if (queued.of_key >= generation.max_queued_of_key || queued.all >= generation.max_queued)
            return {.outcome = Outcome::queue_full};
    }
    generations.add(row);
    if (generation.key)
        keys.claim(*generation.key, {.body_hash = row.body_hash, .generation = row.id}, generation.key_expires_at);
    return {.outcome = Outcome::admitted, .generation = row.id};
}

}  // namespace dreamina
