"""Behind an nginx that is there already, with another site on it: /v1 by one include, the page and /api below a path of
the administrator's choice, and nothing of theirs touched."""

import http.client
import json
import re
import ssl

import pytest

from existing_nginx import ExistingNginx
from http_client import JSON_TYPE, bearer, send
from stack import PASSWORD
from stored import PICTURE, store_one

BASE = "/tools/dreamina"
GUARD = ("X-Requested-With", "dreamina")


@pytest.fixture(scope="module")
def theirs(module_stack, tmp_path_factory):
    running = ExistingNginx(tmp_path_factory.mktemp("theirs"), module_stack.socket_path(),
                            module_stack.data / "results")
    yield running
    running.stop()


def test_their_sites_are_as_they_were(stack, theirs):
    for path, body in [("/", b"their site: /"), ("/v1x", b"their site: /v1x"), ("/api/me", b"their api: /api/me"),
                       ("/accounts", b"their site: /accounts"), ("/healthz", b"their site: /healthz"),
                       ("/tools/dreamina-not", b"their site: /tools/dreamina-not")]:
        assert send(theirs.port, "GET", path).body == body
    assert send(theirs.port, "GET", "/theirs.js").status == 418
    assert send(theirs.other_port, "GET", "/v1/models").body == b"another site: /v1/models"


def test_clients_reach_v1(stack, stand_in, account, theirs):
    answer = send(theirs.port, "POST", "/v1/images/generations?x=%2F", json.dumps({"model": "jimeng-4.0"}).encode(),
                  [bearer(PASSWORD), JSON_TYPE])
    assert answer.status == 200 and answer.json()["data"]
    assert [request["target"] for request in stand_in.requests()] == ["/v1/images/generations?x=%2F"]
    refused = send(theirs.port, "POST", "/v1/images/generations", b"{}", [bearer("wrong"), JSON_TYPE])
    assert refused.status == 401 and refused.json()["error"]["code"] == "invalid_api_key"
    assert send(theirs.port, "GET", "/v1").json()["error"]["code"] == "not_found"


def test_stored_results_are_sent_by_their_nginx(stack, stand_in, theirs):
    number = store_one(stack, stand_in)
    for path in (f"/v1/results/{number}/content", f"{BASE}/api/results/{number}/content"):
        seen = send(theirs.port, "GET", path, headers=[bearer(PASSWORD)])
        assert (seen.status, seen.body, seen.header("X-Content-Type-Options")) == (200, PICTURE, "nosniff")
        part = send(theirs.port, "GET", path, headers=[bearer(PASSWORD), ("Range", "bytes=2-4")])
        assert (part.status, part.body) == (206, PICTURE[2:5])


def test_over_tls(stack, account, theirs):
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    client = http.client.HTTPSConnection("127.0.0.1", theirs.tls_port, context=context, timeout=30)
    client.request("POST", f"{BASE}/api/login", json.dumps({"password": PASSWORD}), dict([JSON_TYPE, GUARD]))
    login = client.getresponse()
    assert login.status == 200
    assert "; Secure" in login.getheader("Set-Cookie")
    client.close()


def test_the_page_finds_its_files_and_its_api_below_the_path(stack, theirs):
    for path in ("/", "/accounts", "/jobs/5"):
        page = send(theirs.port, "GET", BASE + path)
        assert page.status == 200 and page.header("Content-Type").startswith("text/html")
        assert page.header("Content-Security-Policy")
        files = re.findall(rb'(?:src|href)="([^"]+)"', page.body)
        assert len(files) >= 4
        for file in files:
            assert file.startswith(BASE.encode())
            assert send(theirs.port, "GET", file.decode()).status == 200, file
    assert send(theirs.port, "GET", f"{BASE}/assets/none.js").status == 404


def test_a_login_belongs_to_the_path(stack, theirs):
    login = send(theirs.port, "POST", f"{BASE}/api/login", json.dumps({"password": PASSWORD}).encode(), [JSON_TYPE, GUARD])
    assert login.status == 200
    cookie, *attributes = login.header("Set-Cookie").split("; ")
    assert f"Path={BASE}/api" in attributes
    assert send(theirs.port, "GET", f"{BASE}/api/accounts?size=1", None, [("Cookie", cookie)]).json()["total"] == 0
    assert send(theirs.port, "GET", f"{BASE}/api/accounts").status == 401
    assert send(theirs.port, "GET", f"{BASE}/api/none").json()["code"] in ("not_found", "unauthorized")
    assert send(theirs.port, "GET", f"{BASE}/healthz/live").json() == {"status": "live"}


def test_the_client_behind_another_proxy_is_known_by_its_address(stack, theirs):
    send(theirs.port, "POST", f"{BASE}/api/login", b'{"password": "wrong"}',
         [JSON_TYPE, GUARD, ("X-Forwarded-For", "203.0.113.7")])
    rows = stack.api("GET", "/api/audit?action=failed_login&size=5")["items"]
    assert [row["address"] for row in rows][:1] == ["203.0.113.7"]


def test_paths_that_would_leave_the_place_lead_nowhere(stack, theirs):
    """With the password, so that what was reached would answer."""
    for path, status, said in [
            (f"{BASE}/api/..%2f..%2fv1/models", 200, b"their site: "), (f"{BASE}//api/me", 404, b"not_found"),
            (f"/v1/..{BASE}/api/me", 404, b"not_found"), (f"{BASE}/../../v1/models", 404, b"not_found")]:
        answer = send(theirs.port, "GET", path, None, [bearer(PASSWORD)])
        assert (answer.status, said in answer.body) == (status, True), f"{path}: {answer.status} {answer.body[:200]}"
