/// Generations: what changes by others, and those that others left.

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <utility>

#include "core/base/log.hpp"
#include "core/storage/webhooks/generation_webhooks.hpp"
#include "net/fastcgi_reader.hpp"
#include "net/header_list.hpp"
#include "proxy/error_replies.hpp"
#include "proxy/forwarding.hpp"
#include "proxy/generations/generations.hpp"
#include "proxy/proxy_context.hpp"

namespace dreamina {
namespace {

/// At a time, so that the other workers have their share.
constexpr std::int64_t adopted_at_once = 20;

/// As it came from its client: a small one in memory.
std::optional<Body> open_body(const std::filesystem::path& file)
{
    UniqueFd fd{::open(file.c_str(), O_RDONLY | O_CLOEXEC)};
    struct stat seen {};
    if (!fd || ::fstat(fd.get(), &seen) != 0) return std::nullopt;
    Body body{std::move(fd), static_cast<std::uint64_t>(seen.st_size)};
    if (body.size() > max_body_in_memory) return body;
    try {
        return Body{body.text()};
    } catch (const std::system_error&) {
        return std::nullopt;
    }
}

/// What becomes of one that cannot be sent.
GenerationEnd end_of_unsendable(const Generation& row, bool has_body)
{
    const auto outcome = to_string(has_body ? RequestOutcome::key_refused : RequestOutcome::interrupted);
    return {.id = row.id,
            .state = GenerationState::failed,
            .error_code = has_body ? std::string{outcome} : "body_lost",
            .outcome = std::string{outcome},
            .expires_at = system_now() + (row.expires_at - row.created_at),
            .frees_key = true};
}

/// What this worker takes over at a time.
struct Adoption {
    std::vector<std::pair<std::shared_ptr<GenerationRun>, std::shared_ptr<const ApiKey>>> runs;
    std::vector<GenerationEnd> unsendable;
    std::vector<std::string> ids;  // of all

    /// Of those that another worker took first the reservations are refused.
    void claim(Database& database, const std::string& worker) const
    {
        GenerationStore store{database};
        const auto taken = store.adopt(worker, ids);
        const auto is_taken = [&](const std::string& id) {
            return std::find(taken.begin(), taken.end(), id) != taken.end();
        };
        for (const auto& [run, key] : runs) run->claim()->is_admitted = is_taken(run->id());
        std::vector<GenerationEnd> ends;
        for (const GenerationEnd& end : unsendable)
            if (is_taken(end.id)) ends.push_back(end);
        std::vector<GenerationChange> changes;
        const Time now = system_now();
        for (std::string& id : store.end(ends, now)) changes.push_back({.id = std::move(id)});
        add_webhook_events(database, changes, now);
    }
};

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
    const bool adopts = !is_adopting_ && !is_draining_;
    off_the_loop([this, found, adopts, ids = std::move(ids)] { *found = look(ids, adopts); },
                 [this, found] { seen(*found); });
}

Generations::Seen Generations::look(std::vector<std::string> ids, bool adopts) const
try {
    Seen found;
    {
        const ConnectionPool::Lent database = parts_.connections.lend();
        GenerationStore store{*database};
        found.marks = store.marks(ids);
        if (adopts)
            for (Generation& row : store.unowned(adopted_at_once)) found.unowned.push_back({.row = std::move(row)});
    }
    for (Unowned& each : found.unowned)
        each.body = open_body(generation_file(parts_.folder, each.row.body_file.value_or("")));
    found.asked = std::move(ids);
    return found;
} catch (const DatabaseError& error) {
    log_warning("the generations could not be read: {}", error.what());
    return {.failed = true};
}

void Generations::seen(Seen& seen)
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
    if (!seen.unowned.empty()) adopt(std::move(seen.unowned));
}

/// The claim goes to the database together with the reservations, as an admission does: so nobody who takes the next
/// ones can be ahead of these.
void Generations::adopt(std::vector<Unowned> unowned)
{
    if (is_adopting_ || is_draining_) return;
    is_adopting_ = true;
    auto found = std::make_shared<std::vector<Unowned>>(std::move(unowned));
    // Whose they are may be younger than the last look at the keys.
    context_->keys.look_again([this, found](bool is_readable) {
        if (!is_readable || is_draining_) {
            is_adopting_ = false;
            return;
        }
        auto wanted = std::make_shared<Adoption>();
        for (Unowned& each : *found) {
            if (runs_.contains(each.row.id)) continue;  // it is about to let go of it
            wanted->ids.push_back(each.row.id);
            auto key = each.row.api_key == 0 ? nullptr : context_->keys.find(each.row.api_key);
            if ((each.row.api_key != 0 && !key) || !each.body) {
                log_warning("generation {}: its {} is gone, so it is not sent", NotSecret{each.row.id},
                            each.body ? "API key" : "body");
                wanted->unsendable.push_back(end_of_unsendable(each.row, each.body.has_value()));
                continue;
            }
            auto run = new_adopted_run(std::move(each.row), *std::move(each.body));
            wanted->runs.emplace_back(std::move(run), std::move(key));
        }
        const bool may_be_more = std::cmp_equal(wanted->ids.size(), adopted_at_once);
        parts_.write_queue.run(
            [wanted, worker = parts_.worker](Database& database) { wanted->claim(database, worker); },
            [this, wanted, may_be_more](bool is_committed) {
                is_adopting_ = false;
                for (const auto& [run, key] : wanted->runs) adopted(run, is_committed);
                if (may_be_more && is_committed) refresh();
            });
        for (const auto& [run, key] : wanted->runs) forward(*context_, run->exchange(), key, run);
    });
}

std::shared_ptr<GenerationRun> Generations::new_adopted_run(Generation row, Body body)
{
    Request request;
    request.method = row.method;
    request.target = row.target;
    request.content_type = row.content_type;
    request.headers = parse_header_list(row.request_headers);
    request.body = std::move(body);
    row.worker = parts_.worker;
    auto run =
        std::make_shared<GenerationRun>(*this, parts_.folder, std::move(row), parts_.settings.current()->settings);
    request.path = run->path();
    request.query = run->row().target.substr(std::min(request.path.size() + 1, run->row().target.size()));
    run->make_exchange(std::move(request));
    runs_.emplace(run->id(), run);
    return run;
}

void Generations::adopted(const std::shared_ptr<GenerationRun>& run, bool is_committed)
{
    if (run->phase() != GenerationRun::Phase::deciding) return;
    if (!is_committed) {  // its reservation must not outlive this: it may be adopted again
        run->set_released();
        run->drop();
    } else if (run->claim()->is_admitted) {
        log_info("generation {} is taken over: no other worker has it", NotSecret{run->id()});
        accepted(run);
    }
}

}  // namespace dreamina
