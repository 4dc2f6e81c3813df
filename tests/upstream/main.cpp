#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <memory>

#include <arpa/inet.h>
#include <event2/event.h>
#include <event2/http.h>
#include <event2/listener.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sodium.h>
#include <sys/resource.h>

#include "early_cut.hpp"
#include "service.hpp"

namespace {

using namespace dreamina::stand_in;

[[noreturn]] void fail(const char* what)
{
    std::perror(what);
    std::exit(1);
}

/// Every parked request is an open file.
void raise_open_files()
{
    rlimit limit{};
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
}

evconnlistener* listen_on(event_base* base, std::uint16_t port)
{
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    evconnlistener* listener = evconnlistener_new_bind(
        base, nullptr, nullptr, LEV_OPT_CLOSE_ON_FREE | LEV_OPT_REUSEABLE | LEV_OPT_CLOSE_ON_EXEC, 16384,
        reinterpret_cast<sockaddr*>(&address), sizeof address);
    if (listener == nullptr) fail("dreamina-stand-in: cannot listen");
    // Inherited by every connection; the pieces of a stream must not wait for one another's ACK.
    const int on = 1;
    setsockopt(evconnlistener_get_fd(listener), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    return listener;
}

std::uint16_t port_of(evconnlistener* listener)
{
    sockaddr_in address{};
    socklen_t length = sizeof address;
    getsockname(evconnlistener_get_fd(listener), reinterpret_cast<sockaddr*>(&address), &length);
    return ntohs(address.sin_port);
}

void on_request(evhttp_request* raw, void* arg) { static_cast<Service*>(arg)->handle(raw); }

void on_end(evutil_socket_t, short, void* arg) { event_base_loopbreak(static_cast<event_base*>(arg)); }

}  // namespace

int main(int argc, char** argv)
{
    Options options = read_options(argc, argv);
    std::setvbuf(stdout, nullptr, _IOLBF, 0);
    std::signal(SIGPIPE, SIG_IGN);
    raise_open_files();
    if (sodium_init() < 0) return 1;

    event_base* base = event_base_new();
    evconnlistener* listener = listen_on(base, options.port);
    options.port = port_of(listener);
    Service service(base, options);

    evhttp* server = evhttp_new(base);
    evhttp_set_allowed_methods(server, EVHTTP_REQ_GET | EVHTTP_REQ_POST | EVHTTP_REQ_HEAD | EVHTTP_REQ_PUT |
                                           EVHTTP_REQ_DELETE | EVHTTP_REQ_OPTIONS | EVHTTP_REQ_PATCH);
    evhttp_set_default_content_type(server, nullptr);
    evhttp_set_timeout(server, 24 * 60 * 60);  // an answer may be due in minutes, and a client may wait
    evhttp_set_gencb(server, on_request, &service);
    watch_for_early_cuts(server, service);
    evhttp_bind_listener(server, listener);

    event* term = evsignal_new(base, SIGTERM, on_end, base);
    event* interrupt = evsignal_new(base, SIGINT, on_end, base);
    event_add(term, nullptr);
    event_add(interrupt, nullptr);
    std::printf("listening on 127.0.0.1:%u\n", static_cast<unsigned>(options.port));
    event_base_dispatch(base);

    event_free(term);
    event_free(interrupt);
    evhttp_free(server);
    event_base_free(base);
    return 0;
}
