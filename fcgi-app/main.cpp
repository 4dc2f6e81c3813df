#include <getopt.h>

#include <cstdio>
#include <exception>
#include <string>

#include <fmt/format.h>

#include "api/settings/settings_schema.hpp"
#include "core/base/secret.hpp"
#include "core/base/log.hpp"
#include "net/acceptor.hpp"
#include "core/storage/maintenance/open_data_folder.hpp"
#include "worker.hpp"

namespace dreamina {
namespace {

// sysexits.h
constexpr int bad_usage = 64;
constexpr int bad_configuration = 78;

constexpr const char* usage = R"(usage: dreamina-fcgi --data DIR [--check]

A worker of Dreamina Manager. It takes its listening FastCGI socket as descriptor 0 (spawn-fcgi) or from systemd's
socket activation, and serves /api and /v1 behind nginx until SIGTERM, finishing what is in flight.

  --data DIR   folder of config.json and the database
  --check      check the configuration, prepare the database, print what the start script needs, and exit
  --version
  --help
)";

int check(const DataFolder& data)
{
    const auto in_force = data.settings->current();
    const Settings& settings = in_force->settings;
    fmt::print("HOST={}\nHOST_SOURCE={}\nPORT={}\nPROXY_TIMEOUT={}\nMAX_UPLOAD_SIZE={}\nPASSWORD={}\n", settings.host,
               to_string(source_of(*in_force, "HOST")), settings.port, settings.proxy_timeout, settings.max_upload_size,
               password_kind(settings.admin_password));
    return 0;
}

int run(const std::string& folder, bool only_check)
{
    auto data = open_data_folder(folder);
    if (!data) {
        fmt::print(stderr, "dreamina-fcgi: {}\n", data.error().message);
        return bad_configuration;
    }
    if (only_check) return check(*data);

    const auto listener = listening_socket();
    if (!listener) {
        fmt::print(stderr, "dreamina-fcgi: {}\n", listener.error().message);
        return bad_usage;
    }
    return run_worker({.data_folder = data->folder, .database_file = data->database_file, .listener = *listener},
                      *data->settings);
}

}  // namespace
}  // namespace dreamina

int main(int argc, char** argv)
try {
    dreamina::leave_no_core_file();
    enum Option { data_option = 1, check_option, version_option, help_option };
    const option options[] = {{"data", required_argument, nullptr, data_option},
                              {"check", no_argument, nullptr, check_option},
                              {"version", no_argument, nullptr, version_option},
                              {"help", no_argument, nullptr, help_option},
                              {nullptr, 0, nullptr, 0}};
    std::string folder;
    bool only_check = false;
    for (int found = 0; (found = getopt_long(argc, argv, "", options, nullptr)) != -1;) {
        switch (found) {
        case data_option: folder = optarg; break;
        case check_option: only_check = true; break;
        case version_option: fmt::print("dreamina-fcgi {}\n", DREAMINA_VERSION); return 0;
        case help_option: fmt::print("{}", dreamina::usage); return 0;
        default: return dreamina::bad_usage;
        }
    }
    if (folder.empty() || optind != argc) {
        fmt::print(stderr, "{}", dreamina::usage);
        return dreamina::bad_usage;
    }
    return dreamina::run(folder, only_check);
} catch (const std::exception& error) {
    dreamina::log_error("ended by a failure: {}", error.what());
    return 1;
}
