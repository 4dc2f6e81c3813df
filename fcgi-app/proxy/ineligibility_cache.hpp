#pragma once
/// Answers the requests for which no account could be reserved, with the reason. Finding the reason costs a look at
/// every account, so requests that are refused within a moment share one look, off the event loop.

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

    /// Hears of the answer before it is sent. The note is empty if the state of the accounts is not known.
    using OnReply = std::function<void(const Reply&, std::shared_ptr<const StoredEligibility>)>;

    /// On the loop's thread.
    void refuse(std::shared_ptr<Exchange> exchange, const ModelRule& rule,
                std::shared_ptr<const ResolvedSettings> settings, Headers further_headers, OnReply on_reply);

private:
    struct Refused {
        std::shared_ptr<Exchange> exchange;
        std::shared_ptr<const ResolvedSettings> settings;
        Headers further_headers;
        OnReply on_reply;
    };
    /// What was found for one model, and who waits for it.
    struct CachedEligibility {
        std::shared_ptr<const StoredEligibility> stored;
        EventLoop::Clock::time_point looked_at{};
        bool looking = false;
        std::vector<Refused> waiting;
    };

    static void give(const Refused& refused, const ModelRule& rule,
                     const std::shared_ptr<const StoredEligibility>& stored);
    void look(const std::string& key, const ModelRule& rule);
    void fill(const std::string& key, const ModelRule& rule, Eligibility eligibility);

    EventLoop& loop_;
    TaskPool& threads_;
    ConnectionPool& connections_;
    std::unordered_map<std::string, CachedEligibility> cache_;
};

}  // namespace dreamina
