#pragma once
/// `upstream_facts`: what is known of the program at UPSTREAM_BASE_URL, for all processes. A writer does so
/// within a Transaction.

#include "core/domain/account/account.hpp"
#include "core/domain/upstream_diagnosis.hpp"
#include "core/domain/upstream_kind.hpp"
#include "core/storage/engine/database.hpp"

namespace dreamina {

/// All that is known.
struct KnownUpstream {
    UpstreamFacts facts;
    /// No upstream has answered at that address yet, so what happens to a request there is unknown.
    bool awaited = false;
    std::optional<UpstreamDiagnosis> diagnosis = {};  ///< when it was last asked; empty: it was not
    Message message = {};
    std::string instead = {};
    std::optional<Time> asked_at = {};
    std::optional<Time> doubted_at = {};  ///< something has failed since
};

/// An account that the upstream's /token/check has called live.
struct LiveWitness {
    AccountId account = 0;
    Time at{};
};

class UpstreamFactsStore {
public:
    explicit UpstreamFactsStore(Database& database) : database_(database) {}

    UpstreamFacts read();
    KnownUpstream known();
    /// Part of a larger write transaction.
    void write(const UpstreamFacts& facts);

    /// This address is used from now on: what is known of another one is forgotten.
    void expect(std::string_view base_url);

    /// What asking at `base_url`, begun at `began`, has come to. Nothing if another address is used by now.
    void found(std::string_view base_url, const UpstreamDetection& detection, Time began, Time now);

    /// Something has failed: the upstream is to be asked again.
    void doubt(Time now);

    void called_live(AccountId account, Time now);
    /// The last one but `account` that was called live since the upstream came up, as far as we saw.
    std::optional<LiveWitness> called_live_beside(AccountId account);

private:
    Database& database_;
};

}  // namespace dreamina
