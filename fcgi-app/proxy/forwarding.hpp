#pragma once
/// One request's way through the pool: model, account, upstream, answer, verdict.

#include <memory>

#include "proxy/proxy_context.hpp"
#include "net/exchange.hpp"
#include "proxy/generations/generation_run.hpp"

namespace dreamina {

/// Takes the exchange to its end. On the loop's thread. `key`: that the request came with, null for the administrator.
/// `generation`: whose exchange it is; null for a plain request.
void forward(ProxyContext& context, std::shared_ptr<Exchange> exchange, std::shared_ptr<const ApiKey> key,
             std::shared_ptr<GenerationRun> generation = nullptr);

}  // namespace dreamina
