"""Large bodies pass through whole, and not through the workers' memory."""

import concurrent.futures
import contextlib
import hashlib

import pytest

from http_client import bearer, begin_answer, connect, multipart, request_bytes
from locations import is_sanitized
from processes import forget_peak, memory
from stack import PASSWORD, in_flight_is_over

MEGABYTE = 1 << 20
MOST_GROWTH = (1000 if is_sanitized() else 16) * MEGABYTE


@pytest.fixture
def growth(stack):
    """Call it for how far the worker that has grown most was at its peak above what it had in the beginning."""
    stack.add_account()
    stack.generate()  # what a first request takes is not what is measured
    at_rest = {}
    for pid in stack.worker_pids():
        forget_peak(pid)
        at_rest[pid] = memory(pid, "VmRSS")
    return lambda: max(memory(pid, "VmHWM") - before for pid, before in at_rest.items())


def test_upload_of_60_mb(stack, stand_in, growth):
    picture = hashlib.shake_256(b"a large picture").digest(60 * MEGABYTE)
    header, body = multipart([("images", "large.png", "image/png", picture), ("model", None, None, b"jimeng-4.1")])
    answer = stack.v1(target="/v1/images/compositions", body=body, headers=[header], timeout=120)
    assert answer.status == 200
    seen = stand_in.requests()[-1]
    assert (seen["body_bytes"], seen["sha256"]) == (len(body), hashlib.sha256(body).hexdigest())
    assert stack.accounts()[0]["jimeng_4_1_count"] == 1, "the model behind the picture was not found"
    assert growth() < MOST_GROWTH
    assert list((stack.data / "spool").iterdir()) == []


def read_hash(response, hashed):
    while piece := response.read(MEGABYTE):
        hashed.update(piece)
    return hashed.hexdigest()


@pytest.mark.parametrize("content_type", ["image/png", "application/json"])
@pytest.mark.parametrize("chunked", [False, True])
def test_answer_of_50_mb(stack, stand_in, growth, content_type, chunked):
    stand_in.script({"status": 200, "headers": {"Content-Type": content_type}, "body_bytes": 50 * MEGABYTE, "seed": 11,
                     "chunked": chunked})
    with connect(stack.port, 120) as connection:
        connection.sendall(request_bytes(stack.port, "GET", "/v1/large", None, [bearer(PASSWORD)]))
        came = read_hash(begin_answer(connection), hashlib.sha256())
    assert came == hashlib.sha256(stand_in.invented_bytes(50 * MEGABYTE, 11)).hexdigest()
    assert growth() < MOST_GROWTH


def test_slow_readers_hold_nobody_up(stack, stand_in, growth):
    stand_in.script({"path": "/v1/large", "status": 200, "headers": {"Content-Type": "image/png"},
                     "body_bytes": 50 * MEGABYTE, "seed": 12})
    with contextlib.ExitStack() as readers:
        answers = []
        for _ in range(3):
            reader = readers.enter_context(connect(stack.port, 120))
            reader.sendall(request_bytes(stack.port, "GET", "/v1/large", None, [bearer(PASSWORD)]))
            response = begin_answer(reader)
            answers.append((response, hashlib.sha256(response.read(1000))))
        # They read no further, and everybody else is served.
        with concurrent.futures.ThreadPoolExecutor(16) as threads:
            statuses = {answer.status for answer in threads.map(lambda _: stack.generate(), range(50))}
        assert statuses == {200}
        assert stack.call("GET", "/api/accounts").status == 200
        whole = hashlib.sha256(stand_in.invented_bytes(50 * MEGABYTE, 12)).hexdigest()
        for response, begun in answers:
            assert read_hash(response, begun) == whole
    assert growth() < MOST_GROWTH


def test_client_that_leaves_a_large_answer(stack, stand_in, growth):
    stand_in.script({"status": 200, "headers": {"Content-Type": "image/png"}, "body_bytes": 50 * MEGABYTE, "seed": 13})
    for _ in range(4):
        with connect(stack.port) as connection:
            connection.sendall(request_bytes(stack.port, "GET", "/v1/large", None, [bearer(PASSWORD)]))
            begin_answer(connection).read(1000)
    in_flight_is_over(stack)
    assert stack.accounts()[0]["usage"]["unknown"] == 4
    assert growth() < MOST_GROWTH
