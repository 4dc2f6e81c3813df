#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <ctime>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/base/file.hpp"
#include "core/base/time_zone.hpp"
#include "core/clients/http_client.hpp"
#include "core/clients/register_service.hpp"
#include "core/clients/upstream_detection.hpp"
#include "commands/findings.hpp"
#include "core/pool/scheduler_presence.hpp"
#include "core/pool/worker_presence.hpp"
#include "core/storage/accounts/account_secrets.hpp"
#include "core/storage/maintenance/backup.hpp"
#include "core/storage/engine/database_place.hpp"
#include "core/storage/maintenance/migrations.hpp"
#include "core/storage/maintenance/open_data_folder.hpp"
#include "core/storage/maintenance/encryption.hpp"
#include "core/storage/accounts/encryption_store.hpp"

namespace dreamina {
namespace {

namespace fs = std::filesystem;
using enum Level;
using Findings = std::vector<Finding>;

constexpr std::uintmax_t much_room = std::uintmax_t{1} << 30U;
constexpr std::uintmax_t low_disk_space = std::uintmax_t{100} << 20U;
/// A night may be missed.
constexpr std::chrono::hours old_backup{48};

double megabytes(std::uintmax_t bytes) { return static_cast<double>(bytes) / 1e6; }

void check_settings(const Settings& settings, Findings& findings)
{
    const std::string_view kind = password_kind(settings.admin_password);
    if (kind == "default") {
        findings.push_back({warning, "configuration", "the password is the default one, which everybody knows",
                            "dreamina-scheduler --data DIR set-password"});
    } else if (kind == "plain") {
        findings.push_back({warning, "configuration", "the password stands in the configuration as plain text",
                            "dreamina-scheduler --data DIR set-password keeps it as a hash"});
    } else {
        findings.push_back({ok, "configuration", "every setting is good", ""});
    }
}

void check_key(Database& database, const DatabaseFile& file, Findings& findings)
{
    if (const auto fit = keys_fit(database, *file.keys()); !fit) {
        findings.push_back({fault, "key", fit.error().message, "nothing starts without the right key"});
        return;
    }
    const auto encryption_state = EncryptionStore{database}.find();
    const auto counts = count_secrets(database);
    const auto keys = file.keys()->keys();
    if (!encryption_state && keys->empty()) {
        findings.push_back({ok, "key", "secrets are plain text (SECRET_KEY_FILE is not set)", ""});
    } else if (!encryption_state || !encryption_state->complete || counts.plain > 0) {
        findings.push_back({warning, "key", fmt::format("{} secrets are still plain text", counts.plain),
                            "they are encrypted at the next start"});
    } else if (keys->size() > 1) {
        findings.push_back({warning, "key", "a rotation of the key was interrupted",
                            "dreamina-scheduler --data DIR rotate-key finishes it"});
    } else {
        findings.push_back(
            {ok, "key",
             fmt::format("{} secrets are encrypted with the key {}", counts.encrypted, encryption_state->key_id), ""});
    }
    if (!encryption_state) return;
    std::vector<std::string> names;
    for (const fs::path& copy : plain_copies(file)) names.push_back(copy.string());
    if (!names.empty())
        findings.push_back({warning, "key",
                            fmt::format("older copies hold secrets as plain text: {}", fmt::join(names, ", ")),
                            "remove them when they are not needed any more"});
}

void check_database(const DatabaseFile& file, Findings& findings)
try {
    if (!fs::exists(file.path())) {
        findings.push_back(
            {warning, "database", fmt::format("there is no {} yet", file.path().string()), "the first start makes it"});
        return;
    }
    if (const auto broken = integrity_fault(file.path(), {})) {
        findings.push_back(
            {fault, "database", "it is damaged: " + *broken, "stop the service and restore the newest backup"});
        return;
    }
    const int version = version_in(file);
    const int newest = newest_schema_version();
    if (version > newest) {
        findings.push_back(
            {fault, "database",
             fmt::format("it was written by a later version (schema {}, this one knows {})", version, newest),
             "install that version again or restore a backup"});
    } else if (version == 0) {
        findings.push_back({warning, "database", "it is whole, and not this program's yet",
                            "the next start takes it over if it is the earlier program's, or refuses it"});
    } else if (version < newest) {
        findings.push_back({warning, "database", fmt::format("it is whole, with the schema {} of {}", version, newest),
                            "the next start upgrades it"});
    } else {
        findings.push_back({ok, "database",
                            fmt::format("{} is whole ({:.1f} MB, schema {})", file.path().string(),
                                        megabytes(fs::file_size(file.path())), version),
                            ""});
        Database database{file};
        check_key(database, file, findings);
    }
} catch (const DatabaseError& error) {
    findings.push_back({fault, "database", std::string{"it cannot be read: "} + error.what(),
                        "see who may read it; if that is well, stop the service and restore the newest backup"});
} catch (const std::exception& error) {
    findings.push_back(
        {fault, "database", error.what(), "see who may read and write it, and whether the disk is well"});
}

void check_place(const fs::path& file, Findings& findings)
{
    const DatabasePlace place = database_place(file);
    if (place.single_file)
        findings.push_back({warning, "database", single_file_danger(file), "mount its folder instead"});
    if (place.network)
        findings.push_back({warning, "database", network_danger(place), "keep it on a disk of this machine"});
}

void check_upstream(const Settings& settings, Findings& findings)
{
    CurlTransport http{{.connect_timeout = std::chrono::seconds{5}}};
    const UpstreamDetection found = detect_upstream(http, settings.upstream_base_url, std::chrono::seconds{10});
    findings.push_back({is_upstream(found.diagnosis) ? ok : fault, "upstream", found.sentence,
                        is_upstream(found.diagnosis) ? ""
                        : !found.instead.empty()     ? "set UPSTREAM_BASE_URL to " + found.instead
                        : is_away(found.diagnosis)   ? "start it, or correct UPSTREAM_BASE_URL"
                                                     : "correct UPSTREAM_BASE_URL"});
    if (!register_service_is_configured(settings)) {
        findings.push_back({ok, "register service", "not configured: accounts are not registered or refreshed", ""});
        return;
    }
    const RegisterService service{http, *settings.register_api_url, *settings.register_api_key};
    if (const auto healthy = service.health({}); !healthy) {
        findings.push_back({fault, "register service", healthy.error().message,
                            "start it, or correct REGISTER_API_URL and REGISTER_API_KEY"});
    } else {
        findings.push_back({ok, "register service", "it is well", ""});
    }
}

/// The start script's; under systemd the socket is systemd's own.
void check_socket(const fs::path& folder, int workers, Findings& findings)
{
    fs::path path = folder / "run/workers.sock";
    if (const auto elsewhere = read_file(folder / "run/socket-folder"); elsewhere && !elsewhere->empty())
        path = fs::path{elsewhere->substr(0, elsewhere->find('\n'))} / "workers.sock";
    sockaddr_un address{.sun_family = AF_UNIX, .sun_path = {}};
    if (!fs::exists(path) || path.string().size() >= sizeof address.sun_path) return;
    std::strncpy(address.sun_path, path.c_str(), sizeof address.sun_path - 1);
    const UniqueFd fd{::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)};
    if (::connect(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) {
        findings.push_back({ok, "socket", path.string() + " takes connections", ""});
    } else {
        findings.push_back({workers > 0 ? fault : warning, "socket",
                            fmt::format("{}: {}", path.string(), std::strerror(errno)),
                            workers > 0 ? "start the service anew" : "it is left from a service that has ended"});
    }
}

void check_processes(const DataFolder& data, Findings& findings)
{
    const int workers = living_workers(presence_folder(data.database_file));
    findings.push_back({workers > 0 ? ok : warning, "workers", fmt::format("{} running", workers),
                        workers > 0 ? "" : "start the service"});
    check_socket(data.folder, workers, findings);
    const SchedulerSigns signs = scheduler_signs(data.database_file);
    if (signs.running(system_now())) {
        findings.push_back({ok, "scheduler", "it runs", ""});
    } else if (signs.locked) {
        findings.push_back({fault, "scheduler", "it holds its lock and gives no sign of life", "start it anew"});
    } else {
        findings.push_back({workers > 0 ? fault : warning, "scheduler", "it does not run",
                            "start it: bans, counts and sessions wait for it"});
    }
}

void check_file(const fs::path& file, Findings& findings, Findings& faults)
{
    struct stat found {};
    if (::stat(file.c_str(), &found) != 0) return;
    if ((found.st_mode & 077U) != 0)
        findings.push_back({warning, "permissions",
                            fmt::format("{} is open to others (mode {:04o})", file.string(), found.st_mode & 07777U),
                            fmt::format("chmod {} {}", S_ISDIR(found.st_mode) ? "700" : "600", file.string())});
    if (::access(file.c_str(), R_OK | W_OK) != 0)
        faults.push_back({fault, "permissions", fmt::format("{}: {}", file.string(), std::strerror(errno)),
                          "run this as the service's user, or give it the file"});
}

void check_permissions(const DataFolder& data, Findings& findings)
{
    const std::string database = data.database_file.path().string();
    Findings found;
    Findings faults;
    for (const fs::path& file : {data.folder / "config.json", fs::path{database}, fs::path{database + "-wal"},
                                 fs::path{database}.parent_path() / "backups"})
        check_file(file, found, faults);
    if (::access(data.folder.c_str(), W_OK | X_OK) != 0)
        faults.push_back({fault, "permissions", fmt::format("{}: {}", data.folder.string(), std::strerror(errno)),
                          "run this as the service's user, or give it the folder"});
    if (const auto key = data.database_file.keys()->place()) {
        const auto relative = fs::weakly_canonical(*key).lexically_relative(fs::weakly_canonical(data.folder));
        if (!relative.empty() && *relative.begin() != "..")
            found.push_back({warning, "permissions",
                             "the key file is in the data folder: a copy of the folder takes it along",
                             "keep it elsewhere, such as /etc/dreamina"});
    }
    if (found.empty() && faults.empty()) found.push_back({ok, "permissions", "only its owner reads the data", ""});
    findings.insert(findings.end(), found.begin(), found.end());
    findings.insert(findings.end(), faults.begin(), faults.end());
}

void check_room(const fs::path& folder, Findings& findings)
{
    std::error_code error;
    const auto room = fs::space(folder, error).available;
    const std::string summary = error ? error.message() : fmt::format("{:.0f} MB are free", megabytes(room));
    const Level level = error || room < low_disk_space ? fault : room < much_room ? warning : ok;
    findings.push_back({level, "disk", summary, level == ok ? "" : "make room: the database and its backups need it"});
}

void check_clock(Findings& findings)
{
    const std::time_t now = std::time(nullptr);
    std::tm local{};
    ::localtime_r(&now, &local);
    char text[64];
    std::strftime(text, sizeof text, "%Y-%m-%d %H:%M:%S %z", &local);
    constexpr int first_year = 2025 - 1900;  // this program is younger
    if (const LocalZone zone = local_zone(system_now()); !zone.exists) {
        findings.push_back({fault, "clock", fmt::format("TZ is \"{}\", and there is no such time zone", zone.name),
                            "set TZ to a name such as Asia/Shanghai; see that tzdata is installed"});
    } else if (local.tm_year < first_year) {
        findings.push_back({fault, "clock", fmt::format("it is {} here", text), "set the clock"});
    } else {
        findings.push_back({ok, "clock", fmt::format("it is {} here; daily jobs go by that", text), ""});
    }
}

void check_backups(const fs::path& database_file, Findings& findings)
{
    std::error_code error;
    std::optional<fs::file_time_type> newest;
    for (const auto& entry : fs::directory_iterator(database_file.parent_path() / "backups", error))
        if (entry.path().extension() == ".db")
            newest = std::max(newest.value_or(fs::file_time_type::min()), entry.last_write_time());
    if (!newest) {
        findings.push_back({warning, "backups", "there is none yet",
                            "the scheduler makes one every night; or dreamina-scheduler --data DIR --once backup"});
        return;
    }
    const auto age = std::chrono::duration_cast<std::chrono::hours>(fs::file_time_type::clock::now() - *newest);
    findings.push_back({age > old_backup ? warning : ok, "backups",
                        fmt::format("the newest is {} hours old", age.count()),
                        age > old_backup ? "see why the nightly one fails: dreamina-scheduler --data DIR --list" : ""});
}

}  // namespace

std::vector<Finding> check_everything(const std::string& folder)
{
    Findings findings;
    if (!fs::is_directory(folder))
        return {{fault, "configuration", "there is no folder " + folder,
                 "the first start makes it; or name another with --data"}};
    const auto data = read_data_folder(folder);
    if (!data) {
        findings.push_back({fault, "configuration", data.error().message, "correct it: nothing starts with it"});
        check_room(folder, findings);
        check_clock(findings);
        return findings;
    }
    const Settings settings = data->settings->current()->settings;
    check_settings(settings, findings);
    check_database(data->database_file, findings);
    check_place(data->database_file.path(), findings);
    check_upstream(settings, findings);
    check_processes(*data, findings);
    check_permissions(*data, findings);
    check_room(folder, findings);
    check_clock(findings);
    check_backups(data->database_file, findings);
    return findings;
}

}  // namespace dreamina
