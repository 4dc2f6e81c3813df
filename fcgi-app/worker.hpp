#pragma once
/// A worker: everything that serves requests, wired together.

#include <filesystem>
#include <memory>

#include "core/storage/engine/database_file.hpp"
#include "core/storage/stores/settings_file.hpp"

namespace dreamina {

struct WorkerOptions {
    std::filesystem::path data_folder;
    DatabaseFile database_file;
    int listener = 0;  ///< listening socket, not owned
};

/// Serves until SIGTERM or SIGINT, then finishes what is in flight, within PROXY_TIMEOUT. SIGQUIT asks it to drain: it
/// leaves the socket to the other workers and finishes what it has, however long its generations may take. The database
/// is prepared. Signals must not have been blocked or handled before. Returns the exit code.
int run_worker(const WorkerOptions& options, SettingsFile& settings);

}  // namespace dreamina
