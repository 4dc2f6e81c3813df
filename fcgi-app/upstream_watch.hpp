#pragma once
/// Finds out who answers at the upstream's address, after it has changed. Until that is known accounts with a proxy are
/// kept from it. The scheduler looks as well, and from then on alone; but a worker should not have to wait for it to
/// come up. On the loop's thread.

#include <string>

#include "core/clients/http_client.hpp"
#include "core/pool/write_queue.hpp"
#include "core/storage/engine/connection_pool.hpp"
#include "net/event_loop.hpp"
#include "net/task_pool.hpp"

namespace dreamina {

class UpstreamWatch {
public:
    /// All of them outlive it; `threads` is emptied before it goes.
    struct Parts {
        EventLoop& loop;
        TaskPool& threads;
        ConnectionPool& connections;
        WriteQueue& write_queue;
        HttpTransport& http;
    };
    explicit UpstreamWatch(Parts parts) : parts_(parts) {}

    /// Requests go to `url` from now on.
    void expect(const std::string& url);
    /// Looks again for as long as it is not known.
    void refresh();

private:
    void look();

    Parts parts_;
    std::string url_;
    bool is_awaited_ = false;
    bool is_looking_ = false;
};

}  // namespace dreamina
