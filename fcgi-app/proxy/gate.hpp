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
    void admit_by_key(std::shared_ptr<Exchange> exchange, std::string_view token);
    /// `key`: null for the administrator.
    void pass(std::shared_ptr<Exchange> exchange, std::shared_ptr<const ApiKey> key);

    ProxyContext& context_;
};

}  // namespace dreamina
