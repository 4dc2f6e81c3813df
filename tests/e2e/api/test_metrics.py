"""/metrics through real nginx: what Prometheus can read, who may, and that it is right over all workers."""

import concurrent.futures
import os
import re
import signal

import pytest

from each_worker import ask_each_worker
from http_client import bearer, send
from polling import poll
from prometheus import Metrics
from stack import PASSWORD, in_flight_is_over
from stand_in import HELD

TOKEN = "Token-Of-Prometheus-5"


@pytest.fixture(scope="module")
def stack_options():
    return {"workers": 3, "config": {"METRICS_TOKEN": TOKEN, "LIMIT_NANOBANANA": 10}}


def scrape(stack, headers=()):
    answer = send(stack.port, "GET", "/metrics", headers=headers)
    assert answer.status == 200, answer.body[:300]
    assert answer.header("Content-Type") == "text/plain; version=0.0.4; charset=utf-8"
    assert answer.header("Cache-Control") == "no-store"
    return Metrics(answer.body.decode())


def test_a_strict_reader_takes_it(stack):
    metrics = scrape(stack)
    for family in metrics.families.values():
        assert family.name.startswith("dreamina_")
    assert metrics.value("dreamina_settings_good") == 1
    assert metrics.value("dreamina_upstream_breaker", state="closed") == 1
    assert metrics.sum("dreamina_upstream_breaker") == 1
    poll(lambda: scrape(stack).value("dreamina_scheduler_up") == 1, what="the scheduler's beat")
    assert scrape(stack).value("dreamina_scheduler_heartbeat_age_seconds") < 10
    assert metrics.value("dreamina_database_bytes") == (stack.data / "dreamina.db").stat().st_size
    assert metrics.value("dreamina_disk_free_bytes") > 0
    head = send(stack.port, "HEAD", "/metrics")
    assert head.status == 200 and head.body == b""
    assert send(stack.port, "POST", "/metrics", b"").status == 405


def test_who_may_read_it(stack):
    for headers in ([bearer(TOKEN)], [bearer(PASSWORD)], [bearer(TOKEN), ("X-Forwarded-For", "203.0.113.9")]):
        scrape(stack, headers)
    # What comes through a proxy is not of this machine, whatever it claims; and nginx passes on who really asks.
    for headers in ([("X-Forwarded-For", "127.0.0.1")], [("X-Real-IP", "127.0.0.1")], [("Forwarded", "for=127.0.0.1")],
                    [bearer("wrong")], [("Authorization", "Basic Og==")], [bearer(TOKEN + "x")]):
        answer = send(stack.port, "GET", "/metrics", headers=headers)
        assert answer.status == 401 and answer.header("WWW-Authenticate") == "Bearer", headers
        assert b"dreamina_" not in answer.body
    # The token is good for nothing else.
    assert stack.call("GET", "/api/me", password=TOKEN).status == 401
    assert stack.v1("GET", "/v1/models", password=TOKEN).status == 401


def test_the_pool(stack):
    for region in ("us", "us", "hk", "cn"):
        stack.add_account(region=region, points=2.5)
    banned = stack.add_account(region="hk", points=1)
    stack.api("POST", f"/api/accounts/{banned['id']}/ban")
    for _ in range(4):
        assert stack.generate("nanobanana").status == 200
    in_flight_is_over(stack)
    metrics = scrape(stack)
    assert metrics.value("dreamina_accounts", region="us", status="active") == 2
    assert metrics.value("dreamina_accounts", region="hk", status="banned") == 1
    assert metrics.sum("dreamina_accounts") == 5
    assert metrics.value("dreamina_points", region="hk") == 3.5
    assert metrics.value("dreamina_model_accounts", model="nanobanana") == 3  # not in cn
    assert metrics.value("dreamina_model_remaining_calls", model="nanobanana") == 26
    assert metrics.value("dreamina_model_calls_today", model="nanobanana") == 4
    assert metrics.value("dreamina_model_accounts", model="jimeng-3.1") == 1  # only in cn
    assert metrics.value("dreamina_model_remaining_calls", model="jimeng-3.1") is None


