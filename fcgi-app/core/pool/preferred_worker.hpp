#pragma once
/// One of the living workers is preferred: it takes connections as they come, the others take what it leaves for a
/// moment (net/acceptor.hpp). While one worker can do it all, one write queue does too, with large turns, and finds the
/// database's pages as it left them. Two workers that share the load each write half as much in as many turns, and read
/// again what the other has written: measured on two cores, a request took a third more CPU.

#include <filesystem>

#include "core/base/unique_fd.hpp"

namespace dreamina {

/// A lock that the kernel lets go of when its process ends, however it ends. For one thread.
class PreferredWorker {
public:
    /// `folder`: of the workers' presence. It is created if need be.
    explicit PreferredWorker(const std::filesystem::path& folder);

    /// Whether this worker is the one. Takes the place if it is free. Should the lock's file not be writable, each
    /// worker is.
    bool is_this_one();

    /// Leaves the place to another, for good.
    void resign();

private:
    std::filesystem::path file_;
    UniqueFd lock_;
    bool resigned_ = false;
};

}  // namespace dreamina
