#include "upstream_watch.hpp"

#include <utility>

#include "core/base/log.hpp"
#include "core/clients/upstream_detection.hpp"
#include "core/health/thresholds.hpp"
#include "core/storage/stores/upstream_facts_store.hpp"

namespace dreamina {

void UpstreamWatch::expect(const std::string& url)
{
    url_ = url;
    parts_.write_queue.run([url](Database& database) { UpstreamFactsStore{database}.expect(url); });
    is_awaited_ = true;
    look();
}

void UpstreamWatch::refresh()
{
    if (is_awaited_) look();
}

void UpstreamWatch::look()
{
    if (std::exchange(is_looking_, true)) return;
    parts_.threads.submit([this, url = url_] {
        bool awaited = true;
        try {
            const ConnectionPool::Lent database = parts_.connections.lend();
            const KnownUpstream known = UpstreamFactsStore{*database}.known();
            awaited = known.awaited || known.facts.base_url != url;
        } catch (const DatabaseError& error) {
            log_warning("what is known of the upstream could not be read: {}", error.what());
        }
        const Time began = system_now();
        std::optional<UpstreamDetection> found;
        if (awaited) found = detect_upstream(parts_.http, url, upstream_probe_timeout);
        parts_.loop.post([this, url, awaited, began, found = std::move(found)] {
            is_looking_ = false;
            if (url == url_) is_awaited_ = awaited && !(found && is_upstream(found->diagnosis));
            if (!found) return;
            parts_.write_queue.run([url, began, detection = *found](Database& database) {
                UpstreamFactsStore{database}.found(url, detection, began, system_now());
            });
        });
    });
}

}  // namespace dreamina
