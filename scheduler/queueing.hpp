#pragma once
/// What timed jobs call to have work done: each queues a job for the JobRunner unless one of its kind and scope
/// waits or runs already, or there is nothing to do for it. True if a job was queued. Transactions of their own.

#include <cstddef>
#include <stop_token>
#include <string_view>

#include "core/clients/http_client.hpp"
#include "core/domain/job.hpp"
#include "core/domain/settings.hpp"
#include "core/storage/engine/database.hpp"

namespace dreamina {

/// Of all accounts that can be asked. Daily, and by interval.
bool queue_points_update(Database& database, std::string_view requested_by, Time now);

/// Sessions older than SESSION_UPDATE_DAYS or never dated, and those that have expired. Daily.
bool queue_session_refresh_due(Database& database, const Settings& settings, std::string_view requested_by, Time now);

/// Sessions that have expired and whose refresh failed for a reason that may have gone by. Every ten minutes.
bool queue_session_refresh_expired(Database& database, const Settings& settings, std::string_view requested_by,
                                   Time now);

/// Of all sessions: daily, when SESSION_CHECK_ENABLED.
bool queue_session_check(Database& database, std::string_view requested_by, Time now);

/// A second look, an hour or more later, at those that the first check found not live. Every ten minutes: nothing is
/// queued while there are none.
bool queue_session_recheck(Database& database, std::string_view requested_by, Time now);

/// Daily, when DAILY_CREDITS_ENABLED; runs before a points update that is queued after it.
bool queue_daily_credits(Database& database, std::string_view requested_by, Time now);

/// Knows by itself whether it is enabled and configured, whether AUTO_REGISTER_INTERVAL has passed (longer after
/// failures) and whether AUTO_REGISTER_TARGET is reached: to be called every few seconds.
bool queue_auto_registration(Database& database, const Settings& settings, Time now);

/// Asks for the points of the accounts that were used since they were last asked for, each at most every 30 s.
/// Every few seconds, in a thread that may wait for the upstream. How many accounts were answered for.
std::size_t update_due_points(Database& database, const Settings& settings, HttpTransport& http,
                              const std::stop_token& stop, Time now);

/// The same of those alone that the upstream has called used up: until the answer they serve only what needs none.
std::size_t update_doubted_points(Database& database, const Settings& settings, HttpTransport& http,
                                  const std::stop_token& stop, Time now);

}  // namespace dreamina
