#include "early_cut.hpp"

#include <algorithm>
#include <memory>
#include <unordered_map>

#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/event.h>
#include <event2/http.h>

#include "delivery.hpp"

namespace dreamina::stand_in {
namespace {

struct Watch {
    Service* service;
    bufferevent* stream;
};

std::string_view trimmed(std::string_view text)
{
    while (text.starts_with(' ')) text.remove_prefix(1);
    while (text.ends_with(' ')) text.remove_suffix(1);
    return text;
}

/// A request without its body, or one without a path if `head` is none.
Request read_head(std::string_view head)
{
    Request request;
    const std::string_view line = head.substr(0, head.find("\r\n"));
    const std::size_t first = line.find(' ');
    const std::size_t last = line.rfind(" HTTP/1.");
    if (first == std::string_view::npos || last == std::string_view::npos || last <= first) return request;
    request.method = line.substr(0, first);
    request.target = line.substr(first + 1, last - first - 1);
    request.path = request.target.substr(0, request.target.find('?'));
    for (head.remove_prefix(line.size() + 2); !head.empty();) {
        const std::string_view field = head.substr(0, head.find("\r\n"));
        head.remove_prefix(std::min(head.size(), field.size() + 2));
        const std::size_t colon = field.find(':');
        if (colon == std::string_view::npos) continue;
        request.headers.emplace_back(field.substr(0, colon), trimmed(field.substr(colon + 1)));
    }
    const std::string_view authorization = request.header("Authorization");
    if (authorization.starts_with("Bearer ")) request.token = authorization.substr(7);
    return request;
}

void on_input(evbuffer* input, const evbuffer_cb_info* change, void* arg)
{
    const Watch& watch = *static_cast<Watch*>(arg);
    if (change->n_added == 0 || !watch.service->script.has_early_cuts()) return;
    const evbuffer_ptr end = evbuffer_search(input, "\r\n\r\n", 4, nullptr);
    if (end.pos < 0) return;
    const auto length = static_cast<std::size_t>(end.pos) + 2;
    const char* bytes = reinterpret_cast<const char*>(evbuffer_pullup(input, end.pos + 2));
    const Request request = read_head({bytes, length});
    if (request.path.empty() || request.path.starts_with("/_")) return;
    const Rule* rule = watch.service->script.take_early_cut(request);
    if (rule == nullptr) return;

    Recorder& recorder = watch.service->recorder;
    recorder.ended(recorder.received(request), Ending::cut, Reply());
    if (rule->shape.reset) reset_connection(bufferevent_getfd(watch.stream));
    // With nothing left to read, the server takes the end of input for that of a connection at rest.
    bufferevent_disable(watch.stream, EV_READ);
    evbuffer_drain(input, evbuffer_get_length(input));
    bufferevent_trigger_event(watch.stream, BEV_EVENT_EOF | BEV_EVENT_READING, BEV_TRIG_DEFER_CALLBACKS);
}

bufferevent* new_stream(event_base* base, void* arg)
{
    // Nothing tells when a stream ends; as its address is used again, the watches stay as few as
    // there ever were connections at a time.
    static std::unordered_map<bufferevent*, std::unique_ptr<Watch>> watches;
    bufferevent* stream = bufferevent_socket_new(base, -1, BEV_OPT_CLOSE_ON_FREE);
    auto& watch = watches[stream];
    watch = std::make_unique<Watch>(Watch{static_cast<Service*>(arg), stream});
    evbuffer_add_cb(bufferevent_get_input(stream), on_input, watch.get());
    return stream;
}

}  // namespace

void watch_for_early_cuts(evhttp* server, Service& service) { evhttp_set_bevcb(server, new_stream, &service); }

}  // namespace dreamina::stand_in
