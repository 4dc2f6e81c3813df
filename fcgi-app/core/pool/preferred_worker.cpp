#include "core/pool/preferred_worker.hpp"

#include "core/base/file.hpp"

namespace dreamina {

PreferredWorker::PreferredWorker(const std::filesystem::path& folder) : file_(folder / "preferred")
{
    std::error_code ignored;
    std::filesystem::create_directories(folder, ignored);
}

bool PreferredWorker::is_this_one()
{
    if (lock_) return true;
    if (resigned_) return false;
    auto lock = lock_file(file_, false);
    if (!lock) return lock.error().code != "locked";
    lock_ = std::move(*lock);
    return true;
}

void PreferredWorker::resign()
{
    resigned_ = true;
    lock_.reset();
}

}  // namespace dreamina
