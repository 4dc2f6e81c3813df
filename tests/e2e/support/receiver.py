"""A client's webhook receiver: keeps what it is sent, and answers as the test says. It verifies signatures by itself,
with nothing of the product's."""

import base64
import collections
import hashlib
import hmac
import http.server
import threading
import time

from polling import poll

Event = collections.namedtuple("Event", "path headers body at")
TOLERANCE = 300  # seconds, of OpenAI's and Anthropic's libraries


class Receiver:
    def __init__(self):
        self.events = []
        self.answers = collections.deque()  # (status, headers, body) for the next ones
        self.answer_of = lambda event: (204, {}, b"")  # for those after them
        self.held = threading.Event()
        self.held.set()
        receiver = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                event = Event(self.path, {k.lower(): v for k, v in self.headers.items()}, body, time.time())
                receiver.events.append(event)
                receiver.held.wait()
                status, headers, answer = (receiver.answers.popleft() if receiver.answers else
                                           receiver.answer_of(event))
                try:
                    self.send_response(status)
                    for name, value in headers.items():
                        self.send_header(name, value)
                    self.send_header("Content-Length", str(len(answer)))
                    self.end_headers()
                    self.wfile.write(answer)
                except OSError:
                    pass  # the sender is gone

            def log_message(self, *_):
                pass

        class Server(http.server.ThreadingHTTPServer):
            request_queue_size = 128

            def handle_error(self, *_):
                pass  # the sender was killed

        self.server = Server(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.port = self.server.server_port
        self.url = f"http://127.0.0.1:{self.port}/hook"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def answer_with(self, *statuses, headers=None, body=b""):
        self.answers.extend((status, headers or {}, body) for status in statuses)

    def hold(self):
        self.held.clear()

    def release(self):
        self.held.set()

    def wait_for(self, count, within=60):
        poll(lambda: len(self.events) >= count, within, f"{count} events have come")
        return self.events

    def stop(self):
        self.release()
        self.server.shutdown()
        self.server.server_close()


def signatures(event):
    return event.headers["webhook-signature"].split(" ")


def signature_of(event, secret):
    """By the specification: HMAC-SHA256 of id.timestamp.body with the secret's bytes."""
    key = base64.b64decode(secret.removeprefix("whsec_"), validate=True)
    text = f"{event.headers['webhook-id']}.{event.headers['webhook-timestamp']}.".encode() + event.body
    return "v1," + base64.b64encode(hmac.new(key, text, hashlib.sha256).digest()).decode()


def assert_verifies(event, secret):
    assert signature_of(event, secret) in signatures(event)
    assert abs(int(event.headers["webhook-timestamp"]) - event.at) < TOLERANCE
