#include "proxy/refusals.hpp"

#include <utility>

#include <fmt/format.h>

#include "base/log.hpp"
#include "base/time_ordered_id.hpp"
#include "proxy/refusal.hpp"

namespace dreamina {
namespace {

/// Nobody is misled by a sentence of this age: the pool itself was asked anew.
constexpr std::chrono::milliseconds fresh_enough{500};

/// Clients may ask for any number of models that there are not.
constexpr std::size_t most_findings = 256;

}  // namespace

void Refusals::refuse(std::shared_ptr<Exchange> exchange, const ModelRule& rule,
                      std::shared_ptr<const ResolvedSettings> settings, Headers further_headers, Told told)
{
    Refused refused{std::move(exchange), std::move(settings), std::move(further_headers), std::move(told)};
    const std::string key = fmt::format("{}/{}", rule.regions, rule.id);  // one model's names may differ in regions
    if (findings_.size() >= most_findings) {
        std::erase_if(findings_, [](const auto& entry) { return !entry.second.looking; });
    }
    Finding& finding = findings_[key];
    if (EventLoop::Clock::now() - finding.found_at < fresh_enough) {
        give(refused, rule, finding.note);
        return;
    }
    finding.waiting.push_back(std::move(refused));
    if (!std::exchange(finding.looking, true)) look(key, rule);
}

void Refusals::give(const Refused& refused, const ModelRule& rule, const std::shared_ptr<const StandingNote>& note)
{
    Reply reply = no_account_reply(rule, note->standing, refused.settings->settings, system_now());
    reply.headers.insert(reply.headers.end(), refused.further_headers.begin(), refused.further_headers.end());
    refused.told(reply, note->standing.unknown ? nullptr : note);
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
        loop_.post([this, key, rule, standing = std::move(standing)] { found(key, rule, standing); });
    });
}

void Refusals::found(const std::string& key, const ModelRule& rule, Standing standing)
{
    Finding& finding = findings_[key];
    finding.note = std::make_shared<StandingNote>(StandingNote{new_time_ordered_id(system_now()), std::move(standing)});
    finding.found_at = EventLoop::Clock::now();
    finding.looking = false;
    const auto note = finding.note;
    for (const Refused& refused : std::exchange(finding.waiting, {})) give(refused, rule, note);
}

}  // namespace dreamina
