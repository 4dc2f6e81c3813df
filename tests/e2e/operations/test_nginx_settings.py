"""What nginx's own files say comes from the settings: a change of them is applied to the nginx that serve.sh runs."""

import http.client
import json
import os
import socket

import pytest

from http_client import bearer, connect, request_bytes
from locations import SERVE_SCRIPT
from polling import poll
from ports import free_port
from stand_in import HELD


@pytest.fixture(scope="module")
def stack_options():
    return {"serve_script": SERVE_SCRIPT, "fixed_port": False, "config": {"PORT": free_port(), "HOST": "0.0.0.0"}}


@pytest.fixture
def moving_stack(module_stack, stand_in):
    """Where nginx listens is for the settings to say. All tests use this one, and go to where it listens now."""
    module_stack.api("POST", "/api/accounts/actions", {"action": "delete", "accounts": {}})
    return module_stack


def nginx_state(stack):
    return stack.api("GET", "/api/settings/schema")["nginx"]


def answers_at(address, port):
    try:
        connection = http.client.HTTPConnection(address, port, timeout=5)
        connection.request("GET", "/healthz/live")
        return connection.getresponse().status == 200
    except OSError:
        return False


def change(stack, **settings):
    stack.api("POST", "/api/settings", settings)
    stack.config.update(settings)


def test_another_port_is_listened_on_and_requests_in_flight_go_on(moving_stack, stand_in):
    stack = moving_stack
    stack.add_account()
    stand_in.script({"path": "/v1/*", "delay_ms": HELD})
    former, port = stack.port, free_port()
    with connect(former) as connection:
        body = b'{"model": "jimeng-4.0"}'
        connection.sendall(request_bytes(former, "POST", "/v1/images/generations", body, [bearer(stack.password)]))
        poll(stand_in.requests, what="the upstream has the request")
        change(stack, PORT=port)
        poll(lambda: answers_at("127.0.0.1", port), what="nginx listens on the new port")
        stand_in.release()
        response = http.client.HTTPResponse(connection)
        response.begin()
        assert response.status == 200
    poll(lambda: not answers_at("127.0.0.1", former), what="the former port is closed")
    stack.port = port
    expected = {"host": "0.0.0.0", "port": port, "port_fixed": False, "fault": None}
    poll(lambda: nginx_state(stack) == expected, what="the page is told the new port")


def test_another_address_of_the_same_port_is_listened_on(moving_stack):
    stack = moving_stack
    assert answers_at("127.0.0.2", stack.port)
    change(stack, HOST="127.0.0.1")
    poll(lambda: not answers_at("127.0.0.2", stack.port), what="only that address is listened on")
    assert answers_at("127.0.0.1", stack.port)
    change(stack, HOST="0.0.0.0")
    poll(lambda: answers_at("127.0.0.2", stack.port), what="all addresses are listened on again")


def test_an_older_file_that_takes_the_settings_place_is_followed_too(moving_stack):
    stack = moving_stack
    port = free_port()
    kept = stack.data / "config.json.kept"
    kept.write_text(json.dumps({**stack.config, "PORT": port}))
    os.utime(kept, (1_700_000_000, 1_700_000_000))
    kept.rename(stack.data / "config.json")
    poll(lambda: answers_at("127.0.0.1", port), what="nginx listens where the older file says")
    stack.port = stack.config["PORT"] = port


def test_a_port_that_another_program_has_is_not_taken(moving_stack):
    stack = moving_stack
    with socket.create_server(("127.0.0.1", 0)) as other:
        change(stack, PORT=other.getsockname()[1])
        poll(lambda: nginx_state(stack)["fault"] == "taken", what="the page is told")
        assert nginx_state(stack)["port"] == stack.port
    change(stack, PORT=stack.port)
    poll(lambda: nginx_state(stack)["fault"] is None, what="it is well again")


def test_an_address_that_this_machine_has_not_is_refused(moving_stack):
    stack = moving_stack
    change(stack, HOST="203.0.113.77")
    poll(lambda: nginx_state(stack)["fault"] == "refused", what="the page is told")
    assert answers_at("127.0.0.1", stack.port)
    change(stack, HOST="0.0.0.0")
    poll(lambda: nginx_state(stack)["fault"] is None, what="it is well again")


def test_the_largest_upload(moving_stack):
    stack = moving_stack
    stack.add_account()
    large = b'{"model": "jimeng-4.0", "prompt": "' + b"x" * 2_000_000 + b'"}'
    change(stack, MAX_UPLOAD_SIZE=1)
    poll(lambda: stack.v1(body=large).status == 413, what="large uploads are refused")
    change(stack, MAX_UPLOAD_SIZE=3)
    poll(lambda: stack.v1(body=large).status != 413, what="larger uploads are taken")


def test_a_port_that_was_given_to_serve_sh_stays(new_stack):
    stack = new_stack({"PORT": 5100}).start()
    change(stack, PORT=free_port())
    change(stack, MAX_UPLOAD_SIZE=77)  # something that is applied
    poll(lambda: "77m" in (stack.data / "run" / "nginx" / "v1.conf").read_text(), what="nginx has the change")
    assert nginx_state(stack) == {"host": "127.0.0.1", "port": stack.port, "port_fixed": True, "fault": None}
