#include "core/storage/generations/retired_generations.hpp"

#include "core/storage/engine/transaction.hpp"
#include "core/storage/generations/generation_store.hpp"
#include "core/storage/generations/idempotency_store.hpp"

namespace dreamina {
namespace {

constexpr std::int64_t rows_per_piece = 100;
/// A file whose row is not there yet is younger.
constexpr std::chrono::hours stray_after{24};

}  // namespace

int remove_expired_generations(Database& database, const std::filesystem::path& folder, Time now,
                               const std::stop_token& stop)
{
    GenerationStore store{database};
    int all = 0;
    while (!stop.stop_requested()) {
        // The row first: a file without one is found below, a row without its file would be a lost answer.
        const auto removed = store.remove_expired(now, rows_per_piece);
        for (const auto& files : removed) {
            if (files.body_file) remove_generation_file(folder, *files.body_file);
            if (files.answer_file) remove_generation_file(folder, *files.answer_file);
        }
        all += static_cast<int>(removed.size());
        if (removed.size() < static_cast<std::size_t>(rows_per_piece)) break;
        let_others_write();
    }
    while (!stop.stop_requested() && IdempotencyStore{database}.remove_expired(now, rows_per_piece) == rows_per_piece)
        let_others_write();
    remove_stray_files(folder, now - stray_after, [&](std::string_view name) {
        const auto found = store.find(name.substr(0, name.find('.')));
        return found && !(name.ends_with(body_extension) && has_ended(found->state));
    });
    return all;
}

}  // namespace dreamina
