#pragma once
/// The upstream of the moment, for those who ask it about tokens.

#include <stop_token>

#include "core/clients/upstream_tokens.hpp"
#include "core/domain/settings.hpp"
#include "core/storage/engine/database.hpp"

namespace dreamina {

/// Finds out first which one it is, where that is unknown.
UpstreamTokens token_upstream(Database& database, const Settings& settings, HttpTransport& http,
                              const std::stop_token& stop);

/// It failed: it is to be asked again who it is. A transaction of its own.
void doubt_upstream(Database& database);

}  // namespace dreamina
