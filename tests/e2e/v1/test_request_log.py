"""The request log and its sums: every request that was forwarded or refused, once, with all its attempts, whatever
becomes of the worker; and the sums of the log, of the statistics and of the accounts are what the upstream received."""

import collections
import http.client
import itertools
import json
import os
import re
import signal
import threading
import time

import pytest

from http_client import connect, request_bytes, bearer, JSON_TYPE
from polling import poll
from stack import PASSWORD, in_flight_is_over
from stand_in import HELD

REQUESTS = int(os.environ.get("DREAMINA_LOG_REQUESTS", 4000))
CLIENTS = 64
LIMIT = 1_000_000  # no account reaches it


@pytest.fixture(scope="module")
def stack_options():
    return {"workers": 3, "config": {"LOG_LEVEL": "warning", "LIMIT_JIMENG_4_0": LIMIT, "LIMIT_NANOBANANA": LIMIT}}


def log_of(stack, **filters):
    """All of it, page by page, the latest first."""
    query = "&".join(f"{name}={value}" for name, value in filters.items())
    found, cursor = [], ""
    while True:
        page = stack.api("GET", f"/api/requests?{query}&size=1000&cursor={cursor}")
        found += page["items"]
        cursor = page["next_cursor"]
        if cursor is None:
            return found


def logged(stack, answer):
    """The row of an answer, as soon as it is there."""
    request_id = answer.header("X-Dreamina-Request-Id")

    def there():
        reply = stack.call("GET", f"/api/requests/{request_id}")
        return reply.json() if reply.status == 200 else None

    return poll(there, what=f"the request {request_id} is in the log")


def newest(stack, **filters):
    rows = stack.api("GET", "/api/requests?size=1&" + "&".join(f"{k}={v}" for k, v in filters.items()))["items"]
    return rows[0] if rows else None


def test_a_success(stack, stand_in):
    account = stack.add_account(region="hk")
    body = {"model": "jimeng-4.0", "prompt": "a secret lighthouse"}
    answer = stack.v1(target="/v1/images/generations?secret=hidden", body=body)
    row = logged(stack, answer)
    assert row["outcome"] == "success" and row["status"] == 200 and row["method"] == "POST"
    assert row["path"] == "/v1/images/generations"
    assert (row["model"], row["model_asked"], row["api_key_id"]) == ("jimeng-4.0", "jimeng-4.0", None)
    assert (row["account_id"], row["email"], row["region"]) == (account["id"], account["email"], "hk")
    assert row["bytes_in"] == len(json.dumps(body)) and row["bytes_out"] == len(answer.body)
    assert row["duration_ms"] == row["upstream_ms"] + row["own_ms"] and not row["client_gone"]
    attempt, = row["attempts"]
    assert (attempt["number"], attempt["verdict"], attempt["status"], attempt["reason"]) == (1, "success", 200, None)
    assert row["eligibility"] is None and row["standing"] is None
    kept = repr(stack.query("SELECT * FROM requests")) + repr(stack.query("SELECT * FROM request_attempts"))
    assert "lighthouse" not in kept and "hidden" not in kept


def test_a_name_of_a_model_is_logged_beside_what_it_is_counted_under(stack, account):
    row = logged(stack, stack.generate("jimeng-video-3.0-nobody"))
    assert (row["model"], row["model_asked"]) == ("jimeng-video-3.0-nobody", "jimeng-video-3.0-nobody")
    row = logged(stack, stack.v1(target="/v1/chat/completions", body=b"no json"))
    assert (row["model"], row["model_asked"], row["path"]) == ("unknown", None, "/v1/chat/completions")
    assert [r["id"] for r in log_of(stack, model="jimeng-video-3.0-nobody")][:1] != [row["id"]]


