#pragma once
/// What all requests under /v1 share. Lives on the event loop's thread and outlives them.

#include <memory>

#include "core/domain/model_catalog.hpp"
#include "core/domain/verdict/verdict_rules.hpp"
#include "core/pool/write_queue.hpp"
#include "proxy/key_check.hpp"
#include "proxy/known_keys.hpp"
#include "proxy/ineligibility_cache.hpp"
#include "proxy/upstream.hpp"
#include "net/event_loop.hpp"
#include "auth/password_check.hpp"
#include "net/task_pool.hpp"
#include "core/storage/stores/settings_file.hpp"

namespace dreamina {

class Generations;
class Results;

struct ProxyContext {
    EventLoop& loop;
    TaskPool& threads;  ///< for searching large bodies
    KeyCheck& key_check;
    WriteQueue& write_queue;
    Upstream& upstream;
    IneligibilityCache& ineligibility;
    SettingsFile& settings;
    PasswordCheck& passwords;
    KnownKeys& keys;
    std::shared_ptr<const ModelCatalog> catalog;         ///< replaced when the database's rows change
    std::shared_ptr<const VerdictRules> verdict_rules;   ///< likewise
    UpstreamKind upstream_kind = UpstreamKind::unknown;  ///< likewise
    Generations* generations = nullptr;                  ///< null: there are none
    Results* results = nullptr;                          ///< null: none are stored
};

}  // namespace dreamina
