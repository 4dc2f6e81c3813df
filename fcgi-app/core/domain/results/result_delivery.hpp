#pragma once
/// How a stored result is sent: nginx sends the file, told where it is by a header that only two locations of its
/// configuration take from a worker (nginx/v1.conf.in, page.conf.in).

#include <string>
#include <utility>
#include <vector>

#include "core/domain/results/result_link.hpp"
#include "core/domain/results/stored_result.hpp"

namespace dreamina {

/// Names and values of the headers for one that is stored. `place`: its file, below the folder of results.
std::vector<std::pair<std::string, std::string>> delivery_headers(const StoredResult& result, const std::string& place,
                                                                  ResultDisposition disposition, Time now);

/// Where else there may be a copy: the provider's, for as long as its address lives; empty if there is none. Only
/// http(s) addresses of hosts that results may be fetched from. `hosts`: RESULTS_HOSTS.
std::string other_copy(const StoredResult& result, const std::optional<std::string>& hosts, Time now);

}  // namespace dreamina
