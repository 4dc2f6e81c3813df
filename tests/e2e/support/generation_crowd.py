"""Clients at once that ask for generations and do not let go of them: what each of them was told."""

import dataclasses
import http.client
import itertools
import json
import threading
import time

from generations import IMAGES, RESPOND_ASYNC, read_answer
from http_client import JSON_TYPE, bearer, begin_answer, connect, request_bytes
from plan import name_of

LOST_WORKER = "bad_gateway"  # in nginx's words
# The service is short of something for a moment, and has sent nothing.
COME_BACK = ("database_unavailable", "no_account", "not_sent", "upstream_down", "busy", "queue_full")
PATIENCE = 120
PAUSE = 0.1


def error_code(answer):
    try:
        return answer.json()["error"]["code"]
    except (ValueError, KeyError, TypeError):
        return None


def was_lost(answer):
    return answer is None or error_code(answer) == LOST_WORKER


@dataclasses.dataclass
class Lived:
    """What the clients of one request have seen."""

    ids: set = dataclasses.field(default_factory=set)  # told by 202, or by an answer's X-Dreamina-Request-Id
    answers: list = dataclasses.field(default_factory=list)  # to the request itself, but for those told to come back
    lost: int = 0  # connections without an answer of the service's
    refused: int = 0
    ends: list = dataclasses.field(default_factory=list)  # the object as it was seen to have ended
    streams: list = dataclasses.field(default_factory=list)  # of (event, version) lists, as they came
    cancels: list = dataclasses.field(default_factory=list)  # statuses
    deleted: set = dataclasses.field(default_factory=set)
    troubles: list = dataclasses.field(default_factory=list)


