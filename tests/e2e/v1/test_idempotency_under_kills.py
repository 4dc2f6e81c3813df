"""Clients that never give up, with an Idempotency-Key each, while workers are killed again and again: the upstream gets
each request at most once, and each client an answer that stays the same."""

import collections
import concurrent.futures
import http.client
import os
import random
import signal
import threading

import pytest

from generations import RESPOND_ASYNC, Client, prompts
from polling import poll
from stack import in_flight_is_over

CLIENTS = 60
AT_ONCE = 20
KILLS = 6
# Our own words for "not yet": a worker was lost on the way, or the service is short of something for a moment.
COME_BACK = {502, 503}
# More of them for a soak; what is killed when is the machine's matter as well.
SEEDS = [int(seed) for seed in os.environ.get("DREAMINA_KILL_SEEDS", "1 2").split()]


@pytest.fixture(scope="module")
def stack_options():
    return {"workers": 3, "config": {"PROXY_TIMEOUT": 60, "LIMIT_JIMENG_4_0": 1000, "LOG_LEVEL": "info"}}


def insist(client, prompt, headers, is_async):
    """Asks until it is answered; (status, body)."""
    key = ("Idempotency-Key", prompt)

    def answered():
        try:
            answer = client.ask(prompt, [key, *headers, *([RESPOND_ASYNC] if is_async else [])])
            if is_async and answer.status in (200, 202):
                number = answer.json()["id"]
                client.ended(number)
                answer = client.result(number)
        except (OSError, http.client.HTTPException, ValueError):
            return None
        return None if answer.status in COME_BACK else answer

    answer = poll(answered, within=120, what=f"{prompt} is answered", every=0.05)
    return answer.status, answer.body


def kill_one(stack, dice):
    pids = poll(lambda: len(stack.worker_pids()) == stack.workers and stack.worker_pids(), what="all workers are there")
    os.kill(dice.choice(pids), signal.SIGKILL)


@pytest.mark.parametrize("seed", SEEDS)
def test_each_request_is_sent_at_most_once(stack, stand_in, seed):
    dice = random.Random(seed)
    for _ in range(10):
        stack.add_account()
    stand_in.script({"path": "/v1/*", "delay_ms": 150})
    client = Client(stack)
    jobs = [(f"seed-{seed}-{i}", dice.random() < 0.5) for i in range(CLIENTS)]
    done = threading.Event()

    def kill():
        for number in range(KILLS):
            enough = (number + 1) * CLIENTS // (KILLS + 2)
            poll(lambda enough=enough: done.is_set() or len(stand_in.requests()) >= enough, within=120,
                 what=f"{enough} requests have been sent")
            kill_one(stack, dice)

    with concurrent.futures.ThreadPoolExecutor(AT_ONCE + 1) as threads:
        killing = threads.submit(kill)
        asked = {prompt: threads.submit(insist, client, prompt, (), is_async) for prompt, is_async in jobs}
        answers = {prompt: each.result() for prompt, each in asked.items()}
        done.set()
        killing.result()
    sent = collections.Counter(prompts(stand_in))
    assert [prompt for prompt, count in sent.items() if count > 1] == []
    for prompt, (status, body) in answers.items():
        assert status in (200, 504), (prompt, status, body)
        assert sent[prompt] == 1 or status == 504, (prompt, status, body)
        assert insist(client, prompt, (), False) == (status, body)
    assert collections.Counter(prompts(stand_in)) == sent  # the repeats have sent nothing
    assert 200 in [status for status, _ in answers.values()]
    in_flight_is_over(stack)
    assert stack.query("SELECT count(*) FROM generations WHERE ended_at IS NULL") == [(0,)]
