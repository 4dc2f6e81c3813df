"""Generations while workers and the scheduler are killed in every gap: before and after the 202, after the lease, during
the answer, between the answer's file and the commit, during the delivery of a webhook. The upstream sees no request
twice, every id ends in a named state, every webhook arrives and verifies, and no answer that is promised is missing.

A plan is drawn from a seed (support/generation_plan.py), a crowd of clients works it off
(support/generation_crowd.py) under mischief (support/generation_mischief.py), and the reckoning
(support/generation_reckoning.py) compares what all of them know.

DREAMINA_STORM_SEED=N plays another seed, DREAMINA_STORM_ROUNDS=N so many one after the other,
DREAMINA_GENERATION_REQUESTS=N and DREAMINA_GENERATION_DEATHS=N make each so long and so deadly."""

import os
import random
import threading
import time

import pytest

from generation_crowd import GenerationCrowd
from generation_mischief import GenerationMischief
from generation_plan import GenerationPlan
from generation_reckoning import GenerationReckoning, keep
from generations import Client
from polling import poll
from receiver import Receiver
from stack import PASSWORD, in_flight_is_over

FIRST_SEED = int(os.environ.get("DREAMINA_STORM_SEED", 815))
ROUNDS = int(os.environ.get("DREAMINA_STORM_ROUNDS", 1))
REQUESTS = int(os.environ.get("DREAMINA_GENERATION_REQUESTS", 500))
DEATHS = int(os.environ.get("DREAMINA_GENERATION_DEATHS", 20))
CLIENTS = 40
WORKERS = 3
ACCOUNTS = 25  # fewer than clients, and each serves one at a time: some have to wait


@pytest.fixture
def receiver():
    """It is slow, and refuses some at first."""
    running = Receiver()
    dice = random.Random(FIRST_SEED)
    refused = set()
    lock = threading.Lock()

    def answer_of(event):
        with lock:
            again = event.headers["webhook-id"] in refused
            is_refused = not again and dice.random() < 0.05
            refused.add(event.headers["webhook-id"])
            pause = dice.uniform(0, 0.04)
        time.sleep(pause)  # what a receiver does with it
        return (500 if is_refused else 200, {}, b"")

    running.answer_of = answer_of
    yield running
    running.stop()


@pytest.fixture
def service(new_stack):
    stack = new_stack({"LOG_LEVEL": "warning", "LIMIT_JIMENG_4_0": 1_000_000, "ACCOUNT_BAN_DURATION_HOURS": 0.0001,
                       "ACCOUNT_MAX_CONCURRENCY": 1, "QUEUE_TIMEOUT": 5, "MAX_ATTEMPTS": 3, "PROXY_TIMEOUT": 8,
                       "GENERATION_TIMEOUT": 8, "WEBHOOK_ALLOW_HOSTS": "127.0.0.1"}, workers=WORKERS, evenly=True)
    stack.start()
    lines = "\n".join(f"storm{number}@example.com:Storm-Secret-{number}:{number:032x}" for number in range(ACCOUNTS))
    assert stack.api("POST", "/api/accounts/bulk", {"credentials": lines, "region": "us"})["created_count"] == ACCOUNTS
    return stack


def key_with_webhook(stack, receiver, name, **terms):
    """(key, path of its webhook, secret)"""
    made = stack.api("POST", "/api/keys", {"name": name, **terms})
    changed = stack.api("PUT", f"/api/keys/{made['id']}/webhook", {"url": f"{receiver.url}/{name}", "in_progress": True})
    return made["key"], f"/hook/{name}", changed["secret"]


def all_is_well_again(stack):
    poll(lambda: len(stack.worker_pids()) == stack.workers, what="the workers are there again")
    poll(lambda: stack.query("SELECT count(*) FROM generations WHERE ended_at IS NULL") == [(0,)],
         what="every generation has ended", every=0.2)
    in_flight_is_over(stack)
    for table in ("waiting", "unfinished_requests"):
        poll(lambda: stack.query(f"SELECT count(*) FROM {table}") == [(0,)], what=f"{table} is empty")
    due = "SELECT count(*) FROM webhook_deliveries WHERE delivered_at IS NULL AND gave_up_at IS NULL"
    # One that has failed twice is due in five minutes.
    poll(lambda: stack.query(due) == [(0,)], within=420, what="every webhook is delivered", every=0.2)


@pytest.mark.parametrize("seed", range(FIRST_SEED, FIRST_SEED + ROUNDS))
def test_none_is_sent_twice_and_none_is_lost(seed, service, stand_in, receiver):
    plan = GenerationPlan(seed, REQUESTS, DEATHS, payers=3)
    print(plan)
    keys = [key_with_webhook(service, receiver, f"client-{number}") for number in range(2)]
    always = key_with_webhook(service, receiver, "always", async_mode="always")
    stand_in.script(*plan.rules())
    stand_in.clear()

    crowd = GenerationCrowd(service.port, plan, [PASSWORD, *(key for key, _, _ in keys)], always[0], CLIENTS)
    mischief = GenerationMischief(service, plan, crowd, receiver)
    crowd.start()
    while crowd.is_busy():
        mischief.go_on()
        poll(lambda: not crowd.is_busy() or mischief.is_due(), within=600, what="the clients have their answers")
    mischief.end()
    mischief.go_on()  # the scheduler may have been the last

    all_is_well_again(service)
    kept = keep(Client(service), service)
    calls = len(stand_in.requests())
    repeated = crowd.ask_again({id for id, in service.query("SELECT generation_id FROM idempotency_keys")})
    assert len(stand_in.requests()) == calls, "the repeats have sent something"
    files = [file.name for file in (service.data / "generations").iterdir()]
    assert service.stop() == 0, service.tails()
    reckoning = GenerationReckoning(service.data / "dreamina.db", plan, crowd.lived, stand_in.requests(), kept, repeated,
                                    receiver.events, {path: secret for _, path, secret in [*keys, always]}, files,
                                    kills=mischief.killed, in_flight=CLIENTS)
    print(reckoning.summary())
    print(f"done: {dict(sorted((what, mischief.done.count(what)) for what in set(mischief.done)))}")
    assert not reckoning.faults, f"{plan}\n" + "\n".join(reckoning.faults)
