#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include <fmt/format.h>

#include "core/base/file.hpp"
#include "core/clients/http_client.hpp"
#include "core/clients/register_service.hpp"
#include "core/clients/upstream_detection.hpp"
#include "commands/checked_configuration.hpp"
#include "commands/findings.hpp"
#include "core/health/machine_checks.hpp"
#include "core/health/service_checks.hpp"
#include "core/health/work_checks.hpp"
#include "core/pool/scheduler_presence.hpp"
#include "core/pool/worker_presence.hpp"
#include "core/storage/accounts/account_secrets.hpp"
#include "core/storage/maintenance/backup.hpp"
#include "core/storage/maintenance/migrations.hpp"
#include "core/storage/maintenance/open_data_folder.hpp"
#include "core/storage/maintenance/encryption.hpp"
#include "core/storage/accounts/encryption_store.hpp"

namespace dreamina {
namespace {

namespace fs = std::filesystem;
using enum Level;

/// No clock of a machine on which this program runs shows less.
const Time first_year{std::chrono::sys_days{std::chrono::year{2025} / 1 / 1}};

void check_settings(const CheckedConfiguration& configuration, Findings& findings)
{
    if (configuration.fault) {
        findings.push_back({fault, "health.configuration.bad", {{"fault", message_of(*configuration.fault)}}});
        return;
    }
    const Settings& settings = configuration.settings;
    const bool plain = password_kind(settings.admin_password) == "plain";
    const Finding password = plain ? Finding{warning, "health.password.plain"} : look_at_password(settings);
    findings.push_back(password.level == ok ? look_at_settings({}) : password);
}

void check_key(Database& database, const DatabaseFile& file, Findings& findings)
{
    if (const auto fit = keys_fit(database, *file.keys()); !fit) {
        findings.push_back({fault, "health.key.wrong", {{"fault", message_of(fit.error())}}});
        return;
    }
    const auto encryption_state = EncryptionStore{database}.find();
    const auto counts = count_secrets(database);
    const auto keys = file.keys()->keys();
    if (!encryption_state && keys->empty()) {
        findings.push_back({ok, "health.key.none"});
    } else if (!encryption_state || !encryption_state->complete || counts.plain > 0) {
        findings.push_back({warning, "health.key.not_all", {{"count", counts.plain}}});
    } else if (keys->size() > 1) {
        findings.push_back({warning, "health.key.rotation_interrupted"});
    } else {
        findings.push_back({ok, "health.key.ok", {{"count", counts.encrypted}, {"key", encryption_state->key_id}}});
    }
    if (!encryption_state) return;
    std::vector<std::string> names;
    for (const fs::path& copy : plain_copies(file)) names.push_back(copy.string());
    if (!names.empty()) findings.push_back({warning, "health.key.plain_copies", {{"files", names}}});
}

void check_whole_database(const DatabaseFile& file, bool knows_key, Findings& findings)
{
    const int version = version_in(file);
    const int newest = newest_schema_version();
    const std::vector<MessageParam> versions{{"version", version}, {"known", newest}};
    if (version > newest) {
        findings.push_back({fault, "health.database.newer", versions});
    } else if (version == 0) {
        findings.push_back({warning, "health.database.foreign"});
    } else if (version < newest) {
        findings.push_back({warning, "health.database.older", versions});
    } else {
        findings.push_back(
            {ok,
             "health.database.whole",
             {{"file", file.path().string()}, {"file_bytes", fs::file_size(file.path())}, {"version", version}}});
        if (!knows_key) return;
        Database database{file};
        check_key(database, file, findings);
    }
}

void check_database(const DatabaseFile& file, bool knows_key, Findings& findings)
try {
    if (!fs::exists(file.path())) {
        findings.push_back({warning, "health.database.not_yet", {{"file", file.path().string()}}});
    } else if (!fs::is_regular_file(file.path())) {
        findings.push_back({fault, "health.database.no_file", {{"file", file.path().string()}}});
    } else if (const auto broken = integrity_fault(file.path(), {})) {
        findings.push_back({fault, "health.database.damaged", {{"reason", *broken}}});
    } else {
        check_whole_database(file, knows_key, findings);
    }
} catch (const DatabaseError& error) {
    findings.push_back({fault, "health.database.unreadable", {{"reason", error.what()}}});
} catch (const std::exception& error) {
    findings.push_back({fault, "health.database.unwell", {{"reason", error.what()}}});
}

void check_place(const fs::path& file, Findings& findings)
{
    const Finding place = look_at_place(file);
    if (place.level != ok) findings.push_back(place);
}

void check_upstream(const CheckedConfiguration& configuration, Findings& findings)
{
    const Settings& settings = configuration.settings;
    CurlTransport http{{.connect_timeout = std::chrono::seconds{5}}};
    if (configuration.knows("UPSTREAM_BASE_URL"))
        findings.push_back(
            look_at_upstream(detect_upstream(http, settings.upstream_base_url, std::chrono::seconds{10})));
    if (!configuration.knows("REGISTER_API_URL") || !configuration.knows("REGISTER_API_KEY")) return;
    if (!register_service_is_configured(settings)) {
        findings.push_back({ok, "health.register_service.not_configured"});
        return;
    }
    const RegisterService service{http, *settings.register_api_url, *settings.register_api_key};
    if (const auto healthy = service.health({}); !healthy) {
        findings.push_back({fault, "health.register_service.fails", {{"reason", message_of(healthy.error())}}});
    } else {
        findings.push_back({ok, "health.register_service.ok"});
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
        findings.push_back({ok, "health.socket.ok", {{"path", path.string()}}});
    } else {
        findings.push_back({workers > 0 ? fault : warning,
                            workers > 0 ? "health.socket.refuses" : "health.socket.left_over",
                            {{"path", path.string()}, {"reason", std::strerror(errno)}}});
    }
}

Finding workers_finding(const fs::path& database_file, int workers, SettingsFile* settings)
{
    if (workers == 0) return {warning, "health.workers.none"};
    if (settings == nullptr) return {ok, "health.workers.last_good", {{"count", workers}}};
    return look_at_workers(*settings, database_file, system_now());
}

void check_processes(const fs::path& folder, const fs::path& file, const CheckedConfiguration& configuration,
                     Findings& findings)
{
    const int workers = workers_on_settings(presence_folder(file), {}).running;  // those that drain serve nobody
    findings.push_back(workers_finding(file, workers, configuration.file.get()));
    check_socket(folder, workers, findings);
    const SchedulerSigns signs = scheduler_signs(file);
    Finding scheduler = look_at_scheduler(signs, system_now());
    // Where nothing runs it is not missed.
    if (scheduler.level == fault && workers == 0 && !signs.locked) scheduler.level = warning;
    findings.push_back(std::move(scheduler));
}

Finding denied(const fs::path& file)
{
    return {fault, "health.permissions.denied", {{"file", file.string()}, {"reason", std::strerror(errno)}}};
}

void check_file(const fs::path& file, Findings& findings, Findings& faults)
{
    struct stat found {};
    if (::stat(file.c_str(), &found) != 0) return;
    if ((found.st_mode & 077U) != 0)
        findings.push_back({warning,
                            "health.permissions.open",
                            {{"file", file.string()},
                             {"mode", fmt::format("{:04o}", found.st_mode & 07777U)},
                             {"wanted", S_ISDIR(found.st_mode) ? "700" : "600"}}});
    if (::access(file.c_str(), R_OK | W_OK) != 0) faults.push_back(denied(file));
}

void check_permissions(const fs::path& folder, const std::optional<DatabaseFile>& database_file, Findings& findings)
{
    Findings found;
    Findings faults;
    std::vector<fs::path> files{folder / "config.json"};
    if (database_file) {
        const fs::path& database = database_file->path();
        files.insert(files.end(), {database, database.string() + "-wal", database.parent_path() / "backups"});
    }
    for (const fs::path& file : files) check_file(file, found, faults);
    if (::access(folder.c_str(), W_OK | X_OK) != 0) faults.push_back(denied(folder));
    if (const auto key = database_file ? database_file->keys()->place() : std::nullopt) {
        const auto relative = fs::weakly_canonical(*key).lexically_relative(fs::weakly_canonical(folder));
        if (!relative.empty() && *relative.begin() != "..")
            found.push_back({warning, "health.permissions.key_beside_data"});
    }
    if (found.empty() && faults.empty()) found.push_back({ok, "health.permissions.ok"});
    findings.insert(findings.end(), found.begin(), found.end());
    findings.insert(findings.end(), faults.begin(), faults.end());
}

void check_clock(Findings& findings)
{
    const Time now = system_now();
    const Finding zone = look_at_time_zone(now);
    const bool long_ago = now < first_year;
    findings.push_back(zone.level != ok ? zone
                       : long_ago       ? Finding{fault, "health.clock.long_ago", {{"at", to_rfc3339(now)}}}
                                        : look_at_clock(now, now));
}

/// Of a database that can be read.
std::optional<std::vector<ScheduledJob>> schedule_of(const DatabaseFile& file)
try {
    if (!fs::exists(file.path()) || version_in(file) != newest_schema_version()) return std::nullopt;
    Database database{file};
    return ScheduleStore{database}.all();
} catch (const DatabaseError&) {
    return std::nullopt;
}

Finding backup_finding(const DatabaseFile& file)
{
    const auto schedule = schedule_of(file);
    return schedule ? look_at_backup(*schedule, system_now())
                    : look_at_backup_files(file.path().parent_path() / "backups");
}

}  // namespace

/// What a fault of the configuration leaves unknown is passed over.
Findings check_everything(const std::string& folder)
{
    if (!fs::is_directory(folder)) return {{fault, "health.configuration.no_folder", {{"folder", folder}}}};
    Findings findings;
    const CheckedConfiguration configuration = check_configuration(folder);
    check_settings(configuration, findings);
    if (const auto& file = configuration.database_file) {
        check_database(*file, configuration.knows("SECRET_KEY_FILE"), findings);
        check_place(file->path(), findings);
    }
    check_upstream(configuration, findings);
    if (const auto& file = configuration.database_file) check_processes(folder, *file, configuration, findings);
    check_permissions(folder, configuration.database_file, findings);
    findings.push_back(look_at_disk(folder));
    check_clock(findings);
    if (const auto& file = configuration.database_file) findings.push_back(backup_finding(*file));
    return findings;
}

}  // namespace dreamina
