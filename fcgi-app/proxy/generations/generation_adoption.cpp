/// Generations: what changes by others, and those that others left.

#include <fcntl.h>
#include <sys/stat.h>

#include <utility>

#include "core/base/log.hpp"
#include "net/header_list.hpp"
#include "proxy/error_replies.hpp"
#include "proxy/forwarding.hpp"
#include "proxy/generations/generations.hpp"
#include "proxy/proxy_context.hpp"

namespace dreamina {
namespace {

/// At a time, so that the other workers have their share.
constexpr std::int64_t adopted_at_once = 20;

std::optional<Body> open_body(const std::filesystem::path& file)
{
    UniqueFd fd{::open(file.c_str(), O_RDONLY | O_CLOEXEC)};
    struct stat seen {};
    if (!fd || ::fstat(fd.get(), &seen) != 0) return std::nullopt;
    return Body{std::move(fd), static_cast<std::uint64_t>(seen.st_size)};
}

}  // namespace

void Generations::hold(Held held) { held_.push_back(std::move(held)); }

/// In their order. Of those that wait for a place among their key's, as many as one look may find room for: the
/// others would be refused again.
void Generations::try_held_again()
{
    constexpr std::size_t tries_of_key = 8;
    std::stable_sort(held_.begin(), held_.end(),
                     [](const Held& a, const Held& b) { return is_sent_before(a.run->row(), b.run->row()); });
    const Time now = system_now();
    std::map<std::int64_t, std::size_t> tried;
    std::vector<Held> later;
    std::vector<Held> due;
    for (Held& held : held_) {
        const bool is_over = held.run->exchange()->gone() || held.run->is_late();
        const bool is_due =
            (!held.not_before || *held.not_before <= now) && tried[held.run->row().api_key]++ < tries_of_key;
        (is_over || is_due ? due : later).push_back(std::move(held));
    }
    held_ = std::move(later);
    for (const Held& held : due) held.resume({});
}

void Generations::refresh()
{
    try_held_again();
    refresh_streams();
    if (is_closed_ || std::exchange(is_looking_, true)) return;
    std::vector<std::string> ids = watch_.ids();
    for (const auto& [id, run] : runs_)
        if (run->phase() == GenerationRun::Phase::accepted && !run->was_sent()) ids.push_back(id);
    for (const auto& stream : streams_) ids.push_back(stream->id);
    auto found = std::make_shared<Seen>();
    off_the_loop([this, found, ids = std::move(ids)] { *found = look(ids); }, [this, found] { seen(*found); });
}

Generations::Seen Generations::look(std::vector<std::string> ids) const
try {
    const ConnectionPool::Lent database = parts_.connections.lend();
    GenerationStore store{*database};
    return {.has_unowned = store.has_unowned(), .asked = ids, .marks = store.marks(ids)};
} catch (const DatabaseError& error) {
    log_warning("the generations could not be read: {}", error.what());
    return {.failed = true};
}

void Generations::seen(const Seen& seen)
{
    is_looking_ = false;
    if (seen.failed) return;
    std::map<std::string, GenerationState> states;
    for (const GenerationMark& mark : seen.marks) states.emplace(mark.id, mark.state);
    for (const std::string& id : seen.asked) {
        const auto state = states.find(id);
        if (state != states.end() && !has_ended(state->second)) continue;
        if (const auto run = runs_.find(id); run != runs_.end()) {  // cancelled by another worker
            const auto kept = run->second;
            if (!kept->was_sent()) kept->drop();
        } else {
            watch_.is_over(id);
        }
    }
    tell_streams(seen.marks);
    if (seen.has_unowned && !is_draining_) adopt();
}

void Generations::adopt()
{
    if (std::exchange(is_adopting_, true)) return;
    auto adopted = std::make_shared<std::vector<Generation>>();
    parts_.write_queue.run(
        [adopted, worker = parts_.worker](Database& database) {
            *adopted = GenerationStore{database}.adopt(worker, adopted_at_once);
        },
        [this, adopted](bool is_committed) {
            // Whose they are may be younger than the last look at the keys.
            context_->keys.look_again([this, adopted, is_committed](bool) {
                is_adopting_ = false;
                if (!is_committed) return;
                for (Generation& row : *adopted) start_adopted(std::move(row));
                if (is_draining_) drain();
            });
        });
}

void Generations::start_adopted(Generation row)
{
    const std::int64_t key_id = row.api_key;
    auto key = key_id == 0 ? nullptr : context_->keys.find(key_id);
    auto body = open_body(generation_file(parts_.folder, row.body_file.value_or("")));
    Request request;
    request.method = row.method;
    request.target = row.target;
    request.content_type = row.content_type;
    request.headers = parse_header_list(row.request_headers);
    auto run =
        std::make_shared<GenerationRun>(*this, parts_.folder, std::move(row), parts_.settings.current()->settings);
    request.path = run->path();
    request.query = run->row().target.substr(std::min(request.path.size() + 1, run->row().target.size()));
    if ((key_id != 0 && !key) || !body) {
        log_warning("generation {}: its {} is gone, so it is not sent", NotSecret{run->id()},
                    body ? "API key" : "body");
        const auto outcome = body ? RequestOutcome::key_refused : RequestOutcome::interrupted;
        auto end = std::make_shared<GenerationEnd>(*run->end(outcome, false));
        if (!body) end->error_code = "body_lost";
        parts_.write_queue.run([end](Database& database) {
            GenerationStore{database}.end({end.get(), 1}, system_now());
        });
        return;
    }
    request.body = std::move(*body);
    runs_.emplace(run->id(), run);
    log_info("generation {} is taken over from a worker that has ended", NotSecret{run->id()});
    auto exchange = run->make_exchange(std::move(request));
    forward(*context_, std::move(exchange), std::move(key), std::move(run));
}

}  // namespace dreamina
