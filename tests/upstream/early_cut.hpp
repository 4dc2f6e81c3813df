#pragma once

#include "service.hpp"

struct evhttp;

namespace dreamina::stand_in {

/// Acts out the rules with "cut": "before_body_read". libevent's server makes no call between the
/// header and the body, so the bytes are looked at as they come in from the socket: a header that
/// arrives whole, as every client sends it, and meets such a rule ends its connection.
void watch_for_early_cuts(evhttp* server, Service& service);

}  // namespace dreamina::stand_in
