#include <getopt.h>
#include <poll.h>
#include <sys/signalfd.h>

#include <csignal>
#include <cstdio>
#include <exception>
#include <string>

#include <fmt/format.h>

#include "base/file.hpp"
#include "base/log.hpp"
#include "jobs.hpp"
#include "loop.hpp"
#include "storage/open_data_folder.hpp"

namespace dreamina {
namespace {

// sysexits.h
constexpr int bad_usage = 64;
constexpr int already_running = 75;
constexpr int bad_configuration = 78;

constexpr const char* usage = R"(usage: dreamina-scheduler --data DIR

Runs Dreamina Manager's timed jobs until SIGTERM: ends bans, resets the daily counts, settles what dead workers left.
There is one scheduler for a database; a second one ends at once.

  --data DIR   folder of config.json and the database
  --version
  --help
)";

UniqueFd end_signals()
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    sigprocmask(SIG_BLOCK, &set, nullptr);
    return UniqueFd{::signalfd(-1, &set, SFD_CLOEXEC)};
}

/// True if an end was asked for within `wait`.
bool asked_to_end(const UniqueFd& signals, milliseconds wait)
{
    pollfd waiting{.fd = signals.get(), .events = POLLIN, .revents = 0};
    return ::poll(&waiting, 1, static_cast<int>(wait.count())) > 0;
}

int run(const std::string& folder)
{
    const UniqueFd signals = end_signals();
    auto data = open_data_folder(folder);
    if (!data) {
        fmt::print(stderr, "dreamina-scheduler: {}\n", data.error().message);
        return bad_configuration;
    }
    const auto lock = lock_file(data->database_file.parent_path() / "scheduler.lock", false);
    if (!lock) {
        const bool running = lock.error().code == "locked";
        fmt::print(stderr, "dreamina-scheduler: {}\n",
                   running ? "another scheduler runs for " + data->database_file.string() : lock.error().message);
        return running ? already_running : 1;
    }
    Database database{data->database_file};
    SchedulerLoop loop{timed_jobs(), database, data->database_file};
    log_info("the scheduler runs");
    do {
        if (data->settings->refresh()) set_log_level(parse_log_level(data->settings->current()->settings.log_level));
        loop.run_due(data->settings->current()->settings, system_now());
    } while (!asked_to_end(signals, loop.idle_for(system_now())));
    log_info("the scheduler ends");
    return 0;
}

}  // namespace
}  // namespace dreamina

int main(int argc, char** argv)
try {
    enum Option { data_option = 1, version_option, help_option };
    const option options[] = {{"data", required_argument, nullptr, data_option},
                              {"version", no_argument, nullptr, version_option},
                              {"help", no_argument, nullptr, help_option},
                              {nullptr, 0, nullptr, 0}};
    std::string folder;
    for (int found = 0; (found = getopt_long(argc, argv, "", options, nullptr)) != -1;) {
        switch (found) {
        case data_option: folder = optarg; break;
        case version_option: fmt::print("dreamina-scheduler {}\n", DREAMINA_VERSION); return 0;
        case help_option: fmt::print("{}", dreamina::usage); return 0;
        default: return dreamina::bad_usage;
        }
    }
    if (folder.empty() || optind != argc) {
        fmt::print(stderr, "{}", dreamina::usage);
        return dreamina::bad_usage;
    }
    return dreamina::run(folder);
} catch (const std::exception& error) {
    dreamina::log_error("ended by a failure: {}", error.what());
    return 1;
}
