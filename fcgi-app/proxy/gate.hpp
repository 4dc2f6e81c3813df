#pragma once
/// The door of /v1: who calls, and what is answered here rather than by the upstream.

#include <memory>

#include "proxy/proxy_context.hpp"
#include "server/exchange.hpp"

namespace dreamina {

class Gate {
public:
    explicit Gate(ProxyContext& context) : context_(context) {}

    /// On the loop's thread.
    void admit(std::shared_ptr<Exchange> exchange);

private:
    void pass(std::shared_ptr<Exchange> exchange);

    ProxyContext& context_;
};

}  // namespace dreamina
