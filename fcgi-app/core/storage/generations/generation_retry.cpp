#include "core/storage/generations/generation_retry.hpp"

#include <fcntl.h>
#include <unistd.h>

#include "core/base/time_ordered_id.hpp"
#include "core/base/unique_fd.hpp"
#include "core/storage/generations/generation_admission.hpp"
#include "core/storage/generations/generation_files.hpp"
#include "core/storage/stores/api_key_store.hpp"

namespace dreamina {
namespace {

/// The same bytes under another name, on the disk. False if they are not there.
bool share_body(const std::filesystem::path& folder, const std::string& from, const std::string& to)
{
    std::error_code error;
    std::filesystem::create_hard_link(generation_file(folder, from), generation_file(folder, to), error);
    if (error) return false;
    const UniqueFd open_folder{::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
    return open_folder && ::fsync(open_folder.get()) == 0;
}

std::optional<Generation> open_retry_of(Database& database, std::string_view id)
{
    std::string found;
    {
        auto row = database.query(
            "SELECT id FROM generations WHERE state IN ('queued', 'in_progress') AND retry_of = ? LIMIT 1", id);
        if (!row.next()) return std::nullopt;
        found = row.text("id");
    }
    return GenerationStore{database}.find(found);
}

bool is_key_gone(Database& database, std::int64_t key)
{
    if (key == 0) return false;
    const auto found = ApiKeyStore{database}.find(key);
    return !found || found->status.revoked_at;
}

/// What was asked for, as if it came now.
Generation asked_again(const Generation& before, const Settings& settings, Time now)
{
    const std::string id = new_time_ordered_id(now);
    return {.id = id,
            .api_key = before.api_key,
            .method = before.method,
            .target = before.target,
            .content_type = before.content_type,
            .request_headers = before.request_headers,
            .model = before.model,
            .shape = before.shape,
            .meta = before.meta,
            .body_file = id + std::string{body_extension},
            .body_bytes = before.body_bytes,
            .body_hash = before.body_hash,
            .priority = before.priority,
            .created_at = now,
            .start_by = now + std::chrono::seconds{settings.generation_start_timeout},
            .expires_at = now + std::chrono::hours{settings.generation_hours},
            .webhook = before.webhook,
            .retry_of = before.id};
}

}  // namespace

tl::expected<RetriedGeneration, NoRetry> retry_generation(Database& database, const std::filesystem::path& folder,
                                                          const Generation& generation, const Settings& settings,
                                                          Time now)
{
    if (!has_ended(generation.state)) return tl::unexpected(NoRetry::not_ended);
    if (generation.state == GenerationState::completed) return tl::unexpected(NoRetry::completed);
    if (is_key_gone(database, generation.api_key)) return tl::unexpected(NoRetry::key_gone);
    if (auto open = open_retry_of(database, generation.id)) return RetriedGeneration{*std::move(open), false};
    if (!generation.body_file) return tl::unexpected(NoRetry::body_gone);

    NewGeneration wanted{.row = asked_again(generation, settings, now),
                         .key = std::nullopt,
                         .max_queued_of_key = settings.max_queued_per_key,
                         .max_queued = settings.max_queued};
    const std::string& body = *wanted.row.body_file;
    if (!share_body(folder, *generation.body_file, body)) return tl::unexpected(NoRetry::body_gone);
    if (admit(database, wanted, now).outcome != Admission::Outcome::admitted) {
        remove_generation_file(folder, body);
        return tl::unexpected(NoRetry::queue_full);
    }
    return RetriedGeneration{wanted.row, true};
}

}  // namespace dreamina
