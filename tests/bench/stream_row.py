"""How much later than the upstream sent them the events of a stream arrive."""

import re
import statistics
import time

from figure import Figure, listed, side_by_side
from http_client import JSON_TYPE, bearer, begin_answer, connect, request_bytes

STAMP = re.compile(rb": sent (\d+)\n")
CHAT = "/v1/chat/completions"


def lags(port, body, token, events):
    """Milliseconds for each event of one stream, by the stamps that the stand-in puts before them."""
    found, unread = [], b""
    with connect(port) as connection:
        connection.sendall(request_bytes(port, "POST", CHAT, body, [bearer(token), JSON_TYPE]))
        answer = begin_answer(connection, "POST")
        assert answer.status == 200, f"a stream was answered with {answer.status}: {answer.read()[:500]}"
        while piece := answer.read1(65536):
            now = time.time_ns() / 1000
            unread += piece
            found += [(now - int(stamp)) / 1000 for stamp in STAMP.findall(unread)]
            unread = unread[unread.rfind(b"\n") + 1:]
    assert len(found) >= events, f"{len(found)} of {events} events came"
    return found


def stream(setting):
    service, events = setting.service(), 50 if setting.quick else 200
    setting.new_script({"path": CHAT, "events": events, "event_gap_ms": 10, "event_stamp": True})
    body = b'{"model": "jimeng-4.0", "stream": true, "messages": [{"role": "user", "content": "a lighthouse"}]}'

    def median_lag(port):
        return lambda: statistics.median(lags(port, body, service.password, events))

    ours, plain = side_by_side(setting.pairs(3), median_lag(service.port), median_lag(setting.plain.unbuffered_port))
    return [Figure("stream", "event stream: lag over the upstream, p50", 1, 0.3, ours,
                   f"ms: ours {listed(ours, '{:.3f}')}, proxy_pass without buffering {listed(plain, '{:.3f}')}",
                   "ms", less_is_better=True)]
