#pragma once
/// With which status both programs end. The numbers above 1 are those of sysexits.h.
namespace dreamina {

constexpr int exit_failed = 1;
constexpr int exit_bad_usage = 64;
constexpr int exit_already_running = 75;
constexpr int exit_bad_configuration = 78;

/// A worker that was asked to drain has finished what it had, and another has its place: not to be started again. No
/// status of sysexits.h.
constexpr int exit_drained = 79;

}  // namespace dreamina
