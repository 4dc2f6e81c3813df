#pragma once
/// Pages of the request log.

#include <optional>
#include <string>
#include <vector>

#include "core/storage/log/request_store.hpp"

namespace dreamina {

/// What is empty lets all through.
struct RequestFilter {
    std::optional<Time> from;        ///< began then or later
    std::optional<Time> to;          ///< began before
    std::optional<Time> ended_from;  ///< ended then or later; without `from`, all rows are looked at for it
    std::string id;
    std::string model;  ///< counted under it, or asked for by this name
    std::optional<RequestOutcome> outcome;
    std::optional<std::int64_t> status;
    std::optional<AccountId> account;     ///< in any attempt
    std::optional<std::int64_t> api_key;  ///< 0: the administrator's password
    std::optional<Region> region;         ///< of the last attempt's account
    std::optional<std::int64_t> min_attempts;
};

struct RequestPage {
    std::vector<LoggedRequest> items;  ///< the latest first; without their attempts
    std::string next;                  ///< where the next page begins; empty: there is none
};

/// At most `size` requests that began before the one named by `cursor` (empty: from the latest on). Requests that end
/// meanwhile do not move what was not read yet. Looks at a bounded number of rows, so that a filter that few pass holds
/// no other request: a page may be short, or empty, and still have a next one.
RequestPage list_requests(Database& database, const RequestFilter& filter, const std::string& cursor,
                          std::int64_t size);

}  // namespace dreamina
