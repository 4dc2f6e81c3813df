#include "core/storage/maintenance/await_data_folder.hpp"

#include <sys/stat.h>

#include <tuple>

#include "core/base/log.hpp"
#include "core/base/systemd_notifier.hpp"

namespace dreamina {
namespace {

/// One stat each.
constexpr milliseconds look_every{500};

/// Opening may be costly: where the disk is full, a database of an earlier version is copied in vain.
constexpr milliseconds try_every{30'000};

/// What changes with the file, also where another one takes its place, or its permissions are mended.
auto stamp_of(const std::filesystem::path& file)
{
    struct stat found {};
    if (::stat(file.c_str(), &found) != 0) found = {};
    return std::tuple{found.st_dev,          found.st_ino,         found.st_size,        found.st_mtim.tv_sec,
                      found.st_mtim.tv_nsec, found.st_ctim.tv_sec, found.st_ctim.tv_nsec};
}

}  // namespace

Result<DataFolder> await_data_folder(const std::filesystem::path& folder, std::chrono::seconds patience,
                                     const EndsWithin& ends_within)
{
    SystemdNotifier manager;
    Message told;
    for (milliseconds waited{0};;) {
        const auto seen = stamp_of(folder / "config.json");
        auto data = open_data_folder(folder);
        if (data) {
            if (!told.empty()) log_info("what kept this from starting is mended");
            manager.status("");
            return data;
        }
        if (const Message fault = message_of(data.error()); !(fault == told)) {
            log_critical("{}", english(fault));
            manager.status(english(fault));
            told = fault;
        }
        for (milliseconds since{0}; since < try_every; since += look_every, waited += look_every) {
            if (waited >= patience || ends_within(look_every)) return data;
            if (stamp_of(folder / "config.json") != seen) break;
        }
    }
}

}  // namespace dreamina
