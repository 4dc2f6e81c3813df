#pragma once
/// Which webhooks a change of a generation has: those of its API key, or the one that its request named.

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "core/base/clock.hpp"
#include "core/base/message/message.hpp"
#include "core/storage/engine/database.hpp"

namespace dreamina {

/// What a generation became, and what it answered where that is at hand.
struct GenerationChange {
    std::string id;
    std::optional<std::string> result{};
};

/// Part of the write transaction in which they changed. Only those are told of that were asked for asynchronously, and
/// that somebody still waits for.
void add_webhook_events(Database& database, std::span<const GenerationChange> changes, Time now);

/// Why a request with this key may not send its events to `url`; empty if it may. `key` 0: the administrator, who has
/// no webhooks. `allow_hosts`: WEBHOOK_ALLOW_HOSTS.
Message own_webhook_fault(Database& database, std::int64_t key, std::string_view url,
                          const std::optional<std::string>& allow_hosts);

}  // namespace dreamina