def test_each_account_that_was_tried(stack, stand_in):
    first, second = stack.add_account(), stack.add_account()
    stand_in.script({"answer": "session_expired", "dialect": "a", "times": 1})
    row = logged(stack, stack.generate())
    assert (row["outcome"], row["status"], row["attempt_count"]) == ("success", 200, 2)
    tries = [(a["number"], a["account_id"], a["verdict"], a["status"]) for a in row["attempts"]]
    assert tries == [(1, first["id"], "session_expired", 200), (2, second["id"], "success", 200)]
    assert row["attempts"][0]["reason"] == "-2002"
    assert row["upstream_ms"] >= sum(a["duration_ms"] for a in row["attempts"]) - 2
    assert newest(stack, account_id=first["id"])["id"] == row["id"], "found by an account that was tried before"


def test_nobody_else_to_try(stack, stand_in):
    account = stack.add_account()
    stand_in.script({"answer": "rate_limited", "dialect": "b"})
    row = logged(stack, stack.generate())
    assert (row["outcome"], row["status"], row["attempt_count"]) == ("account_failed", 429, 1)
    assert [(a["account_id"], a["verdict"]) for a in row["attempts"]] == [(account["id"], "rate_limited")]


@pytest.mark.parametrize("answer, outcome, verdict", [
    ("content_refused", "content_refused", "content_refused"), ("bad_parameters", "bad_parameters", "bad_parameters"),
    ("gave_up_waiting", "upstream_failed", "gateway_gave_up")])
def test_what_the_upstream_refuses(stack, stand_in, account, answer, outcome, verdict):
    stand_in.script({"answer": answer, "dialect": "b"})
    row = logged(stack, stack.generate())
    assert (row["outcome"], row["attempts"][0]["verdict"]) == (outcome, verdict)
    assert row["attempts"][0]["reason"] is None or re.fullmatch(r"[A-Z0-9_]+", row["attempts"][0]["reason"])


def test_an_answer_that_is_cut(stack, stand_in, account):
    stand_in.script({"cut": "after_headers"})
    row = logged(stack, stack.generate())
    assert (row["outcome"], row["status"], row["attempts"][0]["reason"]) == ("interrupted", 502, "cut")


def test_refused_with_the_reason_of_every_account(stack, stand_in):
    cn, banned, empty = (stack.add_account(region="cn"), stack.add_account(), stack.add_account(session_id=None))
    stack.api("POST", f"/api/accounts/{banned['id']}/ban")
    answer = stack.generate("nanobanana")
    assert answer.status == 503
    row = logged(stack, answer)
    assert (row["outcome"], row["status"], row["attempts"]) == ("no_account", 503, [])
    assert row["bytes_out"] == len(answer.body)
    assert row["eligibility"]["total"] == 3 and row["eligibility"]["accounts_left_out"] == 0
    assert {a["account_id"]: a["reason"] for a in row["eligibility"]["accounts"]} == {
        cn["id"]: "other_region", banned["id"]: "banned", empty["id"]: "without_session"}
    assert {a["account_id"]: a["email"] for a in row["eligibility"]["accounts"]}[cn["id"]] == cn["email"]


def test_waited_in_vain(stack, stand_in, account):
    stack.change_settings(ACCOUNT_MAX_CONCURRENCY=1, QUEUE_TIMEOUT=1)
    stand_in.script({"delay_ms": HELD})
    busy = threading.Thread(target=stack.generate)
    busy.start()
    poll(lambda: stack.account(account["id"])["in_flight"] == 1)
    row = logged(stack, stack.generate())
    stand_in.release()
    busy.join()
    assert (row["outcome"], row["status"]) == ("busy", 503)
    assert row["eligibility"]["counts"]["busy"] == 1 and row["own_ms"] >= 900 and row["upstream_ms"] == 0


def leave_early(stack):
    """A client that sends a request and goes once `before_it_goes` has happened."""
    body = json.dumps({"model": "jimeng-4.0", "prompt": "x"}).encode()
    connection = connect(stack.port)
    connection.sendall(request_bytes(stack.port, "POST", "/v1/images/generations", body, [bearer(PASSWORD), JSON_TYPE]))
    return connection


