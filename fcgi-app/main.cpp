#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <exception>
#include <string>
#include <string_view>
#include <thread>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <fmt/format.h>

#include "api/settings/settings_schema.hpp"
#include "core/base/exit_status.hpp"
#include "core/base/secret.hpp"
#include "core/base/log.hpp"
#include "net/acceptor.hpp"
#include "core/storage/maintenance/await_data_folder.hpp"
#include "core/storage/results/result_files.hpp"
#include "worker.hpp"

namespace dreamina {
namespace {

constexpr std::int64_t max_patience = 1'000'000;  // seconds

constexpr const char* description =
    R"(A worker of Dreamina Manager. It takes its listening FastCGI socket as descriptor 0 (spawn-fcgi) or
from systemd's socket activation, and serves /v1 and /api behind nginx until SIGTERM; requests that
are in flight then are finished, within PROXY_TIMEOUT. SIGQUIT asks it to drain instead: it takes
nothing new and ends once all that it has is finished, generations that take hours too.
)";

constexpr const char* footer =
    R"(Exit status: 0 for success, 1 if something failed, 64 if the command line is wrong or there is no
socket, 78 if the configuration or the key cannot be used, 79 if it was asked to drain and has.)";

int print_settings(const DataFolder& data)
{
    const auto in_force = data.settings->current();
    const Settings& settings = in_force->settings;
    fmt::print("HOST={}\nHOST_SOURCE={}\nPORT={}\nPROXY_TIMEOUT={}\nMAX_UPLOAD_SIZE={}\nRESULTS={}\nPASSWORD={}\n",
               settings.host, to_string(source_of(*in_force, "HOST")), settings.port, settings.proxy_timeout,
               settings.max_upload_size,
               std::filesystem::absolute(result_folder(settings, data.database_file.path())).string(),
               password_kind(settings.admin_password));
    return 0;
}

int check_folder(const std::string& folder)
{
    const auto data = open_data_folder(folder);
    if (data) return print_settings(*data);
    fmt::print(stderr, "dreamina-fcgi: {}\n", data.error().message);
    return exit_bad_configuration;
}

int serve(const std::string& folder, std::chrono::seconds patience)
{
    // A signal that asks for an end ends it: nothing has begun. A shell has its background processes ignore some.
    for (const int number : {SIGINT, SIGQUIT}) std::signal(number, SIG_DFL);
    const auto data = await_data_folder(folder, patience, [](milliseconds wait) {
        std::this_thread::sleep_for(wait);
        return false;
    });
    if (!data) return exit_bad_configuration;

    const auto listener = listening_socket();
    if (!listener) {
        fmt::print(stderr, "dreamina-fcgi: {}\n", listener.error().message);
        return exit_bad_usage;
    }
    return run_worker({.data_folder = data->folder, .database_file = data->database_file, .listener = *listener},
                      *data->settings);
}

}  // namespace
}  // namespace dreamina

int main(int argc, char** argv)
try {
    dreamina::leave_no_core_file();
    std::string folder;
    bool only_check = false;
    std::int64_t patience = 0;
    CLI::App app{dreamina::description, "dreamina-fcgi"};
    app.footer(dreamina::footer);
    app.get_formatter()->label("REQUIRED", "(required)");
    app.set_help_flag("-h,--help", "Print this help and exit");
    app.set_version_flag("--version", "dreamina-fcgi " DREAMINA_VERSION, "Print the version and exit");
    app.add_option("--data", folder, "Folder of config.json and the database")
        ->type_name("DIR")
        ->take_last()
        ->required();
    app.add_option("--wait", patience,
                   "If something keeps it from starting, wait so long for that to be mended before it ends")
        ->type_name("SECONDS")
        ->check(CLI::Range(std::int64_t{0}, dreamina::max_patience))
        ->take_last();
    app.add_flag("--check", only_check,
                 "Check the configuration, prepare the database, print what the start script needs, and exit");
    try {
        // CLI11 would take the next word for the value.
        if (std::find(argv, argv + argc, std::string_view{"--data="}) != argv + argc)
            throw CLI::RequiredError{"--data"};
        app.parse(argc, argv);
    } catch (const CLI::Success& asked) {
        return app.exit(asked);
    } catch (const CLI::ParseError& error) {
        fmt::print(stderr, "dreamina-fcgi: {}; see --help\n", error.what());
        return dreamina::exit_bad_usage;
    }
    return only_check ? dreamina::check_folder(folder) : dreamina::serve(folder, std::chrono::seconds{patience});
} catch (const std::exception& error) {
    dreamina::log_critical("ended by a failure: {}", error.what());
    return dreamina::exit_failed;
}
