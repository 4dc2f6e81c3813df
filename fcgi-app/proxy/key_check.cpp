#include "proxy/key_check.hpp"

#include <optional>

#include "core/base/log.hpp"

namespace dreamina {
namespace {

/// More keys than this do not wait: a look at an address takes microseconds, a hash a tenth of a second.
constexpr std::size_t max_under_way = 256;
constexpr std::chrono::seconds when_crowded{2};

constexpr std::size_t max_refused = 4096;
constexpr std::size_t max_trusted = 16384;

}  // namespace

void KeyCheck::judge(std::string key, std::string stored_password, ClientAddress client,
                     std::function<void(LoginResult)> then)
{
    if (under_way_ >= max_under_way) {
        then({LoginResult::Outcome::too_many, when_crowded});
        return;
    }
    ++under_way_;
    threads_.submit([this, key = std::move(key), stored = std::move(stored_password), client = std::move(client),
                     then = std::move(then)]() mutable {
        LoginResult result{LoginResult::Outcome::too_many, when_crowded};
        try {
            result = attempt_login(passwords_, *connections_.lend(), key, stored, client, system_now());
        } catch (const std::exception& error) {
            log_warning("a key could not be checked: {}", error.what());
        }
        loop_.post([this, result, client = std::move(client), then = std::move(then)] {
            --under_way_;
            if (client.is_public) note(client.limit_key, result);
            then(result);
        });
    });
}

std::optional<std::chrono::seconds> KeyCheck::refused_for(const ClientAddress& client) const
{
    if (refused_.empty()) return std::nullopt;  // as a rule
    const auto found = client.is_public ? refused_.find(client.limit_key) : refused_.end();
    if (found == refused_.end() || found->second <= Clock::now()) return std::nullopt;
    return std::chrono::ceil<std::chrono::seconds>(found->second - Clock::now());
}

void KeyCheck::note(const std::string& address, const LoginResult& result)
{
    if (result.outcome != LoginResult::Outcome::too_many) {
        refused_.erase(address);
        if (trusted_.size() >= max_trusted) trusted_.clear();  // the database remembers them longer
        if (result.outcome == LoginResult::Outcome::right) trusted_.insert(address);
        return;
    }
    const auto now = Clock::now();
    if (refused_.size() >= max_refused) {
        std::erase_if(refused_, [&](const auto& entry) { return entry.second <= now; });
        if (refused_.size() >= max_refused) return;
    }
    refused_[address] = now + result.retry_after;
}

}  // namespace dreamina
