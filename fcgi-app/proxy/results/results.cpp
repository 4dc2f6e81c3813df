#include "proxy/results/results.hpp"

#include <algorithm>
#include <utility>

#include "core/base/log.hpp"
#include "core/storage/results/result_files.hpp"

namespace dreamina {

std::filesystem::path Results::folder() const
{
    return result_folder(parts_.settings.current()->settings, parts_.database_file);
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
    ++pending_;
    auto added = std::make_shared<std::vector<AddedResult>>();
    auto settings = parts_.settings.current();
    const auto folder = result_folder(settings->settings, parts_.database_file);
    parts_.write_queue.run(
        [added, folder, settings = std::move(settings), answered = std::move(answered)](Database& database) {
            *added = add_results(database, folder, answered, settings->settings, system_now());
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
