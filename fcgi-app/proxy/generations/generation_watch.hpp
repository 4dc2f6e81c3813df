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

    /// `tell` is called once: with whether the generation is over, or that the time is; never if the client goes first.
    void wait(const std::string& id, const std::shared_ptr<Exchange>& client, std::chrono::milliseconds at_most,
              std::function<void(bool is_over)> tell);

    /// It has ended, or is not there any more.
    void is_over(const std::string& id) { tell_all_of(id, true); }
    /// Nobody waits any longer.
    void give_up();

    std::vector<std::string> ids() const;
    bool empty() const { return waiting_.empty(); }

private:
    struct Waiting {
        std::function<void(bool)> tell;
        EventLoop::TimerId timer;
        std::shared_ptr<Exchange> client;
    };
    using All = std::multimap<std::string, std::shared_ptr<Waiting>>;

    void tell_all_of(const std::string& id, bool is_over);
    std::shared_ptr<Waiting> take(const std::string& id, const Waiting* which);

    EventLoop& loop_;
    All waiting_;
};

}  // namespace dreamina
