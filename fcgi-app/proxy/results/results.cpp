#include "proxy/results/results.hpp"

#include <algorithm>
#include <utility>

#include "core/base/log.hpp"
#include "core/storage/results/result_files.hpp"

namespace dreamina {
namespace {

constexpr std::chrono::seconds look_at_disk_every{5};
/// A disk that takes longer is not written to from the loop.
constexpr std::chrono::seconds patience_for_disk{2};

}  // namespace

std::filesystem::path Results::folder() const
{
    return result_folder(parts_.settings.current()->settings, parts_.database_file);
}

void Results::refresh()
{
    if (is_closed_ || looks_since_) return;
    const auto now = EventLoop::Clock::now();
    auto where = folder();
    if (where == looked_at_ && now < looks_again_at_) return;
    looks_since_ = now;
    auto found = std::make_shared<std::optional<std::uintmax_t>>();
    off_the_loop([found, where] { *found = free_space_for_results(where); },
                 [this, found, where] {
                     free_bytes_ = *found;
                     looked_at_ = where;
                     looks_again_at_ = EventLoop::Clock::now() + look_at_disk_every;
                     looks_since_.reset();
                 });
}

bool Results::has_room() const
{
    const bool is_stalled = looks_since_ && EventLoop::Clock::now() - *looks_since_ > patience_for_disk;
    return !is_stalled && is_room_for_results(free_bytes_, parts_.settings.current()->settings);
}

void Results::off_the_loop(std::function<void()> work, std::function<void()> then)
{
    if (is_closed_) {
        work();
        then();
        return;
    }
    parts_.threads.submit([this, work = std::move(work), then = std::move(then)]() mutable {
        work();
        work = nullptr;
        parts_.loop.post(std::move(then));
    });
}

void Results::add(AnsweredResults answered, std::function<void(std::vector<AddedResult>)> then)
{
    if (!has_room()) return then({});
    ++pending_;
    auto added = std::make_shared<std::vector<AddedResult>>();
    parts_.write_queue.run(
        [added, settings = parts_.settings.current(), answered = std::move(answered)](Database& database) {
            *added = add_results(database, answered, settings->settings, system_now());
        },
        [this, added, then = std::move(then)](bool is_committed) {
            --pending_;
            if (!is_committed) log_warning("the results of an answer are not stored: the database refuses");
            then(is_committed ? std::move(*added) : std::vector<AddedResult>{});
        });
}

void Results::add_later(AnsweredResults answered, std::vector<NewFile> files)
{
    ++pending_;
    auto shared = std::make_shared<std::vector<NewFile>>(std::move(files));
    auto names = std::make_shared<std::vector<std::string>>();
    auto lost = std::make_shared<std::vector<std::string>>();
    off_the_loop(
        [shared, names, lost] {
            for (NewFile& file : *shared) (file.finish() ? *names : *lost).push_back(file.name());
            shared->clear();
        },
        [this, names, lost, answered = std::move(answered)]() mutable {
            --pending_;
            std::erase_if(answered.results, [&](const AnsweredResult& result) {
                return std::find(lost->begin(), lost->end(), result.id) != lost->end();
            });
            if (answered.results.empty()) return;
            add(std::move(answered), [folder = incoming_folder(folder()), names](const auto& added) {
                if (!added.empty()) return;
                for (const std::string& name : *names) remove_generation_file(folder, name);
            });
        });
}

}  // namespace dreamina
