#pragma once
/// The columns webhook_… of `api_keys`. Secrets are kept as those of accounts are: plain text, or encrypted with the
/// key that `encryption` names.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/domain/webhook/key_webhook.hpp"
#include "core/storage/engine/database.hpp"

namespace dreamina {

class KeyWebhooks {
public:
    explicit KeyWebhooks(Database& database) : database_(database) {}

    /// Nothing: no such key, or a deleted one.
    std::optional<KeyWebhook> find(ApiKeyId key);

    /// What signs now: the secret, and the former one while it lasts. Empty for a key that is revoked, deleted, or has
    /// none. Throws DatabaseError if they are encrypted with a key that is not at hand.
    std::vector<std::string> secrets(ApiKeyId key, Time now);

    /// The names of the keys in use whose URL is off.
    std::vector<std::string> names_of_off();

    // What follows is part of a write transaction.

    /// URL, hosts and in_progress. An URL that was off is on again.
    void change(const KeyWebhook& webhook, Time now);
    /// The one before it lasts for `old_webhook_secret_lasts`, the one before that no more.
    void set_secret(ApiKeyId key, const std::string& secret, Time now);
    /// The receiver is gone. Returns false if the key's URL is another one by now, or off already.
    bool switch_off(ApiKeyId key, std::string_view url, Time now);
    /// Former secrets whose time is over are gone from the file, too.
    void forget_old_secrets(Time now);

private:
    Database& database_;
};

/// Brings the secrets into the form that `encryption` asks for. Within a Transaction.
void reencrypt_webhook_secrets(Database& database);

}  // namespace dreamina
