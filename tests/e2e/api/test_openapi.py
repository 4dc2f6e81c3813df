"""The API's description against the running service: every operation is called with real data and its answer held
against the file. What the file forbids is tried in test_openapi_refusals.py."""

import base64
import json

import jsonschema
import pytest

import described
from described import DOCUMENT, OPERATIONS, Described, check_answer, operation
from generations import IMAGES, Client
from http_client import JSON_TYPE, send
from polling import poll
from stack import PASSWORD, in_flight_is_over
from stand_in import HELD

GUARD = ("X-Requested-With", "dreamina")
REGISTER_KEY = "register-key-0123456789abcdef"


@pytest.fixture(scope="module")
def stack_options(stand_in):
    return {"config": {"REGISTER_API_URL": stand_in.url, "REGISTER_API_KEY": REGISTER_KEY, "QUEUE_TIMEOUT": 0}}


@pytest.fixture
def call(stack):
    return Described(stack)


def script(stand_in, **outcomes):
    stand_in._control("POST", "/_register", outcomes)


def ended(call, job):
    def has_ended():
        found = call("GET", "/api/jobs/{id}", id=job["id"], query={"size": 10})
        return found["ended_at"] and found

    return poll(has_ended, 180, f"job {job['id']} ends", every=0.1)


# --- each operation ---------------------------------------------------------------------------------


def call_accounts(call, stack, stand_in):
    one = call("POST", "/api/accounts", {
        "email": "one@example.com", "password": "p", "region": "hk", "session_id": "hk-" + "a" * 32, "points": 100,
        "proxy_url": "socks5://user:secret@127.0.0.1:9"})
    two = call("POST", "/api/accounts", {"email": "two@example.com", "password": "p", "session_id": "b" * 32})
    call("POST", "/api/accounts", {"email": "two@example.com", "password": "p"}, status=409)
    call("POST", "/api/accounts/bulk", {"credentials": "three@example.com:p\ntwo@example.com:p\nthree@example.com:p",
                                        "region": "sg", "points": 1})
    call("POST", "/api/accounts/bulk", {"credentials": "no colon"}, status=400)
    call("POST", "/api/accounts/bulk", {"credentials": "no colon\nfour@example.com:p", "skip_faulty": True})
    dry = call("POST", "/api/accounts/bulk", {"credentials": "five@example.com----p----jp\nno dashes", "dry_run": True})
    call("POST", "/api/accounts/bulk", {"credentials": "five@example.com----p", "dry_run": True, "form": dry["form"]})
    call("POST", "/api/accounts/bulk", {"credentials": "{", "dry_run": True})
    call("PUT", "/api/accounts/{id}", {**one, "points": 7.5}, id=one["id"])  # the row as it was shown
    call("PUT", "/api/accounts/{id}", {"email": "two@example.com"}, id=one["id"], status=409)
    call("POST", "/api/accounts/{id}/ban", {"duration_hours": 1.5}, id=one["id"])
    call("POST", "/api/accounts/{id}/ban", {"duration_hours": None}, id=one["id"])
    for hours in ("2.5", "null"):
        call("POST", "/api/accounts/{id}/ban", query={"duration_hours": hours}, id=two["id"])
    call("POST", "/api/accounts/{id}/disable", id=one["id"])
    assert call("GET", "/api/accounts", query={"status": "banned,disabled", "sort": "email"})["total"] == 2
    call("POST", "/api/accounts/{id}/enable", id=one["id"])
    call("POST", "/api/accounts/{id}/unban", id=one["id"])
    call("GET", "/api/accounts", query={"room": "jimeng-4.0", "region": "us,hk", "email": "one"})
    assert call("GET", "/api/accounts/{id}", id=one["id"])["points"] == 7.5
    assert len(call("GET", "/api/accounts/{id}/usage", id=one["id"], query={"days": 3})["days"]) == 3
    gone = call("DELETE", "/api/accounts/{id}", id=two["id"])
    call("POST", "/api/accounts/undelete", {"undo": gone["undo"]})
    call("POST", "/api/accounts/undelete", {"undo": gone["undo"]}, status=404)