def test_a_client_that_goes_while_the_upstream_works(stack, stand_in, account):
    stand_in.script({"delay_ms": HELD})
    before, left = newest(stack), stack.clients_that_left()
    connection = leave_early(stack)
    poll(lambda: len(stand_in.requests()) == 1)
    connection.close()
    poll(lambda: stack.clients_that_left() > left, what="nginx has noticed that it has gone")
    stand_in.release()
    row = poll(lambda: (found := newest(stack)) != before and found)
    assert (row["outcome"], row["client_gone"], row["status"], row["bytes_out"]) == ("success", True, None, 0)
    assert row["account_id"] == account["id"]


def test_a_client_that_goes_while_it_waits_for_an_account(stack, stand_in, account):
    stack.change_settings(ACCOUNT_MAX_CONCURRENCY=1, QUEUE_TIMEOUT=30)
    stand_in.script({"delay_ms": HELD})
    busy = threading.Thread(target=stack.generate)
    busy.start()
    poll(lambda: stack.account(account["id"])["in_flight"] == 1)
    connection = leave_early(stack)
    poll(lambda: stack.query("SELECT count(*) FROM waiting") == [(1,)])
    connection.close()
    row = poll(lambda: newest(stack, outcome="client_gone"))
    stand_in.release()
    busy.join()
    assert (row["attempt_count"], row["status"], row["client_gone"], row["account_id"]) == (0, None, True, None)


def test_killed_workers(stack, stand_in, account):
    """What they had in flight is in the log, by the hand of those who settled it, who cannot know what a client got."""
    stand_in.script({"delay_ms": HELD})
    before = {row["id"] for row in log_of(stack)}
    connections = [leave_early(stack) for _ in range(6)]
    poll(lambda: len(stand_in.requests()) == 6)
    for pid in stack.worker_pids():
        os.kill(pid, signal.SIGKILL)
    in_flight_is_over(stack)
    for connection in connections:
        connection.close()
    rows = [row for row in log_of(stack) if row["id"] not in before]
    assert [(row["outcome"], row["status"], row["verdict"]) for row in rows] == [
        ("outcome_unknown", None, "interrupted")] * 6
    whole = stack.api("GET", f"/api/requests/{rows[0]['id']}")
    assert whole["path"] == "/v1/images/generations" and whole["model_asked"] == "jimeng-4.0"
    assert [(a["account_id"], a["reason"]) for a in whole["attempts"]] == [(account["id"], "abandoned")]
    poll(lambda: len(stack.worker_pids()) == 3)


def test_pages_are_stable_while_requests_come(stack, account):
    for _ in range(30):
        assert stack.generate().status == 200
    over = threading.Event()

    def go_on():
        while not over.is_set():
            stack.generate()

    traffic = threading.Thread(target=go_on)
    traffic.start()
    try:
        expected = [row["id"] for row in log_of(stack)]
        seen, cursor = [], ""
        while cursor is not None:
            page = stack.api("GET", f"/api/requests?size=7&cursor={cursor}")
            seen += [row["id"] for row in page["items"]]
            cursor = page["next_cursor"]
    finally:
        over.set()
        traffic.join()
    assert len(seen) == len(set(seen)) and seen == sorted(seen, reverse=True)
    assert seen[-len(expected):] == expected, "what was there before was read once each, in its place"


def test_bad_questions_are_answered_with_the_parameter(stack):
    for query, word in [("size=0", "size"), ("cursor=x", "cursor"), ("from=x", "from"), ("outcome=x", "outcome")]:
        answer = stack.call("GET", f"/api/requests?{query}")
        assert answer.status == 422 and answer.json()["detail"].startswith(word)
    assert stack.call("GET", "/api/stats?by=second").status == 422
    assert stack.call("GET", "/api/requests", password="wrong").status == 401


