"""The stand-in for the upstream and the register service, as a process of its own."""

import base64
import json
import subprocess

from http_client import send
from locations import programs


# A delay that lasts until the test releases it.
HELD = 300_000


class StandIn:
    def __init__(self, log_file, *options):
        self.log_file = log_file
        self.process = subprocess.Popen(
            ["setpriv", "--pdeathsig", "TERM", "--", programs() / "dreamina-stand-in", "--port", "0", *options],
            stdout=subprocess.PIPE, stderr=open(log_file, "ab"), text=True)
        first = self.process.stdout.readline()
        assert first.startswith("listening on "), f"the stand-in said {first!r}"
        self.port = int(first.rsplit(":", 1)[1])
        self.url = f"http://127.0.0.1:{self.port}"

    def stop(self):
        self.process.terminate()
        self.process.wait(10)
        self.process.stdout.close()

    def _control(self, method, path, body=None):
        encoded = None if body is None else json.dumps(body).encode()
        answer = send(self.port, method, path, encoded)
        assert answer.status == 200, f"{method} {path}: {answer.status} {answer.body[:500]}"
        return answer

    def play(self, upstream, **dialect):
        """From now on it is jimeng-api, jimeng-api-old, jimeng-api-fork, jimeng-api-go or anything."""
        self._control("POST", "/_as", {"as": upstream, **dialect})

    def set_points(self, **of_tokens):
        """What tokens have, or how they fail: see tests/upstream/README.md."""
        self._control("POST", "/_points", of_tokens)

    def script(self, *rules):
        self._control("POST", "/_script", list(rules))

    def release(self):
        """Ends the delays, or the present gaps, of the answers that wait for them."""
        self._control("POST", "/_release")

    def clear(self):
        self._control("DELETE", "/_requests")

    def counts(self):
        return self._control("GET", "/_counts").json()

    def requests(self, since=0):
        """What was forwarded to /v1, in order, each with its bytes as "bytes" (None if not kept here)."""
        return [request for request in self.requests_anywhere(since) if request["target"].startswith("/v1")]

    def requests_anywhere(self, since=0):
        """The same of all paths. Without the service's own requests: it may ask at any time which upstream this is."""
        found = self._control("GET", f"/_requests?since={since}").json()
        for request in found:
            request["bytes"] = None if request["body"] is None else base64.b64decode(request["body"])
        return [request for request in found if not is_own(request)]

    def only_request(self):
        found = self.requests()
        assert len(found) == 1, f"{len(found)} requests reached the upstream: {found}"
        return found[0]

    def invented_bytes(self, size, seed):
        """What a rule's body_bytes and seed stand for."""
        return self._control("GET", f"/_body?bytes={size}&seed={seed}").body


def is_own(request):
    """Of the service itself, not of a client."""
    return (header_of(request, "User-Agent") or "").startswith("dreamina-manager/")


def header_of(request, name):
    values = headers_of(request, name)
    return values[0] if values else None


def headers_of(request, name):
    return [value for known, value in request["headers"] if known.lower() == name.lower()]