def call_many_accounts(call, stack, stand_in):
    ids = [stack.add_account()["id"] for _ in range(3)]
    for action in ({"action": "ban", "duration_hours": None}, {"action": "unban"}, {"action": "disable"},
                   {"action": "enable"}, {"action": "region", "region": "jp"}):
        call("POST", "/api/accounts/actions", {**action, "accounts": ids[:2]})
    everybody = {"region": ["jp", "us"], "status": "active", "email": "", "room": None, "at_limit": False}
    for form in ("csv", "import"):
        call("POST", "/api/accounts/export", {"format": form, "accounts": everybody, "password": PASSWORD})
    call("POST", "/api/accounts/export", {"format": "csv", "accounts": ids})
    call("POST", "/api/accounts/export", {"format": "import"}, status=403)
    assert call("POST", "/api/accounts/actions", {"action": "delete", "accounts": everybody})["undo"]


def call_account_jobs(call, stack, stand_in):
    account = stack.add_account()
    refresh = [{"session_id": "c" * 32}, {"error": "wrong password", "status": 401}]
    script(stand_in, register=[{}, {}, {"error": "no mailbox"}], session_update=refresh)
    both = call("POST", "/api/accounts/register", {"count": 2}, query={"wait": 60})
    assert len(both["accounts"]) == 2
    call("POST", "/api/accounts/register", query={"wait": 60}, status=502)
    call("POST", "/api/accounts/register", {"count": None}, status=202)
    call("POST", "/api/accounts/{id}/session/update", query={"wait": 60}, id=account["id"])
    call("POST", "/api/accounts/{id}/session/update", query={"wait": 60}, id=account["id"], status=502)
    ended(call, call("POST", "/api/accounts/{id}/session/update", id=account["id"], status=202)["job"])
    script(stand_in, register=[{}, {"error": "no mailbox"}], session_update=refresh)
    for status in (200, 502):
        call("POST", "/api/register-account", status=status)
        call("POST", "/api/accounts/{id}/update-session", id=account["id"], status=status)


def call_jobs(call, stack, stand_in):
    account = stack.add_account()
    script(stand_in, register=[{"error": "no mailbox"}, {"delay_ms": 20_000}])
    orders = [{"kind": "register"}, {"kind": "session_refresh", "accounts": "expired"},
              {"kind": "session_refresh", "accounts": [account["id"]]}, {"kind": "points_update", "accounts": "all"},
              {"kind": "points_update", "accounts": {"region": "us"}},
              {"kind": "session_check", "accounts": [account["id"]]}, {"kind": "daily_credits", "accounts": "all"}]
    jobs = [ended(call, call("POST", "/api/jobs", order, status=202)["job"]) for order in orders]
    assert jobs[0]["state"] == "failed" and jobs[2]["items"]
    call("POST", "/api/jobs/{id}/retry", id=jobs[3]["id"], status=409)
    again = call("POST", "/api/jobs/{id}/retry", id=jobs[0]["id"], status=202)["job"]
    call("POST", "/api/jobs/{id}/retry", id=again["id"], status=409)
    call("POST", "/api/jobs/{id}/cancel", id=again["id"])
    call("POST", "/api/jobs/{id}/cancel", id=again["id"], status=409)
    assert call("GET", "/api/jobs", query={"size": 5})["total"] >= 7


def call_without_register_service(call, stack, stand_in):
    account = stack.add_account()
    stack.change_settings(REGISTER_API_URL=None)
    call("POST", "/api/accounts/register", status=400)
    call("POST", "/api/register-account", status=400)
    for path in ("/api/accounts/{id}/session/update", "/api/accounts/{id}/update-session"):
        call("POST", path, id=account["id"], status=400)
    call("POST", "/api/jobs", {"kind": "register", "count": 1}, status=409)


