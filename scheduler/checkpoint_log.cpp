#include "jobs.hpp"

namespace dreamina {

void checkpoint_log(JobContext& context)
{
    // With passive checkpoints alone the log never shrinks while anybody reads: 1.4 GB in 8 s of full load. Above this
    // size it is emptied, which waits for the readers of the moment.
    constexpr std::uintmax_t largest_log = 8 * 1024 * 1024;
    std::error_code error;
    const auto size = std::filesystem::file_size(context.database_file.string() + "-wal", error);
    if (error || size == 0) return;
    context.database.checkpoint(size > largest_log);
}

}  // namespace dreamina
