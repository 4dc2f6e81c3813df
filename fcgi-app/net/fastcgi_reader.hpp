#pragma once
/// Reads a request off a connection. The one place that knows libfcgi.

#include <filesystem>

#include "core/base/result.hpp"
#include "core/base/unique_fd.hpp"
#include "net/request.hpp"

namespace dreamina {

/// Bodies up to this stay in memory; larger ones go to a file without a name.
constexpr std::uint64_t max_body_in_memory = 64 * 1024;

/// Once, before any thread.
void start_fastcgi();

/// Reads one request whole from a connection that does not block. If it has `arrived_whole` this does not wait;
/// otherwise it does, for 30 s at most between two pieces. Any thread, one at a time per connection.
/// On an error (codes "unreadable", "spool") the connection is of no more use.
/// `duplicate`: libfcgi's own descriptor of the connection, empty before the first request; to be closed with it.
Result<Request> read_fastcgi_request(int fd, UniqueFd& duplicate, bool arrived_whole,
                                     const std::filesystem::path& spool_folder);

}  // namespace dreamina
