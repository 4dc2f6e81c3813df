#include "core/storage/stores/key_uses.hpp"

#include "core/storage/stores/api_key_store.hpp"

namespace dreamina {

void KeyUses::load(std::span<const ApiKeyId> keys)
{
    std::vector<ApiKeyId> unknown;
    for (const ApiKeyId key : keys) {
        if (std::exchange(entries_[key].is_read, true)) continue;
        unknown.push_back(key);
    }
    if (unknown.empty()) return;
    for (auto& [key, status] : ApiKeyStore{database_}.statuses(unknown)) {
        Entry& entry = entries_[key];
        entry.status = status;
        entry.status->use.in_flight += entry.in_flight_change;
    }
}

const ApiKeyStatus* KeyUses::status(ApiKeyId key)
{
    load({&key, 1});
    const auto& status = entries_[key].status;
    return status ? &*status : nullptr;
}

void KeyUses::count_call(ApiKeyId key, const ApiKeyUse& use)
{
    if (status(key) == nullptr) return;
    Entry& entry = entries_[key];
    entry.status->use = use;
    entry.is_changed = true;
}

void KeyUses::take_back_call(const KeyCall& call)
{
    if (!call.counted_at) return;
    if (const ApiKeyStatus* found = status(call.key)) count_call(call.key, without_call(found->use, *call.counted_at));
}

void KeyUses::change_in_flight(ApiKeyId key, int change)
{
    entries_[key].in_flight_change += change;
    in_flight_has_changed(key, change);
}

void KeyUses::in_flight_has_changed(ApiKeyId key, int change)
{
    if (auto& status = entries_[key].status) status->use.in_flight += change;
}

void KeyUses::write()
{
    std::map<ApiKeyId, ApiKeyUse> changed;
    for (auto& [key, entry] : entries_) {
        entry.in_flight_change = 0;
        if (std::exchange(entry.is_changed, false)) changed.emplace(key, entry.status->use);
    }
    ApiKeyStore{database_}.set_uses(changed);
}

}  // namespace dreamina
