#pragma once
/// Authenticates requests to /v1, and answers those that need no upstream.

#include <memory>

#include "proxy/proxy_context.hpp"
#include "net/exchange.hpp"

namespace dreamina {

class V1Handler {
public:
    explicit V1Handler(ProxyContext& context) : context_(context) {}

    /// On the loop's thread.
    void handle(std::shared_ptr<Exchange> exchange);

private:
    void handle_with_key(std::shared_ptr<Exchange> exchange, std::string_view token);
    /// `key`: null for the administrator.
    void answer_or_forward(std::shared_ptr<Exchange> exchange, std::shared_ptr<const ApiKey> key);

    ProxyContext& context_;
};

}  // namespace dreamina
