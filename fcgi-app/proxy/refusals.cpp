#include "proxy/refusals.hpp"

#include <utility>

#include <fmt/format.h>

#include "base/log.hpp"
#include "proxy/refusal.hpp"

namespace dreamina {
namespace {

/// Nobody is misled by a sentence of this age: the pool itself was asked anew.
constexpr std::chrono::milliseconds fresh_enough{500};

/// Clients may ask for any number of models that there are not.
constexpr std::size_t most_findings = 256;

}  // namespace

void Refusals::refuse(std::shared_ptr<Exchange> exchange, const ModelRule& rule,
                      std::shared_ptr<const ResolvedSettings> settings, Headers further_headers)
{
    Refused refused{std::move(exchange), std::move(settings), std::move(further_headers)};
    const std::string key = fmt::format("{}/{}", rule.regions, rule.id);  // one model's names may differ in regions
    if (findings_.size() >= most_findings) {
        std::erase_if(findings_, [](const auto& entry) { return !entry.second.looking; });
    }
    Finding& finding = findings_[key];
    if (EventLoop::Clock::now() - finding.found_at < fresh_enough) {
        give(refused, rule, finding.standing);
        return;
    }
    finding.waiting.push_back(std::move(refused));
    if (!std::exchange(finding.looking, true)) look(key, rule);
}

void Refusals::give(const Refused& refused, const ModelRule& rule, const Standing& standing)
{
    Reply reply = no_account_reply(rule, standing, refused.settings->settings, system_now());
    reply.headers.insert(reply.headers.end(), refused.further_headers.begin(), refused.further_headers.end());
    answer(*refused.exchange, reply);
}

void Refusals::look(const std::string& key, const ModelRule& rule)
{
    threads_.submit([this, key, rule] {
        Standing standing;
        try {
            standing = AccountSelection{*connections_.lend()}.standing_towards(rule);
        } catch (const DatabaseError& error) {
            log_warning("why no account could be reserved is not known: {}", error.what());
            standing.unknown = true;
        }
        loop_.post([this, key, rule, standing] { found(key, rule, standing); });
    });
}

void Refusals::found(const std::string& key, const ModelRule& rule, const Standing& standing)
{
    Finding& finding = findings_[key];
    finding.standing = standing;
    finding.found_at = EventLoop::Clock::now();
    finding.looking = false;
    for (const Refused& refused : std::exchange(finding.waiting, {})) give(refused, rule, standing);
}

}  // namespace dreamina