def test_in_flight_and_waiting_over_all_workers(stack, stand_in):
    stack.change_settings(ACCOUNT_MAX_CONCURRENCY=2)
    for _ in range(3):
        stack.add_account()
    stand_in.script({"path": "/v1/*", "delay_ms": HELD})
    with concurrent.futures.ThreadPoolExecutor(10) as crowd:
        answers = [crowd.submit(stack.generate, "jimeng-4.0") for _ in range(9)]

        def parked():
            metrics = scrape(stack)
            assert metrics.value("dreamina_requests_in_flight", model="jimeng-4.0") == 6
            assert metrics.value("dreamina_requests_waiting") == 3
            return True

        poll(parked, what="six are with the upstream and three wait")
        stand_in.script()
        stand_in.release()
        assert {answer.result().status for answer in answers} == {200}
    in_flight_is_over(stack)
    metrics = scrape(stack)
    assert metrics.sum("dreamina_requests_in_flight") == metrics.value("dreamina_requests_waiting") == 0
    assert metrics.value("dreamina_model_calls_today", model="jimeng-4.0") == 9


def test_labels_are_few_and_hold_nothing_of_anybody(stack):
    account = stack.add_account()
    stack.secrets |= {TOKEN}
    login = stack.call("POST", "/api/login", {"password": PASSWORD})
    for number in range(40):
        assert stack.generate(f"a-clients-model-{number}").status == 200
    metrics = scrape(stack)
    assert metrics.value("dreamina_model_calls_today", model="other") == 40
    assert "a-clients-model" not in metrics.text
    cookie = login.header("Set-Cookie").split(";")[0].split("=")[1]
    for secret in stack.secrets | {account["email"], account["session_id"], cookie, PASSWORD, str(stack.data)}:
        assert secret not in metrics.text
    assert not re.search(r"@|[0-9a-f]{32}", metrics.text)
    catalogue = {model["id"] for model in stack.api("GET", "/api/models")["items"]}
    labelled = {dict(labels)["model"] for family in metrics.families.values() for _, labels in family.samples
                if "model" in dict(labels)}
    assert labelled <= catalogue | {"other", "unknown"}
    assert len(metrics.text.splitlines()) < 1000


def test_killed_and_restarted_workers_forget_nothing(stack):
    for _ in range(3):
        stack.add_account()
    for _ in range(12):
        assert stack.generate("jimeng-4.1").status == 200
    in_flight_is_over(stack)
    before = scrape(stack)
    for pid in stack.worker_pids():
        os.kill(pid, signal.SIGKILL)
    poll(stack.is_up, what="all workers are back")
    after = scrape(stack)
    for name in ("dreamina_model_calls_today", "dreamina_accounts", "dreamina_points", "dreamina_requests_in_flight"):
        assert after.families[name].samples == before.families[name].samples
    # Each worker says the same.
    for status, body in ask_each_worker(stack, "/metrics"):
        assert status == 200
        assert Metrics(body.decode()).families["dreamina_model_calls_today"].samples == \
            before.families["dreamina_model_calls_today"].samples


def test_a_scrape_of_twenty_thousand_accounts(stack):
    for part in range(2):
        lines = "\n".join(f"crowd{number}@example.com:Crowd-Secret:{number:032x}"
                          for number in range(part * 10_000, part * 10_000 + 10_000))
        stack.api("POST", "/api/accounts/bulk", {"credentials": lines, "region": "us"})
    assert scrape(stack).value("dreamina_accounts", region="us", status="active") == 20_000


def test_requests_attempts_and_their_time_are_counted_over_all_workers_and_their_deaths(stack, stand_in):
    before = scrape(stack)
    for _ in range(2):
        stack.add_account()
    stand_in.script({"times": 1, "answer": "session_expired"})
    for _ in range(20):
        assert stack.generate().status == 200
    for pid in stack.worker_pids():
        os.kill(pid, signal.SIGKILL)
    poll(lambda: len(stack.worker_pids()) == 3, what="other workers")
    poll(lambda: stack.generate(model="video-3.0").status == 200, what="a request succeeds")
    in_flight_is_over(stack)
    metrics = scrape(stack)

    def more(family, **labels):
        return metrics.sum(family, **labels) - before.sum(family, **labels)

    assert more("dreamina_requests_total", model="jimeng-4.0", outcome="success") == 20
    assert more("dreamina_requests_total", model="video-3.0", outcome="success") == 1
    assert more("dreamina_attempts_total", verdict="success") == 21
    assert more("dreamina_attempts_total", verdict="session_expired") == 1
    assert more("dreamina_attempts_total") == 22
    for family in ("dreamina_request_duration_seconds", "dreamina_request_own_duration_seconds"):
        assert metrics.value(family, "_count") - before.value(family, "_count") == 21
    assert more("dreamina_request_bytes_total") > 0 and more("dreamina_answer_bytes_total") > 0
