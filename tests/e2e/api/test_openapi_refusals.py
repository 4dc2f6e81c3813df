"""What the API's description forbids is refused by the running service, and in the way that it says. The operations
themselves are called in test_openapi.py."""

import json

import pytest

import described
from described import OPERATIONS, check_answer, target
from http_client import JSON_TYPE, send
from polling import poll
from stack import PASSWORD
from stored import store_one

NOT_THERE = 999_999_999


@pytest.fixture(scope="module")
def stack_options(stand_in):
    return {"config": {"REGISTER_API_URL": stand_in.url, "REGISTER_API_KEY": "register-key-0123456789abcdef"}}


def needs_password(method, path):
    return not described.is_open(method, path) and path != "/metrics"


@pytest.mark.parametrize("method,path", [each for each in OPERATIONS if needs_password(*each)])
def test_a_stranger_is_refused_as_described(stack, method, path):
    address = target(path, id=1, name="backup")
    body = None if method == "GET" else b"{}"
    answer = send(stack.port, method, address, body, [JSON_TYPE])
    assert answer.status == 401 and check_answer(method, path, answer)
    if method != "GET":
        login = send(stack.port, "POST", "/api/login", json.dumps({"password": PASSWORD}).encode(), [JSON_TYPE])
        cookie = ("Cookie", login.header("Set-Cookie").split(";")[0])
        answer = send(stack.port, method, address, body, [JSON_TYPE, cookie])
        assert check_answer(method, path, answer)["code"] == "missing_guard"


@pytest.mark.parametrize("method,path", [each for each in OPERATIONS if "{" in each[1]])
def test_what_is_not_there_is_told_as_described(stack, method, path):
    answer = stack.call(method, target(path, id=NOT_THERE, name="nothing"), good_bodies(method, path)[0])
    assert answer.status == 404 and check_answer(method, path, answer)


@pytest.mark.parametrize("method,path", [each for each in OPERATIONS if described.query_parameters(*each)])
def test_parameters_are_as_described(stack, stand_in, method, path):
    account = stack.add_account() if "{id}" in path else None
    number = account and account["id"]
    if path == "/api/jobs/{id}":
        number = stack.call("POST", "/api/jobs", {"kind": "points_update", "accounts": "all"}).json()["job"]["id"]
    if path == "/api/results/{id}/content":
        number = store_one(stack, stand_in)
    for parameter in described.query_parameters(method, path):
        name, schema = parameter["name"], parameter["schema"]
        for text in described.unfit_texts(schema):
            answer = stack.call(method, target(path, {name: text}, id=number))
            assert answer.status == 422, f"{name}={text}: {answer.status} {answer.body[:300]}"
            assert name in check_answer(method, path, answer)["detail"]
        for text in described.fit_texts(schema) if method == "GET" else []:
            check_answer(method, path, answer := stack.call(method, target(path, {name: text}, id=number)))
            assert answer.status == 200, f"{name}={text}: {answer.status} {answer.body[:300]}"


def good_bodies(method, path):
    """For each form that a body can have."""
    forms = {
        ("POST", "/api/accounts"): [{"email": "good@example.com", "password": "p"}],
        ("POST", "/api/accounts/actions"): [
            {"action": "ban", "duration_hours": 1, "accounts": [NOT_THERE]},
            {"action": "region", "region": "jp", "accounts": {"region": "cn"}},
            {"action": "unban", "accounts": {"region": "cn"}}],
        ("POST", "/api/accounts/undelete"): [{"undo": "0" * 32}],
        ("POST", "/api/accounts/export"): [{"format": "csv"}],
        ("POST", "/api/accounts/bulk"): [{"credentials": "good@example.com:p"}],
        ("POST", "/api/accounts/register"): [{"count": 1}],
        ("PUT", "/api/accounts/{id}"): [{"points": 5}],
        ("POST", "/api/accounts/{id}/ban"): [{"duration_hours": 1}],
        ("POST", "/api/jobs"): [{"kind": "register", "count": 1}, {"kind": "session_refresh", "accounts": "all"},
                                {"kind": "points_update", "accounts": "all"}],
        ("POST", "/api/keys"): [{"name": "good"}],
        ("PUT", "/api/keys/{id}"): [{"calls_per_day": 5}],
        ("PUT", "/api/keys/{id}/webhook"): [{"in_progress": True}],
        ("POST", "/api/models"): [{"id": "good"}],
        ("PUT", "/api/models/{id}"): [{"needs_points": True}],
        ("POST", "/api/settings"): [{"PROXY_TIMEOUT": 30}],
        ("POST", "/api/settings/test"): [{"what": "upstream"}],
        ("POST", "/api/login"): [{"password": "p"}],
        ("POST", "/api/verdict-rules"): [{"when": {"status": "500"}, "verdict": "server_error"}],
        ("PUT", "/api/verdict-rules/{id}"): [{"mode": "off"}],
        ("POST", "/api/verdict-rules/reorder"): [{"id": "a.anti-bot", "before": None}],
        ("POST", "/api/verdict-rules/explain"): [{"status": 500}],
    }
    return forms.get((method, path), [None])


@pytest.fixture
def there(stack):
    """The id of something that a path with {id} can mean."""
    def find(path):
        if "/accounts/" in path:
            return stack.add_account()["id"]
        if "/keys/" in path:
            key = stack.api("POST", "/api/keys", {"name": "there"})
            stack.secrets.add(key["key"])
            return key["id"]
        return "a.anti-bot" if "/verdict-rules/" in path else "jimeng-4.0"

    yield find
    for key in stack.api("GET", "/api/keys")["items"]:
        stack.api("POST", f"/api/keys/{key['id']}/revoke")
        stack.api("DELETE", f"/api/keys/{key['id']}")


@pytest.mark.parametrize("method,path", [each for each in OPERATIONS if described.body_schema(*each)])
def test_bodies_are_as_described(stack, there, method, path):
    address = target(path, id="{id}" in path and there(path))
    schema = described.resolved(described.body_schema(method, path))

    def refusal(body, status=422):
        answer = stack.call(method, address, body)
        assert answer.status == status, f"{body}: {answer.status} {answer.body[:300]}"
        return check_answer(method, path, answer)

    before = [stack.api("GET", place) for place in ("/api/accounts", "/api/settings", "/api/models", "/api/keys")]
    assert refusal(b"{", 400)["code"] == "malformed_json"
    refusal(b"[]")
    for form, good in zip(map(described.resolved, schema.get("oneOf", [schema])), good_bodies(method, path)):
        assert described.fits(form, good)
        unknown = refusal({**good, "no_such_field": 1})
        assert unknown["code"] in ("unknown_field", "unknown_setting") and "no_such_field" in unknown["detail"]
        for name in form.get("required", []):
            assert name in refusal({key: value for key, value in good.items() if key != name})["detail"]
        for name, value in described.unfit_fields(form):
            assert name in refusal({**good, name: value})["detail"], (name, value)
    assert before == [stack.api("GET", place) for place in
                      ("/api/accounts", "/api/settings", "/api/models", "/api/keys")]


def test_a_guesser_is_refused_as_described(stack):
    statuses = []
    while 429 not in statuses:
        answer = stack.call("GET", "/api/me", password=f"guess {len(statuses)}")
        check_answer("GET", "/api/me", answer)
        statuses.append(answer.status)
    assert set(statuses) == {401, 429} and len(statuses) > 6
    poll(lambda: stack.call("GET", "/api/me").status == 200, what="the right password is let in again")
