#pragma once
/// Finds out what stands at UPSTREAM_BASE_URL: which upstream, or what else, and what should be entered instead.
///
/// jimeng-api tells itself at `GET /`, with its version; jimeng-api-go shows a page there. Both answer `GET /ping` with
/// `pong`. jimeng-api's older versions and forks are known by their answer to a path that they do not have.

#include <stop_token>
#include <string>

#include "core/clients/http_client.hpp"
#include "core/domain/upstream_diagnosis.hpp"

namespace dreamina {

/// Any thread. Asks one to four times, without credentials and following nothing; returns within `patience`, or soon
/// after `stop`, when what it says means nothing.
UpstreamDetection detect_upstream(HttpTransport& http, const std::string& base_url, milliseconds patience,
                                  const std::stop_token& stop = {});

/// Whether an upstream answers: the same without the question which. One that does is `another_upstream`, or whatever
/// it told by the way.
UpstreamDetection look_for_upstream(HttpTransport& http, const std::string& base_url, milliseconds patience,
                                    const std::stop_token& stop = {});

}  // namespace dreamina
