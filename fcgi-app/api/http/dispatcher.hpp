#pragma once
/// Takes requests for /api from the event loop to the handlers' threads and their answers back.

#include <memory>
#include <vector>

#include "net/event_loop.hpp"
#include "net/exchange.hpp"
#include "api/http/router.hpp"
#include "net/task_pool.hpp"
#include "core/storage/engine/connection_pool.hpp"

namespace dreamina {

class Dispatcher {
public:
    /// All of them outlive it; the threads are emptied before it goes. `monitoring_threads`: see
    /// ThreadGroup::monitoring.
    Dispatcher(EventLoop& loop, TaskPool& threads, TaskPool& monitoring_threads, Services& services);

    /// On the loop's thread.
    void dispatch(std::shared_ptr<Exchange> exchange);

private:
    struct Waiting;
    void deliver(std::shared_ptr<Exchange> exchange, HandlerResult outcome);
    void look_again(const std::shared_ptr<Waiting>& waiting);

    EventLoop& loop_;
    TaskPool& threads_;
    TaskPool& monitoring_threads_;
    Services& services_;
    ConnectionPool connections_;
    std::vector<Route> routes_;
};

}  // namespace dreamina
