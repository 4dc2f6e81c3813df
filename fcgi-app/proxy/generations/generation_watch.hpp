#pragma once
/// Clients that wait for the end of a generation, whichever worker has it. On the loop's thread.

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "net/event_loop.hpp"
#include "net/exchange.hpp"

namespace dreamina {

class GenerationWatch {
public:
    explicit GenerationWatch(EventLoop& loop) : loop_(loop) {}
    ~GenerationWatch();
    GenerationWatch(const GenerationWatch&) = delete;
    GenerationWatch& operator=(const GenerationWatch&) = delete;

    enum class Patience {
        until_drain,  ///< it is told to come back when this worker ends
        to_the_end    ///< as of any request that is in flight
    };
    /// One of the two is called, once: `tell` with whether the generation is over, or the time is; `left` if the client
    /// goes first.
    void wait(const std::string& id, const std::shared_ptr<Exchange>& client, std::chrono::milliseconds at_most,
              Patience patience, std::function<void(bool is_over)> tell, std::function<void()> left = nullptr);

    /// It has ended, or is not there any more.
    void is_over(const std::string& id);
    /// Those who may come back wait no longer.
    void give_up();

    std::vector<std::string> ids() const;
    bool empty() const { return waiting_.empty(); }

private:
    struct Waiting {
        std::function<void(bool)> tell;
        EventLoop::TimerId timer;
        Patience patience = Patience::until_drain;
        std::shared_ptr<Exchange> client;
    };
    using All = std::multimap<std::string, std::shared_ptr<Waiting>>;

    std::shared_ptr<Waiting> take(const std::string& id, const Waiting* which);

    EventLoop& loop_;
    All waiting_;
};

}  // namespace dreamina
