"""What may have been paid for is sent once, and what was paid for arrives."""

import contextlib
import json
import socket
import threading

import pytest

from http_client import JSON_TYPE
from processes import forget_peak, memory
from stack import in_flight_is_over

PICTURE = b'{"created":1,"data":[{"url":"https://pictures.example/1.png"}]}'
JSON_HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"


def picture(headers=b""):
    return JSON_HEAD + headers + b"Content-Length: %d\r\n\r\n" % len(PICTURE) + PICTURE


@contextlib.contextmanager
def scripted_upstream(serve):
    """`serve(connection, request)` answers one request on a kept connection and says whether to go on; yields the URL
    and the requests that came."""
    received = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        def talk(connection):
            with connection, contextlib.suppress(OSError):
                while request := whole_request(connection):
                    if b" /v1/" in request.split(b"\r\n")[0]:  # not those that find out who is there
                        received.append(request)
                    if not serve(connection, request):
                        return

        def accept():
            with contextlib.suppress(OSError):  # closed at the end
                while True:
                    threading.Thread(target=talk, args=(server.accept()[0],), daemon=True).start()

        thread = threading.Thread(target=accept, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}", received
        server.shutdown(socket.SHUT_RDWR)
        thread.join(5)


def whole_request(connection):
    text = b""
    while b"\r\n\r\n" not in text:
        piece = connection.recv(65536)
        if not piece:
            return b""
        text += piece
    head = text.split(b"\r\n\r\n")[0].lower()
    length = int(head.split(b"content-length: ")[1].split(b"\r\n")[0]) if b"content-length: " in head else 0
    while len(text.split(b"\r\n\r\n", 1)[1]) < length:
        text += connection.recv(65536)
    return text


@pytest.mark.parametrize("method, body", [
    ("POST", b'{"model": "jimeng-4.0"}'),
    ("POST", b'{"model": "jimeng-4.0", "prompt": "%s"}' % (b"x" * 200_000)),
    ("DELETE", None),
])
def test_a_kept_connection_that_is_cut_is_not_asked_twice(stack, account, method, body):
    served = {}

    def once_a_connection(connection, _):
        served[connection.fileno()] = served.get(connection.fileno(), 0) + 1
        if served[connection.fileno()] > 1:
            del served[connection.fileno()]
            return False  # read, and cut
        connection.sendall(picture())
        return True

    with scripted_upstream(once_a_connection) as (url, received):
        stack.change_settings(UPSTREAM_BASE_URL=url)
        for asked in range(1, 101):  # until one goes over a kept connection
            came = stack.v1(method, "/v1/images/generations", body, [JSON_TYPE] if body else [])
            if came.status != 200:
                break
    assert (came.status, came.json()["error"]["code"]) == (502, "upstream_cut")
    assert came.header("X-Should-Retry") == "false"
    assert len(received) == asked
    seen = stack.account(account["id"])
    assert (sum(seen["usage"].values()), seen["error_count"]) == (asked, 1)
    last = stack.api("GET", "/api/requests?size=1")["items"][0]
    assert (last["outcome"], last["status"], last["attempt_count"]) == ("interrupted", 502, 1)


@pytest.mark.parametrize("headers", [
    b": no name\r\n",
    b"X Y: a blank in the name\r\n",
    b"X\x01Y: a control character in the name\r\n",
    b"X-Cr: a\rb\r\n",
    b"X-Huge: " + b"h" * 40_000 + b"\r\n",
    b"".join(b"X-%d: %s\r\n" % (i, b"v" * 1000) for i in range(200)),
    b"Transfer-Encoding: identity\r\n",
])
def test_an_answer_arrives_whatever_its_headers(stack, account, headers):
    def answer(connection, _):
        connection.sendall(picture(headers + b"X-Good: kept\r\n"))
        return False

    with scripted_upstream(answer) as (url, _):
        stack.change_settings(UPSTREAM_BASE_URL=url)
        came = stack.generate()
    assert (came.status, came.body, came.header("X-Good")) == (200, PICTURE, "kept")
    assert came.header("Content-Type") == "application/json"


def test_a_length_beside_chunks_is_not_the_bodys(stack, account):
    def answer(connection, _):
        connection.sendall(JSON_HEAD + b"Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n"
                           + b"%x\r\n%s\r\n0\r\n\r\n" % (len(PICTURE), PICTURE))
        return True

    with scripted_upstream(answer) as (url, _):
        stack.change_settings(UPSTREAM_BASE_URL=url)
        came = stack.generate()
    assert (came.status, came.body) == (200, PICTURE)


def test_trailers_without_end_do_not_gather_in_a_worker(stack, account):
    def answer(connection, _):
        connection.sendall(JSON_HEAD + b"Transfer-Encoding: chunked\r\n\r\n"
                           + b"%x\r\n%s\r\n0\r\n" % (len(PICTURE), PICTURE))
        trailers = b"X-Trailer: some text\r\n" * 3000
        with contextlib.suppress(OSError):
            for _ in range(3000):  # 200 MB
                connection.sendall(trailers)
        return False

    with scripted_upstream(answer) as (url, _):
        stack.change_settings(UPSTREAM_BASE_URL=url)
        before = {pid: memory(pid, "VmRSS") for pid in stack.worker_pids()}
        for pid in before:
            forget_peak(pid)
        for _ in range(4):
            came = stack.generate()
            assert (came.status, came.body) == (200, PICTURE)
        # Of all workers together: one may have had all four.
        assert sum(memory(pid, "VmHWM") - at_rest for pid, at_rest in before.items()) < 32 * 1024 * 1024
    in_flight_is_over(stack)
    assert stack.account(account["id"])["error_count"] == 0


def test_a_client_that_repeats_itself_closes_nobody_out(stack, stand_in):
    stack.change_settings(MAX_ATTEMPTS=1)
    for _ in range(5):
        stack.add_account()
    stand_in.script({"answer": "server_error", "dialect": "b"})
    for _ in range(8):
        assert stack.generate(prompt="always the same").status == 500
    in_flight_is_over(stack)
    assert stack.api("GET", "/api/upstream")["state"] == "closed"
    stand_in.script()
    assert stack.generate().status == 200


def test_pages_of_other_origins_may_read_what_to_do(stack):
    came = stack.generate()  # no upstream is there
    assert (came.status, came.header("X-Should-Retry")) == (503, "false")
    assert "X-Should-Retry" in came.header("Access-Control-Expose-Headers")
    assert json.loads(came.body)["error"]["code"] == "no_account"
