#include <exception>
#include <string>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/base/log.hpp"
#include "core/base/secret.hpp"
#include "core/domain/timed_job_name.hpp"
#include "core/storage/maintenance/await_data_folder.hpp"
#include "core/storage/stores/schedule_store.hpp"
#include "commands/commands.hpp"
#include "jobs.hpp"
#include "once.hpp"
#include "schedule.hpp"
#include "service.hpp"

namespace dreamina {
namespace {

int serve(const CommandLine& line, const TerminationSignals& signals)
try {
    auto opened =
        await_data_folder(line.folder, line.wait, [&](milliseconds wait) { return signals.came_within(wait); });
    if (!opened) return folder_error_status(opened.error());
    DataFolder& data = *opened;
    const auto presence = SchedulerPresence::announce(data.database_file);
    if (!presence) {
        const bool running = presence.error().code == "locked";
        return print_error(
            running ? "another scheduler runs for " + data.database_file.path().string() : presence.error().message,
            running ? exit_already_running : exit_failed);
    }
    run_service(data, *presence, signals);
    return 0;
} catch (const std::exception& error) {
    log_critical("ended by a failure: {}", error.what());
    return exit_failed;
}

int run(const CommandLine& line)
{
    const TimedJob* job = line.once.empty() ? nullptr : find_timed_job(current_timed_job_name(line.once));
    if (!line.once.empty() && job == nullptr) {
        std::vector<std::string_view> names;
        for (const TimedJob& known : timed_jobs()) names.push_back(known.name);
        return print_error(
            fmt::format("there is no scheduled job \"{}\"; there are {}", line.once, fmt::join(names, ", ")),
            exit_bad_usage);
    }
    const TerminationSignals signals;
    const bool looks = job != nullptr || line.has("--list");
    if (!looks) return serve(line, signals);
    auto data = open_existing_data_folder(line.folder);
    if (!data) return print_folder_error(data.error());
    if (job != nullptr) return run_once(*data, *job, signals);
    Database database{data->database_file};
    fmt::print("{}", schedule_text(database, data->settings->current()->settings, system_now()));
    return 0;
}

}  // namespace
}  // namespace dreamina

int main(int argc, char** argv)
try {
    using namespace dreamina;
    leave_no_core_file();
    const auto line = parse_command_line({argv + 1, argv + argc});
    if (!line && line.error().status != 0) return print_error(line.error().text, line.error().status);
    if (!line) {
        fmt::print("{}", line.error().text);
        return 0;
    }
    const Command* command = find_command(line->command);
    return command != nullptr ? command->run(*line) : run(*line);
} catch (const std::exception& error) {
    return dreamina::print_error(std::string{"ended by a failure: "} + error.what(), dreamina::exit_failed);
}
