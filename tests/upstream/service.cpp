#include "service.hpp"

#include <event2/http.h>

#include "control_routes.hpp"
#include "delivery.hpp"
#include "generation_routes.hpp"

namespace dreamina::stand_in {
namespace {

struct OwnAnswer {
    Reply reply;
    int delay_ms = 0;
};

/// What the routes say when no rule does.
OwnAnswer own_answer(Service& service, const Request& request)
{
    if (auto answer = service.registrations.answer(request)) {
        return {std::move(answer->reply), answer->delay_ms};
    }
    if (auto reply = service.tokens.answer(request)) return {std::move(*reply), 0};
    Reply reply = generation_reply(request, service.options.dialect, service.options.port);
    return {std::move(reply), request.path.starts_with("/v1/") ? service.options.delay_ms : 0};
}

}  // namespace

Service::Service(event_base* loop, const Options& chosen)
    : base(loop),
      options(chosen),
      recorder(chosen.recording),
      tokens(chosen.dialect, chosen.points),
      registrations({chosen.register_key, chosen.session_prefix, chosen.register_delay_ms})
{
}

void Service::handle(evhttp_request* raw)
{
    const Request request = read_request(raw);
    if (request.path.starts_with("/_")) {
        deliver(base, recorder, raw, control_reply(*this, request), Shape(), Ticket());
        return;
    }
    Ticket ticket = recorder.received(request);
    const Rule* rule = script.take(request);
    if (rule != nullptr && rule->reply) {
        deliver(base, recorder, raw, *rule->reply, rule->shape, std::move(ticket));
        return;
    }
    OwnAnswer own = own_answer(*this, request);
    Shape shape;
    if (rule != nullptr) {
        shape = rule->shape;
    } else {
        shape.delay_least_ms = shape.delay_most_ms = own.delay_ms;
    }
    deliver(base, recorder, raw, std::move(own.reply), shape, std::move(ticket));
}

}  // namespace dreamina::stand_in
