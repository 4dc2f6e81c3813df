"""Generations as a client asks for them: requests that outlive their connection."""

import json

from http_client import JSON_TYPE, bearer, connect, read_answer, request_bytes, send
from polling import poll
from stack import PASSWORD

IMAGES = "/v1/images/generations"
RESPOND_ASYNC = ("Prefer", "respond-async")


def body_of(prompt, model="jimeng-4.0"):
    return json.dumps({"model": model, "prompt": prompt}).encode()


class Client:
    def __init__(self, stack, token=PASSWORD):
        self.stack = stack
        self.token = token

    def send(self, method, target, body=None, headers=(), timeout=60):
        typed = [JSON_TYPE] if body else []
        return send(self.stack.port, method, target, body, [bearer(self.token), *typed, *headers], timeout)

    def begin(self, prompt, headers=(), target=IMAGES):
        """Sends a request and leaves its answer to be read."""
        connection = connect(self.stack.port, timeout=60)
        connection.sendall(request_bytes(self.stack.port, "POST", target, body_of(prompt),
                                         [bearer(self.token), JSON_TYPE, *headers]))
        return connection

    def ask(self, prompt, headers=(RESPOND_ASYNC,), target=IMAGES):
        return self.send("POST", target, body_of(prompt), headers)

    def queue(self, prompt, headers=()):
        """The generation's id."""
        answer = self.ask(prompt, [RESPOND_ASYNC, *headers])
        assert answer.status == 202, (answer.status, answer.body)
        return answer.json()["id"]

    def get(self, number, headers=()):
        return self.send("GET", f"/v1/generations/{number}", headers=headers)

    def status(self, number):
        return self.get(number).json()["status"]

    def result(self, number):
        return self.send("GET", f"/v1/generations/{number}/result")

    def cancel(self, number):
        return self.send("POST", f"/v1/generations/{number}/cancel", b"")

    def retry(self, number):
        return self.send("POST", f"/v1/generations/{number}/retry", b"")

    def ended(self, number):
        """The generation, once it has ended."""
        def over():
            answer = self.get(number)
            return answer.json() if answer.status == 200 else None

        return poll(over, what=f"{number} has ended")

    def is_(self, status, *numbers):
        for number in numbers:
            poll(lambda number=number: self.status(number) == status, what=f"{number} is {status}")


def prompts(stand_in):
    return sorted(json.loads(request["bytes"])["prompt"] for request in stand_in.requests())


__all__ = ["Client", "IMAGES", "RESPOND_ASYNC", "body_of", "prompts", "read_answer"]
