#pragma once
/// The keys of /v1 as requests find them: in memory, as the database had them at the last look. By their digests, so
/// that the time a look-up takes tells nothing of them. What a key may still do is asked again where its call is
/// counted. Lives on the event loop's thread.

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "core/domain/api_key.hpp"
#include "net/event_loop.hpp"
#include "net/task_pool.hpp"
#include "core/storage/engine/connection_pool.hpp"

namespace dreamina {

class KnownKeys {
public:
    /// All of them outlive it; `threads` is emptied before it goes.
    KnownKeys(EventLoop& loop, TaskPool& threads, ConnectionPool& connections)
        : loop_(loop), threads_(threads), connections_(connections)
    {
    }

    /// Revoked and expired ones too; null for one that was not there.
    std::shared_ptr<const ApiKey> find(std::string_view key) const;

    /// By its number, for what was asked for with it earlier; null for one that was deleted, or is not known yet.
    std::shared_ptr<const ApiKey> find(ApiKeyId id) const;

    /// Looks whether any key has changed, and only then reads them.
    void refresh();

    /// For a key that is not known, as it may have been made a moment ago: `then` is called after a look that began
    /// later than this, with whether the database could be read. Any number of callers share one look.
    void look_again(std::function<void(bool)> then);

private:
    using ByDigest = std::unordered_map<std::string, std::shared_ptr<const ApiKey>>;
    struct Look {
        bool failed = false;
        std::int64_t version = 0;
        std::shared_ptr<const ByDigest> keys;  ///< null: as they were
    };
    Look read(std::int64_t version_before) const;
    void look();
    void seen(const Look& look);

    EventLoop& loop_;
    TaskPool& threads_;
    ConnectionPool& connections_;
    std::shared_ptr<const ByDigest> keys_ = std::make_shared<ByDigest>();
    std::int64_t version_ = -1;  // of keys_; none yet
    bool looking_ = false;
    std::vector<std::function<void(bool)>> waiting_;  // for the look that is under way
    std::vector<std::function<void(bool)>> next_;     // for the one after it
};

}  // namespace dreamina
