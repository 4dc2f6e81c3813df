#include "proxy/generations/generation_watch.hpp"

#include <utility>

namespace dreamina {

GenerationWatch::~GenerationWatch()
{
    for (const auto& [id, waiting] : waiting_) {
        loop_.cancel(waiting->timer);
        waiting->client->on_gone(nullptr);
    }
}

void GenerationWatch::wait(const std::string& id, const std::shared_ptr<Exchange>& client,
                           std::chrono::milliseconds at_most, Patience patience, std::function<void(bool is_over)> tell,
                           std::function<void()> left)
{
    auto waiting = std::make_shared<Waiting>();
    waiting->tell = std::move(tell);
    waiting->client = client;
    waiting->patience = patience;
    Waiting* const key = waiting.get();
    waiting->timer = loop_.after(at_most, [this, id, key] {
        if (const auto found = take(id, key)) found->tell(false);
    });
    client->on_gone([this, id, key, left = std::move(left)] {
        const auto then = left;  // taking it off drops this very call
        if (const auto found = take(id, key)) loop_.cancel(found->timer);
        if (then) then();
    });
    waiting_.emplace(id, std::move(waiting));
}

std::shared_ptr<GenerationWatch::Waiting> GenerationWatch::take(const std::string& id, const Waiting* which)
{
    const auto [first, last] = waiting_.equal_range(id);
    for (auto each = first; each != last; ++each) {
        if (each->second.get() != which) continue;
        auto found = std::move(each->second);
        waiting_.erase(each);
        found->client->on_gone(nullptr);
        return found;
    }
    return nullptr;
}

void GenerationWatch::is_over(const std::string& id)
{
    for (auto found = waiting_.find(id); found != waiting_.end(); found = waiting_.find(id)) {
        const auto waiting = take(id, found->second.get());
        loop_.cancel(waiting->timer);
        waiting->tell(true);
    }
}

void GenerationWatch::give_up()
{
    const All all = waiting_;
    for (const auto& [id, each] : all) {
        if (each->patience == Patience::to_the_end) continue;
        const auto waiting = take(id, each.get());
        if (!waiting) continue;
        loop_.cancel(waiting->timer);
        waiting->tell(false);
    }
}

std::vector<std::string> GenerationWatch::ids() const
{
    std::vector<std::string> all;
    for (auto each = waiting_.begin(); each != waiting_.end(); each = waiting_.upper_bound(each->first))
        all.push_back(each->first);
    return all;
}

}  // namespace dreamina
