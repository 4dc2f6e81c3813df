"""What the upstream answers reaches the client unchanged, and as it comes."""

import base64
import gzip
import http.client
import json
import os
import re
import signal

import pytest

from http_client import JSON_TYPE, bearer, begin_answer, connect, read_answer, request_bytes, send
from polling import poll
from stack import PASSWORD, in_flight_is_over
from stand_in import HELD


@pytest.mark.parametrize("status", [200, 201, 202, 206, 301, 302, 307, 400, 401, 403, 404, 409, 413, 418, 422, 429,
                                    500, 502, 503, 504, 524])
def test_status_and_body_come_back(stack, stand_in, account, status):
    body = b'{"own": "answer"}\n'
    stand_in.script({"status": status, "body": body.decode(),
                     "headers": {"Content-Type": "application/json", "Location": "/v1/else?where#x"}})
    answer = stack.v1("POST", "/v1/images/generations", body=b"{}")
    assert (answer.status, answer.body) == (status, body)
    assert answer.header("Location") == "/v1/else?where#x"


def test_headers_of_the_answer_come_back(stack, stand_in, account):
    stand_in.script({"status": 200, "body": "x", "headers": [
        ["Content-Type", "text/plain; charset=gb2312"], ["Set-Cookie", "a=1; Path=/"], ["Set-Cookie", "b=2; HttpOnly"],
        ["X-Twice", "one"], ["X-Twice", "two"], ["Cache-Control", "max-age=7"],
        ["Expires", "Thu, 01 Jan 2026 00:00:00 GMT"], ["ETag", '"abc"'], ["Vary", "Accept"],
        ["Server", "upstream/9"], ["X-Accel-Redirect", "/etc/passwd"],
        ["Connection", "X-Hop"], ["X-Hop", "drop me"], ["Keep-Alive", "timeout=9"]]})
    answer = stack.v1("GET", "/v1/echo")
    assert answer.body == b"x"
    assert answer.all_headers("Set-Cookie") == ["a=1; Path=/", "b=2; HttpOnly"]
    assert answer.all_headers("X-Twice") == ["one", "two"]
    for name, value in [("Content-Type", "text/plain; charset=gb2312"), ("Cache-Control", "max-age=7"),
                        ("ETag", '"abc"'), ("Expires", "Thu, 01 Jan 2026 00:00:00 GMT"), ("Vary", "Accept"),
                        ("Server", "upstream/9")]:
        assert answer.all_headers(name) == [value]
    for gone in ("X-Hop", "X-Accel-Redirect", "Keep-Alive"):
        assert answer.all_headers(gone) == [], gone


def test_large_header_of_the_answer(stack, stand_in, account):
    stand_in.script({"status": 200, "headers": {"X-Large": "v" * 16_000}, "body": "x"})
    assert stack.v1("GET", "/v1/echo").header("X-Large") == "v" * 16_000


def test_binary_answer(stack, stand_in, account):
    stand_in.script({"status": 200, "headers": {"Content-Type": "image/webp"}, "body_bytes": 300_001, "seed": 5})
    answer = stack.v1("GET", "/v1/picture")
    assert answer.body == stand_in.invented_bytes(300_001, 5)
    assert answer.header("Content-Length") == "300001"


@pytest.mark.parametrize("content_type", ["application/octet-stream", "application/json"])
def test_chunked_answer(stack, stand_in, account, content_type):
    stand_in.script({"status": 200, "headers": {"Content-Type": content_type}, "body_bytes": 90_000, "seed": 6,
                     "chunked": True, "chunk_bytes": 1111, "chunk_gap_ms": 1})
    answer = stack.v1("GET", "/v1/pieces")
    assert answer.body == stand_in.invented_bytes(90_000, 6)
    assert answer.header("Transfer-Encoding") == "chunked"


@pytest.mark.parametrize("status", [204, 304])
def test_answer_without_a_body(stack, stand_in, account, status):
    stand_in.script({"status": status, "headers": {"X-Own": "kept", "ETag": '"e"'}})
    with connect(stack.port) as connection:
        for _ in range(2):  # the connection is still of use afterwards
            connection.sendall(request_bytes(stack.port, "GET", "/v1/nothing", None, [bearer(PASSWORD)]))
            answer = read_answer(connection)
            assert (answer.status, answer.body, answer.header("X-Own")) == (status, b"", "kept")


def test_empty_answer(stack, stand_in, account):
    stand_in.script({"status": 200, "headers": {"Content-Type": "application/json"}, "body": ""})
    answer = stack.v1("POST", "/v1/empty", body=b"{}")
    assert (answer.status, answer.body, answer.header("Content-Length")) == (200, b"", "0")


def test_compressed_answer_is_not_touched(stack, stand_in, account):
    squeezed = gzip.compress(b'{"data": []}', mtime=0)
    stand_in.script({"status": 200, "headers": {"Content-Type": "application/json", "Content-Encoding": "gzip"},
                     "body_base64": base64.b64encode(squeezed).decode()})
    answer = stack.v1("GET", "/v1/squeezed", headers=[("Accept-Encoding", "gzip, br")])
    assert (answer.body, answer.header("Content-Encoding")) == (squeezed, "gzip")


def test_events_arrive_as_they_are_sent(stack, stand_in, account):
    events = [f"event {number} 字" for number in range(4)]
    stand_in.script({"events": events, "event_gap_ms": HELD})
    data = []
    with connect(stack.port) as connection:
        body = b'{"model": "jimeng-4.5", "stream": true}'
        connection.sendall(request_bytes(stack.port, "POST", "/v1/chat/completions", body,
                                         [bearer(PASSWORD), JSON_TYPE]))
        response = begin_answer(connection, "POST")
        assert response.headers["Content-Type"].startswith("text/event-stream")
        for line in response:
            if line.startswith(b"data: "):
                data.append(line.decode().strip().removeprefix("data: "))
                stand_in.release()  # the next one is not sent before this one is here
    assert data == [*events, "[DONE]"]
    assert stack.account(account["id"])["usage"] == {"jimeng-4.5": 1}


def test_events_whose_worker_dies_have_no_end(stack, stand_in, account):
    stand_in.script({"events": ["the first"], "event_gap_ms": HELD})
    with connect(stack.port) as connection:
        body = b'{"model": "jimeng-4.5", "stream": true}'
        connection.sendall(request_bytes(stack.port, "POST", "/v1/chat/completions", body,
                                         [bearer(PASSWORD), JSON_TYPE]))
        response = begin_answer(connection, "POST")
        assert response.readline() == b"data: the first\n"
        for pid in stack.worker_pids():
            os.kill(pid, signal.SIGKILL)
        with pytest.raises(http.client.IncompleteRead):
            response.read()
    poll(lambda: len(stack.worker_pids()) == stack.workers, what="the workers are there again")
    in_flight_is_over(stack)


def test_stream_of_the_upstreams_own(stack, stand_in, account):
    request = {"model": "jimeng-4.0", "stream": True, "messages": [{"role": "user", "content": "hi"}]}
    through = stack.v1(target="/v1/chat/completions", body=request)
    direct = send(stand_in.port, "POST", "/v1/chat/completions", json.dumps(request).encode(),
                  [JSON_TYPE, bearer("x" * 32)])
    parts = [re.sub(rb'"(id|created)":\s*[^,]+', b"", answer.body) for answer in (through, direct)]
    assert parts[0] == parts[1] and parts[0].count(b"data: ") > 4