def call_keys(call, stack, stand_in):
    made = call("POST", "/api/keys", {"name": "one", "models": ["jimeng-4.0"], "calls_per_day": 10,
                                      "expires_at": "2099-01-01T00:00:00Z"})
    stack.secrets.add(made["key"])
    number = made["id"]
    call("POST", "/api/keys", {"name": "one"}, status=409)
    shown = call("GET", "/api/keys/{id}", id=number)
    call("PUT", "/api/keys/{id}", {**shown, "concurrency": 3}, id=number)
    call("DELETE", "/api/keys/{id}", id=number, status=409)
    call("POST", "/api/keys/{id}/revoke", id=number)
    call("PUT", "/api/keys/{id}", {"name": "other"}, id=number, status=409)
    assert call("GET", "/api/keys", query={"state": "revoked"})["total"] == 1
    call("DELETE", "/api/keys/{id}", id=number)


def call_webhooks(call, stack, stand_in):
    made = call("POST", "/api/keys", {"name": "shop"})
    stack.secrets.add(made["key"])
    number = made["id"]
    call("GET", "/api/keys/{id}/webhook", id=number)
    call("POST", "/api/keys/{id}/webhook/test", id=number, status=409)
    terms = {"url": "https://hooks.invalid/", "hosts": ["own.example"], "in_progress": True}
    stack.secrets.add(call("PUT", "/api/keys/{id}/webhook", terms, id=number)["secret"])
    stack.secrets.add(call("POST", "/api/keys/{id}/webhook/secret", id=number)["secret"])
    sent = call("POST", "/api/keys/{id}/webhook/test", id=number, status=202)["id"]
    poll(lambda: call("GET", "/api/webhook-deliveries/{id}", id=sent)["last_error"], what="the attempt has failed")
    call("POST", "/api/webhook-deliveries/{id}/resend", id=sent, status=202)
    for state in ("pending", "delivered", "failed"):
        call("GET", "/api/webhook-deliveries", query={"state": state, "api_key_id": number})
    call("POST", "/api/keys/{id}/revoke", id=number)
    call("PUT", "/api/keys/{id}/webhook", terms, id=number, status=409)
    call("POST", "/api/keys/{id}/webhook/secret", id=number, status=409)
    call("POST", "/api/webhook-deliveries/{id}/resend", id=sent, status=409)


def call_generations(call, stack, stand_in):
    client = Client(stack)
    failed = client.queue("no account")
    client.ended(failed)
    again = call("POST", "/api/generations/{id}/retry", id=failed, status=202)["id"]
    client.ended(again)

    stack.add_account()
    stand_in.script({"path": "/v1/*", "delay_ms": HELD})
    running, left = client.queue("runs"), client.queue("is left")
    client.is_("in_progress", running, left)
    for method, path in (("DELETE", "/api/generations/{id}"), ("GET", "/api/generations/{id}/answer"),
                         ("POST", "/api/generations/{id}/retry")):
        call(method, path, id=running, status=409)
    call("POST", "/api/generations/{id}/cancel", id=left, status=202)
    key = call("POST", "/api/keys", {"name": "narrow", "concurrency": 1})
    stack.secrets.add(key["key"])
    narrow = Client(stack, key["key"])
    narrow.is_("in_progress", narrow.queue("first"))
    waiting = narrow.queue("second")
    call("POST", "/api/generations/{id}/cancel", id=waiting)
    call("POST", "/api/generations/{id}/cancel", id=waiting, status=409)
    stand_in.release()
    client.ended(running)
    assert call("GET", "/api/generations/{id}", id=running)["state"] == "completed"
    call("GET", "/api/generations/{id}/answer", id=running)
    (stack.data / "generations" / f"{running.removeprefix('gen_')}.answer").unlink()
    call("GET", "/api/generations/{id}/answer", id=running, status=410)
    call("GET", "/api/generations", query={"state": "open", "size": 2})
    page = call("GET", "/api/generations", query={"state": "ended", "size": 1})
    call("GET", "/api/generations", query={"cursor": page["next_cursor"]})
    call("DELETE", "/api/generations/{id}", id=running)


