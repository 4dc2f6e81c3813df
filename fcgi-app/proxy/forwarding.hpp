#pragma once
/// One request's way through the pool: model, account, upstream, answer, verdict.

#include <memory>

#include "proxy/proxy_context.hpp"
#include "server/exchange.hpp"

namespace dreamina {

/// Takes the exchange to its end. On the loop's thread.
void forward(ProxyContext& context, std::shared_ptr<Exchange> exchange);

}  // namespace dreamina
