#pragma once
/// What the calls of a batch mean for their keys, in memory until write(): one statement for all. How many requests of
/// a key are in flight is written by the triggers of `leases` and `waiting`; here it goes along, so that the limits
/// hold within the batch too. Part of one write transaction.

#include <span>
#include <unordered_map>

#include "core/domain/api_key.hpp"
#include "core/storage/engine/database.hpp"

namespace dreamina {

class KeyUses {
public:
    explicit KeyUses(Database& database) : database_(database) {}

    /// Reads these, those that are unknown yet, at once.
    void load(std::span<const ApiKeyId> keys);

    /// Nothing for a deleted key.
    const ApiKeyStatus* status(ApiKeyId key);
    /// `use`: with the call counted.
    void count_call(ApiKeyId key, const ApiKeyUse& use);
    /// It was never sent, or never got an account. Nothing to do for one that was not counted.
    void take_back_call(const KeyCall& call);

    /// A lease or a place in the wait queue begins or ends with the next write.
    void change_in_flight(ApiKeyId key, int change);
    /// … or has been written.
    void in_flight_has_changed(ApiKeyId key, int change);

    void write();

private:
    struct Entry {
        std::optional<ApiKeyStatus> status;
        bool is_read = false;
        bool is_changed = false;
        std::int64_t in_flight_change = 0;  ///< not written yet
    };

    Database& database_;
    std::unordered_map<ApiKeyId, Entry> entries_;
};

}  // namespace dreamina
