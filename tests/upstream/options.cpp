#include "options.hpp"

#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <string_view>

#include <getopt.h>

namespace dreamina::stand_in {
namespace {

constexpr const char* help_text =
    R"(usage: dreamina-stand-in [options]

Stands in for the upstream and the register service, on 127.0.0.1, in tests, demos and benchmarks.
Prints "listening on 127.0.0.1:PORT" when it is ready; ends on TERM or INT.

  --port N                listen there (default 8080; 0: a free port)
  --as NAME               plays jimeng-api, jimeng-api-old (with chat), jimeng-api-fork (true statuses),
                          jimeng-api-go, or anything (default: takes every route, echoes)
  --dialect a|b           of anything: a: failures are HTTP 200 with a negative code; b: status and "[CODE] text"
  --pictures              of anything: its answers lead to pictures and films instead of random bytes
  --delay-ms N            how long a generation takes unless a rule says otherwise (default 0)
  --points N              what a token has unless told otherwise (default 120)
  --record off|counts|full  what is kept of the requests (default full: the last 10,000)
  --register-key KEY      what callers of the register service must bear (default: anything)
  --register-delay-ms N   how long a registration or session refresh takes (default 0)
  --session-prefix TEXT   before the sessions it hands out (default us-)
  --help

Upstream     POST /v1/images/generations, /v1/images/compositions, /v1/images/edits,
             /v1/videos/generations, /v1/video/generations, /v1/chat/completions ("stream": true too);
             GET /v1/models, /ping; any other path under /v1/ echoes its body;
             POST /token/points, /token/check, /token/receive
Register     GET /health; POST /register, /register/batch, /session/update; GET /tasks/{id}

Control (never recorded, never scripted)
  POST /_as               {"as": NAME}: plays that one from now on, "dialect" beside "anything"; GET shows it
  POST /_script           a JSON list of rules replaces the script; PUT adds rules; GET shows them.
                          A rule: account, model, path, method, times; answer (with dialect), or
                          status, reason, headers, body | body_base64 | body_bytes with seed, or
                          events, event_gap_ms, event_stamp; delay_ms (N or [least, most]);
                          cut (before_body_read, at_once, after_headers, mid_body), reset;
                          chunked, chunk_count | chunk_bytes, chunk_gap_ms.
                          Example: [{"model": "nanobanana", "times": 2, "answer": "rate_limited"}]
  POST /_release          ends the delay, or the present gap, of the answers that wait for it now
  GET /_answers           the names that a rule's answer may have; README.md tells of them
  GET /_requests?since=ID what came in, in full; DELETE forgets it and the counts
  GET /_requests/{id}, /_requests/{id}/body
  GET /_counts            received and succeeded, by account and by model; in flight; by answer
  POST /_points           {token: points | "error" | an answer's name}
  POST /_register         {"register": [...], "session_update": [...]}: lists of outcomes: times,
                          delay_ms, error, email, password, session_id; for_email and status
  POST /_tasks/forget     the register service forgets its tasks, as after a restart
  GET /_body?bytes=N&seed=S  the bytes which a rule's body_bytes and seed stand for
  GET /_picture/N.png, /_film/N.mp4  what the answers lead to with --pictures
)";

[[noreturn]] void refuse(const char* option, const char* fault)
{
    std::fprintf(stderr, "dreamina-stand-in: --%s %s\n", option, fault);
    std::exit(64);
}

template <typename Number>
Number number_of(const char* option, std::string_view text, Number max)
{
    Number value{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size() || value < Number{} || value > max) {
        refuse(option, "must be a number of at least 0");
    }
    return value;
}

Recording recording_of(std::string_view name)
{
    if (name == "off") return Recording::off;
    if (name == "counts") return Recording::counts;
    if (name == "full") return Recording::full;
    refuse("record", "must be off, counts or full");
}

}  // namespace

Options read_options(int argc, char** argv)
{
    static const option known[] = {{"port", required_argument, nullptr, 'p'},
                                   {"as", required_argument, nullptr, 'a'},
                                   {"dialect", required_argument, nullptr, 'd'},
                                   {"pictures", no_argument, nullptr, 'i'},
                                   {"delay-ms", required_argument, nullptr, 'w'},
                                   {"points", required_argument, nullptr, 'c'},
                                   {"record", required_argument, nullptr, 'r'},
                                   {"register-key", required_argument, nullptr, 'k'},
                                   {"register-delay-ms", required_argument, nullptr, 'g'},
                                   {"session-prefix", required_argument, nullptr, 's'},
                                   {"help", no_argument, nullptr, 'h'},
                                   {nullptr, 0, nullptr, 0}};
    constexpr int day_ms = 24 * 60 * 60 * 1000;
    Options options;
    std::optional<Dialect> dialect;
    int choice = 0;
    while ((choice = getopt_long(argc, argv, "", known, nullptr)) != -1) {
        switch (choice) {
        case 'p': options.port = number_of<std::uint16_t>("port", optarg, 65535); break;
        case 'a':
            if (const auto named = upstream_named(optarg)) {
                options.role = role_of(*named);
            } else {
                refuse("as", "must be jimeng-api, jimeng-api-old, jimeng-api-fork, jimeng-api-go or anything");
            }
            break;
        case 'd':
            if (const auto named = dialect_named(optarg)) {
                dialect = named;
            } else {
                refuse("dialect", "must be a or b");
            }
            break;
        case 'i': options.pictures = true; break;
        case 'w': options.delay_ms = number_of("delay-ms", optarg, day_ms); break;
        case 'c': options.points = number_of("points", optarg, 1e12); break;
        case 'r': options.recording = recording_of(optarg); break;
        case 'k': options.register_key = optarg; break;
        case 'g': options.register_delay_ms = number_of("register-delay-ms", optarg, day_ms); break;
        case 's': options.session_prefix = optarg; break;
        case 'h': std::fputs(help_text, stdout); std::exit(0);
        default: std::fputs("try dreamina-stand-in --help\n", stderr); std::exit(64);
        }
    }
    if (optind < argc) {
        std::fprintf(stderr, "dreamina-stand-in: takes no argument \"%s\"; try --help\n", argv[optind]);
        std::exit(64);
    }
    if (dialect && options.role.as != Upstream::anything) refuse("dialect", "goes with --as anything only");
    if (options.pictures && options.role.as != Upstream::anything) refuse("pictures", "goes with --as anything only");
    if (dialect) options.role.dialect = *dialect;
    return options;
}

}  // namespace dreamina::stand_in
