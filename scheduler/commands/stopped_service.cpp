#include "commands/stopped_service.hpp"

#include "print_error.hpp"
#include "core/pool/worker_presence.hpp"

namespace dreamina {

Result<SchedulerPresence> service_is_stopped(const std::filesystem::path& database_file)
{
    auto presence = SchedulerPresence::announce(database_file);
    if (!presence && presence.error().code == "locked") return failure("running", Message{"command.scheduler_runs"});
    if (!presence) return presence;
    if (const int workers = living_workers(presence_folder(database_file)); workers > 0)
        return failure("running", Message{"command.workers_run", {{"count", workers}}});
    return presence;
}

int print_not_stopped(const Error& error)
{
    return print_error(error.message, error.code == "running" ? exit_already_running : exit_failed);
}

}  // namespace dreamina