def call_results(call, stack, stand_in):
    stack.add_account()
    page, picture = (b"<html>" + b" " * 100, b"GIF89a\x01\0\x01\0" + b"." * 100)
    made = [{"path": f"/v1/made/{name}", "status": 200, "body_base64": base64.b64encode(content).decode(),
             "delay_ms": HELD}
            for name, content in (("page", page), ("picture", picture))]
    named = {"data": [{"url": f"{stand_in.url}/v1/made/{name}"} for name in ("page", "picture")]}
    stack.change_settings(STORE_RESULTS="copy", RESULTS_HOSTS="127.0.0.1", RESULTS_MIN_FREE_GB=0)
    stand_in.script({"path": IMAGES, "status": 200, "body": named}, *made)
    stack.generate()
    listed = poll(lambda: call("GET", "/api/results", query={"state": "pending"})["items"], what="there are results")
    call("GET", "/api/results/{id}/content", id=listed[0]["id"], status=409)

    def of_state(state):
        stand_in.release()  # a fetch may begin at any moment
        return call("GET", "/api/results", query={"state": state, "size": 1})["items"]

    stored, failed = (poll(lambda state=state: of_state(state), what=f"a result is {state}")[0]["id"]
                      for state in ("stored", "failed"))
    for query in ({"media": "image"}, {"is_pinned": "false"}, {"id": stored}, {"account_id": 1, "api_key_id": 0}):
        call("GET", "/api/results", query=query)
    first = call("GET", "/api/results", query={"size": 1})
    call("GET", "/api/results", query={"cursor": first["next_cursor"]})
    call("GET", "/api/results/{id}/content", id=stored)
    call("GET", "/api/results/{id}/content", id=stored, query={"download": "true"})
    call("GET", "/api/results/{id}/content", id=failed, status=410)
    [file] = (stack.data / "results").glob("[0-9a-f][0-9a-f]/*")
    thumbnails = stack.data / "results" / "thumbnails" / file.name[:2]
    thumbnails.mkdir()
    (thumbnails / f"{file.name}.webp").write_bytes(b"RIFF....WEBP")
    assert call("GET", "/api/results/{id}", id=stored)["has_thumbnail"] is True
    call("GET", "/api/results/{id}/thumbnail", id=stored)
    call("POST", "/api/results/{id}/pin", id=stored)
    call("POST", "/api/results/{id}/unpin", id=stored)
    for what in ("pin", "unpin"):
        call("POST", f"/api/results/{{id}}/{what}", id=failed, status=409)
    call("POST", "/api/results/{id}/fetch", id=stored, status=409)
    call("POST", "/api/results/{id}/fetch", id=failed, status=202)
    call("DELETE", "/api/results/{id}", id=stored)


def call_models(call, stack, stand_in):
    call("POST", "/api/models", {"id": "sketch", "regions": ["cn"], "daily_limit": 5,
                                 "names": [{"name": "sketch-*", "regions": ["cn"]}]})
    call("POST", "/api/models", {"id": "sketch"}, status=409)
    shown = call("GET", "/api/models/{id}", id="sketch")
    call("PUT", "/api/models/{id}", {**shown, "needs_points": False}, id="sketch")
    call("PUT", "/api/models/{id}", {"names": [{"name": "jimeng-4.0"}]}, id="sketch", status=409)
    assert len(call("GET", "/api/models")["items"]) > 5
    call("DELETE", "/api/models/{id}", id="sketch")


def call_verdict_rules(call, stack, stand_in):
    shown = call("GET", "/api/verdict-rules")["items"]
    own = call("POST", "/api/verdict-rules", {"id": "own.busy", "when": {"status": "500"}, "verdict": "rate_limited",
                                              "before": shown[3]["id"], "mode": "count"})
    call("POST", "/api/verdict-rules", {"id": "own.busy", "when": {}, "verdict": "bad_parameters"}, status=409)
    assert call("GET", "/api/verdict-rules/{id}", id="own.busy") == own
    call("PUT", "/api/verdict-rules/{id}", {**own, "note": "tried out"}, id="own.busy")
    call("PUT", "/api/verdict-rules/{id}", {"mode": "off"}, id="any.may-have-run", status=409)
    call("POST", "/api/verdict-rules/reorder", {"id": "own.busy", "before": None})
    explained = call("POST", "/api/verdict-rules/explain", {
        "status": 200, "body": json.dumps({"code": -2001, "message": "shark not pass (错误码: 1019)"}), "dialect": "A"})
    assert explained["rule"] == "a.anti-bot"
    call("DELETE", "/api/verdict-rules/{id}", id="own.busy")


