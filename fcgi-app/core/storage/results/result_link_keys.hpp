#pragma once
/// `result_link_keys`: what links to results are signed with. A new one takes over from time to time; the others open
/// what they have signed for as long as there are results from their time.

#include <string>
#include <vector>

#include "core/base/clock.hpp"
#include "core/storage/engine/database.hpp"

namespace dreamina {

/// How long one signs.
constexpr std::chrono::days link_key_signs{30};

class ResultLinkKeys {
public:
    explicit ResultLinkKeys(Database& database) : database_(database) {}

    /// Raw bytes, the newest first. Throws DatabaseError where one is encrypted with a key that is not at hand.
    std::vector<std::string> all();

    // These are part of a write transaction.

    /// What signs now. Makes one where there is none, or where the newest has signed for long enough.
    std::string signing(Time now);
    /// Removes those that have signed nothing that is still there.
    void forget_unused();

private:
    std::string make(Time now);

    Database& database_;
};

/// Brings them into the form that `encryption` asks for. Within a Transaction.
void reencrypt_link_keys(Database& database);

}  // namespace dreamina
