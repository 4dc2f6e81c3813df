#pragma once
/// A request of the log as replies show it.

#include "base/json_reader.hpp"
#include "storage/request_store.hpp"

namespace dreamina {

Json request_json(const LoggedRequest& request);
Json attempt_json(const LoggedAttempt& attempt);
Json standing_json(const LoggedStanding& standing);

}  // namespace dreamina