class GenerationCrowd:
    """`credentials`: to pay with; `always`: a key whose requests are always asynchronous, for those who ask by it."""

    def __init__(self, port, plan, credentials, always, clients):
        self.port, self.plan, self.credentials, self.always = port, plan, credentials, always
        self.lived = [Lived() for _ in plan.requests]
        self.sent = 0
        self.numbers = itertools.count()
        self.threads = [threading.Thread(target=self.client, daemon=True) for _ in range(clients)]

    def start(self):
        for thread in self.threads:
            thread.start()

    def is_busy(self):
        return any(thread.is_alive() for thread in self.threads)

    def token_of(self, asked):
        return self.always if asked.way == "always" else self.credentials[asked.pays_with]

    def client(self):
        while (number := next(self.numbers)) < len(self.plan.requests):
            asked, lived = self.plan.requests[number], self.lived[number]
            self.sent = max(self.sent, number + 1)
            twins = [threading.Thread(target=self.guarded, args=[lived, self.ask, asked, lived], daemon=True)
                     for _ in range(asked.twins - 1)]
            for twin in twins:
                twin.start()
            self.guarded(lived, self.live, asked, lived)
            for twin in twins:
                twin.join()

    def guarded(self, lived, do, *arguments):
        try:
            do(*arguments)
        except Exception as error:  # for the reckoning, which would not see it here
            lived.troubles.append(repr(error))

    def live(self, asked, lived):
        answer = self.ask(asked, lived)
        if answer is None or not asked.is_async or not lived.ids:
            return
        # The twins of one may have got the other's id.
        number = next(iter(lived.ids))
        getattr(self, asked.goes_on.replace(" ", "_"))(asked, lived, number)

    # --- asking ----------------------------------------------------------------------------------

    def send(self, method, target, token, body=None, headers=()):
        """The answer; None without one."""
        typed = [JSON_TYPE] if body else []
        try:
            with connect(self.port, timeout=PATIENCE) as connection:
                connection.sendall(request_bytes(self.port, method, target, body,
                                                 [bearer(token), *typed, *headers]))
                return read_answer(connection, method)
        except (OSError, http.client.HTTPException):
            return None

    def ask(self, asked, lived):
        """As often as it takes where that is safe: an Idempotency-Key makes it so."""
        body = json.dumps({"model": name_of(asked.number), "prompt": f"lighthouse {asked.number}"}).encode()
        headers = [("Idempotency-Key", f"key-{asked.number}")] if asked.is_keyed else []
        if asked.way == "prefer":
            headers.append(RESPOND_ASYNC)
        elif asked.way == "prefer and wait":
            headers.append(("Prefer", "respond-async, wait=2"))
        target = IMAGES.replace("/v1/", "/v1/async/") if asked.way == "path" else IMAGES
        deadline = time.monotonic() + PATIENCE
        while True:
            answer = self.send("POST", target, self.token_of(asked), body, headers)
            is_lost = was_lost(answer)
            if not is_lost and error_code(answer) not in COME_BACK:
                self.told(asked, lived, answer)
                return answer
            lived.lost += is_lost
            lived.refused += not is_lost
            # Without a key, what was lost may have been paid for.
            if (is_lost and not asked.is_keyed) or time.monotonic() > deadline:
                return None
            time.sleep(PAUSE)

    def ask_again(self, held):
        """{number: (id, answer)} of those whose Idempotency-Key is still that of a generation in `held`: they wait for
        the answer itself. Those of the key that is always asynchronous cannot."""
        found = {}
        for asked, lived in zip(self.plan.requests, self.lived):
            ids = held & lived.ids
            if asked.is_keyed and asked.way != "always" and ids:
                again = Lived()
                self.ask(dataclasses.replace(asked, way="blocking"), again)
                found[asked.number] = (next(iter(ids)), again.answers[0])
        return found

    def told(self, asked, lived, answer):
        number = answer.header("X-Dreamina-Request-Id")
        if answer.status == 202:
            number = answer.json()["id"].removeprefix("gen_")
        elif answer.status == 200 and answer.body.startswith(b'{"') and b'"object":"generation"' in answer.body:
            number = answer.json()["id"].removeprefix("gen_")
            lived.ends.append(answer.json())
        else:
            lived.answers.append(answer)
        if number:
            lived.ids.add(number)

    # --- going on --------------------------------------------------------------------------------

    def until(self, asked, method, target, headers=(), done=lambda answer: True):
        """Repeats what has no effect but the one that is wanted, until its answer will do."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            answer = self.send(method, target, self.token_of(asked), b"" if method == "POST" else None,
                               headers() if callable(headers) else headers)
            if not was_lost(answer) and error_code(answer) not in COME_BACK and done(answer):
                return answer
            time.sleep(PAUSE)
        raise AssertionError(f"{method} {target}: never as it should be; last {answer}")

    def polls(self, asked, lived, number, headers=None):
        tags = []

        def known():
            return headers or [("If-None-Match", tag) for tag in tags]

        def is_over(answer):
            assert answer.status in (200, 202, 304), (answer.status, answer.body)
            tags[:] = [answer.header("ETag")]
            return answer.status == 200

        end = self.until(asked, "GET", f"/v1/generations/{number}", known, is_over)
        lived.ends.append(end.json())
        return end.json()

    def waits(self, asked, lived, number):
        self.polls(asked, lived, number, [("Prefer", "wait=2")])

    def leaves(self, asked, lived, number):
        pass

    def cancels(self, asked, lived, number):
        time.sleep(asked.hesitates)
        answer = self.until(asked, "POST", f"/v1/generations/{number}/cancel")
        lived.cancels.append((answer.status, answer.json()["status"] if answer.status < 400 else error_code(answer)))
        self.polls(asked, lived, number)

    def deletes(self, asked, lived, number):
        self.polls(asked, lived, number)
        lived.deleted.add(number)
        self.until(asked, "DELETE", f"/v1/generations/{number}", done=lambda answer: answer.status in (200, 404))
        gone = self.until(asked, "GET", f"/v1/generations/{number}")
        assert gone.status == 404, (gone.status, gone.body)

    def reads_events(self, asked, lived, number):
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            stream = []
            try:
                with connect(self.port, timeout=PATIENCE) as connection:
                    connection.sendall(request_bytes(self.port, "GET", f"/v1/generations/{number}/events",
                                                     headers=[bearer(self.token_of(asked))]))
                    response = begin_answer(connection)
                    if response.status == 200:
                        for name, version, data in events_of(response):
                            stream.append((name, version))
                            last = data
            except (OSError, http.client.HTTPException):
                pass
            if stream:
                lived.streams.append(stream)
                if stream[-1][0].removeprefix("generation.") in ("completed", "failed", "cancelled"):
                    lived.ends.append(last)
                    return
            time.sleep(PAUSE)
        raise AssertionError(f"the events of {number} never ended")


def events_of(response):
    """(event, version, data) as they come."""
    fields = {}
    for line in response:
        line = line.decode().rstrip("\n")
        if line and not line.startswith(":"):
            name, _, value = line.partition(": ")
            fields[name] = value
        elif not line and fields:
            yield fields["event"], int(fields["id"]), json.loads(fields["data"])
            fields = {}
