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
                           std::chrono::milliseconds at_most, std::function<void(bool is_over)> tell)
{
    auto waiting = std::make_shared<Waiting>();
    waiting->tell = std::move(tell);
    waiting->client = client;
    Waiting* const key = waiting.get();
    waiting->timer = loop_.after(at_most, [this, id, key] {
        if (const auto found = take(id, key)) found->tell(false);
    });
    client->on_gone([this, id, key] {
        if (const auto found = take(id, key)) loop_.cancel(found->timer);
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

void GenerationWatch::tell_all_of(const std::string& id, bool is_over)
{
    for (auto found = waiting_.find(id); found != waiting_.end(); found = waiting_.find(id)) {
        const auto waiting = take(id, found->second.get());
        loop_.cancel(waiting->timer);
        waiting->tell(is_over);
    }
}

void GenerationWatch::give_up()
{
    for (const std::string& id : ids()) tell_all_of(id, false);
}

std::vector<std::string> GenerationWatch::ids() const
{
    std::vector<std::string> all;
    for (auto each = waiting_.begin(); each != waiting_.end(); each = waiting_.upper_bound(each->first))
        all.push_back(each->first);
    return all;
}

}  // namespace dreamina
