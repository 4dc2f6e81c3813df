"""One request straight to the workers' socket: which worker answers is then in the test's hands."""

import socket
import struct

BEGIN_REQUEST, END_REQUEST, PARAMS, STDIN, STDOUT = 1, 3, 4, 5, 6


def _record(kind, content):
    return struct.pack("!BBHHBB", 1, kind, 1, len(content), 0, 0) + content


def _length(value):
    return bytes([value]) if value < 128 else struct.pack("!I", value | 0x80000000)


def _param(name, value):
    name, value = name.encode(), value.encode()
    return _length(len(name)) + _length(len(value)) + name + value


def ask(socket_path, path, password, timeout=5):
    """GET; returns (status, body)."""
    status, _, body = call(socket_path, "GET", path, password, timeout=timeout)
    return status, body


def call(socket_path, method, path, password, body=b"", headers=(), timeout=5):
    """A body is JSON. Returns (status, {name in lower case: value}, body)."""
    params = {
        "REQUEST_METHOD": method, "REQUEST_URI": path, "DOCUMENT_URI": path, "QUERY_STRING": "",
        "CONTENT_LENGTH": str(len(body)) if body else "", "CONTENT_TYPE": "application/json" if body else "",
        "SERVER_PROTOCOL": "HTTP/1.1", "REMOTE_ADDR": "127.0.0.1", "REQUEST_SCHEME": "http",
        "HTTP_AUTHORIZATION": f"Bearer {password}",
        **{"HTTP_" + name.upper().replace("-", "_"): value for name, value in headers},
    }
    encoded = b"".join(_param(*pair) for pair in params.items())
    answer = b""
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(timeout)
        connection.connect(str(socket_path))
        connection.sendall(
            _record(BEGIN_REQUEST, struct.pack("!HB5x", 1, 0))
            + _record(PARAMS, encoded) + _record(PARAMS, b"")
            + (_record(STDIN, body) if body else b"") + _record(STDIN, b"")
        )
        stream = connection.makefile("rb")
        while True:
            _, kind, _, length, padding, _ = struct.unpack("!BBHHBB", stream.read(8))
            content = stream.read(length + padding)[:length]
            if kind == STDOUT:
                answer += content
            elif kind == END_REQUEST:
                break
    head, _, answered = answer.partition(b"\r\n\r\n")
    told = dict(line.split(": ", 1) for line in head.decode().split("\r\n"))
    told = {name.lower(): value for name, value in told.items()}
    return int(told.get("status", "200").split()[0]), told, answered
