#pragma once
/// `unfinished_requests`: those between two attempts, when no lease speaks for them. Changes are part of a larger write
/// transaction.

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/domain/request_record.hpp"
#include "core/storage/engine/database.hpp"

namespace dreamina {

struct UnfinishedRequest {
    RequestFacts facts;
    std::string worker;
    std::string model;  ///< what it is counted under
    int attempts = 0;   ///< so far; all of them are logged
};

class UnfinishedStore {
public:
    explicit UnfinishedStore(Database& database) : database_(database) {}

    /// Also in the place of what was known of it before.
    void put(std::span<const UnfinishedRequest> requests);
    void remove(std::string_view request);
    std::vector<UnfinishedRequest> of_worker(std::string_view worker);
    /// Workers that have at least one.
    std::vector<std::string> workers();

private:
    Database& database_;
};

}  // namespace dreamina