def call_requests(call, stack, stand_in):
    assert stack.generate().status == 503  # there is no account
    stack.add_account()
    poor = stack.add_account(points=0)
    stand_in.script({"times": 1, "answer": "rate_limited"})
    assert [stack.generate().status for _ in range(3)]
    in_flight_is_over(stack)
    listed = poll(lambda: (found := call("GET", "/api/requests", query={"size": 3}))["next_cursor"] and found,
                  what="all four are logged")
    last = call("GET", "/api/requests", query={"cursor": listed["next_cursor"], "size": 3})
    for item in listed["items"] + last["items"]:
        call("GET", "/api/requests/{id}", id=item["id"])
    for by in ("minute", "hour", "day"):
        call("GET", "/api/stats", query={"by": by, "group": "model,outcome,key,region"})
        if by != "minute":
            call("GET", "/api/stats", query={"by": by, "group": "account,verdict"})
            call("GET", "/api/stats", query={"by": by, "account_id": poor["id"]})
    call("GET", "/api/stats")
    call("GET", "/api/overview")


def call_schedule(call, stack, stand_in):
    poll(lambda: call("GET", "/api/schedule")["items"], what="the scheduler has told of its jobs")
    call("POST", "/api/schedule/{name}/run", name="backup", status=202)
    poll(lambda: any(job["last_ended_at"] for job in call("GET", "/api/schedule")["items"] if job["name"] == "backup"),
         what="a backup is made")


def call_settings(call, stack, stand_in):
    call("GET", "/api/settings/schema")
    shown = call("GET", "/api/settings")
    call("POST", "/api/settings", {**shown, "LIMIT_NANOBANANA": 7})
    call("POST", "/api/settings", {"reset": ["LIMIT_NANOBANANA"], "expected": {"LIMIT_NANOBANANA": 7}})
    call("POST", "/api/settings", {"MAX_ATTEMPTS": 2, "expected": {"LIMIT_NANOBANANA": 7}}, status=409)
    call("POST", "/api/settings/test", {"what": "upstream"})
    call("POST", "/api/settings/test", {"what": "upstream", "url": "http://127.0.0.1:9"})
    call("POST", "/api/settings/test", {"what": "register_service", "key": REGISTER_KEY})
    stack.write_config({**stack.config, "PROXY_TIMEOUT": "soon"})
    call("POST", "/api/settings", {"MAX_ATTEMPTS": 2}, status=422)
    (stack.data / "config.json").write_text("{")
    call("POST", "/api/settings", {"MAX_ATTEMPTS": 2}, status=500)
    poll(lambda: call("GET", "/healthz")["settings"] != "ok", what="the fault is told")
    poll(lambda: call("GET", "/healthz/ready", status=503), what="the fault is one of readiness")


def call_sessions(call, stack, stand_in):
    def browser(cookie=None, headers=()):
        def ask(method, path, body):
            encoded = b"" if body is None and method != "GET" else body and json.dumps(body).encode()
            given = [JSON_TYPE, GUARD, *([("Cookie", cookie)] if cookie else []), *headers]
            return send(stack.port, method, path, encoded, given)
        return ask

    def log_in():
        answer = browser()("POST", "/api/login", {"password": PASSWORD})
        check_answer("POST", "/api/login", answer)
        return answer.header("Set-Cookie").split(";")[0]

    call("POST", "/api/login", {"password": PASSWORD}, send=browser())
    call("POST", "/api/login", {"password": "wrong"}, send=browser(), status=401)
    call("POST", "/api/login", {"password": PASSWORD}, send=browser(headers=[("Origin", "http://other")]), status=403)
    ours = browser(log_in())
    assert call("GET", "/api/me", send=ours)["authenticated"]
    assert len(call("GET", "/api/sessions", send=ours)["items"]) == 2
    call("DELETE", "/api/sessions", send=ours)
    log_in()
    others = [each for each in call("GET", "/api/sessions", send=ours)["items"] if not each["current"]]
    call("DELETE", "/api/sessions/{id}", id=others[0]["id"], send=ours)
    call("POST", "/api/logout", send=browser("dreamina_session=" + "0" * 64, [("Origin", "http://other")]), status=403)
    call("POST", "/api/logout", send=ours)


