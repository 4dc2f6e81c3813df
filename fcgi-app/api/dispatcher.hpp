#pragma once
/// Takes requests for /api from the event loop to the handlers' threads and their answers back.

#include <memory>
#include <vector>

#include "server/event_loop.hpp"
#include "server/exchange.hpp"
#include "server/router.hpp"
#include "server/task_pool.hpp"
#include "storage/connection_pool.hpp"

namespace dreamina {

class Dispatcher {
public:
    /// All of them outlive it; the threads are emptied before it goes. `watch_threads`: see Lane::watch.
    Dispatcher(EventLoop& loop, TaskPool& threads, TaskPool& watch_threads, Services& services);

    /// On the loop's thread.
    void dispatch(std::shared_ptr<Exchange> exchange);

private:
    struct Waiting;
    void deliver(std::shared_ptr<Exchange> exchange, Outcome outcome);
    void look_again(const std::shared_ptr<Waiting>& waiting);

    EventLoop& loop_;
    TaskPool& threads_;
    TaskPool& watch_threads_;
    Services& services_;
    ConnectionPool connections_;
    std::vector<Route> routes_;
};

}  // namespace dreamina
