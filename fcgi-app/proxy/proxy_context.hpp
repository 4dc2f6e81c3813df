#pragma once
/// What all requests under /v1 share. Lives on the event loop's thread and outlives them.

#include <memory>

#include "domain/model_catalog.hpp"
#include "domain/verdict_rules.hpp"
#include "pool/ledger.hpp"
#include "proxy/key_check.hpp"
#include "proxy/known_keys.hpp"
#include "proxy/refusals.hpp"
#include "proxy/upstream.hpp"
#include "server/event_loop.hpp"
#include "server/password_check.hpp"
#include "server/task_pool.hpp"
#include "storage/settings_file.hpp"

namespace dreamina {

struct ProxyContext {
    EventLoop& loop;
    TaskPool& threads;  ///< for searching large bodies
    KeyCheck& key_check;
    Ledger& ledger;
    Upstream& upstream;
    Refusals& refusals;
    SettingsFile& settings;
    PasswordCheck& passwords;
    KnownKeys& keys;
    std::shared_ptr<const ModelCatalog> catalog;         ///< replaced when the database's rows change
    std::shared_ptr<const VerdictRules> verdict_rules;   ///< likewise
    UpstreamKind upstream_kind = UpstreamKind::unknown;  ///< likewise
};

}  // namespace dreamina
