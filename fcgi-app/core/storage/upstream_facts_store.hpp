#pragma once
/// `upstream_facts`: what is known of the program at UPSTREAM_BASE_URL, for all processes.

#include "domain/upstream_kind.hpp"
#include "storage/database.hpp"

namespace dreamina {

class UpstreamFactsStore {
public:
    explicit UpstreamFactsStore(Database& database) : database_(database) {}

    UpstreamFacts read();
    /// Part of a larger write transaction.
    void write(const UpstreamFacts& facts);

private:
    Database& database_;
};

}  // namespace dreamina
