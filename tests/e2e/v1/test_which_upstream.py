"""Which upstream the service talks to, what is no upstream, and what it asks about tokens."""

import contextlib
import http.server
import threading

import pytest

from http_client import send
from polling import poll


@pytest.fixture(scope="module")
def stack_options():
    return {"workers": 2}


@pytest.fixture
def plays(stand_in):
    """What the stand-in plays; nothing of it is left behind."""
    yield stand_in.play
    stand_in.play("anything")


@contextlib.contextmanager
def web_server(status=200, headers=(), body=b"<!DOCTYPE html><p>hello"):
    """Something else that answers on a port."""
    class Page(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(status)
            for name, value in headers:
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Page)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()


def program(stack):
    return stack.api("GET", "/api/upstream")["program"]


def becomes(stack, finding, within=15):
    return poll(lambda: (found := program(stack))["finding"] == finding and found, within, f"the finding {finding}")


def ask_anew(stack):
    """By hand: it would be asked by itself in an hour, or when something fails."""
    assert stack.call("POST", "/api/schedule/detect_upstream/run").status == 202


def job_ends(stack, kind):
    job = stack.call("POST", "/api/jobs", {"kind": kind, "accounts": "all"}).json()["job"]
    return poll(lambda: (now := stack.api("GET", f"/api/jobs/{job['id']}"))["ended_at"] and now, what="the job has ended")


def health_of_upstream(stack):
    return next(check for check in stack.api("GET", "/api/health")["checks"] if check["name"] == "upstream")


@pytest.mark.parametrize("upstream, kind, version", [("jimeng-api", "jimeng-api", "1.6.3"),
                                                     ("jimeng-api-go", "jimeng-api-go", None)])
def test_it_is_found_out_which_upstream_answers(stack, stand_in, plays, upstream, kind, version):
    plays(upstream)
    ask_anew(stack)
    found = poll(lambda: (now := program(stack))["version"] == version and now["kind"] == kind and now, 15, kind)
    assert (found["finding"], found["instead"]) == (kind.replace("-", "_"), None)
    trial = stack.api("POST", "/api/settings/test", {"what": "upstream"})
    assert (trial["ok"], trial["upstream"], trial["version"]) == (True, kind, version)
    assert health_of_upstream(stack)["state"] == "ok"


def test_an_address_that_ends_in_v1_is_told_and_is_not_ready(stack, stand_in, plays):
    plays("jimeng-api")
    stack.change_settings(UPSTREAM_BASE_URL=stand_in.url + "/v1")
    found = becomes(stack, "ends_in_v1")
    assert found["instead"] == stand_in.url and found["kind"] is None
    check = health_of_upstream(stack)
    assert (check["state"], check["code"]) == ("fault", "ends_in_v1")
    assert stand_in.url in check["advice"]
    assert send(stack.port, "GET", "/healthz/ready").status == 503
    stack.change_settings(UPSTREAM_BASE_URL=stand_in.url)
    assert becomes(stack, "jimeng_api")["version"] == "1.6.3"
    poll(lambda: send(stack.port, "GET", "/healthz/ready").status == 200, what="it is ready again")


@pytest.mark.parametrize("answers, finding", [
    ({"headers": [("Content-Type", "text/html")]}, "web_page"),
    ({"status": 302, "headers": [("Location", "/login")], "body": b""}, "redirect"),
    ({"status": 404, "body": b"not here"}, "http_error"),
    ({"body": b'{"status": "ok"}'}, "not_the_service"),
])
def test_what_is_no_upstream_is_told(stack, answers, finding):
    with web_server(**answers) as url:
        trial = stack.api("POST", "/api/settings/test", {"what": "upstream", "url": url})
        assert (trial["ok"], trial["code"]) == (False, finding)
        stack.change_settings(UPSTREAM_BASE_URL=url)
        becomes(stack, finding)
        assert health_of_upstream(stack)["code"] == finding


def test_a_port_on_which_nobody_listens_is_told(stack):
    with web_server() as url:
        pass
    trial = stack.api("POST", "/api/settings/test", {"what": "upstream", "url": url})
    assert trial["code"] == "unreachable" and trial["result_message"]["code"] == "upstream.found.nothing_listens_here"


def test_an_upstream_that_comes_back_as_another_one_is_noticed(stack, stand_in, plays):
    plays("jimeng-api")
    ask_anew(stack)
    becomes(stack, "jimeng_api")
    stack.add_account()
    plays("jimeng-api-go")
    stand_in.script({"path": "/v1/*", "answer": "gateway.page", "times": 1})
    stack.generate()
    assert becomes(stack, "jimeng_api_go")["kind"] == "jimeng-api-go"


def test_points_that_are_said_to_be_used_up_are_asked_for_at_once(stack, stand_in, plays):
    plays("jimeng-api")
    ask_anew(stack)
    becomes(stack, "jimeng_api")
    account = stack.add_account(points=100)
    stand_in.set_points(**{account["session_id"]: 46})
    stand_in.script({"path": "/v1/*", "answer": "a.points_used_up.1006", "times": 1})
    stack.generate()

    def the_truth_is_known():
        now = stack.account(account["id"])
        return now["points"] == 46 and now["status"] == "active"

    poll(the_truth_is_known, 5, "its points were asked for")
    assert stack.generate().status == 200


def test_a_daily_check_with_an_upstream_that_calls_all_sessions_dead(stack, stand_in, plays):
    plays("jimeng-api")
    ask_anew(stack)
    becomes(stack, "jimeng_api")
    alive = [stack.add_account(region=region) for region in ("us", "hk", "cn")]
    dead = stack.add_account()
    stand_in.set_points(**{dead["session_id"]: "a.session_expired.34010105"})
    for _ in range(2):
        job_ends(stack, "session_check")
    for account in alive:
        assert stack.account(account["id"])["status"] == "active"
    assert stack.account(dead["id"])["status"] == "session_expired"


def test_points_of_cn_accounts_count_with_the_setting_alone(stack, stand_in, plays):
    plays("jimeng-api-go")
    ask_anew(stack)
    becomes(stack, "jimeng_api_go")
    account = stack.add_account(region="cn", points=0)
    stand_in.set_points(**{account["session_id"]: 33})
    assert stack.account(account["id"])["status"] == "active"
    stack.change_settings(CN_POINTS_ENABLED=True)
    poll(lambda: stack.account(account["id"])["status"] == "no_points", what="the setting is applied")

    def its_points_are_known():  # the scheduler acts on a setting within a second
        job_ends(stack, "points_update")
        return stack.account(account["id"])["points"] == 33
    poll(its_points_are_known, what="it is asked for its points")
    assert stack.account(account["id"])["status"] == "active"