# --- the truth ----------------------------------------------------------------------------------

FAULTS = [("session_expired", "a"), ("points_used_up", "a"), ("content_refused", "b"), ("bad_parameters", "b"),
          ("rate_limited", "b"), ("generation_failed", "b"), ("request_failed", "a"), ("gave_up_waiting", "b")]
MODELS = ["jimeng-4.0", "nanobanana"]


class Crowd(threading.Thread):
    """Clients on kept connections; counts what each answer said."""

    def __init__(self, stack, total):
        super().__init__()
        self.stack, self.total, self.numbers = stack, total, itertools.count()
        self.answers = collections.Counter()  # (model, status); status "none" where the connection broke
        self.lock = threading.Lock()

    def client(self):
        connection = http.client.HTTPConnection("127.0.0.1", self.stack.port, timeout=60)
        headers = {"Authorization": f"Bearer {PASSWORD}", "Content-Type": "application/json"}
        mine = collections.Counter()
        while (number := next(self.numbers)) < self.total:
            model = MODELS[number % len(MODELS)]
            try:
                connection.request("POST", "/v1/images/generations", json.dumps({"model": model, "n": number}), headers)
                answer = connection.getresponse()
                answer.read()
                mine[model, answer.status] += 1
            except (OSError, http.client.HTTPException):
                connection.close()
                mine[model, "none"] += 1
        with self.lock:
            self.answers += mine

    def run(self):
        threads = [threading.Thread(target=self.client) for _ in range(CLIENTS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()


def sums(rows, key, value):
    found = collections.Counter()
    for row in rows:
        found[key(row)] += value(row)
    return found


def stats(stack, query):
    return stack.api("GET", f"/api/stats?by=hour&size=1000&{query}")


def test_log_sums_accounts_and_upstream_agree(new_stack, stand_in):
    """Scripted faults, failover, and workers killed during all that."""
    stack = new_stack({"LOG_LEVEL": "error", "LIMIT_JIMENG_4_0": LIMIT, "LIMIT_NANOBANANA": LIMIT,
                       "ACCOUNT_BAN_DURATION_HOURS": 0.0002, "MAX_ATTEMPTS": 3}, workers=3).start()
    stand_in.clear()
    lines = "\n".join(f"log{number}@example.com:Log-Secret-{number}:{number:032x}" for number in range(200))
    stack.api("POST", "/api/accounts/bulk", {"credentials": lines, "region": "us"})
    of_each = max(1, REQUESTS // 400)
    stand_in.script(*[{"answer": answer, "dialect": dialect, "times": of_each, "delay_ms": [1, 20]}
                      for answer, dialect in FAULTS],
                    {"cut": "mid_body", "times": of_each}, {"path": "/v1/*", "delay_ms": [1, 30]})
    crowd = Crowd(stack, REQUESTS)
    crowd.start()
    killed = 0
    while crowd.is_alive():
        done = stack.query("SELECT count(*) FROM requests")[0][0]
        if killed < 3 and done > (killed + 1) * REQUESTS // 5:
            os.kill(stack.worker_pids()[0], signal.SIGKILL)
            killed += 1
            poll(lambda: len(stack.worker_pids()) == 3)
        time.sleep(0.01)  # the pace of looking, no wait for an effect
    crowd.join()
    assert killed == 3
    in_flight_is_over(stack)
    poll(lambda: stack.query("SELECT count(*) FROM unfinished_requests") == [(0,)])

    looks = []

    def settled():
        """Rows of requests that ended without an attempt's settlement come a moment behind their answers."""
        looks.append(stack.query("SELECT count(*) FROM requests"))
        return looks[-5:] == [looks[-1]] * 5

    poll(settled, every=0.2)
    rows = stack.query("SELECT id, model, outcome, attempts, account_id, verdict, bytes_in, bytes_out, duration_ms, "
                       "upstream_ms, reason FROM requests")
    tries = stack.query("SELECT request_id, account_id, verdict, reason FROM request_attempts")
    attempts = [(row[0], row[4], row[5], row[10]) for row in rows if row[4] is not None] + tries

    # The log and itself.
    assert len({row[0] for row in rows}) == len(rows)
    assert sum(row[3] for row in rows) == len(attempts)
    assert {attempt[0] for attempt in attempts} <= {row[0] for row in rows}

    # The log and what the clients were told: a request that its worker's death ended is one that broke.
    answered = sum(count for (_, status), count in crowd.answers.items())
    assert answered == REQUESTS
    abandoned = sum(1 for row in rows if row[2] == "outcome_unknown")
    broken = sum(count for (_, status), count in crowd.answers.items() if status in (502, "none"))
    assert len(rows) <= REQUESTS + 64 * killed, "nginx may send one again that a dead worker had taken in"
    assert len(rows) >= REQUESTS - broken
    for model in MODELS:
        assert crowd.answers[model, 200] <= sum(1 for row in rows if row[1] == model) <= REQUESTS

    # The log and the statistics.
    by_outcome = stats(stack, "group=model,outcome")
    assert {(s["model"], s["outcome"]): s["totals"]["requests"] for s in by_outcome["series"]} == \
        sums(rows, lambda row: (row[1], row[2]), lambda row: 1)
    totals = by_outcome["totals"]
    for place, measure in [(3, "attempts"), (6, "bytes_in"), (7, "bytes_out"), (8, "duration_ms"), (9, "upstream_ms")]:
        assert totals[measure] == sum(row[place] for row in rows), measure
    by_account = stats(stack, "group=account,verdict")
    assert {(s["account_id"], s["verdict"]): s["totals"]["attempts"] for s in by_account["series"]} == dict(
        sums(attempts, lambda a: (a[1], a[2]), lambda a: 1)) or by_account["series_total"] > 1000

    # The totals over all time.
    assert {(m, o): n for m, o, n in stack.query(
        "SELECT label, other_label, count FROM totals WHERE what = 'requests'")} == \
        sums(rows, lambda row: (row[1], row[2]), lambda row: 1)
    assert dict(stack.query("SELECT label, count FROM totals WHERE what = 'attempts'")) == \
        sums(attempts, lambda a: a[2], lambda a: 1)
    for part in ("whole", "own"):
        assert stack.query("SELECT sum(count) FROM totals WHERE what = ?", part) == [(len(rows),)]

    # The log and the accounts: what counts as a use, and no more.
    uses = sums([a for a in attempts if a[2] in ("success", "gateway_gave_up", "interrupted")], lambda a: a[1],
                lambda a: 1)
    assert uses == dict(stack.query("SELECT account_id, sum(calls) FROM account_usage JOIN living_accounts "
                                    "ON id = account_id GROUP BY 1 HAVING sum(calls) > 0"))

    # The log and the upstream. It received each attempt; of those whose worker died, none, or one, for each.
    received = {session_of(token): account["received"] for token, account in stand_in.counts()["accounts"].items()}
    sessions = {number: session for number, session in stack.query("SELECT id, session_id FROM living_accounts")}
    of_account = sums(attempts, lambda a: sessions[a[1]], lambda a: 1)
    of_dead = sums([a for a in attempts if a[3] == "abandoned"], lambda a: sessions[a[1]], lambda a: 1)
    for session in set(received) | set(of_account):
        assert of_account[session] - of_dead[session] <= received.get(session, 0) <= of_account[session], session
    assert 0 <= len(attempts) - sum(received.values()) <= sum(of_dead.values())
    print(f"{len(rows)} requests, {len(attempts)} attempts, {sum(received.values())} received, {abandoned} abandoned, "
          f"{broken} broken, outcomes {dict(sums(rows, lambda row: row[2], lambda row: 1))}")


def session_of(token):
    return token.removeprefix("us-")
