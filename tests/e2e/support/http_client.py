"""HTTP as it stands on the wire: nothing is added, decoded or tidied up that a test did not ask for."""

import dataclasses
import http.client
import json
import socket


@dataclasses.dataclass
class Answer:
    status: int
    reason: str
    headers: list  # of (name, value), in the order of the wire
    body: bytes

    def json(self):
        return json.loads(self.body)

    def header(self, name):
        return next((value for known, value in self.headers if known.lower() == name.lower()), None)

    def all_headers(self, name):
        return [value for known, value in self.headers if known.lower() == name.lower()]


def request_bytes(port, method, target, body=None, headers=()):
    """A body of bytes gets its Content-Length; None is a request without one."""
    lines = [f"{method} {target} HTTP/1.1", f"Host: 127.0.0.1:{port}"]
    lines += [f"{name}: {value}" for name, value in headers]
    if body is not None:
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join(lines + ["", ""]).encode() + (body or b"")


def connect(port, timeout=30):
    connection = socket.create_connection(("127.0.0.1", port), timeout=timeout)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return connection


def begin_answer(connection, method="GET"):
    """Reads the answer's head; the body is the caller's to read."""
    response = http.client.HTTPResponse(connection, method=method)
    response.begin()
    return response


def read_answer(connection, method="GET"):
    response = begin_answer(connection, method)
    return Answer(response.status, response.reason, response.msg.items(), response.read())


def send_raw(port, request, method="GET", timeout=30):
    with connect(port, timeout) as connection:
        connection.sendall(request)
        return read_answer(connection, method)


def send(port, method, target, body=None, headers=(), timeout=30):
    return send_raw(port, request_bytes(port, method, target, body, headers), method, timeout)


def bearer(token):
    return ("Authorization", f"Bearer {token}")


JSON_TYPE = ("Content-Type", "application/json")


def multipart(fields, boundary="e2e-boundary-7d1f"):
    """[(name, filename or None, content type or None, bytes)] → (header, body)."""
    body = b""
    for name, filename, content_type, value in fields:
        body += f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"'.encode()
        if filename is not None:
            body += f'; filename="{filename}"'.encode()
        if content_type is not None:
            body += f"\r\nContent-Type: {content_type}".encode()
        body += b"\r\n\r\n" + value + b"\r\n"
    body += f"--{boundary}--\r\n".encode()
    return ("Content-Type", f"multipart/form-data; boundary={boundary}"), body
