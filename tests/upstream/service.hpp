#pragma once

#include "options.hpp"
#include "recorder.hpp"
#include "register_service.hpp"
#include "script.hpp"
#include "token_routes.hpp"

struct event_base;
struct evhttp_request;

namespace dreamina::stand_in {

/// Everything the stand-in knows, and where a request goes. It lives in one thread: the loop's.
struct Service {
    Service(event_base* loop, const Options& chosen);

    /// Answers a request, now or later.
    void handle(evhttp_request* raw);

    event_base* base;
    Options options;  ///< with the port that was really taken; its role may change
    Script script;
    Recorder recorder;
    TokenRoutes tokens;
    RegisterService registrations;
};

}  // namespace dreamina::stand_in
