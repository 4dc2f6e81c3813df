#include "core/storage/generations/generation_admission.hpp"

#include <utility>

#include "core/storage/webhooks/generation_webhooks.hpp"

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
    if (row.webhook && !row.retry_of) {
        Message fault = own_webhook_fault(database, row.api_key, *row.webhook, generation.webhook_allow_hosts);
        if (!fault.empty()) return {.outcome = Outcome::webhook_refused, .fault = std::move(fault)};
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
