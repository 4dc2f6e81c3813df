#include "core/storage/results/new_results.hpp"

#include "core/domain/results/result_hosts.hpp"
#include "core/domain/results/result_link.hpp"
#include "core/storage/results/result_link_keys.hpp"
#include "core/storage/results/result_store.hpp"

namespace dreamina {

std::vector<AddedResult> add_results(Database& database, const AnsweredResults& answered, const Settings& settings,
                                     Time now)
{
    std::vector<AddedResult> added;
    ResultStore store{database};
    std::string key;
    for (std::size_t place = 0; place < answered.results.size(); ++place) {
        const AnsweredResult& result = answered.results[place];
        StoredResult row{.id = result.id,
                         .request_id = answered.request_id,
                         .generation_id = answered.generation_id,
                         .api_key = answered.api_key,
                         .account = answered.account,
                         .model = answered.model,
                         .position = static_cast<std::int64_t>(place),
                         .created_at = now,
                         .expires_at = now + std::chrono::days{settings.results_days},
                         .next_at = now};
        if (result.url) {
            const auto source = result_source(*result.url, settings.results_hosts);
            if (!source || (result.is_in_text && !source->is_allowed)) continue;
            row.source_url = result.url;
            row.source_host = source->host;
            row.source_until = source_lives_until(*result.url, now);
            if (!source->is_allowed) {
                row.state = ResultState::failed;
                row.last_error = {"storing.host_refused", {{"host", source->host}}};
            }
        }
        store.add(row);
        AddedResult seen{.place = place, .link = {}};
        if (result.url && row.state == ResultState::pending) {
            if (key.empty()) key = ResultLinkKeys{database}.signing(now);
            const auto expires = std::chrono::floor<std::chrono::seconds>(row.expires_at.time_since_epoch()).count();
            seen.link = signed_result_path({.id = row.id, .expires = expires},
                                           link_extension(*result.url, answered.is_video), key);
        }
        added.push_back(std::move(seen));
    }
    return added;
}

}  // namespace dreamina
