"""Clients at once, each on a connection of its own that it keeps, and what each of their requests came to."""

import dataclasses
import http.client
import itertools
import json
import threading
import time

from plan import CHAT, PICTURE, name_of

# A worker that died, in nginx's own words.
LOST_WORKER = "bad_gateway"
PATIENCE = 90
SERVICE_UNAVAILABLE = 503
PAUSE = 0.5  # seconds before a client that was refused goes on, or refusals would use up the plan in no time


@dataclasses.dataclass
class Experience:
    """What a client has seen of its request."""

    status: int | None = None  # none came
    request_id: str | None = None
    body: bytes = b""
    whole: bool = False  # the answer ended as HTTP says that one ends
    left: bool = False  # it went by itself
    trouble: str = ""

    @property
    def code(self):
        """Of an error in OpenAI's form."""
        try:
            return json.loads(self.body)["error"]["code"]
        except (ValueError, KeyError, TypeError):
            return None

    @property
    def is_lost(self):
        """Its connection ended without a complete answer, or nginx had to answer in a worker's place."""
        return not self.left and (not self.whole or (self.request_id is None and self.code == LOST_WORKER))


class Crowd:
    def __init__(self, port, plan, credentials, clients):
        self.port, self.plan, self.credentials = port, plan, credentials
        self.seen = {}  # by the request's number
        self.sent = 0
        self.numbers = itertools.count()
        self.threads = [threading.Thread(target=self.client, daemon=True) for _ in range(clients)]

    def start(self):
        for thread in self.threads:
            thread.start()

    def is_busy(self):
        return any(thread.is_alive() for thread in self.threads)

    def client(self):
        connection = None
        while (number := next(self.numbers)) < len(self.plan.requests):
            wanted = self.plan.requests[number]
            connection = connection or http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
            self.sent = max(self.sent, number + 1)
            self.seen[number] = seen = self.ask(connection, wanted)
            if not seen.whole:
                connection.close()
                connection = None
            elif seen.status == SERVICE_UNAVAILABLE:
                time.sleep(PAUSE)
        if connection:
            connection.close()

    def ask(self, connection, wanted):
        seen = Experience()
        body = {"model": name_of(wanted.number), "prompt": f"lighthouse {wanted.number}"}
        path = CHAT if wanted.streams else PICTURE
        if wanted.streams:
            body |= {"stream": True, "messages": [{"role": "user", "content": "a lighthouse"}]}
        headers = {"Authorization": f"Bearer {self.credentials[wanted.pays_with]}", "Content-Type": "application/json"}
        try:
            connection.request("POST", path, json.dumps(body), headers)
            if wanted.leaves_after is not None:
                time.sleep(wanted.leaves_after)
                seen.left = True
                return seen
            answer = connection.getresponse()
            seen.status, seen.request_id = answer.status, answer.getheader("X-Dreamina-Request-Id")
            seen.body = answer.read()
            seen.whole = True
        except http.client.IncompleteRead as error:
            seen.body, seen.trouble = error.partial, "the answer is not whole"
        except (OSError, http.client.HTTPException) as error:
            seen.trouble = repr(error)
        return seen
