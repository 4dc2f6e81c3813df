#include "proxy/ineligibility_cache.hpp"

#include <utility>

#include <fmt/format.h>

#include "core/base/log.hpp"
#include "core/base/time_ordered_id.hpp"
#include "proxy/error_replies.hpp"

namespace dreamina {
namespace {

/// An explanation of this age does not mislead: the pool itself was asked again.
constexpr std::chrono::milliseconds fresh_enough{500};

/// Clients may ask for any number of models that there are not.
constexpr std::size_t max_cached = 256;

}  // namespace

void IneligibilityCache::explain(const ModelRule& rule, std::shared_ptr<const ResolvedSettings> settings, Then then)
{
    Refused refused{std::move(settings), std::move(then)};
    const std::string key = fmt::format("{}/{}", rule.regions, rule.id);  // one model's names may differ in regions
    if (cache_.size() >= max_cached) {
        std::erase_if(cache_, [](const auto& entry) { return !entry.second.looking; });
    }
    CachedEligibility& cached = cache_[key];
    if (EventLoop::Clock::now() - cached.looked_at < fresh_enough) {
        tell(refused, rule, cached.stored);
        return;
    }
    cached.waiting.push_back(std::move(refused));
    if (!std::exchange(cached.looking, true)) look(key, rule);
}

void IneligibilityCache::tell(const Refused& refused, const ModelRule& rule,
                              const std::shared_ptr<const StoredEligibility>& stored)
{
    refused.then({.reply = no_account_reply(rule, stored->eligibility, refused.settings->settings, system_now()),
                  .eligibility = stored->eligibility.unknown ? nullptr : stored});
}

void IneligibilityCache::look(const std::string& key, const ModelRule& rule)
{
    threads_.submit([this, key, rule] {
        Eligibility eligibility;
        try {
            eligibility = AccountSelection{*connections_.lend()}.eligibility_for(rule);
        } catch (const DatabaseError& error) {
            log_warning("why no account could be reserved is not known: {}", error.what());
            eligibility.unknown = true;
        }
        loop_.post([this, key, rule, eligibility = std::move(eligibility)] { fill(key, rule, eligibility); });
    });
}

void IneligibilityCache::fill(const std::string& key, const ModelRule& rule, Eligibility eligibility)
{
    CachedEligibility& cached = cache_[key];
    cached.stored = std::make_shared<StoredEligibility>(
        StoredEligibility{new_time_ordered_id(system_now()), std::move(eligibility)});
    cached.looked_at = EventLoop::Clock::now();
    cached.looking = false;
    const auto stored = cached.stored;
    for (const Refused& refused : std::exchange(cached.waiting, {})) tell(refused, rule, stored);
}

}  // namespace dreamina
