#include "proxy/known_keys.hpp"

#include <algorithm>
#include <utility>

#include "core/base/log.hpp"
#include "core/base/secret.hpp"
#include "core/storage/stores/api_key_store.hpp"

namespace dreamina {

std::shared_ptr<const ApiKey> KnownKeys::find(std::string_view key) const
{
    const auto found = keys_->find(secret_digest(key));
    return found == keys_->end() ? nullptr : found->second;
}

std::shared_ptr<const ApiKey> KnownKeys::find(ApiKeyId id) const
{
    const auto found =
        std::find_if(keys_->begin(), keys_->end(), [&](const auto& each) { return each.second->id == id; });
    return found == keys_->end() ? nullptr : found->second;
}

void KnownKeys::refresh()
{
    if (!looking_) look();
}

void KnownKeys::look_again(std::function<void(bool)> then)
{
    next_.push_back(std::move(then));
    refresh();
}

KnownKeys::Look KnownKeys::read(std::int64_t version_before) const
try {
    const ConnectionPool::Lent database = connections_.lend();
    ApiKeyStore store{*database};
    // The version first: what changes in between is read once more the next time.
    Look look{.version = store.version()};
    if (look.version == version_before) return look;
    auto keys = std::make_shared<ByDigest>();
    for (auto& [digest, key] : store.all_by_digest())
        keys->emplace(std::move(digest), std::make_shared<const ApiKey>(std::move(key)));
    look.keys = std::move(keys);
    return look;
} catch (const DatabaseError& error) {
    log_warning("the API keys could not be read: {}", error.what());
    return {.failed = true};
}

void KnownKeys::look()
{
    looking_ = true;
    waiting_ = std::exchange(next_, {});
    threads_.submit([this, version = version_] {
        const Look look = read(version);
        loop_.post([this, look] { seen(look); });
    });
}

void KnownKeys::seen(const Look& look)
{
    looking_ = false;
    if (look.keys) {
        keys_ = look.keys;
        version_ = look.version;
    }
    for (const auto& then : std::exchange(waiting_, {})) then(!look.failed);
    if (!next_.empty()) refresh();
}

}  // namespace dreamina
