/// Generations: show. Those that ask while the database is read wait for the next reading, which is one for all of
/// them: the more ask, the less each costs.

#include <algorithm>
#include <map>
#include <utility>

#include <fmt/format.h>

#include "core/base/log.hpp"
#include "core/base/text.hpp"
#include "proxy/error_replies.hpp"
#include "proxy/generations/generation_json.hpp"
#include "proxy/generations/generation_replies.hpp"
#include "proxy/generations/generations.hpp"
#include "proxy/openai_error.hpp"

namespace dreamina {
namespace {

constexpr int accepted_status = 202;
/// A larger result is read by itself: the others do not wait for it.
constexpr std::int64_t max_shared_result = 64 * 1024;

/// Weak: what only estimates is not part of it.
std::string entity_tag(const Generation& generation) { return fmt::format("W/\"{}\"", generation.version); }

/// If-None-Match: `*`, or a list that has the tag; weak or not makes no difference (RFC 9110, 13.1.2).
bool is_known_tag(std::string_view header, std::string_view tag)
{
    if (trim(header) == "*") return true;
    const std::string_view bare = tag.substr(tag.find('"'));
    while (!header.empty()) {
        const auto comma = std::min(header.find(','), header.size());
        std::string_view one = trim(header.substr(0, comma));
        if (one.starts_with("W/")) one.remove_prefix(2);
        if (one == bare) return true;
        header.remove_prefix(std::min(comma + 1, header.size()));
    }
    return false;
}

/// How many are to be sent before each.
class QueuePlaces {
public:
    /// Of one the database counts them; for several its queue is read once.
    QueuePlaces(GenerationStore& store, const std::vector<Generation>& asked) : store_(store)
    {
        const auto queued = std::count_if(asked.begin(), asked.end(),
                                          [](const Generation& each) { return each.state == GenerationState::queued; });
        if (queued < 2) return;
        is_read_ = true;
        for (auto& [model, priority, id] : store.queue()) places_[model].emplace_back(-priority, std::move(id));
    }
    std::int64_t before(const Generation& generation)
    {
        if (generation.state != GenerationState::queued) return 0;
        if (!is_read_) return store_.position(generation);
        const auto& places = places_[generation.model];
        const std::pair place{-generation.priority, generation.id};
        return std::lower_bound(places.begin(), places.end(), place) - places.begin();
    }

private:
    GenerationStore& store_;
    bool is_read_ = false;
    // By model, in the order in which they are sent: of higher priority, and the older ones, first.
    std::map<std::string, std::vector<std::pair<std::int64_t, std::string>>> places_;
};

const Generation* generation_in(const std::vector<Generation>& sorted, const std::string& id)
{
    const auto found =
        std::lower_bound(sorted.begin(), sorted.end(), id,
                         [](const Generation& each, const std::string& wanted) { return each.id < wanted; });
    return found == sorted.end() || found->id != id ? nullptr : &*found;
}

}  // namespace

void Generations::show(const std::shared_ptr<Exchange>& client, const std::string& id, std::optional<std::int64_t> key,
                       Headers more)
{
    const std::string* known = find_header(client->request().headers, "If-None-Match");
    polls_.push_back(
        {.client = client, .id = id, .key = key, .more = std::move(more), .known = known ? *known : std::string{}});
    if (!is_reading_polls_) read_polls();
}

void Generations::read_polls()
{
    is_reading_polls_ = true;
    auto polls = std::make_shared<std::vector<Poll>>(std::exchange(polls_, {}));
    off_the_loop([this, polls] { answer_polls(*polls); },
                 [this, polls] {
                     is_reading_polls_ = false;
                     for (Poll& poll : *polls) {
                         if (poll.reply)
                             answer_about(poll.client, *std::move(poll.reply));
                         else
                             show_large(std::move(poll));
                     }
                     if (!polls_.empty()) read_polls();
                 });
}

void Generations::answer_polls(std::vector<Poll>& polls) const
try {
    const ConnectionPool::Lent database = parts_.connections.lend();
    GenerationStore store{*database};
    std::vector<std::string> ids;
    for (const Poll& poll : polls) ids.push_back(poll.id);
    const auto found = store.find_all(ids);
    QueuePlaces places{store, found};
    for (Poll& poll : polls) {
        const Generation* generation = generation_in(found, poll.id);
        const bool is_large = generation != nullptr && generation->state == GenerationState::completed &&
                              generation->answer_bytes > max_shared_result && polls.size() > 1;
        if (is_large) continue;
        poll.reply = reply_to(poll, *database, generation, generation ? places.before(*generation) : 0);
    }
} catch (const DatabaseError& error) {
    log_warning("generations could not be read: {}", error.what());
    for (Poll& poll : polls) poll.reply = database_refuses_reply();
}

void Generations::show_large(Poll poll)
{
    const auto client = poll.client;
    read_and_answer(client, [this, poll = std::move(poll)](Database& database) {
        const auto found = GenerationStore{database}.find(poll.id);
        return reply_to(poll, database, found ? &*found : nullptr, 0);
    });
}

Reply Generations::reply_to(const Poll& poll, Database& database, const Generation* generation,
                            std::int64_t ahead) const
{
    if (generation == nullptr || !is_visible_to(*generation, poll.key)) return unknown_generation_reply();
    Reply reply = shown(database, *generation, ahead, poll.known);
    reply.headers.insert(reply.headers.end(), poll.more.begin(), poll.more.end());
    return reply;
}

Reply Generations::shown(Database& database, const Generation& generation, std::int64_t ahead,
                         std::string_view known_tag) const
{
    const Time now = system_now();
    const bool is_over = has_ended(generation.state);
    const Outlook seen = outlook(generation, parts_.durations.of(database, generation.model, now), ahead, now);
    const std::string tag = entity_tag(generation);
    Reply reply = is_known_tag(known_tag, tag)
                      ? json_reply(304, "")
                      : json_reply(is_over ? 200 : accepted_status, generation_json(generation, seen, parts_.folder));
    reply.headers.push_back({"ETag", tag});
    reply.headers.push_back({"Location", "/v1/generations/" + public_generation_id(generation.id)});
    if (!is_over) reply.headers.push_back({"Retry-After", fmt::format("{}", retry_after(generation, seen).count())});
    return reply;
}

}  // namespace dreamina
