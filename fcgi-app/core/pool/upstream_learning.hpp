#pragma once
/// Which upstream it is: found out once, kept in the database for all processes, and asked again when something fails.

#include <stop_token>
#include <string>

#include "core/base/clock.hpp"
#include "core/clients/http_client.hpp"
#include "core/domain/upstream_diagnosis.hpp"
#include "core/storage/engine/database.hpp"

namespace dreamina {

constexpr milliseconds upstream_detection_patience{5000};

/// This address was not asked yet; something has failed since; it was away or no upstream when it was last asked;
/// or that is an hour ago: it may have been upgraded. Reads only.
bool upstream_is_to_be_asked(Database& database, const std::string& base_url, Time now);

/// Asks and writes down what was found. Takes up to upstream_detection_patience; transactions of its own.
UpstreamDetection learn_upstream(Database& database, HttpTransport& http, const std::string& base_url,
                                 const std::stop_token& stop);

}  // namespace dreamina
