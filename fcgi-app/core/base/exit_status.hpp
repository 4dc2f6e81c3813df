#pragma once
/// With which status both programs end. The numbers above 1 are those of sysexits.h.
namespace dreamina {

constexpr int exit_failed = 1;
constexpr int exit_bad_usage = 64;
constexpr int exit_already_running = 75;
constexpr int exit_bad_configuration = 78;

}  // namespace dreamina
