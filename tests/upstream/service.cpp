#include "service.hpp"

#include <event2/http.h>

#include "control_routes.hpp"
#include "delivery.hpp"
#include "generation_routes.hpp"
#include "identity_routes.hpp"
#include "named_answers.hpp"
#include "jimeng/upstream_generations.hpp"
#include "jimeng/upstream_reading.hpp"

namespace dreamina::stand_in {
namespace {

struct OwnAnswer {
    Reply reply;
    int delay_ms = 0;
};

bool is_generation(const Request& request, const Role& role)
{
    const std::string path = routed_path(request.path, role);
    return request.method == "POST" && path.starts_with("/v1/") && !identity_reply(request, role);
}

/// What the routes say when no rule does.
OwnAnswer own_answer(Service& service, const Request& request, const ReadBody& body)
{
    if (auto answer = service.registrations.answer(request)) {
        return {std::move(answer->reply), answer->delay_ms};
    }
    const Role& role = service.options.role;
    if (auto reply = identity_reply(request, role)) return {std::move(*reply), 0};
    if (auto reply = service.tokens.answer(request, role)) return {std::move(*reply), 0};
    const std::uint16_t port = service.options.port;
    Reply reply = role.is_a()   ? jimeng_api_reply(request, body, role, service.tokens, port)
                  : role.is_b() ? jimeng_api_go_reply(request, body, role, service.tokens, port)
                                : generation_reply(request, service.options);
    // A refusal of what was sent takes no time.
    const bool takes_time = request.path.starts_with("/v1/") && reply.name != "refused";
    return {std::move(reply), takes_time ? service.options.delay_ms : 0};
}

}  // namespace

Service::Service(event_base* loop, const Options& chosen)
    : base(loop),
      options(chosen),
      recorder(chosen.recording),
      tokens(chosen.points),
      registrations({chosen.register_key, chosen.session_prefix, chosen.register_delay_ms})
{
}

void Service::handle(evhttp_request* raw)
{
    Request request = read_request(raw);
    if (request.path.starts_with("/_")) {
        deliver(base, recorder, raw, control_reply(*this, request), Shape(), Ticket());
        return;
    }
    const bool played = options.role.as != Upstream::anything;
    const ReadBody body =
        played && is_generation(request, options.role) ? read_generation(request, options.role) : ReadBody();
    if (played && request.path.starts_with("/token/")) read_tokens(request, options.role);
    Ticket ticket = recorder.received(request);
    const Rule* rule = script.take(request);
    if (rule != nullptr && !rule->named.empty()) {
        Reply reply = *named_reply(rule->named, request, options.role);
        add_usual_headers(reply, options.role);
        reply.headers.insert(reply.headers.end(), rule->headers.begin(), rule->headers.end());
        deliver(base, recorder, raw, std::move(reply), rule->shape, std::move(ticket));
        return;
    }
    if (rule != nullptr && rule->reply) {
        deliver(base, recorder, raw, *rule->reply, rule->shape, std::move(ticket));
        return;
    }
    OwnAnswer own = own_answer(*this, request, body);
    add_usual_headers(own.reply, options.role);
    Shape shape;
    if (rule != nullptr) {
        shape = rule->shape;
    } else {
        shape.delay_min_ms = shape.delay_max_ms = own.delay_ms;
    }
    deliver(base, recorder, raw, std::move(own.reply), shape, std::move(ticket));
}

}  // namespace dreamina::stand_in
