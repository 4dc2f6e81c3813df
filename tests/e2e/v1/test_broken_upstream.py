"""An upstream that is no proper HTTP server at the moment."""

import contextlib
import socket
import threading

import pytest


@contextlib.contextmanager
def raw_upstream(answer):
    """Answers every request with these bytes and closes; yields its URL and what it received, questions of the scheduler too."""
    received = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        def serve():
            with contextlib.suppress(OSError):  # closed at the end
                while True:
                    connection, _ = server.accept()
                    with connection:
                        received.append(connection.recv(65536))
                        connection.sendall(answer)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}", received
        server.shutdown(socket.SHUT_RDWR)
        thread.join(5)


@pytest.mark.parametrize("answer", [
    b"",
    b"HTTP/1.1 200 OK\r\nContent-Type: image/png\r\n",
    b"HTTP/1.1 200 OK\r\nContent-Type: image/png\r\nContent-Length: 5\r\n",
    b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 500\r\n\r\n{\"created\"",
    b"HTTP/1.1 100 Continue\r\n\r\n",
    b"no HTTP at all\r\n\r\n",
])
def test_half_an_answer_is_none(stack, account, answer):
    with raw_upstream(answer) as (url, received):
        stack.change_settings(UPSTREAM_BASE_URL=url)
        came = stack.generate()
    assert (came.status, came.json()["error"]["code"]) == (502, "upstream_cut")
    assert len([request for request in received if request.startswith(b"POST /v1/")]) == 1  # it may have been paid for
    seen = stack.account(account["id"])
    assert (seen["error_count"], seen["jimeng_4_0_count"], seen["in_flight"]) == (1, 1, 0)


def test_interim_answers_are_passed_over(stack, account):
    answer = (b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"
              b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 2\r\n\r\nok")
    with raw_upstream(answer) as (url, _):
        stack.change_settings(UPSTREAM_BASE_URL=url)
        came = stack.generate()
    assert (came.status, came.body, came.header("Link")) == (200, b"ok", None)
