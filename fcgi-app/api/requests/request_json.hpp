#pragma once
/// A request of the log as replies show it.

#include "core/base/json_reader.hpp"
#include "core/storage/log/request_store.hpp"

namespace dreamina {

Json request_json(const LoggedRequest& request);
Json attempt_json(const LoggedAttempt& attempt);
Json eligibility_json(const LoggedEligibility& eligibility);

}  // namespace dreamina
