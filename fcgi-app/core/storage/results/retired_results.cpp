#include "core/storage/results/retired_results.hpp"

#include <vector>

#include "core/storage/engine/transaction.hpp"
#include "core/storage/results/result_files.hpp"
#include "core/storage/results/result_link_keys.hpp"

namespace dreamina {
namespace {

constexpr std::int64_t results_per_piece = 100;
/// A file whose row is not there yet is younger.
constexpr std::chrono::hours stray_result_after{24};

/// Their rows first: a file without one is swept later, a row without its file would be a lost result.
void take_files(Database& database, const std::filesystem::path& folder, const std::vector<ResultToEvict>& results,
                const char* why)
{
    Transaction transaction{database};
    ResultStore store{database};
    for (const ResultToEvict& result : results) store.expire(result.id, {why});
    transaction.commit();
    std::vector<std::string> files;
    for (const ResultToEvict& result : results)
        if (!result.sha256.empty()) files.push_back(result.sha256);
    remove_unnamed_files(database, folder, files);
}

int make_room(Database& database, const std::filesystem::path& folder, std::optional<std::int64_t> api_key,
              std::int64_t excess, const std::stop_token& stop)
{
    int evicted = 0;
    while (excess > 0 && !stop.stop_requested()) {
        std::vector<ResultToEvict> going;
        for (ResultToEvict& result : ResultStore{database}.evictable(api_key, results_per_piece)) {
            if (excess <= 0) break;
            excess -= result.bytes;
            going.push_back(std::move(result));
        }
        if (going.empty()) break;
        take_files(database, folder, going, "storing.evicted");
        evicted += static_cast<int>(going.size());
        let_others_write();
    }
    return evicted;
}

}  // namespace

int enforce_result_limits(Database& database, const std::filesystem::path& folder, const Settings& settings,
                          const std::stop_token& stop)
{
    ResultStore store{database};
    int evicted = 0;
    for (const ResultStore::Quota& quota : store.quotas()) {
        const std::int64_t most = bytes_of_gigabytes(static_cast<double>(quota.gigabytes));
        evicted += make_room(database, folder, quota.api_key, store.totals(quota.api_key).bytes - most, stop);
    }
    const std::int64_t most = bytes_of_gigabytes(settings.results_max_gb);
    return evicted + make_room(database, folder, std::nullopt, store.totals().bytes - most, stop);
}

int retire_results(Database& database, const std::filesystem::path& folder, const Settings& settings, Time now,
                   const std::stop_token& stop)
{
    ResultStore store{database};
    int retired = 0;
    while (!stop.stop_requested()) {
        const auto over = store.expired(now, results_per_piece);
        if (over.empty()) break;
        take_files(database, folder, over, "storing.time_over");
        retired += static_cast<int>(over.size());
        let_others_write();
    }
    retired += enforce_result_limits(database, folder, settings, stop);
    const Time before = now - std::chrono::days{settings.retention_days};
    while (!stop.stop_requested() && store.remove_ended_before(before, results_per_piece) == results_per_piece)
        let_others_write();
    {
        Transaction transaction{database};
        ResultLinkKeys{database}.forget_unused();
        transaction.commit();
    }
    if (!stop.stop_requested()) sweep_result_files(database, folder, now - stray_result_after);
    return retired;
}

}  // namespace dreamina
