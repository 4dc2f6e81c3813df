#pragma once
/// Tells why no account could be reserved. Finding the reason costs a look at every account, so requests that are
/// refused within a moment share one look, off the event loop.

#include <functional>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "core/domain/model_catalog.hpp"
#include "net/event_loop.hpp"
#include "net/exchange.hpp"
#include "net/task_pool.hpp"
#include "core/storage/accounts/account_selection.hpp"
#include "core/storage/engine/connection_pool.hpp"

namespace dreamina {

class IneligibilityCache {
public:
    /// All of them outlive it.
    IneligibilityCache(EventLoop& loop, TaskPool& threads, ConnectionPool& connections)
        : loop_(loop), threads_(threads), connections_(connections)
    {
    }

    /// What to answer, and what of the accounts to log; nothing if their state is not known.
    struct Explanation {
        Reply reply;
        std::shared_ptr<const StoredEligibility> eligibility;
    };
    using Then = std::function<void(Explanation)>;

    /// On the loop's thread. `then` is called there too, perhaps at once.
    void explain(const ModelRule& rule, std::shared_ptr<const ResolvedSettings> settings, Then then);

private:
    struct Refused {
        std::shared_ptr<const ResolvedSettings> settings;
        Then then;
    };
    /// What was found for one model, and who waits for it.
    struct CachedEligibility {
        std::shared_ptr<const StoredEligibility> stored;
        EventLoop::Clock::time_point looked_at{};
        bool looking = false;
        std::vector<Refused> waiting;
    };

    static void tell(const Refused& refused, const ModelRule& rule,
                     const std::shared_ptr<const StoredEligibility>& stored);
    void look(const std::string& key, const ModelRule& rule);
    void fill(const std::string& key, const ModelRule& rule, Eligibility eligibility);

    EventLoop& loop_;
    TaskPool& threads_;
    ConnectionPool& connections_;
    std::unordered_map<std::string, CachedEligibility> cache_;
};

}  // namespace dreamina
