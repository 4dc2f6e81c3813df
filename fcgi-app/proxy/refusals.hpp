#pragma once
/// Answers the requests for which no account could be reserved, with the reason. Finding the reason costs a look at
/// every account, so requests that are refused within a moment share one look, off the event loop.

#include <functional>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "domain/model_catalog.hpp"
#include "server/event_loop.hpp"
#include "server/exchange.hpp"
#include "server/task_pool.hpp"
#include "storage/account_selection.hpp"
#include "storage/connection_pool.hpp"

namespace dreamina {

class Refusals {
public:
    /// All of them outlive it.
    Refusals(EventLoop& loop, TaskPool& threads, ConnectionPool& connections)
        : loop_(loop), threads_(threads), connections_(connections)
    {
    }

    /// Hears of the answer before it is sent. The note is empty if nobody knows how the accounts stand.
    using Told = std::function<void(const Reply&, std::shared_ptr<const StandingNote>)>;

    /// On the loop's thread.
    void refuse(std::shared_ptr<Exchange> exchange, const ModelRule& rule,
                std::shared_ptr<const ResolvedSettings> settings, Headers further_headers, Told told);

private:
    struct Refused {
        std::shared_ptr<Exchange> exchange;
        std::shared_ptr<const ResolvedSettings> settings;
        Headers further_headers;
        Told told;
    };
    /// What was found for one model, and who waits for it.
    struct Finding {
        std::shared_ptr<const StandingNote> note;
        EventLoop::Clock::time_point found_at{};
        bool looking = false;
        std::vector<Refused> waiting;
    };

    static void give(const Refused& refused, const ModelRule& rule, const std::shared_ptr<const StandingNote>& note);
    void look(const std::string& key, const ModelRule& rule);
    void found(const std::string& key, const ModelRule& rule, Standing standing);

    EventLoop& loop_;
    TaskPool& threads_;
    ConnectionPool& connections_;
    std::unordered_map<std::string, Finding> findings_;
};

}  // namespace dreamina