def call_the_rest(call, stack, stand_in):
    # After all others: of all that happened there are rows.
    page = call("GET", "/api/audit", query={"size": 50})
    while page["next_cursor"]:
        page = call("GET", "/api/audit", query={"size": 50, "cursor": page["next_cursor"]})
    for path in ("/api/health", "/api/upstream", "/healthz", "/healthz/live", "/metrics"):
        call("GET", path)
    poll(lambda: call("GET", "/healthz/ready"), what="it is ready")
    assert call("GET", "/api/openapi.json") == DOCUMENT


SCENES = [call_accounts, call_many_accounts, call_account_jobs, call_jobs, call_without_register_service, call_keys,
          call_webhooks, call_generations, call_results, call_models, call_verdict_rules, call_requests, call_schedule, call_settings, call_sessions, call_the_rest]
# What test_openapi_refusals.py meets for all operations at once, and what takes minutes or luck.
ELSEWHERE = {401, 403, 404, 422, 429}
NOT_WAITED_FOR = {("POST", "/api/register-account", 408), ("POST", "/api/accounts/{id}/update-session", 504),
                  ("POST", "/api/schedule/{name}/run", 409)}


def test_every_operation_answers_as_described(call, stack, stand_in):
    for scene in SCENES:
        stack.reset()
        stand_in.script()
        scene(call, stack, stand_in)
    described_ones = {(method, path, status) for method, path in OPERATIONS
                      for status in described.described_statuses(method, path) if status not in ELSEWHERE}
    malformed = {(method, path, 400) for method, path, status in described_ones if described.body_schema(method, path)}
    assert described_ones - call.seen - NOT_WAITED_FOR - malformed == set()


# --- the file itself --------------------------------------------------------------------------------


def test_the_file_is_strict():
    bases = set()

    def look(part, place):
        if isinstance(part, list):
            for number, each in enumerate(part):
                look(each, f"{place}[{number}]")
        if not isinstance(part, dict):
            return
        if part.get("unevaluatedProperties") is False:
            bases.update(each["$ref"].split("/")[-1] for each in part["allOf"] if "$ref" in each)
            part = {**part, "allOf": []}
        if part.get("type") == "object":
            assert "additionalProperties" in part or place.split(".")[-1] in bases, f"{place} lets anything pass"
        if "properties" in part and isinstance(part["properties"], dict):
            assert set(part.get("required", [])) <= set(part["properties"]), place
        for name, each in part.items():
            look(each, f"{place}.{name}")

    schemas = DOCUMENT["components"]["schemas"]
    for name in sorted(schemas, key=lambda name: "unevaluatedProperties" not in schemas[name]):
        jsonschema.Draft202012Validator.check_schema(schemas[name])
        look(schemas[name], f"schemas.{name}")
    look(DOCUMENT["paths"], "paths")
    look(DOCUMENT["components"]["responses"], "responses")


def test_the_file_says_everything_of_each_operation():
    names = [operation(*each)["operationId"] for each in OPERATIONS]
    assert len(names) == len(set(names))
    tags = {tag["name"] for tag in DOCUMENT["tags"]}
    used = json.dumps(DOCUMENT)
    for each in OPERATIONS:
        described_one = operation(*each)
        assert described_one["summary"] and set(described_one["tags"]) <= tags
        assert "default" in described_one["responses"]
    for kind in ("schemas", "responses", "parameters"):
        for name in DOCUMENT["components"][kind]:
            assert f'"#/components/{kind}/{name}"' in used, f"{name} is not used"
