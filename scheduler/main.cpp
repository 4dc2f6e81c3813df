#include <getopt.h>

#include <cstdio>
#include <exception>
#include <string>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/log.hpp"
#include "exit_status.hpp"
#include "jobs.hpp"
#include "once.hpp"
#include "schedule.hpp"
#include "service.hpp"

namespace dreamina {
namespace {

constexpr const char* usage = R"(usage: dreamina-scheduler --data DIR [--once JOB | --list]

Runs Dreamina Manager's timed jobs and the jobs that wait in its database, until SIGTERM. There is one scheduler for a
database; a second one ends at once.

  --data DIR   folder of config.json and the database
  --once JOB   run one timed job to its end, here or in the scheduler that runs, and exit
  --list       print the timed jobs: when they run, how the last run went, when the next one is
  --version
  --help

Exit status: 0, 1 if something failed, 64 for a wrong command line, 75 if another scheduler runs, 78 if the
configuration cannot be used.
)";

struct Arguments {
    std::string folder;
    std::string once;
    bool list = false;
};

int complain(std::string_view sentence, int status)
{
    fmt::print(stderr, "dreamina-scheduler: {}\n", sentence);
    return status;
}

int complain_of_folder(const Error& error)
{
    // A disk that is full or not ours to write is no fault of the configuration.
    const bool other = error.code == "unwritable" || error.code == "unreadable" || error.code == "database";
    return complain(error.message, other ? exit_failed : exit_bad_configuration);
}

int serve(DataFolder& data, const EndSignals& signals)
{
    const auto presence = SchedulerPresence::announce(data.database_file);
    if (!presence) {
        const bool running = presence.error().code == "locked";
        return complain(
            running ? "another scheduler runs for " + data.database_file.string() : presence.error().message,
            running ? exit_already_running : exit_failed);
    }
    run_service(data, *presence, signals);
    return 0;
}

int run(const Arguments& arguments)
{
    const TimedJob* job = arguments.once.empty() ? nullptr : find_timed_job(arguments.once);
    if (!arguments.once.empty() && job == nullptr) {
        std::vector<std::string_view> names;
        for (const TimedJob& known : timed_jobs()) names.push_back(known.name);
        return complain(
            fmt::format("there is no timed job \"{}\"; there are {}", arguments.once, fmt::join(names, ", ")),
            exit_bad_usage);
    }
    const EndSignals signals;
    auto data = open_data_folder(arguments.folder);
    if (!data) return complain_of_folder(data.error());
    if (job != nullptr) return run_once(*data, *job, signals);
    if (!arguments.list) return serve(*data, signals);
    Database database{data->database_file};
    fmt::print("{}", schedule_text(database, data->settings->current()->settings, system_now()));
    return 0;
}

}  // namespace
}  // namespace dreamina

int main(int argc, char** argv)
try {
    enum Option { data_option = 1, once_option, list_option, version_option, help_option };
    const option options[] = {
        {"data", required_argument, nullptr, data_option}, {"once", required_argument, nullptr, once_option},
        {"list", no_argument, nullptr, list_option},       {"version", no_argument, nullptr, version_option},
        {"help", no_argument, nullptr, help_option},       {nullptr, 0, nullptr, 0}};
    dreamina::Arguments arguments;
    bool once = false;
    for (int found = 0; (found = getopt_long(argc, argv, "", options, nullptr)) != -1;) {
        switch (found) {
        case data_option: arguments.folder = optarg; break;
        case once_option:
            once = true;
            arguments.once = optarg;
            break;
        case list_option: arguments.list = true; break;
        case version_option: fmt::print("dreamina-scheduler {}\n", DREAMINA_VERSION); return 0;
        case help_option: fmt::print("{}", dreamina::usage); return 0;
        default: return dreamina::exit_bad_usage;
        }
    }
    using dreamina::complain;
    if (optind != argc)
        return complain(fmt::format("\"{}\" is no option; see --help", argv[optind]), dreamina::exit_bad_usage);
    if (arguments.folder.empty()) return complain("--data DIR is missing; see --help", dreamina::exit_bad_usage);
    if (once && arguments.list) return complain("--once and --list exclude each other", dreamina::exit_bad_usage);
    if (once && arguments.once.empty()) return complain("--once needs the name of a job", dreamina::exit_bad_usage);
    return dreamina::run(arguments);
} catch (const std::exception& error) {
    return dreamina::complain(std::string{"ended by a failure: "} + error.what(), dreamina::exit_failed);
}
