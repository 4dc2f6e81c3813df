#include "api/http/dispatcher.hpp"

#include <atomic>

#include <fmt/format.h>

#include "api/routes.hpp"
#include "core/base/log.hpp"

namespace dreamina {
namespace {

/// What is open beside /api has a location of its own in nginx for each address.
bool has_own_location(std::string_view path)
{
    return path == "/healthz" || path.starts_with("/healthz/") || path == "/metrics";
}

Reply no_route(const Match& match)
{
    if (match.allowed.empty()) return error_reply(404, "error.not_found");
    Reply reply = error_reply(405, "error.method_not_allowed", {{"methods", match.allowed}});
    reply.headers.push_back({"Allow", match.allowed});
    return reply;
}

Reply too_large(std::uint64_t max_bytes) { return error_reply(413, "error.body_too_large", {{"max", max_bytes}}); }

}  // namespace

/// An answer that is looked for again and again.
struct Dispatcher::Waiting {
    std::shared_ptr<Exchange> exchange;
    Await await;
};

Dispatcher::Dispatcher(EventLoop& loop, TaskPool& threads, TaskPool& monitoring_threads, Services& services)
    : loop_(loop),
      threads_(threads),
      monitoring_threads_(monitoring_threads),
      services_(services),
      connections_(services.database_file),
      routes_(all_routes())
{
}

void Dispatcher::dispatch(std::shared_ptr<Exchange> exchange)
{
    const Request& asked = exchange->request();
    // A proxy in front may have let it pass for what the raw address says.
    if (!has_own_location(asked.path) && !stays_under(asked.target, "api")) {
        answer(*exchange, no_route({}));
        return;
    }
    auto match = std::make_shared<Match>(find_route(routes_, exchange->request().method, exchange->request().path));
    if (match->route == nullptr) {
        answer(*exchange, no_route(*match));
        return;
    }
    if (match->route->at_once != nullptr) {
        answer(*exchange, match->route->at_once());
        return;
    }
    if (asked.body.size() > match->route->max_body) {
        answer(*exchange, too_large(match->route->max_body));
        return;
    }
    TaskPool& threads = match->route->threads == ThreadGroup::monitoring ? monitoring_threads_ : threads_;
    // The exchange stays the loop's; the thread gets the request, which no other thread uses meanwhile.
    auto request = std::make_shared<Request>(std::move(exchange->mutable_request()));
    auto has_left = std::make_shared<std::atomic<bool>>(false);
    exchange->on_gone([has_left] { *has_left = true; });
    threads.submit([this, exchange = std::move(exchange), match, request, has_left]() mutable {
        if (*has_left) {  // while others were served: the client is gone
            loop_.post([exchange = std::move(exchange)] {});
            return;
        }
        std::shared_ptr<HandlerResult> outcome;
        try {
            const auto database = connections_.lend();
            Call call{.request = *request,
                      .captures = match->captures,
                      .database = *database,
                      .services = services_,
                      .now = system_now(),
                      .snapshot = services_.settings.current()};
            outcome = std::make_shared<HandlerResult>(run_handler(*match->route, call));
        } catch (const std::exception& error) {
            log_error("{} {}: {}", match->route->method, match->route->pattern, error.what());
            outcome = std::make_shared<HandlerResult>(error_reply(503, "error.database"));
        }
        loop_.post([this, exchange = std::move(exchange), outcome] { deliver(exchange, std::move(*outcome)); });
    });
}

void Dispatcher::deliver(std::shared_ptr<Exchange> exchange, HandlerResult outcome)
{
    if (auto* reply = std::get_if<Reply>(&outcome)) {
        answer(*exchange, *reply);
        return;
    }
    auto waiting = std::make_shared<Waiting>(Waiting{std::move(exchange), std::get<Await>(std::move(outcome))});
    loop_.after(await_interval, [this, waiting] { look_again(waiting); });
}

void Dispatcher::look_again(const std::shared_ptr<Waiting>& waiting)
{
    if (waiting->exchange->gone()) return;
    threads_.submit([this, waiting] {
        std::optional<Reply> reply;
        try {
            reply = waiting->await.look(*connections_.lend());
        } catch (const std::exception& error) {
            log_warning("waiting for a job: {}", error.what());  // looked for again
        }
        if (!reply && system_now() >= waiting->await.until) reply = waiting->await.otherwise;
        auto found = std::make_shared<std::optional<Reply>>(std::move(reply));
        loop_.post([this, waiting, found] {
            if (*found) {
                answer(*waiting->exchange, **found);
            } else {
                loop_.after(await_interval, [this, waiting] { look_again(waiting); });
            }
        });
    });
}

}  // namespace dreamina
