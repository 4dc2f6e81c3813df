#include "core/storage/results/stored_result_link.hpp"

#include "core/domain/results/media_type.hpp"
#include "core/domain/results/result_link.hpp"
#include "core/storage/results/result_link_keys.hpp"
#include "core/storage/results/result_store.hpp"

namespace dreamina {
namespace {

/// A pinned result does not expire; a link to it does.
constexpr std::chrono::days link_to_pinned_lasts{1};

}  // namespace

std::optional<std::string> link_to_stored_result(Database& database, std::string_view request_id, Time now)
{
    const auto result = ResultStore{database}.first_stored(request_id);
    if (!result) return std::nullopt;
    const auto keys = ResultLinkKeys{database}.all();
    if (keys.empty()) return std::nullopt;
    const Time until = result->is_pinned ? now + link_to_pinned_lasts : result->expires_at;
    const auto expires = std::chrono::floor<std::chrono::seconds>(until.time_since_epoch()).count();
    return signed_result_path({.id = result->id, .expires = expires}, extension_of(result->mime), keys.front());
}

}  // namespace dreamina
