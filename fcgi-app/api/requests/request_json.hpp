#pragma once
/// A request of the log as replies show it.

#include "core/base/json_reader.hpp"
#include "core/storage/log/request_store.hpp"

namespace dreamina {

Json request_json(const LoggedRequest& request);
/// One that was asked for alone: with its attempts, and why no account could serve it.
Json request_details_json(RequestStore& store, const LoggedRequest& request);

}  // namespace dreamina
